"""The mandates of a party that are in force or to come, and apart from them those that are over; page by page.

Whether a mandate is over stands in its record, and may follow from a party that is no longer there. So rows are read in
the order of their index and looked at, a bounded number for a page: a page may be short, and still lead on.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party
from claims.register import lookup
from claims.register.overview import MandatePage
from keys.storage import Connected

__all__ = ["Listing", "ended_at", "over", "standing"]

_MOST_LOOKED_AT: Final = 500  # rows for one page


class Listing(Protocol):
    """`overview.given` or `overview.received`."""

    def __call__(
        self, db: Connected, party: str, *, after: str | None = None, limit: int = 100
    ) -> MandatePage: ...


def standing(
    db: Connected, listing: Listing, party: str, *, now: Instant, after: str | None, limit: int
) -> MandatePage:
    """Those that are not over; `after` is the `next` of a page."""
    return _page(db, listing, party, now=now, after=after, limit=limit, over=False)


def over(
    db: Connected, listing: Listing, party: str, *, now: Instant, after: str | None, limit: int
) -> MandatePage:
    """Those that are over."""
    return _page(db, listing, party, now=now, after=after, limit=limit, over=True)


def ended_at(mandate: Mandate, parties: Mapping[str, Party], now: Instant) -> Instant | None:
    """Since when it is over: revoked, past its end, or with somebody who is no longer there (R4); None while it is not."""
    both = [parties[id] for id in (mandate.represented, mandate.representative) if id in parties]
    known = (mandate.revoked_at, mandate.until, *(party.ceased_at for party in both))
    ends = [end for end in known if end is not None and end <= now]
    return min(ends) if ends else None


def _page(
    db: Connected, listing: Listing, party: str, *, now: Instant, after: str | None, limit: int, over: bool
) -> MandatePage:
    found: list[Mandate] = []
    for _ in range(max(1, _MOST_LOOKED_AT // limit)):
        page = listing(db, party, after=after, limit=limit)
        parties = lookup.parties(
            db, {id for one in page.mandates for id in (one.represented, one.representative)}
        )
        for one in page.mandates:
            if (ended_at(one, parties, now) is not None) == over:
                if len(found) == limit:
                    return MandatePage(tuple(found), found[-1].id)
                found.append(one)
        after = page.next
        if after is None:
            return MandatePage(tuple(found), None)
    return MandatePage(tuple(found), after)
