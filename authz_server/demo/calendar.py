"""The demo world, moved to today: its stories are told from a fixed day and must stay true on every other.

Every instant moves, in Amsterdam's calendar, by the days since the world was written; so do the births of
those who were under 21 then, whose age their stories turn on. Midnight stays midnight, whatever daylight
saving does in between, and an instant that a spring morning skips comes an hour later.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from claims.instants import AMSTERDAM, Instant, birthday, day_of, parse_instant, start_of_day, written

__all__ = ["TOLD_ON", "moved", "moved_instant"]

TOLD_ON: Final = date(2026, 11, 23)
_GROWN_UP: Final = 21
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def moved(world: Any, now: Instant) -> Any:
    """A copy of the world file `world` as it is told at `now`."""
    days = (day_of(now) - TOLD_ON).days
    return _moved(world, days)


def _moved(value: Any, days: int) -> Any:
    if isinstance(value, dict):
        return {key: _born(one, days) if key == "born" else _moved(one, days) for key, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, days) for one in value]
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return written(moved_instant(parse_instant(value), days))
    return value


def moved_instant(instant: Instant, days: int) -> Instant:
    """`instant`, the same time of day in Amsterdam, `days` days later (or earlier: below zero)."""
    local = datetime.fromtimestamp(instant, AMSTERDAM)
    there = local.replace(tzinfo=None, fold=0) + timedelta(days=days)
    moved = datetime.fromtimestamp(there.replace(tzinfo=AMSTERDAM, fold=local.fold).timestamp(), AMSTERDAM)
    if moved.replace(tzinfo=None, fold=0) != there:
        # a local time that spring skips: as far after the skip, so an hour later
        moved = there.replace(tzinfo=AMSTERDAM, fold=0)
    return int(moved.timestamp())


def _born(text: str, days: int) -> str:
    born = date.fromisoformat(text)
    if birthday(born, _GROWN_UP) <= start_of_day(TOLD_ON):
        return text
    return (born + timedelta(days=days)).isoformat()
