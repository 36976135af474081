"""AuthZEN's Authorization API 1.0 on top of the register: may this person do that for this party, at this service?

`subject` is the acting person, `resource` the party for whom is acted with the service in its `properties`, `action` an
action of the service (`docs/register-api.md`). What does not fit is an answer too: `false`, with the error in its
context, so that one question of many does not take the others along. Everything that is not understood is passed over,
as the standard wants it; what would widen an answer is never among it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import AMOUNT
from authz_server.oidc.register_api import Scope
from claims.assurance import Loa
from claims.instants import LATEST, Instant, written
from claims.limits import limits_as_json
from claims.parties import PartyKind
from claims.question import Question
from claims.register import lookup, resolving
from claims.register.answering import explanation_as_json
from claims.register.asking import Why
from claims.register.explaining import explain
from claims.representation import Representation
from keys.storage import Connected

__all__ = [
    "OPERATIONS",
    "Action",
    "Context",
    "Fault",
    "Lenient",
    "Resource",
    "Subject",
    "SubjectProperties",
    "permits",
    "question_by",
    "question_of",
]

_MOST: Final = 50
Text = Annotated[str, StringConstraints(min_length=1, max_length=512)]


class Lenient(BaseModel):
    """As the standard has it: members that are not known here are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class SubjectProperties(Lenient):
    """How the person logged in. Left out, the lowest level, which most services refuse."""

    login_assurance: Literal["basic", "low", "substantial", "high"] = "basic"
    authenticator: Text | None = None


class Subject(Lenient):
    """Who acts."""

    type: Annotated[Text, Field(examples=["person"])]
    id: Annotated[Text, Field(description="the party id of a person")]
    properties: SubjectProperties = SubjectProperties()


class ResourceProperties(Lenient):
    """Where is acted: the service, by its id or by its URI."""

    service: Text | None = None


class Resource(Lenient):
    """For whom is acted; the acting person's own id for acting for oneself."""

    type: Annotated[Text, Field(examples=["party"])]
    id: Text
    properties: ResourceProperties = ResourceProperties()


class Action(Lenient):
    """What is done: an action of the service."""

    name: Text


class Context(Lenient):
    """When, how sure it must be at least, and whether a refusal is to be explained (scope `register:explain`).

    `branch`, `case` and `amount` say what the act is about: what is narrowed to one is decided with no where it is left out.
    """

    time: Annotated[Text | None, Field(description="RFC 3339; left out: now")] = None
    minimum_assurance: Literal["basic", "low", "substantial", "high"] | None = None
    explain: bool = False
    branch: Text | None = None
    case: Text | None = None
    amount: Annotated[
        str | None, Field(pattern=AMOUNT, description="euros with two decimals", examples=["1250.00"])
    ] = None


class Evaluation(Lenient):
    """One question (AuthZEN 1.0, Access Evaluation)."""

    subject: Subject
    action: Action
    resource: Resource
    context: Context = Context()


class Options(Lenient):
    """How several questions are gone through."""

    evaluations_semantic: Literal["execute_all", "deny_on_first_deny", "permit_on_first_permit"] = (
        "execute_all"
    )


class Evaluations(Lenient):
    """Several questions, with defaults for what each leaves out; without `evaluations`, one question."""

    subject: dict[str, Any] | None = None
    action: dict[str, Any] | None = None
    resource: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    evaluations: Annotated[list[dict[str, Any]] | None, Field(max_length=_MOST)] = None
    options: Options = Options()


class Decision(BaseModel):
    """Yes or no, and what is to be known of it."""

    model_config = ConfigDict(extra="forbid")
    decision: bool
    context: dict[str, Any] | None = None


class Decisions(BaseModel):
    """A decision for each question that was gone through, in their order."""

    model_config = ConfigDict(extra="forbid")
    evaluations: list[Decision]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a question has no answer; the codes are those of `namens resolve`."""

    why: Why
    where: str
    status: int = 404

    def told(self) -> Document:
        """As it stands in the context of a decision."""
        message = f"{self.where}: {self.why.value.replace('_', ' ')}"
        return {"error": {"status": self.status, "code": self.why.value, "message": message}}


def question_of(
    db: Connected,
    subject: Subject,
    properties: ResourceProperties,
    context: Context,
    *,
    action: str | None,
    now: Instant,
) -> Question | Fault:
    """The register's own question, or what in it there is not."""
    if subject.type != "person":
        return Fault(Why.NOT_A_PERSON, "subject.type")
    acting = lookup.party(db, subject.id)
    if acting is None:
        return Fault(Why.UNKNOWN_PARTY, "subject.id")
    if acting.kind is not PartyKind.PERSON:
        return Fault(Why.NOT_A_PERSON, "subject.id")
    return question_by(db, acting.id, subject.properties, properties, context, action=action, now=now)


def question_by(
    db: Connected,
    acting: str,
    login: SubjectProperties,
    properties: ResourceProperties,
    context: Context,
    *,
    action: str | None,
    now: Instant,
) -> Question | Fault:
    """The same for a person who is known, or for nobody yet."""
    if properties.service is None:
        return Fault(Why.MISSING, "resource.properties.service", 400)
    service = lookup.service(db, properties.service) or lookup.service_by_uri(db, properties.service)
    if service is None:
        return Fault(Why.UNKNOWN_SERVICE, "resource.properties.service")
    if action is not None and action not in service.actions:
        return Fault(Why.UNKNOWN_ACTION, "action.name")
    at = now if context.time is None else _instant(context.time)
    if at is None:
        return Fault(Why.BAD_INSTANT, "context.time", 400)
    return Question(
        acting=acting,
        service=service,
        at=at,
        login_assurance=Loa.of_word(login.login_assurance),
        authenticator=login.authenticator,
        actions=() if action is None else (action,),
        minimum=None if context.minimum_assurance is None else Loa.of_word(context.minimum_assurance),
    )


def _instant(text: str) -> Instant | None:
    """An instant of RFC 3339, within the years that the register writes; None for anything else."""
    try:
        read = datetime.fromisoformat(text)
        instant = int(read.timestamp()) if read.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
    return instant if instant is not None and 0 <= instant < LATEST else None


def _decided(asked: Asked, told: Evaluation) -> Document:
    """The decision on one question."""
    question = question_of(
        asked.db,
        told.subject,
        told.resource.properties,
        told.context,
        action=told.action.name,
        now=asked.now,
    )
    if isinstance(question, Fault):
        return {"decision": False, "context": question.told()}
    if told.resource.type != "party" or lookup.party(asked.db, told.resource.id) is None:
        return {"decision": False, "context": Fault(Why.UNKNOWN_PARTY, "resource").told()}
    if told.resource.id == question.acting:
        own = resolving.own(asked.db, question)
        if own.allowed and own.step_up is None:
            return {"decision": True, "context": {"represented": "self"}}
        return _denied(own.step_up if own.allowed else None, other_means=False)
    found = resolving.check(asked.db, question, told.resource.id)
    for one in found:
        if permits(one, told.context):
            return {"decision": True, "context": _by(one)}
    if any(one.permits for one in found):
        return {"decision": False, "context": {"reason": "outside_limits"}}
    step_up = next((one.step_up for one in found if one.step_up is not None), None)
    denied = _denied(step_up, other_means=any(one.other_means for one in found))
    if told.context.explain and Scope.EXPLAIN in asked.scopes:
        explained = explain(asked.db, question, told.resource.id)
        denied["context"]["explanation"] = explanation_as_json(explained)
    return denied


def permits(one: Representation, context: Context) -> bool:
    """Whether it permits an act of which the question says this much; of days the instant that is asked about tells (R22)."""
    limits = one.limits
    return (
        one.permits
        and one.branch in (None, context.branch)
        and limits.case in (None, context.case)
        and (
            limits.amount is None
            or (context.amount is not None and int(context.amount.replace(".", "")) <= limits.amount)
        )
    )


def _by(one: Representation) -> Document:
    """By which right, and what narrows it."""
    narrower = ({} if one.branch is None else {"branch": one.branch}) | (
        {"limits": limits_as_json(one.limits)} if one.limits.kinds else {}
    )
    return narrower | {
        "path": list(one.path),
        "effective_assurance": one.effective_assurance.word,
        "until": None if one.until is None else written(one.until),
    }


def _denied(step_up: Loa | None, *, other_means: bool) -> Document:
    if step_up is not None:
        return {"decision": False, "context": {"reason": "step_up", "acr_values": step_up.acr}}
    reason = "other_means" if other_means else "no_representation"
    return {"decision": False, "context": {"reason": reason}}


def _evaluate(asked: Asked) -> Document:
    return _decided(asked, asked.body)


def _evaluate_all(asked: Asked) -> Document | Problem:
    several: Evaluations = asked.body
    defaults = several.model_dump(include={"subject", "action", "resource", "context"}, exclude_none=True)
    if not several.evaluations:
        one = _evaluation(defaults)
        if one is None:
            return Problem(Refusal.MALFORMED, "subject, action and resource are needed")
        return _decided(asked, one)
    semantic = several.options.evaluations_semantic
    stops = {"deny_on_first_deny": False, "permit_on_first_permit": True}.get(semantic)
    decisions = []
    for own in several.evaluations:
        one = _evaluation(defaults | own)
        error = {"error": {"status": 400, "code": Why.WRONG_TYPE.value, "message": "not a question"}}
        decided = {"decision": False, "context": error} if one is None else _decided(asked, one)
        decisions.append(decided)
        if decided["decision"] is stops:
            break
    return {"evaluations": decisions}


def _evaluation(told: Document) -> Evaluation | None:
    try:
        return Evaluation.model_validate(told, strict=True)
    except ValidationError:
        return None


OPERATIONS: Final = (
    Operation(
        "evaluate", "POST", "/access/v1/evaluation", Scope.RESOLVE,
        "May this person do that for this party? (AuthZEN 1.0)", Decision, _evaluate, body=Evaluation,
    ),
    Operation(
        "evaluateSeveral", "POST", "/access/v1/evaluations", Scope.RESOLVE,
        "Several such questions at once. (AuthZEN 1.0)", Decisions, _evaluate_all, body=Evaluations,
    ),
)  # fmt: skip
