"""AuthZEN's searches, in pages: for which parties, which actions, and who all may act for a party.

The last is a list of people, so it has a scope of its own. What the three find is what evaluation would allow.
"""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from authz_server.api.access import (
    Action,
    Context,
    Fault,
    Lenient,
    Resource,
    ResourceProperties,
    Subject,
    SubjectProperties,
    permits,
    question_by,
    question_of,
)
from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.paging import LONGEST_CURSOR, MOST, BadCursor, cursor, place
from authz_server.api.refusing import Problem, Refusal
from authz_server.oidc.register_api import Scope
from claims.question import Question
from claims.register import lookup, resolving
from claims.register.asking import Why
from claims.register.representatives import might_represent

__all__ = ["OPERATIONS"]

_MOST_JUDGED: Final = 200  # people for one page: a page can be short, and still lead on


class Page(Lenient):
    """Which part of the results."""

    token: Annotated[str | None, Field(max_length=LONGEST_CURSOR)] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


class AnyResource(Lenient):
    """Parties at a service; an `id` is passed over."""

    type: Annotated[str, Field(max_length=512)]
    properties: ResourceProperties = ResourceProperties()


class ResourceSearch(Lenient):
    """For which parties may this person do that?"""

    subject: Subject
    action: Action
    resource: AnyResource
    context: Context = Context()
    page: Page = Page()


class ActionSearch(Lenient):
    """What may this person do for that party?"""

    subject: Subject
    resource: Resource
    context: Context = Context()
    page: Page = Page()


class AnySubject(Lenient):
    """People who log in so; an `id` is passed over."""

    type: Annotated[str, Field(max_length=512)]
    properties: SubjectProperties = SubjectProperties()


class SubjectSearch(Lenient):
    """Who may do that for this party?"""

    subject: AnySubject
    action: Action
    resource: Resource
    context: Context = Context()
    page: Page = Page()


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PageTold(_Told):
    """An empty `next_token` says that this was all."""

    next_token: str
    count: int


class PartyTold(_Told):
    """One party."""

    type: Literal["party"]
    id: str


class PersonTold(_Told):
    """One person."""

    type: Literal["person"]
    id: str


class ActionTold(_Told):
    """One action."""

    name: str


class ResourcesFound(_Told):
    """Parties for whom the same question is decided with yes."""

    page: PageTold
    context: dict[str, Any] | None = None
    results: list[PartyTold]


class ActionsFound(_Told):
    """Actions for which the same question is decided with yes."""

    page: PageTold
    context: dict[str, Any] | None = None
    results: list[ActionTold]


class SubjectsFound(_Told):
    """People for whom the same question is decided with yes. `context` says where not everything was walked."""

    page: PageTold
    context: dict[str, Any] | None = None
    results: list[PersonTold]


def _resources(asked: Asked) -> Document:
    told: ResourceSearch = asked.body
    question = question_of(
        asked.db,
        told.subject,
        told.resource.properties,
        told.context,
        action=told.action.name,
        now=asked.now,
    )
    if isinstance(question, Fault):
        return _found([], context=question.told())
    of = ["resources", told.model_dump(mode="json", exclude={"page"})]
    before = place(of, told.page.token, list)
    inner, last = (None, None) if before is None else _read(before)
    page = resolving.choices(asked.db, question, after=inner, limit=told.page.limit)
    parties = [one.represented for one in page.representations if permits(one, told.context)]
    if before is None and (own := resolving.own(asked.db, question)).allowed and own.step_up is None:
        parties.insert(0, question.acting)
    seen = [id for id in dict.fromkeys(parties) if id != last]
    ended = page.representations[-1].represented if page.representations else None
    following = "" if page.next is None else cursor(of, [page.next, ended])
    return _found([{"type": "party", "id": id} for id in seen], following)


def _read(before: list[object]) -> tuple[str | None, str | None]:
    match before:
        case [str(inner), str(last)]:
            return inner, last
    return None, None


def _actions(asked: Asked) -> Document | Problem:
    told: ActionSearch = asked.body
    if told.page.token:
        return Problem(Refusal.BAD_CURSOR, "the actions of a service are on one page")
    question = question_of(
        asked.db, told.subject, told.resource.properties, told.context, action=None, now=asked.now
    )
    if isinstance(question, Fault):
        return _found([], context=question.told())
    party = told.resource.id
    if told.resource.type != "party" or lookup.party(asked.db, party) is None:
        return _found([], context=Fault(Why.UNKNOWN_PARTY, "resource").told())
    permitted = [
        action
        for action in question.service.actions
        if _permits(asked, question, party, action, told.context)
    ]
    return _found([{"name": action} for action in permitted])


def _subjects(asked: Asked) -> Document:
    told: SubjectSearch = asked.body
    if told.subject.type != "person":
        return _found([], context=Fault(Why.NOT_A_PERSON, "subject.type").told())
    question = question_by(
        asked.db,
        "",
        told.subject.properties,
        told.resource.properties,
        told.context,
        action=told.action.name,
        now=asked.now,
    )
    if isinstance(question, Fault):
        return _found([], context=question.told())
    party = told.resource.id
    if told.resource.type != "party" or lookup.party(asked.db, party) is None:
        return _found([], context=Fault(Why.UNKNOWN_PARTY, "resource").told())
    of = ["subjects", told.model_dump(mode="json", exclude={"page"})]
    after = place(of, told.page.token or None, str) or ""
    if not after.isprintable():
        raise BadCursor
    might = might_represent(asked.db, question, party, after=after, most=_MOST_JUDGED)
    found: list[str] = []
    for id in might.persons:
        if len(found) == told.page.limit:
            break
        after = id
        if _permits(asked, replace(question, acting=id), party, told.action.name, told.context):
            found.append(id)
    judged_all = not might.persons or after == might.persons[-1]
    following = "" if judged_all and not might.more else cursor(of, after)
    context = {"truncated": True} if might.cut else None
    return _found([{"type": "person", "id": id} for id in found], following, context=context)


def _permits(asked: Asked, question: Question, party: str, action: str, context: Context) -> bool:
    """Asked for each by itself: the best path for all of them may lack one that another has (R6, R15)."""
    one = replace(question, actions=(action,))
    if party == question.acting:
        own = resolving.own(asked.db, one)
        return own.allowed and own.step_up is None
    return any(permits(found, context) for found in resolving.check(asked.db, one, party))


def _found(results: list[Document], following: str = "", *, context: Document | None = None) -> Document:
    document: Document = {"page": {"next_token": following, "count": len(results)}}
    if context is not None:
        document["context"] = context
    return document | {"results": results}


OPERATIONS: Final = (
    Operation(
        "searchResources", "POST", "/access/v1/search/resource", Scope.RESOLVE,
        "For which parties may this person do that? (AuthZEN 1.0)", ResourcesFound, _resources,
        body=ResourceSearch, refuses=(Refusal.BAD_CURSOR,),
    ),
    Operation(
        "searchSubjects", "POST", "/access/v1/search/subject", Scope.REPRESENTATIVES,
        "Who may do that for this party? (AuthZEN 1.0)", SubjectsFound, _subjects,
        body=SubjectSearch, refuses=(Refusal.BAD_CURSOR,),
    ),
    Operation(
        "searchActions", "POST", "/access/v1/search/action", Scope.RESOLVE,
        "What may this person do for that party? (AuthZEN 1.0)", ActionsFound, _actions,
        body=ActionSearch, refuses=(Refusal.BAD_CURSOR,),
    ),
)  # fmt: skip
