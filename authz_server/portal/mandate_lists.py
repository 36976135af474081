"""What a party has given and what it was given, as lists on a page: those that stand, or those that are over."""

from dataclasses import dataclass
from typing import Any, Final, Protocol

from flask import request

from authz_server.portal.paging import further
from authz_server.portal.told import Given, told, ways
from claims.catalogue import Service
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party
from claims.register.managing import Authority
from claims.register.overview import MandatePage
from claims.register.readable import Readable
from claims.register.standing_mandates import Listing
from keys.storage import Connected

__all__ = ["AT_ONCE", "ListOf", "Lists", "lists_of"]

AT_ONCE: Final = 50


class ListOf(Protocol):
    """Mandates that stand, or those that are over (`standing_mandates`)."""

    def __call__(
        self, db: Connected, listing: Listing, party: str, *, now: Instant, after: str | None, limit: int
    ) -> MandatePage: ...


@dataclass(frozen=True, slots=True)
class Lists:
    """What a page shows of the mandates of a party, and who they are about."""

    mine: tuple[Authority, ...]
    given: MandatePage
    received: MandatePage
    review: frozenset[str] = frozenset()  # of what was given, by who has left (G13)

    @property
    def named(self) -> set[str]:
        return {
            *(one.representative for one in self.given.mandates),
            *(one.represented for one in self.received.mandates),
        }

    def shown(
        self, parties: dict[str, Party], services: dict[str, Service], *, now: Instant
    ) -> dict[str, Any]:
        """The rows as the page has them."""

        def row(one: Mandate, other: str, *, given: bool) -> Given:
            reached = any(ground.reaches(one) if given else ground.receives(one) for ground in self.mine)
            open_ways = ways(one, now, given=given) if reached else ()
            marked = given and one.id in self.review
            if marked and reached:
                open_ways = (*open_ways, "keep")
            other_side = parties.get(other)
            return told(
                one, other_side, services, parties, now=now, ways=open_ways, history=reached, review=marked
            )

        return {
            "given": [row(one, one.representative, given=True) for one in self.given.mandates],
            "more_given": further("given", self.given.next),
            "received": [row(one, one.represented, given=False) for one in self.received.mandates],
            "more_received": further("received", self.received.next),
        }


def lists_of(readable: Readable, list_of: ListOf, mine: tuple[Authority, ...], party_id: str) -> Lists:
    """Of this party, from the places that the address of the page tells."""

    def given(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> MandatePage:
        return readable.given(party, after=after, limit=limit)

    def received(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> MandatePage:
        return readable.received(party, after=after, limit=limit)

    db, now = readable.db, readable.now
    return Lists(
        mine,
        list_of(db, given, party_id, now=now, after=request.args.get("given"), limit=AT_ONCE),
        list_of(db, received, party_id, now=now, after=request.args.get("received"), limit=AT_ONCE),
    )
