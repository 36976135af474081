"""What a line asks for, and what is wrong with it, told from the line and the services that there are."""

import pytest

from claims.assurance import Loa
from claims.catalogue import Service, Task, Text
from claims.granting import years_after
from claims.identifiers import Identifier, Scheme
from claims.instants import parse_instant
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
