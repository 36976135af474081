"""Means that an organisation does not want used on its behalf: listed, and set and lifted on its request (G12)."""

from collections.abc import Callable
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import Reason, a_number_in
from authz_server.api.paging import BadCursor, PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Instant, Shape
from authz_server.oidc.register_api import Scope
from claims.instants import written
from claims.organisation import Block
from claims.register import lookup, means
from claims.register.means import Refused, Why
from claims.worldfile import record_as_json

__all__ = ["OPERATIONS"]

_WHY_NOT: Final = {
    Why.UNKNOWN_MEANS: Problem(
        Refusal.UNKNOWN_MEANS, "nobody used that means on this organisation's behalf as its own person"
    ),
    Why.ALREADY_BLOCKED: Problem(Refusal.ALREADY_BLOCKED, "that means is blocked already"),
    Why.NOT_BLOCKED: Problem(Refusal.NOT_BLOCKED, "that means is not blocked"),
}
_Text = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]


class OneMeans(Shape):
    """Whose means, on whose request, and why."""

    person: _Text
    authenticator: _Text
    reason: Reason


class UsedTold(Shape):
    """A person of the organisation logged in on its behalf with this authenticator: first and last when, to the hour."""

    person: Id
    authenticator: str
    first_at: Instant
    last_at: Instant


class MeansPageFound(Shape):
    """A page of means, by person; it may be short and still lead on."""

    means: list[UsedTold]
    next: str | None


class BlockTold(Shape):
    """An organisation does not want this authenticator of this person used on its behalf."""

    organisation: Id
    person: Id
    authenticator: str
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant | None = None
    recorded_at: Instant | None = None


class BlockFound(Shape):
    """One block."""

    block: BlockTold


class BlocksFound(Shape):
    """The blocks of an organisation, past ones too, by person."""

    blocks: list[BlockTold]


def _blocks(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    return {"blocks": [record_as_json(one) for one in means.blocks_of(asked.db, party)]}


def _used(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    of = ["means", party]
    last = place(of, asked.query.cursor, list)
    if last is not None and not (len(last) == 2 and all(_is_legible(one) for one in last)):
        raise BadCursor
    after = None if last is None else (last[0], last[1])
    found = means.used(asked.db, party, after=after, limit=asked.query.limit)
    periods = asked.context.settings.keeping.periods
    return {
        "means": [
            {
                "person": one.person,
                "authenticator": one.authenticator,
                "first_at": written(one.first_at),
                "last_at": written(one.last_at),
            }
            for one in found.used
            if periods.is_readable(one.last_at, asked.now)
        ],
        "next": None if found.next is None else cursor(of, list(found.next)),
    }


def _is_legible(one: object) -> bool:
    return isinstance(one, str) and one.isprintable()


def _changes(change: Callable[..., Block | Refused]) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        body: OneMeans = asked.body
        if (problem := a_number_in(body.reason)) is not None:
            return problem
        party = asked.ids["party"]
        if lookup.party(asked.db, party) is None:
            return UNKNOWN_PARTY
        done = change(
            asked.db,
            asked.context.vault,
            party,
            body.person,
            body.authenticator,
            by=asked.by,
            now=asked.now,
            reason=body.reason,
        )
        return _WHY_NOT[done.why] if isinstance(done, Refused) else {"block": record_as_json(done)}

    return answer


_BLOCKS: Final = "/api/v1/parties/{party}/blocks"
_NOT_DONE: Final = (Refusal.UNKNOWN_PARTY, Refusal.REASON_HOLDS_A_NUMBER)

OPERATIONS: Final = (
    Operation(
        "listMeans", "GET", "/api/v1/parties/{party}/means", Scope.READ,
        "With which means its people logged in on the organisation's behalf.",
        MeansPageFound, _used, PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "listBlocks", "GET", _BLOCKS, Scope.READ, "Which means the organisation does not want used on its behalf.",
        BlocksFound, _blocks, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "blockMeans", "POST", f"{_BLOCKS}/set", Scope.SUPPORT,
        "Let a means that was used on the organisation's behalf open nothing there any more, on its request.",
        BlockFound, _changes(means.block), body=OneMeans, changes=True,
        refuses=(*_NOT_DONE, Refusal.UNKNOWN_MEANS, Refusal.ALREADY_BLOCKED),
    ),
    Operation(
        "liftBlock", "POST", f"{_BLOCKS}/lift", Scope.SUPPORT, "Let a means that was blocked be used again.",
        BlockFound, _changes(means.lift), body=OneMeans, changes=True,
        refuses=(*_NOT_DONE, Refusal.NOT_BLOCKED),
    ),
)  # fmt: skip
