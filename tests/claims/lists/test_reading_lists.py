"""A file of lines as office programs write it: letters, separators, columns, and each fault by line and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.lists.columns import ASKING, GIVING, Column, column_of
from claims.lists.faults import FaultCode, ListFault
from claims.lists.reading import LONGEST_CELL, MOST_BYTES, MOST_LINES, read
from claims.lists.writing import written


def codes(content: bytes) -> list[FaultCode]:
    return [one.code for one in read(content, ASKING).faults]


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_list_is_read_as_it_was_written(letters: str, separator: str, line_end: str) -> None:
    rows = [["KVK-nummer", "Dienst", "kenmerk"], ["00436606", "Btw-aangifte", "Café 12"]]
    text = line_end.join(separator.join(row) for row in rows)

    found = read(text.encode(letters), ASKING)

    assert () == found.faults
    assert [2] == [line.number for line in found.lines]
    line = found.lines[0]
    assert ("00436606", "Btw-aangifte", "Café 12", "") == tuple(
        line.cell(one) for one in (Column.NUMBER, Column.SERVICE, Column.REFERENCE, Column.UNTIL)
    )


def test_a_separator_that_is_told_and_quotation_marks_and_empty_lines_are_read() -> None:
    content = b'sep=;\r\nservice;reference\r\n\r\n"a;b";"two\r\nlines"\r\nlast;"say ""x"""\r\n'

    found = read(content, ASKING)

    assert () == found.faults
    assert [(4, "a;b", "twolines"), (6, "last", 'say "x"')] == [
        (line.number, line.cell(Column.SERVICE), line.cell(Column.REFERENCE)) for line in found.lines
    ]


@pytest.mark.parametrize("column", [*GIVING, *ASKING])
def test_a_column_is_known_by_its_name_in_both_languages(column: Column) -> None:
    columns = (column,)

    assert column == column_of(column.value.upper(), columns)
    assert column == column_of(f" {column.dutch} ", columns)
    assert None is column_of("shoe size", columns)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", ListFault(FaultCode.EMPTY)),
        (b" \n\n", ListFault(FaultCode.EMPTY)),
        (b"service\n", ListFault(FaultCode.EMPTY)),
        (b"x" * (MOST_BYTES + 1), ListFault(FaultCode.TOO_LARGE)),
        (b"service\n" + b"a\n" * (MOST_LINES + 1), ListFault(FaultCode.TOO_MANY_LINES)),
        (b"service\na\0b", ListFault(FaultCode.NOT_TEXT)),
        (b"service\n\x81\x8d", ListFault(FaultCode.NOT_TEXT)),
        (b"\xff\xfes", ListFault(FaultCode.NOT_TEXT)),
        (b'service\n"open', ListFault(FaultCode.NOT_CSV, 2)),
        (b"service;shoe size\na;1", ListFault(FaultCode.UNKNOWN_COLUMN, 1, "shoe size")),
        (b"service;dienst\na;1", ListFault(FaultCode.REPEATED_COLUMN, 1, "service")),
        (b"reference\na", ListFault(FaultCode.MISSING_COLUMN, 1, "service")),
        (b"service;team\na;b;c", ListFault(FaultCode.TOO_MANY_CELLS, 2)),
        (b"service\n" + b"a" * (LONGEST_CELL + 1), ListFault(FaultCode.TOO_LONG, 2, "service")),
    ],
)
def test_what_is_no_list_is_named_by_line_and_column(content: bytes, fault: ListFault) -> None:
    assert (fault,) == read(content, ASKING).faults


def test_no_fault_repeats_what_stands_in_a_cell() -> None:
    found = read(b"service\n" + b"secret" * 100, ASKING)

    assert found.faults
    assert "secret" not in repr(found.faults)


@given(st.binary(max_size=400))
def test_whatever_the_bytes_reading_them_ends_in_lines_or_faults(content: bytes) -> None:
    found = read(content, GIVING)

    assert found.lines or found.faults


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), min_size=1, max_size=5))
def test_no_cell_of_ours_is_reckoned_with_by_a_program(rows: list[list[str]]) -> None:
    import csv
    import io

    text = written(rows).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") for cell in row]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_what_we_wrote_with_a_mark_before_it_reads_as_it_was() -> None:
    content = written([["service", "reference"], ["=1+1", "-7"], ["'t Hof", "'"]])

    lines = read(content, ASKING).lines

    assert [("=1+1", "-7"), ("'t Hof", "'")] == [
        (line.cell(Column.SERVICE), line.cell(Column.REFERENCE)) for line in lines
    ]
