"""What a permission is narrowed to, as people fill it in: a case, an amount, days of the week."""

from collections.abc import Iterable

from authz_server.i18n import gettext
from authz_server.limit_words import WEEKDAY_WORDS
from claims.catalogue import Service
from claims.identifiers import holds_a_bsn
from claims.limits import LIMITS, NO_LIMITS, WEEKDAYS, Days, Limits, is_case
from claims.typed_amounts import typed_amount

__all__ = ["heeded", "heeded_in_office", "limits_left", "limits_wished", "weekday_fields"]


def heeded(services: Iterable[Service]) -> list[str]:
    """The kinds of limit that any of these services heeds, for which there is something to fill in."""
    known = {kind for one in services for kind in one.understands}
    return [kind for kind in LIMITS if kind in known]


def heeded_in_office(services: Iterable[Service]) -> list[str]:
    """The same for what somebody may give, who gives for more than one case."""
    return [kind for kind in heeded(services) if kind != "case"]


def limits_wished(case: str, amount: str, weekdays: Iterable[str]) -> tuple[Limits, dict[str, str]]:
    """The limits that were filled in, and what is wrong with each field. All days of the week are no limit."""
    wrong: dict[str, str] = {}
    cents: int | None = None
    if amount and (cents := typed_amount(amount)) is None:
        wrong["amount"] = gettext("Fill in an amount like this: 1250,00.")
    if case and (not is_case(case) or holds_a_bsn(case)):
        wrong["case"] = gettext(
            "Fill in the number of the case as the organisation wrote it to you, never a BSN."
        )
    chosen = frozenset(WEEKDAYS.index(one) for one in weekdays if one in WEEKDAYS)
    days = Days(weekdays=chosen) if 0 < len(chosen) < len(WEEKDAYS) else None
    limits = NO_LIMITS if wrong else Limits(case or None, cents, days)
    return (limits if limits.kinds else NO_LIMITS), wrong


def limits_left(now: Limits, amount: str, weekdays: Iterable[str]) -> tuple[Limits, dict[str, str]]:
    """What is left of limits on a form where an empty field changes nothing; and what is wrong with each field."""
    typed, wrong = limits_wished("", amount, weekdays)
    return Limits(now.case, typed.amount or now.amount, typed.days or now.days), wrong


def weekday_fields(chosen: frozenset[str]) -> list[tuple[str, str, bool]]:
    """Each day of the week: its word in the form, its name, and whether it is chosen."""
    return [(word, str(name), word in chosen) for word, name in zip(WEEKDAYS, WEEKDAY_WORDS, strict=True)]
