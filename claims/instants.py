"""Instants and days: when something holds.

An instant is a whole number of seconds since 1970-01-01T00:00:00Z, in code, in the database and in a token
alike; on the edges it is written `YYYY-MM-DDThh:mm:ssZ` and nothing else. A period is half-open,
`[from, until)`. A day that a person types is a day in Amsterdam.
"""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

__all__ = [
    "AMSTERDAM",
    "CLOCKS_DIFFER",
    "LATEST",
    "Instant",
    "birthday",
    "day_of",
    "parse_instant",
    "start_of_day",
    "written",
]

Instant = int
AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
CLOCKS_DIFFER: Final = 60  # seconds, at most, between the clocks of machines that share a register
LATEST: Final = 2**35  # no instant that somebody tells lies behind this: dates are reckoned with further on
_FORM: Final = re.compile(r"\d{4}-\d{2}-\d{2}T(?!24)\d{2}:\d{2}:\d{2}Z", re.ASCII)
_WRONG_FORM: Final = "an instant is written YYYY-MM-DDThh:mm:ssZ"
_KEPT: Final = 4096


def parse_instant(text: object) -> Instant:
    """The instant written `YYYY-MM-DDThh:mm:ssZ`; ValueError for any other form or an impossible date."""
    if not isinstance(text, str):
        raise ValueError(_WRONG_FORM)
    return _parsed(text)


# The records of a register begin and end at few different instants.
@lru_cache(_KEPT)
def _parsed(text: str) -> Instant:
    if not _FORM.fullmatch(text):
        raise ValueError(_WRONG_FORM)
    return int(datetime.fromisoformat(text).timestamp())


@lru_cache(_KEPT)
def written(instant: Instant) -> str:
    """The instant as `YYYY-MM-DDThh:mm:ssZ`."""
    return f"{datetime.fromtimestamp(instant, UTC).isoformat()[:19]}Z"


def start_of_day(day: date) -> Instant:
    """The first instant of `day` in Amsterdam."""
    return int(datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM).timestamp())


def day_of(instant: Instant) -> date:
    """The day in Amsterdam on which `instant` falls."""
    return datetime.fromtimestamp(instant, AMSTERDAM).date()


def birthday(born: date, age: int) -> Instant:
    """The first instant at which somebody born on `born` is `age` years old.

    Somebody born on 29 February reaches an age on 1 March in a year that has no 29 February (R3).
    """
    try:
        day = born.replace(year=born.year + age)
    except ValueError:
        day = date(born.year + age, 3, 1)
    return start_of_day(day)
