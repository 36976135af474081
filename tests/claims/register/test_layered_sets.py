"""Sets of services in the register: covered as they are at the moment of asking, and as they were known (R23)."""

import json
from typing import Any

import pytest

from claims.instants import written
from claims.register import asking, lookup
from claims.register.looking_back import resolve_as_known
from claims.register.resolving import choices, resolve
from claims.register.world import Faults, export_lists
from keys.storage import Database, Statement
from tests.support.account import breaches
from tests.support.register import VAULT, landed
from tests.support.small_world import SMALL_WORLD

FIRST, LATER = 1_780_000_000, 1_780_086_400
BRAM = {"acting": "p2", "service": "s1", "login_assurance": "substantial"}
_BODY = Statement("SELECT body FROM register_services WHERE id = 's1'")
_ALTER = Statement("UPDATE register_services SET body = :body WHERE id = 's1'")
_CANDIDATES = Statement("SELECT scope FROM register_candidates WHERE link = 'm1'")


def a_set(id: str, *services: str, sets: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": id, "name": {"nl": id, "en": id}, "services": list(services), "sets": list(sets)}


def for_set(id: str) -> dict[str, Any]:
    return {**SMALL_WORLD["mandates"][0], "services": {"set": id}}


@pytest.fixture
def register(database: Database) -> Database:
    """The small world, in which Anna's mandate is for a set that holds a set that holds the income tax."""
    landed(database, SMALL_WORLD, now=FIRST)
    landed(
        database,
        {
            "service_sets": [a_set("outer", sets=("inner",)), a_set("inner", "s1")],
            "mandates": [for_set("outer")],
        },
        now=FIRST,
    )
    return database


def whom(database: Database, at: int = LATER, known_at: int | None = None) -> list[str]:
    with database.reading() as db:
        told = {**BRAM, "at": written(at)} | ({} if known_at is None else {"as_known_at": written(known_at)})
        question = asking.read(db, told).question
        if known_at is not None:
            return [one.represented for one in resolve_as_known(db, question, known_at).representations]
        found = [one.represented for one in resolve(db, question).representations]
        assert found == [one.represented for one in choices(db, question).representations]
        return found


def test_r23_what_lies_in_an_inner_set_is_covered(register: Database) -> None:
    assert ["p1"] == whom(register)
    with register.reading() as db:
        assert [("t:outer",)] == db.all(_CANDIDATES)
        service = lookup.service(db, "s1")
    assert service is not None
    assert {"outer", "inner"} == service.sets
    assert [] == breaches(register)


def test_r23_a_service_that_leaves_a_set_is_covered_no_longer_and_one_that_comes_is(
    register: Database,
) -> None:
    landed(register, {"service_sets": [a_set("inner", "s2")]}, now=FIRST + 5)
    assert [] == whom(register)

    landed(register, {"service_sets": [a_set("outer", "s1")]}, now=FIRST + 6)
    assert ["p1"] == whom(register)
    with register.reading() as db:
        assert [("t:outer",)] == db.all(_CANDIDATES)  # no mandate was touched


def test_r23_a_service_that_is_put_anew_stays_in_its_sets(register: Database) -> None:
    service = {**SMALL_WORLD["services"][0], "minimum_assurance": "basic"}

    report = landed(register, {"services": [service]}, now=FIRST + 5)

    assert 1 == report.changed["services"]
    assert ["p1"] == whom(register)


def test_r23_a_service_that_comes_after_its_set_was_known_lies_in_it(register: Database) -> None:
    late = {**SMALL_WORLD["services"][0], "id": "s3", "uri": "https://tax.example.nl/services/s3"}
    landed(register, {"services": [late], "service_sets": [a_set("inner", "s1", "s3")]}, now=FIRST + 5)

    with register.reading() as db:
        service = lookup.service(db, "s3")

    assert service is not None
    assert {"outer", "inner"} == service.sets


def test_the_same_file_twice_changes_nothing_and_an_export_brings_all_back(register: Database) -> None:
    with register.reading() as db:
        document = {key: list(records) for key, records in export_lists(db, VAULT, personal_numbers=True)}

    report = landed(register, document, now=LATER)

    assert 0 == report.changes
    assert 2 == report.unchanged["service_sets"]
    assert ["inner", "outer"] == [one["id"] for one in document["service_sets"]]
    assert "in_sets" not in json.dumps(document)


def test_r23_as_known_at_tells_what_lay_in_a_set_then(register: Database) -> None:
    landed(register, {"service_sets": [a_set("inner")]}, now=FIRST + 5)

    assert ["p1"] == whom(register, known_at=FIRST + 4)
    assert [] == whom(register, known_at=FIRST + 5)


def test_who_alters_in_which_sets_a_service_lies_is_found(register: Database) -> None:
    landed(register, {"service_sets": [a_set("inner")]}, now=FIRST + 5)
    with register.writing() as db:
        ((body,),) = db.all(_BODY)
        db.run(_ALTER, {"body": json.dumps({**json.loads(body), "in_sets": ["outer"]})})

    assert ["p1"] == whom(register)
    assert breaches(register)


@pytest.mark.parametrize(
    ("sets", "code"),
    [
        ([a_set("a", sets=("a",))], "circular_set"),
        ([a_set("a", sets=("b",)), a_set("b", sets=("c",)), a_set("c", sets=("a",))], "circular_set"),
        ([a_set("inner", "s1", sets=("outer",))], "circular_set"),  # outer is known, and holds it
        ([a_set("a", sets=("nobody",))], "unknown_id"),
        ([a_set("a", "nobody")], "unknown_id"),
        ([a_set("a"), a_set("a")], "repeated_id"),
        ([{**a_set("a"), "name": {"nl": "a"}}], "missing"),
        ([{**a_set("a"), "provider": "o9"}], "unknown_key"),
        ([a_set(f"n{n}", sets=(f"n{n + 1}",)) for n in range(8)] + [a_set("n8")], "too_deep"),
        (
            [a_set(f"n{n}", sets=(f"n{n + 1}",)) for n in range(7)] + [a_set("n7", sets=("outer",))],
            "too_deep",
        ),
        (
            [
                a_set("inner", sets=("n0",)),
                *(a_set(f"n{n}", sets=(f"n{n + 1}",)) for n in range(7)),
                a_set("n7"),
            ],
            "too_deep",
        ),
    ],
)
def test_r23_sets_that_cannot_be_are_faults(register: Database, sets: list[Any], code: str) -> None:
    with pytest.raises(Faults) as refused:
        landed(register, {"service_sets": sets}, now=LATER)

    assert code in {one.code.value for one in refused.value.faults}
    assert all(one.place.startswith("service_sets[") for one in refused.value.faults)


def test_r23_eight_sets_within_one_another_are_read(register: Database) -> None:
    sets = [a_set(f"n{n}", sets=(f"n{n + 1}",)) for n in range(7)] + [a_set("n7", "s1")]

    landed(register, {"service_sets": sets, "mandates": [for_set("n0")]}, now=LATER)

    assert ["p1"] == whom(register, LATER + 1)


def test_a_mandate_for_a_set_that_is_not_known_is_a_fault(register: Database) -> None:
    with pytest.raises(Faults) as refused:
        landed(register, {"mandates": [for_set("nobody")]}, now=LATER)

    assert ["mandates[0].services.set"] == [one.place for one in refused.value.faults]
