"""Whom may this person represent, and why not: what `namens resolve` and `explain` answer, in the same JSON."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Instant, Level, Limits, Shape
from authz_server.oidc.register_api import Scope
from claims.register import asking, looking_back, resolving
from claims.register.answering import explanation_as_json, representation_as_json
from claims.register.asking import Unanswerable
from claims.register.explaining import explain

__all__ = ["OPERATIONS"]


class Question(Shape):
    """A question as `namens resolve --batch` reads it; a member that is null is absent."""

    acting: Annotated[str, Field(description="the party id of the person who acts")]
    service: str
    at: Instant
    login_assurance: Level
    authenticator: str | None = None
    actions: list[str] | None = None
    minimum: Level | None = None
    as_known_at: Annotated[Instant | None, Field(description="answer by what the register knew then")] = None


class QuestionOfOne(Question):
    """A question that also names whom."""

    represented: str


class Representation(Shape):
    """One answer: for whom, by which path, how sure that is, for what, and until when."""

    represented: str
    branch: str | None
    through: str | None
    path: list[str]
    intermediaries: list[str]
    assurance: Level
    effective_assurance: Level
    step_up: Level | None
    other_means: bool
    actions: list[str]
    until: Instant | None
    limits: Limits | None = None


class Resolution(Shape):
    """A page of the answer, in the order of rule R18. `self` is the same on every page."""

    self_: Annotated[bool, Field(alias="self")]
    self_step_up: Level | None
    representations: list[Representation]
    next: str | None


class Broken(Shape):
    """A rule (`docs/mandates.md`) that a link breaks, counted from 1; null for a rule about the whole path."""

    rule: str
    link: int | None


class ExplainedPath(Shape):
    """A chain of links, and what it breaks."""

    path: list[str]
    broken: list[Broken]


class Explanation(Shape):
    """Every chain of at most 8 links between the two; `truncated` where there are more than 100."""

    paths: list[ExplainedPath]
    truncated: Literal[True] | None = None


def _resolve(asked: Asked) -> Document | Problem:
    try:
        question = asking.read(asked.db, asked.body)
    except Unanswerable as refused:
        return _unanswerable(refused)
    of = ["resolve", asked.body]
    limit = asked.query.limit
    found: list[Any]
    if question.as_known_at is None:
        after = place(of, asked.query.cursor, str)
        own = resolving.own(asked.db, question.question)
        page = resolving.choices(asked.db, question.question, after=after, limit=limit)
        found, following = list(page.representations), page.next
    else:
        first = place(of, asked.query.cursor, int) or 0
        whole = looking_back.resolve_as_known(asked.db, question.question, question.as_known_at)
        own, found = whole.own, list(whole.representations[first : first + limit])
        following = first + limit if len(whole.representations) > first + limit else None
    return {
        "self": own.allowed,
        "self_step_up": None if own.step_up is None else own.step_up.word,
        "representations": [representation_as_json(one) for one in found],
        "next": None if following is None else cursor(of, following),
    }


def _explain(asked: Asked) -> Document | Problem:
    try:
        question = asking.read(asked.db, asked.body, names_represented=True)
    except Unanswerable as refused:
        return _unanswerable(refused)
    represented = question.represented or ""
    if question.as_known_at is None:
        return explanation_as_json(explain(asked.db, question.question, represented))
    return explanation_as_json(
        looking_back.explain_as_known(asked.db, question.question, represented, question.as_known_at)
    )


def _unanswerable(refused: Unanswerable) -> Problem:
    where = "" if refused.member is None else f"/{refused.member}"
    return Problem(Refusal.UNANSWERABLE, "the question", ((where, refused.what),), code=refused.why.value)


OPERATIONS: Final = (
    Operation(
        "resolve", "POST", "/api/v1/resolve", Scope.RESOLVE, "Whom a person may represent at a service.",
        Resolution, _resolve, PageQuery, Question, reads_itself=True, refuses=(Refusal.UNANSWERABLE,),
    ),
    Operation(
        "explain", "POST", "/api/v1/explain", Scope.EXPLAIN, "Why a person may, or may not, represent one party.",
        Explanation, _explain, body=QuestionOfOne, reads_itself=True, refuses=(Refusal.UNANSWERABLE,),
    ),
)  # fmt: skip
