"""Limits in a world file: which are read, where they may stand, and what is wrong with them."""

from typing import Any

import pytest

from claims.limits import Limits
from claims.world import World
from claims.worldfile import NothingKnown, document_of, parse
from tests.support.small_world import SMALL_WORLD

EURO = {"currency": "EUR", "value": "250.00"}
RELATION = {
    "id": "l1",
    "represented": "o1",
    "representative": "p1",
    "basis": "registered_proxy",
    "services": "*",
    "actions": "*",
    "assurance": "high",
    "from": "2020-01-01T00:00:00Z",
}


def with_mandate(**changed: Any) -> dict[str, Any]:
    return SMALL_WORLD | {"mandates": [SMALL_WORLD["mandates"][0] | changed]}


def faults(document: dict[str, Any]) -> list[tuple[str, str]]:
    found = parse(document, NothingKnown())
    assert isinstance(found, list)
    return [(one.place, one.code.value) for one in found]


def test_limits_of_a_mandate_and_of_a_relation_are_read_and_written() -> None:
    limits = {"case": "Z-1", "amount": EURO, "days": ["monday", "friday"]}
    document = with_mandate(limits=limits) | {"legal_relations": [RELATION | {"limits": {"amount": EURO}}]}

    read = parse(document, NothingKnown())

    assert isinstance(read, World)
    assert Limits(amount=25_000) == read.links["l1"].limits
    again = document_of(read)
    assert [limits] == [one["limits"] for one in again["mandates"]]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "limits", [{}, [], {"hours": "9-17"}, {"amount": 250}, {"days": ["someday"]}, {"case": ""}]
)
def test_what_are_no_limits_is_a_fault_at_their_place(limits: Any) -> None:
    assert [("mandates[0].limits", "malformed")] == faults(with_mandate(limits=limits))


def test_no_limits_are_none_or_left_out() -> None:
    read = parse(with_mandate(limits=None), NothingKnown())

    assert isinstance(read, World)
    assert "limits" not in document_of(read)["mandates"][0]  # type: ignore[index]


@pytest.mark.parametrize("services", ["*", {"provider": "o9"}, ["s1", "s2"], []])
def test_a_case_is_one_of_one_service(services: Any) -> None:
    assert ("mandates[0].services", "not_one_service") in faults(
        with_mandate(limits={"case": "Z-1"}, services=services)
    )


def test_a_case_that_passes_as_a_bsn_is_a_fault_that_does_not_repeat_it() -> None:
    found = parse(with_mandate(limits={"case": "zaak 999990019"}), NothingKnown())

    assert isinstance(found, list)
    assert [("mandates[0].limits", "malformed")] == [(one.place, one.code.value) for one in found]
    assert "999990019" not in str(found)


@pytest.mark.parametrize(
    "limits", [{"case": "Z-1"}, {"days": ["monday"]}, {"amount": EURO, "days": ["monday"]}]
)
def test_a_public_register_names_amounts_alone(limits: Any) -> None:
    document = SMALL_WORLD | {"legal_relations": [RELATION | {"limits": limits}]}

    assert [("legal_relations[0].limits", "malformed")] == faults(document)


def test_limits_of_an_appointment_are_read_and_written_and_have_no_case() -> None:
    one = {
        "id": "a1",
        "organisation": "o1",
        "person": "p1",
        "services": "*",
        "assurance": "low",
        "from": "2026-01-01T00:00:00Z",
        "limits": {"amount": EURO, "days": ["monday"]},
    }
    read = parse(SMALL_WORLD | {"appointments": [one]}, NothingKnown())

    assert isinstance(read, World)
    assert one["limits"] == document_of(read)["appointments"][0]["limits"]  # type: ignore[index]
    with_case = SMALL_WORLD | {"appointments": [one | {"limits": {"case": "Z-1"}}]}
    assert [("appointments[0].limits", "malformed")] == faults(with_case)
