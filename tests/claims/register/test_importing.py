"""What an import does to what is there: numbers change hands, names change, versions stay."""

from typing import Any

import pytest

from claims.register import journal, lookup
from claims.register.journal import Event
from claims.register.world import Faults
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY
from tests.support.register import VAULT, landed

_VERSIONS = Statement(
    "SELECT version, recorded_at, body FROM register_versions WHERE kind = 'party' AND id = :id ORDER BY version"
)
_JOURNAL = Statement("SELECT event, kind, record, version, authority FROM register_journal ORDER BY seq")


def organisation(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": "organisation", "name": id.title(), "identifiers": {}} | more


def person(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": "person", "name": id.title(), "identifiers": {}} | more


def numbers(database: Database, party: str) -> dict[str, str]:
    with database.reading() as db:
        return lookup.identifiers(db, VAULT, party)


def test_numbers_can_be_exchanged_in_one_file(database: Database) -> None:
    one, other = {"kvk": "00000001"}, {"kvk": "00000002"}
    landed(
        database,
        {"parties": [organisation("a", identifiers=one), organisation("b", identifiers=other)]},
        now=1,
    )

    landed(
        database,
        {"parties": [organisation("a", identifiers=other), organisation("b", identifiers=one)]},
        now=2,
    )

    assert (other, one) == (numbers(database, "a"), numbers(database, "b"))


def test_a_number_of_another_party_is_a_fault_that_does_not_repeat_it(database: Database) -> None:
    landed(database, {"parties": [person("a", identifiers={"bsn": "999997221"})]}, now=1)

    with pytest.raises(Faults) as refused:
        landed(database, {"parties": [person("b", identifiers={"bsn": "999997221"})]}, now=2)

    assert ["identifier_taken"] == [fault.code for fault in refused.value.faults]
    assert "999997221" not in str(refused.value) + str(refused.value.faults)
    assert {"bsn": "999997221"} == numbers(database, "a")


def test_a_party_keeps_the_numbers_that_a_file_does_not_tell(database: Database) -> None:
    landed(database, {"parties": [person("a", identifiers={"bsn": "999997221"})]}, now=1)
    silent = person("a", place="Assen")
    del silent["identifiers"]

    landed(database, {"parties": [silent]}, now=2)
    assert {"bsn": "999997221"} == numbers(database, "a")

    landed(database, {"parties": [person("a", place="Assen")]}, now=3)
    assert {} == numbers(database, "a")


def test_every_version_is_kept_with_when_it_was_recorded(database: Database) -> None:
    landed(database, {"parties": [organisation("a")]}, now=TODAY)
    landed(
        database,
        {"parties": [organisation("a", name="Nieuw", recorded_at="2026-01-01T00:00:00Z")]},
        now=TODAY,
    )
    landed(database, {"parties": [organisation("a", name="Nieuw")]}, now=TODAY + 5)

    with database.reading() as db:
        first, second = db.all(_VERSIONS, {"id": "a"})
        told = journal.of_record(db, "party", "a")
    assert (1, TODAY) == first[:2]
    assert (2, 1767225600) == second[:2]
    assert "Nieuw" in second[2]
    assert [Event.ADDED, Event.CHANGED] == [entry.event for entry in told]


def test_an_import_and_each_change_in_it_are_journaled_and_nothing_else_is(database: Database) -> None:
    landed(database, {"parties": [organisation("a"), organisation("b")]}, now=1)
    landed(database, {"parties": [organisation("a"), organisation("b")]}, now=2)
    landed(database, {"parties": [organisation("b", place="Assen")]}, now=3)

    with database.reading() as db:
        told = db.all(_JOURNAL)

    assert [
        ("imported", None, None, None, "operator"),
        ("added", "party", "a", 1, "operator"),
        ("added", "party", "b", 1, "operator"),
        ("imported", None, None, None, "operator"),
        ("changed", "party", "b", 2, "operator"),
    ] == told
