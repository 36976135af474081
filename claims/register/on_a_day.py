"""Which mandates were in force on one day, by what is known now and by what was known then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from claims.instants import Instant, start_of_day
from claims.mandates import Mandate
from claims.parties import Party
from claims.register import lookup
from claims.register.deriving import intervals
from claims.register.past import PastFacts
from keys.storage import Connected

__all__ = ["Known", "OnADay"]


class Known(StrEnum):
    """What is to be said of a mandate beside that day."""

    THEN_AND_NOW = "then_and_now"  # it was in force, and the register knew
    SINCE = "since"  # it was in force, which the register was told later
    NO_LONGER = "no_longer"  # by what the register knew it was in force, and that was corrected


@dataclass(frozen=True, slots=True)
class _Day:
    begins: Instant
    ends: Instant

    def sees(self, mandate: Mandate, party: Callable[[str], Party | None]) -> bool:
        """Whether the mandate was in force, its two parties there, at some instant of the day (R3, R4)."""
        last = self.ends
        for id in (mandate.represented, mandate.representative):
            found = party(id)
            if found is not None and found.ceased_at is not None:
                last = min(last, found.ceased_at)
        return any(start < last and self.begins < min(end, last) for start, end in intervals(mandate))


class OnADay:
    """A day in Amsterdam, past or to come, as it looks at `now`. What was known is that of the end of the day.

    What a mandate is otherwise (its services, its restrictions) is not looked at: this is a look at dates.
    """

    def __init__(self, db: Connected, day: date, now: Instant) -> None:
        self._db: Final = db
        self._day: Final = _Day(start_of_day(day), start_of_day(day + timedelta(days=1)))
        self._then: Final = PastFacts(db, min(self._day.ends - 1, now))
        self.known: Final[dict[str, Known]] = {}

    def among(self, mandates: Sequence[Mandate]) -> list[Mandate]:
        """Those of `mandates`, which are told as they are now, that belong to the day; `known` tells of each."""
        ids = {id for one in mandates for id in (one.represented, one.representative)}
        now = lookup.parties(self._db, ids)
        self._then.forget()
        self._then.fetch_parties(ids)
        self._then.fetch_links(one.id for one in mandates)
        for one in mandates:
            before = self._then.link(one.id)
            held = isinstance(before, Mandate) and self._day.sees(before, self._then.party)
            if self._day.sees(one, now.get):
                self.known[one.id] = Known.THEN_AND_NOW if held else Known.SINCE
            elif held:
                self.known[one.id] = Known.NO_LONGER
        return [one for one in mandates if one.id in self.known]
