"""What a permission is narrowed to, in words: one case, an amount, days (G11)."""

from datetime import date
from decimal import Decimal
from typing import Final

from babel.dates import format_date
from babel.numbers import format_currency

from authz_server.i18n import Lazy, gettext, language, lazy_gettext
from claims.limits import Days, Limits, limits_as_json

__all__ = ["WEEKDAY_WORDS", "kinds_words", "limits_words", "or_none"]

_MOST_DATES: Final = 7  # that are named one by one
WEEKDAY_WORDS: Final[tuple[Lazy, ...]] = (
    lazy_gettext("Monday"),
    lazy_gettext("Tuesday"),
    lazy_gettext("Wednesday"),
    lazy_gettext("Thursday"),
    lazy_gettext("Friday"),
    lazy_gettext("Saturday"),
    lazy_gettext("Sunday"),
)
_KINDS: Final[dict[str, Lazy]] = {
    "case": lazy_gettext("one case"),
    "amount": lazy_gettext("an amount"),
    "days": lazy_gettext("certain days"),
}


def limits_words(limits: Limits) -> tuple[str, ...]:
    """Each limit that there is, in the language of the page."""
    told = []
    if limits.case is not None:
        told.append(gettext("only for case %(case)s", case=limits.case))
    if limits.amount is not None:
        told.append(gettext("at most %(amount)s each time", amount=_euros(limits.amount)))
    if limits.days is not None:
        told.append(_days(limits.days))
    return tuple(told)


def or_none(limits: Limits) -> str | None:
    """All of them as one text; None where there are none."""
    return " · ".join(limits_words(limits)) or None


def kinds_words(limits: Limits) -> str:
    """To what kinds of thing it is limited: one case, an amount."""
    return ", ".join(str(_KINDS[kind]) for kind in limits_as_json(limits))


def _euros(cents: int) -> str:
    return str(format_currency(Decimal(cents) / 100, "EUR", locale=language()))


def _days(days: Days) -> str:
    if days.weekdays:
        names = ", ".join(str(WEEKDAY_WORDS[number]) for number in sorted(days.weekdays))
        return gettext("only on %(days)s", days=names)
    dates = sorted(days.dates)
    if len(dates) <= _MOST_DATES:
        return gettext("only on %(days)s", days=", ".join(map(_date, dates)))
    return gettext(
        "only on %(count)s days, from %(first)s until and including %(last)s",
        count=len(dates),
        first=_date(dates[0]),
        last=_date(dates[-1]),
    )


def _date(day: date) -> str:
    return str(format_date(day, "d MMMM y", locale=language()))
