"""What both sides read of a party: what was over too long ago is left out, though it is kept for longer (G8)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from claims.instants import Instant
from claims.keeping import Periods, first_end
from claims.mandates import Mandate
from claims.register import lookup, overview, uses
from claims.register.overview import MandatePage
from claims.register.uses import UsePage
from keys.storage import Connected

__all__ = ["Readable"]

_LOOKS: Final = 20  # pages that a page is made of at most, where most of what a party has ended long ago

Among = Callable[[list[Mandate]], list[Mandate]]


class _List(Protocol):
    def __call__(
        self, db: Connected, party: str, *, after: str | None = None, limit: int = 100
    ) -> MandatePage: ...


@dataclass(frozen=True, slots=True)
class Readable:
    """The lists of `overview` and `uses` as of `now`, in one unit of work.

    A page may hold less than was asked for, even nothing, and lead on.
    """

    db: Connected
    periods: Periods
    now: Instant

    def given(
        self, party: str, *, after: str | None = None, limit: int = 100, among: Among = list
    ) -> MandatePage:
        """The mandates that the party gave, as `overview.given`; those that `among` finds among them."""
        return self._page(overview.given, party, after, limit, among)

    def received(
        self, party: str, *, after: str | None = None, limit: int = 100, among: Among = list
    ) -> MandatePage:
        """The mandates that were given to the party, as `overview.received`, likewise."""
        return self._page(overview.received, party, after, limit, among)

    def uses(self, party: str, *, before: int | None = None, limit: int = 50) -> UsePage:
        """Who logged in on behalf of the party, as `uses.of`."""
        page = uses.of(self.db, party, before=before, limit=limit)
        shown = tuple(use for use in page.uses if self.periods.is_readable(use.at, self.now))
        return UsePage(shown, page.next if len(shown) == len(page.uses) else None)

    def shows(self, mandate: Mandate) -> bool:
        """Whether its two sides still read of this mandate."""
        return bool(self._still([mandate]))

    def _page(self, read: _List, party: str, after: str | None, limit: int, among: Among) -> MandatePage:
        found: list[Mandate] = []
        for _ in range(_LOOKS):
            page = read(self.db, party, after=after, limit=limit)
            found += among(self._still(page.mandates))
            after = page.next
            if after is None or len(found) >= limit:
                break
        if len(found) > limit:
            return MandatePage(tuple(found[:limit]), found[limit - 1].id)
        return MandatePage(tuple(found), after)

    def _still(self, mandates: Iterable[Mandate]) -> list[Mandate]:
        mandates = list(mandates)
        parties = lookup.parties(
            self.db, (id for one in mandates for id in (one.represented, one.representative))
        )
        ceased = {id: party.ceased_at for id, party in parties.items()}
        return [
            one
            for one in mandates
            if self.periods.is_readable(
                first_end(
                    one.revoked_at, one.until, ceased.get(one.represented), ceased.get(one.representative)
                ),
                self.now,
            )
        ]
