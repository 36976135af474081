"""Lists of permissions over the API: looked at, and carried out on the word of somebody that a client brings (G4, G7, G10).

They are judged as the lists of the pages are, each line as what a person fills in is, and each is done once.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal, Undone
from authz_server.api.shapes import Id, Instant, Shape
from authz_server.api.words_brought import Word, brought
from authz_server.oidc.register_api import Scope
from claims.lists.columns import Column
from claims.lists.faults import FaultCode
from claims.lists.reading import MOST_BYTES
from claims.parties import PartyKind
from claims.register import lookup
from claims.register.entitling import entitlements
from claims.register.lists_done import Outcome, carry_out
from claims.register.lists_judged import Listing, Sort
from claims.register.lists_looked import look
from claims.register.lists_told import line_told, looked_faults, told_in_a_line

__all__ = ["OPERATIONS"]


class Listed(Word):
    """A list, as the text of a CSV file, on the word of who may give or accept for the organisation."""

    sort: Annotated[
        Literal["give", "ask"],
        Field(description="the organisation gives, or asks its clients for permissions"),
    ]
    list_: Annotated[
        str,
        StringConstraints(min_length=1, max_length=MOST_BYTES),
        Field(alias="list", description="the names of the columns, and a line for each permission"),
    ]


class ListedToDo(Listed):
    """The same, and which lines of it are carried out."""

    lines: Annotated[
        Literal["all", "good"], Field(description="all of them or none, or those with which nothing is wrong")
    ] = "all"


class FaultTold(Shape):
    """One thing that is wrong: of the file, of a line, or of a column of it. No value is repeated."""

    code: FaultCode
    line: Annotated[int | None, Field(description="counted from 1; null where it is about the file")]
    column: Annotated[
        Column | None, Field(description="null where it is about the line, or a column that is not known")
    ]
    repeats: Annotated[int | None, Field(description="the line that says the same")]
    why: Annotated[list[str], Field(description="why it cannot be granted, by the codes of docs/refusals.md")]


class LineSeen(Shape):
    """A line that can be carried out."""

    line: int
    before: Annotated[bool, Field(description="it was carried out before, and is not done anew")]


class LookedAt(Shape):
    """What would come of a list now. Nothing was done."""

    good: list[LineSeen]
    faults: list[FaultTold]


class LineDone(Shape):
    """What became of a line. A code of an employee is told here once: when the same request comes again it is null."""

    line: int
    outcome: Outcome
    offer: Id | None
    code: str | None
    lapses_at: Instant | None
    why: list[str]


class CarriedOut(Shape):
    """What became of the lines that were carried out, and what is wrong with the others."""

    done: list[LineDone]
    faults: list[FaultTold]


def _preview(asked: Asked) -> Document | Problem:
    listing = _listing(asked)
    if isinstance(listing, Problem):
        return listing
    looked = look(listing, Sort(asked.body.sort), asked.body.list_.encode())
    good = [{"line": one.wanted.line, "before": one.before} for one in looked.good]
    return {"good": good, "faults": looked_faults(looked)}


def _carry_out(asked: Asked) -> Document | Problem:
    listing = _listing(asked)
    if isinstance(listing, Problem):
        return listing
    body: ListedToDo = asked.body
    looked = look(listing, Sort(body.sort), body.list_.encode())
    if not looked.good or (body.lines == "all" and not looked.is_whole):
        return _faulty([told_in_a_line(one) for one in looked_faults(looked)])
    done = carry_out(listing, asked.context.codes, Sort(body.sort), [one.wanted for one in looked.good])
    lines = [line_told(one) for one in done]
    refused = [one for one in lines if one["why"]]
    if body.lines == "all" and refused:  # by what was done before it, in this very list
        raise Undone(_faulty([f"line {one['line']}: {one['why'][0]}" for one in refused]))
    return {"done": lines, "faults": looked_faults(looked)}


def _listing(asked: Asked) -> Listing | Problem:
    """The list's organisation and who brings it; refused where that person may not for all of it."""
    party = lookup.party(asked.db, asked.ids["party"])
    if party is None or party.kind is not PartyKind.ORGANISATION:
        return UNKNOWN_PARTY
    word = brought(asked)
    if isinstance(word, Problem):
        return word
    policy = asked.context.settings.evidence.policy
    listing = Listing.of(
        asked.db, asked.context.vault, party, by=asked.by, now=asked.now, policy=policy, brought=word
    )
    grounds = entitlements(asked.db, listing.facts, word.person, party.id, now=asked.now)
    if not any(one.alone or asked.body.sort == "give" for one in grounds):
        return Problem(Refusal.NOT_ENTITLED, "that person may not say so for that party, now")
    return listing


def _faulty(wrong: list[str]) -> Problem:
    faults = tuple(("/list", one) for one in wrong)
    return Problem(Refusal.LIST_HAS_FAULTS, "nothing was done: what is wrong stands under errors", faults)


def _without_codes(told: Document) -> Document:
    """What is remembered of the answer: a code is kept as a digest alone."""
    return {**told, "done": [{**one, "code": None} for one in told["done"]]}


_PATH: Final = "/api/v1/parties/{party}/lists"
_REFUSES: Final = (Refusal.UNKNOWN_PARTY, Refusal.NOT_ENTITLED)

OPERATIONS: Final = (
    Operation(
        "previewList", "POST", f"{_PATH}/preview", Scope.GRANT,
        "What would come of a list of permissions, line by line. Nothing is done.",
        LookedAt, _preview, body=Listed, refuses=_REFUSES,
    ),
    Operation(
        "carryOutList", "POST", _PATH, Scope.GRANT,
        "Give, or ask for, what a list of permissions says, each line once.",
        CarriedOut, _carry_out, body=ListedToDo, changes=True, refuses=(*_REFUSES, Refusal.LIST_HAS_FAULTS),
        remembered=_without_codes,
    ),
)  # fmt: skip
