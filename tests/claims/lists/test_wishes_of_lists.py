"""What a line asks for, and what is wrong with it, told from the line and the services that there are."""

import json
from datetime import date

import pytest

from claims.assurance import Loa
from claims.catalogue import Service, ServiceSet, Task, Text
from claims.granting import years_after
from claims.identifiers import Identifier, Scheme
from claims.instants import parse_instant
from claims.limits import NO_LIMITS, Days, Limits
from claims.lists.columns import ASKING, GIVING
from claims.lists.faults import FaultCode, ListFault
from claims.lists.reading import read
from claims.lists.wishes import Wanted, wanted
from claims.parties import PartyKind

NOW = parse_instant("2026-11-23T12:00:00Z")
SERVICES = [
    Service(
        id=id,
        uri=f"https://example.nl/{id}",
        name=Text(nl, en),
        provider="tax",
        minimum_assurance=Loa.LOW,
        actions=("view", "submit"),
        represented_kinds=frozenset(PartyKind),
        tasks=(
            Task("all", Text("Alles", "Everything"), ("view", "submit")),
            Task("look", Text("Bekijken", "Look"), ("view",)),
        ),
    )
    for id, nl, en in (("vat", "Btw-aangifte", "VAT return"), ("pay", "Loonaangifte", "Payroll return"))
]


def of(text: str, columns: tuple[object, ...] = GIVING) -> tuple[list[Wanted], list[ListFault]]:
    return wanted(read(text.encode(), columns), SERVICES, columns, now=NOW)  # type: ignore[arg-type]


def one(text: str, columns: tuple[object, ...] = GIVING) -> Wanted:
    found, faults = of(text, columns)
    assert ([], 1) == (faults, len(found))
    return found[0]


def fault(text: str, columns: tuple[object, ...] = GIVING) -> tuple[FaultCode, str | None]:
    found, faults = of(text, columns)
    assert ([], 1) == (found, len(faults))
    assert 2 == faults[0].line
    return faults[0].code, faults[0].column


@pytest.mark.parametrize("name", ["vat", "btw-aangifte", "VAT RETURN", "https://example.nl/vat"])
def test_a_service_is_known_by_id_name_and_address(name: str) -> None:
    found = one(f"kvk;service\n00436606;{name}")

    assert (("vat", "all"), ("vat", "look")) == found.chosen
    assert Identifier(Scheme.KVK, "00436606") == found.number


def test_tasks_days_and_for_whom_are_read_as_people_write_them() -> None:
    found = one("kvk;dienst;taak;t/m;vanaf;voor\n0043 6606;vat;bekijken|all;31-12-2027;1-1-2027;Klanten")

    assert {("vat", "look"), ("vat", "all")} == set(found.chosen)
    assert "clients" == found.for_whom
    assert parse_instant("2026-12-31T23:00:00Z") == found.starts
    assert parse_instant("2027-12-31T23:00:00Z") == found.until
    assert not found.a_year


def test_g5_without_a_last_day_it_is_for_a_year() -> None:
    found = one("kvk;dienst\n00436606;vat")

    assert (True, years_after(NOW, 1), None) == (found.a_year, found.until, found.starts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kvk;service\n;vat", (FaultCode.MISSING, "kvk number")),
        ("staff number;service\n;vat", (FaultCode.MISSING, "staff number")),
        ("kvk;staff number;service\n00436606;007;vat", (FaultCode.BOTH, "staff number")),
        ("staff number;service\n999997221;vat", (FaultCode.HOLDS_A_BSN, "staff number")),
        ("kvk;service\n436606;vat", (FaultCode.NOT_A_NUMBER, "kvk number")),
        ("kvk;service\n00436606;", (FaultCode.MISSING, "service")),
        ("kvk;service\n00436606;nothing", (FaultCode.UNKNOWN_SERVICE, "service")),
        ("kvk;service;task\n00436606;vat;dance", (FaultCode.UNKNOWN_TASK, "task")),
        ("kvk;service;until\n00436606;vat;soon", (FaultCode.NOT_A_DAY, "until")),
        ("kvk;service;until\n00436606;vat;22-11-2026", (FaultCode.IN_THE_PAST, "until")),
        ("kvk;service;from\n00436606;vat;22-11-2026", (FaultCode.IN_THE_PAST, "from")),
        ("kvk;service;from\n00436606;vat;31-02-2027", (FaultCode.NOT_A_DAY, "from")),
        ("kvk;service;branch\n00436606;vat;12", (FaultCode.UNKNOWN_BRANCH, "branch")),
    ],
)
def test_g6c_each_fault_is_named_by_line_and_column(
    text: str, expected: tuple[FaultCode, str | None]
) -> None:
    assert expected == fault(text)


def test_every_fault_of_every_line_is_named() -> None:
    _, faults = of("kvk;service;until\nx;y;z\n00436606;vat;31-12-2027\n1;vat;soon")

    assert [(2, "kvk number"), (2, "service"), (2, "until"), (4, "kvk number"), (4, "until")] == [
        (one.line, one.column) for one in faults
    ]


def test_a_line_that_says_the_same_as_one_before_is_named_with_that_one() -> None:
    found, faults = of("kvk;service;task\n00436606;vat;all|look\n00436606;btw-aangifte;look | all")

    assert [2] == [one.line for one in found]
    assert [ListFault(FaultCode.REPEATED_LINE, 3, other=2)] == faults


def test_what_is_a_note_beside_it_makes_no_other_line_of_it() -> None:
    first = one("kvk;service;reference;team\n00436606;vat;A1;North", ASKING)
    second = one("kvk;service;reference;team\n00436606;vat;B2;South", ASKING)

    assert first.key == second.key
    assert ("A1", "North") == (first.reference, first.team)


def test_a_year_is_the_same_line_tomorrow() -> None:
    lines = read(b"kvk;service\n00436606;vat", GIVING)
    today, _ = wanted(lines, SERVICES, GIVING, now=NOW)
    tomorrow, _ = wanted(lines, SERVICES, GIVING, now=NOW + 86400)

    assert today[0].key == tomorrow[0].key
    assert today[0].until != tomorrow[0].until


SETS = [ServiceSet("town", Text("Gemeentezaken", "Town matters"), frozenset({"vat"}))]
HEAD = "kvk;dienst;set;taak;zaak;bedrag;dagen\n00436606;"


def narrowed(line: str, columns: tuple[object, ...] = GIVING) -> tuple[list[Wanted], list[ListFault]]:
    found = read((HEAD + line).encode(), columns)  # type: ignore[arg-type]
    return wanted(found, SERVICES, columns, now=NOW, sets=SETS)  # type: ignore[arg-type]


@pytest.mark.parametrize("columns", [GIVING, ASKING])
@pytest.mark.parametrize(
    ("line", "limits"),
    [
        ("vat;;;;;", NO_LIMITS),
        ("vat;;;Z-1;1.250,00;ma|vrijdag", Limits("Z-1", 125_000, Days(weekdays=frozenset({0, 4})))),
        ("vat;;;;;Monday | monday", Limits(days=Days(weekdays=frozenset({0})))),
        ("vat;;;;;ma|di|wo|do|vr|za|zo", NO_LIMITS),
        (
            "vat;;;;;1-12-2026|2026-12-02",
            Limits(days=Days(dates=frozenset({date(2026, 12, n) for n in (1, 2)}))),
        ),
    ],
)
def test_limits_are_read_as_people_write_them(line: str, limits: Limits, columns: tuple[object, ...]) -> None:
    found, faults = narrowed(line, columns)

    assert [] == faults
    assert [limits] == [one.limits for one in found]


@pytest.mark.parametrize("name", ["town", "gemeentezaken", "TOWN MATTERS"])
def test_a_set_is_named_instead_of_a_service(name: str) -> None:
    found, faults = narrowed(f";{name};;;;")
    assert [] == faults
    assert [("town", ())] == [(one.set, one.chosen) for one in found]

    alone = read(b"kvk;set\n00436606;town", GIVING)
    assert () == alone.faults
    assert ["town"] == [one.set for one in wanted(alone, SERVICES, GIVING, now=NOW, sets=SETS)[0]]


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("vat;town;;;;", FaultCode.BOTH, "set"),
        (";town;all;;;", FaultCode.NOT_OF_A_SET, "task"),
        (";village;;;;", FaultCode.UNKNOWN_SET, "set"),
        (";;;;;ma", FaultCode.MISSING, "service"),
        ("vat;;;;veel;", FaultCode.NOT_AN_AMOUNT, "amount"),
        ("vat;;;;0;", FaultCode.NOT_AN_AMOUNT, "amount"),
        ("vat;;;999997221;;", FaultCode.HOLDS_A_BSN, "case"),
        (f"vat;;;{'x' * 65};;", FaultCode.NOT_A_CASE, "case"),
        ("vat;;;;;ma|1-12-2026", FaultCode.NOT_DAYS, "days"),
        ("vat;;;;;someday", FaultCode.NOT_DAYS, "days"),
    ],
)
def test_what_is_no_set_and_no_limit_is_told_at_its_column(line: str, code: FaultCode, column: str) -> None:
    found, faults = narrowed(line)

    assert [] == found
    assert [ListFault(code, 2, column)] == faults


def test_lines_that_differ_in_a_limit_alone_are_two_and_one_without_says_what_it_said() -> None:
    found, faults = of("kvk;service;amount\n00436606;vat;\n00436606;vat;10\n00436606;vat;10,00")
    assert [FaultCode.REPEATED_LINE] == [one.code for one in faults]
    assert 2 == len({one.key for one in found})
    before = json.dumps([["kvk", "00436606"], "", [["vat", "all"], ["vat", "look"]], None, None, None, "own"])
    assert before == found[0].key  # as it was noted before there were limits
