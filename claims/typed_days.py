"""Days that people type, as days in Amsterdam."""

import re
from datetime import date, timedelta
from typing import Final

from claims.instants import Instant, start_of_day

__all__ = ["end_of", "typed_day"]

_ISO: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_DUTCH: Final = re.compile(r"(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2})[-/. ](?P<year>\d{4})", re.ASCII)
_LAST_YEAR: Final = 9000  # what is later cannot be reckoned with


def typed_day(text: str) -> date | None:
    """The day that was typed, as a browser's own date field sends it or as people write it; None for anything else."""
    text = text.strip()
    found = _ISO.fullmatch(text) or _DUTCH.fullmatch(text)
    if found is None:
        return None
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return day if day.year < _LAST_YEAR else None


def end_of(day: date) -> Instant:
    """When something ends that holds until and including this day."""
    return start_of_day(day + timedelta(days=1))
