"""What each line of a list asks for, as far as it can be told from the line and the services that there are."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from claims.catalogue import Service, ServiceSet, Text
from claims.granting import FIRST_OFFERED, years_after
from claims.identifiers import Identifier, Scheme, branch_number, holds_a_bsn
from claims.instants import Instant, day_of, start_of_day
from claims.limits import MOST_DATES, NO_LIMITS, WEEKDAYS, Days, Limits, is_case, limits_as_json
from claims.lists.columns import Column
from claims.lists.faults import FaultCode, ListFault
from claims.lists.reading import Line, Read
from claims.parties import searchable
from claims.typed_amounts import typed_amount
from claims.typed_days import end_of, typed_day

__all__ = ["FOR_WHOM", "Wanted", "wanted"]

FOR_WHOM: Final = {
    "own": "own", "eigen": "own", "onszelf": "own", "ourselves": "own",
    "clients": "clients", "klanten": "clients", "alle klanten": "clients", "all clients": "clients",
    "both": "both", "beide": "both", "allebei": "both",
}  # fmt: skip
"""Words of the column `for`; what is none of them is the name of a team."""

_WEEKDAYS: Final = {
    name: number
    for names in (
        WEEKDAYS,
        ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        ("ma", "di", "wo", "do", "vr", "za", "zo"),
        ("mo", "tu", "we", "th", "fr", "sa", "su"),
    )
    for number, name in enumerate(names)
}
_SCHEMES: Final = (Scheme.KVK, Scheme.RSIN, Scheme.OIN)
_BETWEEN: Final = "|"  # several tasks in one cell


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one line asks for.

    `number` or `employee` says to whom, or whom. `chosen` are pairs of a service's id and the id of one of its tasks.
    With a `set`, by its id, nothing is chosen besides. `starts` is None for at once. `for_whom` is `own`, `clients`, `both`, or the name of a team with `team:` before it.
    """

    line: int
    number: Identifier | None
    employee: str
    chosen: tuple[tuple[str, str], ...]
    starts: Instant | None
    until: Instant
    a_year: bool  # no last day was written
    branch: str | None
    for_whom: str
    reference: str
    team: str
    limits: Limits = NO_LIMITS
    set: str | None = None

    @property
    def key(self) -> str:
        """What it says, the same however it is written; its reference and the client's team are notes beside it."""
        number = None if self.number is None else [self.number.scheme.value, self.number.value]
        until = None if self.a_year else self.until
        told: list[object] = [
            number,
            self.employee,
            sorted(self.chosen),
            self.starts,
            until,
            self.branch,
            self.for_whom,
        ]
        if self.set is not None or self.limits != NO_LIMITS:  # what has neither says what it said before
            told += [self.set, limits_as_json(self.limits)]
        return json.dumps(told, sort_keys=True)


def wanted(
    read: Read,
    services: Sequence[Service],
    columns: Sequence[Column],
    *,
    now: Instant,
    sets: Sequence[ServiceSet] = (),
) -> tuple[list[Wanted], list[ListFault]]:
    """What the lines ask for, and what is wrong with the others, by line."""
    found: list[Wanted] = []
    faults: list[ListFault] = []
    first: dict[str, int] = {}
    for line in read.lines:
        reading = _Reading(line, read, services, sets, now)
        one = reading.wanted(asks=Column.EMPLOYEE not in columns)
        if one is None:
            faults += reading.faults
        elif one.key in first:
            faults.append(ListFault(FaultCode.REPEATED_LINE, line.number, other=first[one.key]))
        else:
            first[one.key] = line.number
            found.append(one)
    return found, faults


class _Reading:
    """One line on its way, and what was found wrong with it."""

    def __init__(
        self,
        line: Line,
        read: Read,
        services: Sequence[Service],
        sets: Sequence[ServiceSet],
        now: Instant,
    ) -> None:
        self.faults: Final[list[ListFault]] = []
        self._line: Final = line
        self._read: Final = read
        self._services: Final = services
        self._sets: Final = sets
        self._now: Final = now

    def wanted(self, *, asks: bool) -> Wanted | None:
        """What it asks for; None where something is wrong with it."""
        number, employee = self._who(asks=asks)
        in_set = self._set()
        chosen = self._chosen() if in_set is None else ()
        starts = self._starts()
        until = self._until()
        branch = self._branch()
        limits = self._limits()
        if any(one.line == self._line.number for one in self._read.faults) or self.faults:
            return None
        return Wanted(
            line=self._line.number,
            number=number,
            employee=employee,
            chosen=chosen,
            starts=starts,
            until=years_after(starts or self._now, FIRST_OFFERED) if until is None else until,
            a_year=until is None,
            branch=branch,
            for_whom=self._for_whom(),
            reference=self._line.cell(Column.REFERENCE),
            team=self._line.cell(Column.TEAM),
            limits=limits,
            set=in_set,
        )

    def _wrong(self, code: FaultCode, column: Column) -> None:
        self.faults.append(ListFault(code, self._line.number, column.value))

    def _who(self, *, asks: bool) -> tuple[Identifier | None, str]:
        typed = self._line.cell(Column.NUMBER).replace(" ", "").replace(".", "")
        employee = self._line.cell(Column.EMPLOYEE)
        if not typed and not employee:
            self._wrong(FaultCode.MISSING, Column.NUMBER if asks else self._first(Column.EMPLOYEE))
        if typed and employee:
            self._wrong(FaultCode.BOTH, Column.EMPLOYEE)
        if holds_a_bsn(employee):  # an organisation never types an employee's BSN (G6c)
            self._wrong(FaultCode.HOLDS_A_BSN, Column.EMPLOYEE)
        number = _organisation_number(typed)
        if typed and number is None:
            self._wrong(FaultCode.NOT_A_NUMBER, Column.NUMBER)
        return number, employee

    def _first(self, column: Column) -> Column:
        """Of the two columns that say who: the one that the file has."""
        return column if column in self._read.names else Column.NUMBER

    def _set(self) -> str | None:
        """The set that is named instead of a service; empty for one that is not known."""
        name = self._line.cell(Column.SET)
        if not name:
            return None
        if self._line.cell(Column.SERVICE):
            self._wrong(FaultCode.BOTH, Column.SET)
        if self._line.cell(Column.TASK):
            self._wrong(FaultCode.NOT_OF_A_SET, Column.TASK)
        found = [one.id for one in self._sets if _is_called(name, one.id, one.name)]
        if len(found) != 1:
            self._wrong(FaultCode.UNKNOWN_SET, Column.SET)
            return ""
        return found[0]

    def _limits(self) -> Limits:
        case, amount = self._line.cell(Column.CASE), self._line.cell(Column.AMOUNT)
        cents = typed_amount(amount)
        if amount and cents is None:
            self._wrong(FaultCode.NOT_AN_AMOUNT, Column.AMOUNT)
        if holds_a_bsn(case):
            self._wrong(FaultCode.HOLDS_A_BSN, Column.CASE)
        elif case and not is_case(case):
            self._wrong(FaultCode.NOT_A_CASE, Column.CASE)
        limits = Limits(case or None, cents, self._days())
        return limits if limits.kinds else NO_LIMITS

    def _days(self) -> Days | None:
        """Days of the week by their names, or dates; all days of the week are no limit."""
        typed = [one.strip() for one in self._line.cell(Column.DAYS).split(_BETWEEN) if one.strip()]
        if not typed:
            return None
        weekdays = frozenset(_WEEKDAYS[plain] for one in typed if (plain := searchable(one)) in _WEEKDAYS)
        if len(typed) == sum(searchable(one) in _WEEKDAYS for one in typed):
            return Days(weekdays=weekdays) if len(weekdays) < len(WEEKDAYS) else None
        dates = [typed_day(one) for one in typed]
        known = frozenset(one for one in dates if one is not None)
        if None in dates or len(known) > MOST_DATES:
            self._wrong(FaultCode.NOT_DAYS, Column.DAYS)
            return None
        return Days(dates=known)

    def _chosen(self) -> tuple[tuple[str, str], ...]:
        name = self._line.cell(Column.SERVICE)
        if not name:
            self._wrong(FaultCode.MISSING, Column.SERVICE)
            return ()
        service = _called(name, self._services)
        if service is None:
            self._wrong(FaultCode.UNKNOWN_SERVICE, Column.SERVICE)
            return ()
        tasks = [one.strip() for one in self._line.cell(Column.TASK).split(_BETWEEN) if one.strip()]
        if not tasks:
            return tuple((service.id, task.id) for task in service.tasks)
        chosen = [
            next((task.id for task in service.tasks if _is_called(one, task.id, task.name)), None)
            for one in tasks
        ]
        if None in chosen:
            self._wrong(FaultCode.UNKNOWN_TASK, Column.TASK)
        return tuple(dict.fromkeys((service.id, task) for task in chosen if task is not None))

    def _starts(self) -> Instant | None:
        typed = self._line.cell(Column.FROM)
        if not typed:
            return None
        day = typed_day(typed)
        if day is None:
            self._wrong(FaultCode.NOT_A_DAY, Column.FROM)
            return None
        if day < day_of(self._now):
            self._wrong(FaultCode.IN_THE_PAST, Column.FROM)
            return None
        return None if day == day_of(self._now) else start_of_day(day)

    def _until(self) -> Instant | None:
        typed = self._line.cell(Column.UNTIL)
        if not typed:
            return None
        day = typed_day(typed)
        if day is None:
            self._wrong(FaultCode.NOT_A_DAY, Column.UNTIL)
            return None
        if end_of(day) <= self._now:
            self._wrong(FaultCode.IN_THE_PAST, Column.UNTIL)
        return end_of(day)

    def _branch(self) -> str | None:
        typed = self._line.cell(Column.BRANCH)
        if not typed:
            return None
        with suppress(ValueError):
            return branch_number(typed)
        self._wrong(FaultCode.UNKNOWN_BRANCH, Column.BRANCH)
        return None

    def _for_whom(self) -> str:
        typed = self._line.cell(Column.FOR)
        return FOR_WHOM.get(searchable(typed), f"team:{typed}") if typed else "own"


def _organisation_number(typed: str) -> Identifier | None:
    for scheme in _SCHEMES:
        with suppress(ValueError):
            return Identifier(scheme, typed)
    return None


def _called(name: str, services: Iterable[Service]) -> Service | None:
    """The one service of that id, address or name; None where there is none, or more than one."""
    found = [one for one in services if _is_called(name, one.id, one.name) or one.uri == name]
    return found[0] if len(found) == 1 else None


def _is_called(typed: str, id: str, name: Text) -> bool:
    return typed == id or searchable(typed) in {searchable(one) for one in _names(name)}


def _names(name: Text) -> Iterator[str]:
    yield name.nl
    yield name.en
