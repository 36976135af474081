"""What an import does to what is there: numbers change hands, names change, versions stay."""

from typing import Any

import pytest

from claims.mandates import Mandate
from claims.register import ending, journal, lookup
from claims.register.actor import OPERATOR
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.world import Faults, Overtaken, draft, land
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY
from tests.support.big_world import big_world
from tests.support.register import VAULT, landed

_STORED = Statement("SELECT party, value, sealed FROM register_identifiers ORDER BY party")
_VERSIONS = Statement(
    "SELECT version, recorded_at, body FROM register_versions WHERE kind = 'party' AND id = :id ORDER BY version"
)
_JOURNAL = Statement("SELECT event, kind, record, version, authority FROM register_journal ORDER BY seq")

OWNER = {
    "id": "l1",
    "represented": "a",
    "representative": "p",
    "basis": "owner",
    "services": "*",
    "actions": "*",
    "assurance": "high",
    "from": "2020-01-01T00:00:00Z",
}


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


def test_an_unchanged_party_that_turns_out_to_be_a_sole_trader_has_its_numbers_sealed(
    database: Database,
) -> None:
    trader, owner = organisation("a", identifiers={"kvk": "00000001"}), person("p")
    landed(database, {"parties": [trader, owner]}, now=1)

    landed(database, {"parties": [trader, owner], "legal_relations": [OWNER]}, now=2)

    with database.reading() as db:
        ((party, value, sealed),) = db.all(_STORED)
    assert ("a", None) == (party, value)
    assert "00000001" not in sealed
    assert {"kvk": "00000001"} == numbers(database, "a")


def test_a_draft_that_another_import_overtook_does_not_land(database: Database) -> None:
    with database.reading() as db:
        made = draft(db, VAULT, {"parties": [person("a")]}, now=1)
    landed(database, {"parties": [organisation("a")]}, now=2)

    with made, pytest.raises(Overtaken), database.writing() as db:
        land(db, VAULT, made, by=OPERATOR, now=3)

    with database.reading() as db:
        found = lookup.party(db, "a")
    assert found is not None
    assert "organisation" == found.kind


def test_a_draft_holds_up_nobody_and_what_ended_meanwhile_stays_ended(database: Database) -> None:
    world = big_world(3, listed=2)
    landed(database, world, now=TODAY)
    with (
        database.reading() as db,
        draft(db, VAULT, world | {"parties": [*world["parties"], person("newcomer")]}, now=TODAY) as made,
    ):
        with database.writing() as other:
            assert isinstance(ending.revoke(other, VAULT, "m1", by=OPERATOR, now=TODAY), Mandate)

        with database.writing() as writing:
            report = land(writing, VAULT, made, by=OPERATOR, now=TODAY + 1)

    assert (1, 1) == (report.changes, report.added["parties"])
    with database.reading() as db:
        revoked = StoredFacts(db).link("m1")
    assert isinstance(revoked, Mandate)
    assert TODAY == revoked.revoked_at


def test_a_draft_holds_no_personal_number(database: Database) -> None:
    bsn, kvk = "999997221", "00000001"
    document = {
        "parties": [person("p", identifiers={"bsn": bsn}), organisation("a", identifiers={"kvk": kvk})],
        "legal_relations": [OWNER],
    }
    with database.reading() as db, draft(db, VAULT, document, now=1) as made:
        told = str(list(made))

    assert "'p'" in told
    assert bsn not in told
    assert kvk not in told
