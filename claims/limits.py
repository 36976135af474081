"""What a power is narrowed to within a service: one case, an amount, days (`mandates` R20 to R22).

A branch (R12) narrows too, and stands apart: it is one of the represented party, and these are of the service.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from claims.instants import Instant, day_of, start_of_day

__all__ = [
    "LIMITS",
    "MOST_DATES",
    "NO_LIMITS",
    "UNDERSTOOD",
    "WEEKDAYS",
    "Days",
    "Limits",
    "amount_of",
    "amount_text",
    "case_of",
    "is_case",
    "limits_as_json",
    "limits_of",
    "order_text",
    "together",
]

LIMITS: Final = ("case", "amount", "days")
"""The kinds of limit, by the words that say of a service or a relying party that it heeds them."""
UNDERSTOOD: Final = ("branch", "desk", *LIMITS)
"""All that can be said so."""
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_LONGEST_CASE: Final = 64
MOST_DATES: Final = 366
_LAST_YEAR: Final = 9000  # as in the world file
_AMOUNT: Final = re.compile(r"(?:0|[1-9][0-9]{0,11})\.[0-9]{2}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CURRENCY: Final = "EUR"


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which a power holds, in Amsterdam: `weekdays` (0 is Monday), or these `dates`; one of the two is empty."""

    weekdays: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()

    def holds(self, day: date) -> bool:
        """Whether that day is one of them."""
        return day in self.dates or day.weekday() in self.weekdays

    def meet(self, other: "Days") -> "Days | None":
        """The days that both have; None where there is none."""
        if not self.dates and not other.dates:
            both = self.weekdays & other.weekdays
            return Days(weekdays=both) if both else None
        dates = frozenset(day for day in self.dates | other.dates if self.holds(day) and other.holds(day))
        return Days(dates=dates) if dates else None

    def within(self, other: "Days") -> bool:
        """Whether each of them is one of `other`'s."""
        return self.meet(other) == self

    def none_between(self, start: Instant, until: Instant) -> bool:
        """Whether no instant of `[start, until)`, which is not empty, lies on one of them."""
        first, last = day_of(start), day_of(max(start, until - 1))
        if self.dates:
            return not any(first <= day <= last for day in self.dates)
        return not any(self.holds(first + timedelta(days=n)) for n in range(min((last - first).days, 6) + 1))

    def end_after(self, at: Instant) -> Instant:
        """The first instant after `at`, which lies on one of them, that lies on none."""
        day = day_of(at) + timedelta(days=1)
        while self.holds(day):  # six days of the week at most, or as many dates as are listed
            day += timedelta(days=1)
        return start_of_day(day)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a power, or a path of powers, is narrowed to; None where it is not.

    `case` is the reference by which the service knows one case or object. `amount` is in cents of a euro, and is what one
    act may come to at most. `days` are those on which it may be acted.
    """

    case: str | None = None
    amount: int | None = None
    days: Days | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of limit that there are here, by their words in `LIMITS`."""
        return frozenset(kind for kind in LIMITS if getattr(self, kind) is not None)

    def within(self, other: "Limits") -> bool:
        """Whether nothing lies outside `other` that lies inside these (G10)."""
        return together((self, other)) == self


NO_LIMITS: Final = Limits()


def together(links: Iterable[Limits]) -> Limits | None:
    """What lies inside all of them (R21): one case, the smallest amount, the days that all have; None where nothing does.

    `NO_LIMITS` itself where none of them has any.
    """
    case: str | None = None
    amount: int | None = None
    days: Days | None = None
    for one in links:
        if one.case is not None:
            if case is not None and case != one.case:
                return None
            case = one.case
        if one.amount is not None:
            amount = one.amount if amount is None else min(amount, one.amount)
        if one.days is not None:
            days = one.days if days is None else days.meet(one.days)
            if days is None:
                return None
    if case is None and amount is None and days is None:
        return NO_LIMITS
    return Limits(case, amount, days)


def limits_as_json(limits: Limits) -> dict[str, object]:
    """As world files, tokens and the API write them; limits that there are not are left out."""
    told: dict[str, object] = {}
    if limits.case is not None:
        told["case"] = limits.case
    if limits.amount is not None:
        told["amount"] = {"currency": _CURRENCY, "value": amount_text(limits.amount)}
    if limits.days is not None:
        dates = [day.isoformat() for day in sorted(limits.days.dates)]
        told["days"] = dates or [WEEKDAYS[number] for number in sorted(limits.days.weekdays)]
    return told


def limits_of(told: object) -> Limits:
    """The reverse. ValueError for anything else, which says what would be right and repeats no value."""
    if not isinstance(told, Mapping) or not told:
        raise ValueError(f"limits are an object with at least one of {', '.join(LIMITS)}")
    if not told.keys() <= set(LIMITS):
        raise ValueError(f"the limits that are known are {', '.join(LIMITS)}")
    return Limits(
        case=case_of(told["case"]) if "case" in told else None,
        amount=_amount(told["amount"]) if "amount" in told else None,
        days=_days(told["days"]) if "days" in told else None,
    )


def case_of(told: object) -> str:
    """The reference of a case; ValueError where it is none."""
    if (
        not isinstance(told, str)
        or not 1 <= len(told) <= _LONGEST_CASE
        or not told.isprintable()
        or told != told.strip()
    ):
        raise ValueError(f"a case is a reference of 1 to {_LONGEST_CASE} visible signs")
    return told


def is_case(text: str) -> bool:
    """Whether it can be the reference of a case."""
    try:
        case_of(text)
    except ValueError:
        return False
    return True


def amount_of(text: str) -> int:
    """Cents from `1250.00`; ValueError for any other form, and for nothing at all."""
    if not _AMOUNT.fullmatch(text) or (cents := int(text.replace(".", ""))) == 0:
        raise ValueError("an amount is euros with two decimals, such as 1250.00, and more than nothing")
    return cents


def amount_text(cents: int) -> str:
    """The reverse."""
    return f"{cents // 100}.{cents % 100:02}"


def order_text(limits: Limits) -> str:
    """By which answers that differ in nothing else are put in order; empty for none (R18)."""
    return "" if limits is NO_LIMITS else json.dumps(limits_as_json(limits), sort_keys=True)


def _amount(told: object) -> int:
    if (
        not isinstance(told, Mapping)
        or told.keys() != {"currency", "value"}
        or told["currency"] != _CURRENCY
        or not isinstance(told["value"], str)
    ):
        raise ValueError('an amount is {"currency": "EUR", "value": "1250.00"}')
    return amount_of(told["value"])


def _days(told: object) -> Days:
    if (
        isinstance(told, list)
        and told
        and all(isinstance(one, str) for one in told)
        and len(set(told)) == len(told)
    ):
        if set(told) < set(WEEKDAYS):
            return Days(weekdays=frozenset(WEEKDAYS.index(one) for one in told))
        if len(told) <= MOST_DATES and all(_DATE.fullmatch(one) for one in told):
            dates = frozenset(map(date.fromisoformat, told))  # ValueError where there is no such day
            if all(day.year <= _LAST_YEAR for day in dates):
                return Days(dates=dates)
    raise ValueError(
        "days are up to six days of the week (monday …), or up to 366 dates (2026-12-01 …), each once"
    )
