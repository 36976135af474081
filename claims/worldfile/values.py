"""Single values of a world file: each function gives the value as what it means.

TypeError where it is of another type, ValueError where it is not of the right form; neither repeats it.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from claims.instants import Instant, parse_instant
from claims.mandates import is_digest
from claims.parties import cleaned

__all__ = [
    "ID_FORM",
    "INSTANT_FORM",
    "day",
    "digest",
    "flag",
    "instant",
    "opaque_id",
    "or_none",
    "shown_text",
    "text",
    "word",
]

T = TypeVar("T")
_ID_AT_MOST: Final = 255
_WORD_AT_MOST: Final = 64
_LATEST_YEAR: Final = 9000  # so that every age is reached before the calendar ends
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ID_FORM: Final = f"an id is a text of 1 to {_ID_AT_MOST} visible signs"
INSTANT_FORM: Final = "write an instant as YYYY-MM-DDThh:mm:ssZ"


def text(value: object) -> str:
    """A text of whatever signs."""
    if not isinstance(value, str):
        raise TypeError
    return value


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def opaque_id(value: object) -> str:
    """An opaque id."""
    told = text(value)
    if not 0 < len(told) <= _ID_AT_MOST or not told.isprintable() or " " in told:
        raise ValueError
    return told


def shown_text(value: object) -> str:
    """A text for people, without signs that are not seen, and not empty."""
    told = cleaned(text(value))
    if not told.strip() or (not told.isascii() and any("\ud800" <= sign <= "\udfff" for sign in told)):
        raise ValueError
    return told


def digest(value: object) -> str:
    """A SHA-256 digest of a document."""
    told = text(value)
    if not is_digest(told):
        raise ValueError
    return told


def word(value: object) -> str:
    """A word such as `view`."""
    told = text(value)
    if not 0 < len(told) <= _WORD_AT_MOST or not told.isprintable() or " " in told or "," in told:
        raise ValueError
    return told


def instant(value: object) -> Instant:
    """An instant."""
    return parse_instant(text(value))


def day(value: object) -> date:
    """A day, before the calendar of `datetime` ends for somebody who was born on it."""
    told = text(value)
    if not _DAY.fullmatch(told):
        raise ValueError
    found = date.fromisoformat(told)
    if found.year > _LATEST_YEAR:
        raise ValueError
    return found


def or_none(check: Callable[[object], T]) -> Callable[[object], T | None]:
    """`check`, or None for null."""
    return lambda value: None if value is None else check(value)
