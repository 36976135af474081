"""What ends when: an organisation's mandates, appointments and open offers, by month and one after the other.

A page is one reading along each of four indexes, however many there are; nothing is sorted but what is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from claims.instants import Instant, start_of_day
from claims.register import records
from keys.storage import Connected, Statement

__all__ = ["MOST_MONTHS", "Ending", "EndingsPage", "Month", "Which", "month_of", "months", "page"]

MOST_MONTHS: Final = 12
_LAST_ID: Final = "\U0010ffff"  # after every id


class Which(StrEnum):
    """What ends. The words are stable."""

    GIVEN = "given"  # a mandate that the party gave
    RECEIVED = "received"  # a mandate that was given to it
    APPOINTMENT = "appointment"  # of an administrator of it
    OFFERED = "offered"  # an offer of it, or a request to it, that nobody answered
    ASKED = "asked"  # an offer to it, or a request of it


_MANDATES: Final = (
    "SELECT id, {other}, ends FROM register_links WHERE {party} = :party AND kind = 'mandate'"
    " AND (ends, id) > (:at, :id) AND ends < :until ORDER BY ends, id LIMIT :most"
)
_OFFERS: Final = (
    "SELECT id, {other}, lapses_at FROM register_offers WHERE {party} = :party"
    " AND state IN ('requested', 'offered') AND {state} AND (lapses_at, id) > (:at, :id) AND lapses_at < :until"
    " ORDER BY lapses_at, id LIMIT :most"
)
_READ: Final = {
    Which.GIVEN: Statement(_MANDATES.format(party="represented", other="representative")),
    Which.RECEIVED: Statement(_MANDATES.format(party="representative", other="represented")),
    Which.OFFERED: Statement(_OFFERS.format(party="represented", other="representative", state="1 = 1")),
    # what nobody answered may be a question to nobody: it is not told of (`Offer.is_silent`)
    Which.ASKED: Statement(
        _OFFERS.format(party="representative", other="represented", state="state = 'offered'")
    ),
}
_COUNTS: Final = {
    which: Statement(f"SELECT count(*) FROM {what} >= :start AND {what.split()[-1]} < :until")  # noqa: S608 - ours
    for which, what in {
        Which.GIVEN: "register_links WHERE represented = :party AND kind = 'mandate' AND ends",
        Which.RECEIVED: "register_links WHERE representative = :party AND kind = 'mandate' AND ends",
        Which.OFFERED: "register_offers WHERE represented = :party"
        " AND state IN ('requested', 'offered') AND lapses_at",
        Which.ASKED: "register_offers WHERE representative = :party"
        " AND state IN ('requested', 'offered') AND state = 'offered' AND lapses_at",
    }.items()
}
_APPOINTMENTS: Final = Statement("SELECT body FROM register_appointments WHERE organisation = :party")
_ORDER: Final = tuple(Which)


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing that ends: a mandate, an appointment or an offer, by its id; `other` is the party on the other side."""

    which: Which
    id: str
    other: str | None
    at: Instant


@dataclass(frozen=True, slots=True)
class EndingsPage:
    """What ends, in order of time; `next` asks for the next page, None at the end."""

    endings: tuple[Ending, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month in Amsterdam, `[start, until)`, and how many of each end in it."""

    first: date
    start: Instant
    until: Instant
    count: int


def month_of(day: date) -> tuple[Instant, Instant]:
    """The month of that day, `[start, until)`."""
    first = day.replace(day=1)
    return start_of_day(first), start_of_day(_next_month(first))


def months(db: Connected, party: str, first: date, *, now: Instant, most: int = MOST_MONTHS) -> list[Month]:
    """That many months from the one of `first` on, with how many end in each; what is over by `now` does not count."""
    found: list[Month] = []
    day = first.replace(day=1)
    appointments = list(_appointments(db, party))
    for _ in range(min(most, MOST_MONTHS)):
        start, until = month_of(day)
        begin = max(start, now + 1)
        asked = {"party": party, "start": begin, "until": until}
        count = sum(1 for one in appointments if begin <= one.at < until)
        for statement in _COUNTS.values():
            row = db.one(statement, asked)
            count += 0 if row is None else int(row[0])
        found.append(Month(day, start, until, count))
        day = _next_month(day)
    return found


def page(
    db: Connected,
    party: str,
    start: Instant,
    until: Instant,
    *,
    after: str | None = None,
    limit: int = 50,
    only: Which | None = None,
) -> EndingsPage:
    """What of the party ends in `[start, until)`, in order; `after` is the `next` of a page, `only` one kind of it.

    Requests of it that nobody answered are left out: whoever asks is not told whether there was anybody to ask.
    """
    place = _read_cursor(after)
    if place is None or place[0] < start:
        place = (start - 1, len(_ORDER), "")  # behind all that ends before `start`
    found: list[Ending] = []
    for number, which in enumerate(_ORDER):
        if only not in (None, which):
            continue
        at, id = _from(place, number)
        found += _some(db, party, which, at, id, start, until, limit + 1)
    found.sort(key=lambda one: (one.at, _ORDER.index(one.which), one.id))
    shown = tuple(found[:limit])
    return EndingsPage(shown, _cursor(shown[-1]) if len(found) > limit else None)


def _from(place: tuple[Instant, int, str], number: int) -> tuple[Instant, str]:
    """Behind which instant and id one kind is read on, where the page before ended at `place`."""
    at, kind, id = place
    if number > kind:
        return at, ""
    return (at, id) if number == kind else (at, _LAST_ID)


def _some(
    db: Connected, party: str, which: Which, at: Instant, id: str, start: Instant, until: Instant, most: int
) -> list[Ending]:
    if which is Which.APPOINTMENT:
        those = [one for one in _appointments(db, party) if start <= one.at < until]
        return sorted(
            (one for one in those if (one.at, one.id) > (at, id)), key=lambda one: (one.at, one.id)
        )[:most]
    asked = {"party": party, "at": at, "id": id, "until": until, "most": most}
    return [Ending(which, id, other, ends) for id, other, ends in db.all(_READ[which], asked)]


def _appointments(db: Connected, party: str) -> Iterator[Ending]:
    for (body,) in db.all(_APPOINTMENTS, {"party": party}):
        one = records.appointment(body)
        if one.until is not None:
            yield Ending(Which.APPOINTMENT, one.id, one.person, one.until)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _cursor(one: Ending) -> str:
    return f"{one.at}.{_ORDER.index(one.which)}.{one.id}"


def _read_cursor(text: str | None) -> tuple[Instant, int, str] | None:
    """Where a page ended; None, which begins anew, for what is no cursor of ours."""
    at, _, rest = (text or "").partition(".")
    kind, _, id = rest.partition(".")
    right = all(one.isascii() and one.isdigit() and len(one) < 12 for one in (at, kind))
    if not right or not id.isprintable() or int(kind) >= len(_ORDER):
        return None
    return int(at), int(kind), id
