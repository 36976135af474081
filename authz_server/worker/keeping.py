"""The duty `keeping`: one round through what the register keeps for some years, erasing what is older (G8).

Mandates that ended come first, then offers that are over, then appointments, then who logged in for whom. It walks as
the broom does (`sweeping`): a page at a time, and the lock for writing only where something is to be erased. While an
import lands it steps aside, and where nothing was written to the journal for long: the clock may have jumped years
ahead, and what was erased never comes back.
"""

import json
from collections import Counter
from typing import Final, Protocol, TypeVar

from claims.instants import CLOCKS_DIFFER, Instant
from claims.keeping import Periods
from claims.register import old_appointments, old_mandates, old_offers, old_uses
from claims.register.old_uses import BEGIN
from claims.register.personal import Vault
from keys.storage import Connected, Database

__all__ = ["Round"]

_MANDATES: Final = "mandates"
_OFFERS: Final = "offers"
_APPOINTMENTS: Final = "appointments"
_USES: Final = "uses"

_After = TypeVar("_After", contravariant=True)
_Seen = TypeVar("_Seen", covariant=True)


class _Look(Protocol[_After, _Seen]):
    """A page of what is old, behind a place."""

    def __call__(self, db: Connected, periods: Periods, after: _After, *, at: Instant) -> _Seen: ...


class _Erase(Protocol):
    """Erasing what is old: how many they were, None where it is not the moment."""

    def __call__(
        self,
        db: Connected,
        vault: Vault,
        ids: tuple[str, ...],
        periods: Periods,
        /,
        *,
        at: Instant,
        now: Instant,
    ) -> int | None: ...


class Round:
    """One round. `position` tells where it is, in a text from which another process can go on."""

    def __init__(self, database: Database, vault: Vault, periods: Periods, *, position: str = "") -> None:
        self.removed: Final[Counter[str]] = Counter()
        self._database: Final = database
        self._vault: Final = vault
        self._periods: Final = periods
        self._mandate: str | None = ""  # after which to look; None: no more of them
        self._offer: str | None = ""
        self._appointment: str | None = ""
        self._batch: old_uses.Place | None = BEGIN
        if position:
            self._go_to(*json.loads(position))

    @property
    def position(self) -> str:
        """Empty at the end, where the next round begins."""
        if self._mandate is not None:
            return json.dumps([_MANDATES, self._mandate])
        if self._offer is not None:
            return json.dumps([_OFFERS, self._offer])
        if self._appointment is not None:
            return json.dumps([_APPOINTMENTS, self._appointment])
        return "" if self._batch is None else json.dumps([_USES, self._batch])

    def step(self, *, now: Instant) -> bool:
        """Go a little further; False when there is nothing left to look at, or it is not the moment."""
        at = now - CLOCKS_DIFFER
        if self._mandate is not None:
            return self._mandates(self._mandate, at, now)
        if self._offer is not None:
            return self._offers(self._offer, at, now)
        if self._appointment is not None:
            return self._appointments(self._appointment, at, now)
        return self._batch is not None and self._uses(self._batch, at, now)

    def _mandates(self, after: str, at: Instant, now: Instant) -> bool:
        seen = self._look(old_mandates.look, after, at)
        if not self._erased("register_links", old_mandates.erase, seen.ids, at, now):
            return False
        self._mandate = seen.next
        return True

    def _offers(self, after: str, at: Instant, now: Instant) -> bool:
        seen = self._look(old_offers.look, after, at)
        if not self._erased("register_offers", old_offers.erase, seen.ids, at, now):
            return False
        if seen.named:
            with self._database.writing() as db:
                if old_offers.forget_names(db, self._vault, seen.named, at=at, now=now) is None:
                    return False
        self._offer = seen.next
        return True

    def _appointments(self, after: str, at: Instant, now: Instant) -> bool:
        seen = self._look(old_appointments.look, after, at)
        if not self._erased("register_appointments", old_appointments.erase, seen.ids, at, now):
            return False
        self._appointment = seen.next
        return True

    def _uses(self, after: old_uses.Place, at: Instant, now: Instant) -> bool:
        seen = self._look(old_uses.look, after, at)
        if not self._erased("register_uses", old_uses.erase, seen.batches, at, now):
            return False
        self._batch = seen.next
        return self._batch is not None

    def _look(self, look: _Look[_After, _Seen], after: _After, at: Instant) -> _Seen:
        with self._database.reading() as db:
            return look(db, self._periods, after, at=at)

    def _erased(self, table: str, erase: _Erase, ids: tuple[str, ...], at: Instant, now: Instant) -> bool:
        """Erase what is old, where anything is; False where it is not the moment, with nothing done."""
        if not ids:
            return True
        with self._database.writing() as db:
            erased = erase(db, self._vault, ids, self._periods, at=at, now=now)
        if erased:
            self.removed[table] += erased
        return erased is not None

    def _go_to(self, what: str, after: object) -> None:
        """Begin there; at the beginning where another version of this program left it elsewhere."""
        if what == _MANDATES and isinstance(after, str):
            self._mandate = after
        elif what == _OFFERS and isinstance(after, str):
            self._mandate, self._offer = None, after
        elif what == _APPOINTMENTS and isinstance(after, str):
            self._mandate, self._offer, self._appointment = None, None, after
        elif what == _USES and isinstance(after, list) and len(after) == 2:
            self._mandate, self._offer, self._appointment = None, None, None
            self._batch = (str(after[0]), int(after[1]))
