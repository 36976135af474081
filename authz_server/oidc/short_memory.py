"""Registrations as this process read them: a login need not read and parse its client again each time."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from keys.storage import Connected, Database, Row, Statement

__all__ = ["ShortMemory"]

_MOST_HELD: Final = 2048  # registrations, of a few kilobytes each
_STALE_AFTER: Final = 1.0  # seconds: a change or removal by another process acts within that time

T = TypeVar("T")


class ShortMemory(Generic[T]):
    """Finds what `one` selects by its `:key`, made by `build`; at most a second stale.

    Those that were read longest ago make room: there may be a hundred thousand clients, and few of them at a time.
    An unchanged row keeps its value, and with it what was worked out of it (imported keys). That there is no such row
    is remembered as long, apart from the others: by how long an answer takes, nobody learns which clients there are.
    """

    def __init__(self, one: Statement, build: Callable[[Row], T], *, most: int = _MOST_HELD) -> None:
        self._most: Final = most
        self._one: Final = one
        self._build: Final = build
        self._held: Final[WeakKeyDictionary[Database, dict[str, tuple[float, Row, T]]]] = WeakKeyDictionary()
        self._absent: Final[WeakKeyDictionary[Database, dict[str, float]]] = WeakKeyDictionary()

    def find(self, database: Database, db: Connected | None, key: str) -> T | None:
        """The value; without `db` a unit of work of its own reads it."""
        held = self._held.setdefault(database, {})
        entry = held.get(key)
        moment = monotonic()
        if entry is not None and moment - entry[0] < _STALE_AFTER:
            return entry[2]
        absent = self._absent.setdefault(database, {})
        if moment - absent.get(key, -_STALE_AFTER) < _STALE_AFTER:
            return None
        if db is None:
            with database.reading() as db:
                row = db.one(self._one, {"key": key})
        else:
            row = db.one(self._one, {"key": key})
        if row is None:
            held.pop(key, None)
            absent.pop(key, None)
            absent[key] = moment
            self._make_room(absent)
            return None
        row = tuple(row)
        value = entry[2] if entry is not None and entry[1] == row else self._build(row)
        held.pop(key, None)
        held[key] = (moment, row, value)
        self._make_room(held)
        return value

    def forget(self, database: Database, key: str) -> None:
        """Read it anew the next time."""
        self._held.setdefault(database, {}).pop(key, None)
        self._absent.setdefault(database, {}).pop(key, None)

    def _make_room(self, read: dict[str, Any]) -> None:
        if len(read) > self._most:
            for oldest in list(read)[: self._most // 8]:
                read.pop(oldest, None)
