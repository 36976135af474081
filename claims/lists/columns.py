"""What the columns of a list are called, in both languages of the pages."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from claims.parties import searchable

__all__ = ["ASKING", "GIVING", "Column", "column_of"]


class Column(StrEnum):
    """A column; the word is its name in a file in English, and stable."""

    NUMBER = "kvk number"  # or the RSIN or OIN: of the organisation on the other side
    EMPLOYEE = "staff number"
    SERVICE = "service"
    TASK = "task"
    UNTIL = "until"
    FROM = "from"
    BRANCH = "branch"
    FOR = "for"
    REFERENCE = "reference"
    TEAM = "team"
    SET = "set"  # of services, instead of one
    CASE = "case"
    AMOUNT = "amount"
    DAYS = "days"

    @property
    def required(self) -> bool:
        """Whether a file without it is none; one with sets alone is one too."""
        return self is Column.SERVICE

    @property
    def dutch(self) -> str:
        """Its name in a file in Dutch."""
        return _NAMES[self][0]


_NAMES: Final[dict[Column, tuple[str, ...]]] = {
    Column.NUMBER: ("kvk-nummer", "kvk", "kvk_number", "kvknummer", "rsin", "oin", "number", "nummer"),
    Column.EMPLOYEE: ("personeelsnummer", "staff_number", "employee", "medewerker"),
    Column.SERVICE: ("dienst",),
    Column.TASK: ("taak", "tasks", "taken"),
    Column.UNTIL: ("tot en met", "t/m", "until and including", "last day"),
    Column.FROM: ("vanaf", "first day"),
    Column.BRANCH: ("vestiging", "branch number", "vestigingsnummer"),
    Column.FOR: ("voor", "for whom", "voor wie"),
    Column.REFERENCE: ("kenmerk", "eigen kenmerk", "client number", "klantnummer"),
    Column.SET: ("dienstengroep", "groep diensten", "set of services"),
    Column.CASE: ("zaak", "zaaknummer", "case number"),
    Column.AMOUNT: ("bedrag", "hoogstens", "at most"),
    Column.DAYS: ("dagen", "only on", "alleen op"),
    Column.TEAM: ("team", "teams", "groep", "group"),
}

NARROWED: Final = (Column.SET, Column.CASE, Column.AMOUNT, Column.DAYS)
"""What both kinds of list may have besides: a set instead of a service, and limits."""

GIVING: Final = (
    Column.NUMBER,
    Column.EMPLOYEE,
    Column.SERVICE,
    Column.TASK,
    Column.UNTIL,
    Column.FROM,
    Column.BRANCH,
    Column.FOR,
    *NARROWED,
)
"""Of a list by which an organisation gives permissions."""

ASKING: Final = (
    Column.NUMBER,
    Column.SERVICE,
    Column.TASK,
    Column.UNTIL,
    Column.FROM,
    Column.REFERENCE,
    Column.TEAM,
    *NARROWED,
)
"""Of a list by which an intermediary asks its clients for permissions."""


def column_of(name: str, columns: Sequence[Column]) -> Column | None:
    """The column among these that is called so; None for any other name. Capitals do not count."""
    plain = searchable(name.strip())
    for column in columns:
        if plain in {searchable(one) for one in (column.value, *_NAMES[column])}:
            return column
    return None
