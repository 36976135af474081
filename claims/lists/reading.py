"""Bytes of a list made lines: which letters, which separator, which columns (RFC 4180, and what office programs make of it)."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from claims.lists.columns import Column, column_of
from claims.lists.faults import FaultCode, ListFault
from claims.parties import cleaned

__all__ = ["LONGEST_CELL", "MOST_BYTES", "MOST_LINES", "Line", "Read", "read"]

MOST_BYTES: Final = 64 * 1024
MOST_LINES: Final = 500
LONGEST_CELL: Final = 200  # signs

_SEPARATORS: Final = (";", ",", "\t")
# What office programs write where they were not told otherwise. The last one takes what is no UTF-8.
_LETTERS: Final = ("utf-8-sig", "cp1252")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_FORMULAS: Final = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number in the file, and what stands in its columns, blanks around it left out."""

    number: int
    cells: dict[Column, str]

    def cell(self, column: Column) -> str:
        """What stands there; empty where there is no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Read:
    """The lines of a file, what its columns are called there, and what is wrong with it as a file."""

    lines: tuple[Line, ...]
    names: dict[Column, str]
    faults: tuple[ListFault, ...]


def read(content: bytes, columns: Sequence[Column]) -> Read:
    """The lines of the file, of which each may have these columns; faults say where it is no such file."""
    if len(content) > MOST_BYTES:
        return _wrong(FaultCode.TOO_LARGE)
    text = _text(content)
    if text is None:
        return _wrong(FaultCode.NOT_TEXT)
    start, text = _without_hint(text)
    if not text.strip():
        return _wrong(FaultCode.EMPTY)
    rows = _rows(text, _separator(text, columns), start)
    if isinstance(rows, ListFault):
        return Read((), {}, (rows,))
    (number, head), *body = rows
    names, faults = _named(head, number, columns)
    if faults:
        return Read((), {}, tuple(faults))
    if not body:
        return _wrong(FaultCode.EMPTY)
    if len(body) > MOST_LINES:
        return _wrong(FaultCode.TOO_MANY_LINES)
    lines = []
    for number, cells in body:
        if any(cells[len(head) :]):
            faults.append(ListFault(FaultCode.TOO_MANY_CELLS, number))
        line = Line(number, {column: _cell(cells, place) for place, column in names.items()})
        faults += [
            ListFault(FaultCode.TOO_LONG, number, column.value)
            for place, column in names.items()
            if len(line.cells[column]) > LONGEST_CELL
        ]
        lines.append(line)
    return Read(tuple(lines), {column: head[place] for place, column in names.items()}, tuple(faults))


def _wrong(code: FaultCode) -> Read:
    return Read((), {}, (ListFault(code),))


def _text(content: bytes) -> str | None:
    """The text, in whichever letters it was written; None where it is no text."""
    for letters in ("utf-16",) if content[:2] in _UTF_16 else _LETTERS:
        try:
            text = content.decode(letters)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _without_hint(text: str) -> tuple[int, str]:
    """The text without a first line `sep=;`, and the number of its first line."""
    first, _, rest = text.partition("\n")
    if first.strip().casefold() in {f"sep={one}" for one in _SEPARATORS}:
        return 2, rest
    return 1, text


def _separator(text: str, columns: Sequence[Column]) -> str:
    """The sign by which most columns of the first line are known."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def known(separator: str) -> int:
        head = next(csv.reader([first], delimiter=separator), [])
        return sum(column_of(name, columns) is not None for name in head)

    return max(_SEPARATORS, key=known)


def _rows(text: str, separator: str, start: int) -> list[tuple[int, list[str]]] | ListFault:
    """The rows with the numbers of their first lines, empty ones left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, list[str]]] = []
    number = start
    try:
        for cells in reader:
            tidy = [cleaned(cell).strip() for cell in cells]
            if any(tidy):
                found.append((number, tidy))
            number = start + reader.line_num
            if len(found) > MOST_LINES + 1:
                break
    except csv.Error:
        return ListFault(FaultCode.NOT_CSV, number)
    return found or ListFault(FaultCode.EMPTY)


def _named(
    head: Sequence[str], number: int, columns: Sequence[Column]
) -> tuple[dict[int, Column], list[ListFault]]:
    """Which column stands in which place, and what is wrong with the names."""
    names: dict[int, Column] = {}
    faults: list[ListFault] = []
    for place, name in enumerate(head):
        column = column_of(name, columns)
        if not name:
            continue
        if column is None:
            faults.append(ListFault(FaultCode.UNKNOWN_COLUMN, number, name[:LONGEST_CELL]))
        elif column in names.values():
            faults.append(ListFault(FaultCode.REPEATED_COLUMN, number, column.value))
        else:
            names[place] = column
    faults += list(_missing(set(names.values()), number, columns))
    return names, faults


def _missing(there: set[Column], number: int, columns: Sequence[Column]) -> Iterator[ListFault]:
    for column in columns:
        if column.required and column not in there and Column.SET not in there:
            yield ListFault(FaultCode.MISSING_COLUMN, number, column.value)


def _cell(cells: Sequence[str], place: int) -> str:
    """What stands there, without the sign that our own files put before what a program would reckon with (`writing`)."""
    text = cells[place] if place < len(cells) else ""
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULAS and len(text) > 1 else text
