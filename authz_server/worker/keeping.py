"""The duty `keeping`: one round through what the register keeps for some years, erasing what is older (G8).

Mandates that ended come first, then offers that are over, then appointments, at desks too, then visits to desks, then who
logged in for whom. It walks as the broom does (`sweeping`): a page at a time, and the lock for writing only where
something is to be erased. While an import lands it steps aside, and where nothing was written to the journal for long: the
clock may have jumped years ahead, and what was erased never comes back.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from claims.instants import CLOCKS_DIFFER, Instant
from claims.keeping import Periods
from claims.register import old_appointments, old_mandates, old_offers, old_uses, old_visits
from claims.register.old_offers import OldOffers
from claims.register.old_uses import BEGIN
from claims.register.personal import Vault
from keys.storage import Database

__all__ = ["Round"]


class _Found(Protocol):
    """What a look finds: records that are kept no longer, and after which to look on."""

    @property
    def ids(self) -> tuple[str, ...]: ...

    @property
    def next(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class _Walk:
    """Along the records of one kind, by their ids; `table` is where what it erases was."""

    name: str
    table: str
    look: Callable[..., _Found]
    erase: Callable[..., int | None]


_WALKS: Final = (
    _Walk("mandates", "register_links", old_mandates.look, old_mandates.erase),
    _Walk("offers", "register_offers", old_offers.look, old_offers.erase),
    _Walk("appointments", "register_appointments", old_appointments.look, old_appointments.erase),
    _Walk(
        "desk_appointments",
        "register_desk_appointments",
        old_appointments.AT_DESKS.look,
        old_appointments.AT_DESKS.erase,
    ),
    _Walk("visits", "register_visits", old_visits.look, old_visits.erase),
)
_NAMES: Final = [one.name for one in _WALKS]
_USES: Final = "uses"


class Round:
    """One round. `position` tells where it is, in a text from which another process can go on."""

    def __init__(self, database: Database, vault: Vault, periods: Periods, *, position: str = "") -> None:
        self.removed: Final[Counter[str]] = Counter()
        self._database: Final = database
        self._vault: Final = vault
        self._periods: Final = periods
        self._walk: int = 0  # on which of the walks; behind the last come the uses
        self._after: str = ""
        self._batch: old_uses.Place | None = BEGIN
        if position:
            self._go_to(*json.loads(position))

    @property
    def position(self) -> str:
        """Empty at the end, where the next round begins."""
        if self._walk < len(_WALKS):
            return json.dumps([_NAMES[self._walk], self._after])
        return "" if self._batch is None else json.dumps([_USES, self._batch])

    def step(self, *, now: Instant) -> bool:
        """Go a little further; False when there is nothing left to look at, or it is not the moment."""
        at = now - CLOCKS_DIFFER
        if self._walk < len(_WALKS):
            return self._records(_WALKS[self._walk], at, now)
        return self._batch is not None and self._uses(self._batch, at, now)

    def _records(self, walk: _Walk, at: Instant, now: Instant) -> bool:
        with self._database.reading() as db:
            seen = walk.look(db, self._periods, self._after, at=at)
        if seen.ids:
            with self._database.writing() as db:
                erased = walk.erase(db, self._vault, seen.ids, self._periods, at=at, now=now)
            if erased is None:
                return False
            self._count(walk.table, erased)
        if isinstance(seen, OldOffers) and seen.named:
            with self._database.writing() as db:
                if old_offers.forget_names(db, self._vault, seen.named, at=at, now=now) is None:
                    return False
        if seen.next is None:
            self._walk, self._after = self._walk + 1, ""
        else:
            self._after = seen.next
        return True

    def _uses(self, after: old_uses.Place, at: Instant, now: Instant) -> bool:
        with self._database.reading() as db:
            seen = old_uses.look(db, self._periods, after, at=at)
        if seen.batches:
            with self._database.writing() as db:
                erased = old_uses.erase(db, self._vault, seen.batches, self._periods, at=at, now=now)
            if erased is None:
                return False
            self._count("register_uses", erased)
        self._batch = seen.next
        return self._batch is not None

    def _count(self, table: str, erased: int) -> None:
        if erased:
            self.removed[table] += erased

    def _go_to(self, what: str, after: object) -> None:
        """Begin there; at the beginning where another version of this program left it elsewhere."""
        if what in _NAMES and isinstance(after, str):
            self._walk, self._after = _NAMES.index(what), after
        elif what == _USES and isinstance(after, list) and len(after) == 2:
            self._walk = len(_WALKS)
            self._batch = (str(after[0]), int(after[1]))
