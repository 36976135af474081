"""G13: what a legal representative granted for a person is suspended when that power ends, once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest

from claims.mandates import Mandate
from claims.register import auditing_records, ending, journal, overview, suspending, syncing
from claims.register.actor import OPERATOR, Actor
from claims.register.ended_powers import rested_on, suspend_what_rested_on
from claims.register.journal import Event as Told
from claims.register.world import import_world
from keys.storage import Database
from tests.claims.register.test_syncing import NOW, land, relations
from tests.support.register import VAULT, landed
from tests.support.sources import ANNA, BAKERY, CARLA, SMALL, TRADE, answer, relation


@pytest.fixture(autouse=True)
def _world(database: Database) -> None:
    landed(database, SMALL, now=NOW - 100)


def granted(database: Database, id: str, authority: str, represented: str = "anna", **more: Any) -> None:
    """A mandate that somebody granted on that authority."""
    mandate = {
        "id": id,
        "represented": represented,
        "representative": "carla",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2025-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
        **more,
    }
    with database.writing() as db:
        import_world(
            db, VAULT, {"mandates": [mandate]}, by=Actor("bram", represented, authority, None, None), now=NOW
        )


def suspended(database: Database, *ids: str, at: int = NOW + 100) -> list[str]:
    with database.reading() as db:
        found = {id: overview.mandate(db, id) for id in ids}
    return [id for id, one in found.items() if one is not None and one.is_suspended(at)]


def test_g13_what_was_granted_under_a_power_that_its_source_ends_is_suspended(database: Database) -> None:
    land(database, answer(relations=[relation("C1"), relation("C2", "mentor")]))
    curator, mentor = sorted(relations(database), key=lambda one: one.basis)
    granted(database, "m1", f"relation {curator.id}")
    granted(database, "m2", f"relation {mentor.id}")
    granted(database, "m3", "self")
    granted(database, "m4", f"relation {curator.id}0")

    outcome = land(database, answer(relations=[relation("C2", "mentor")]), now=NOW + 50)

    assert ("m1",) == outcome.suspended
    assert ["m1"] == suspended(database, "m1", "m2", "m3", "m4")
    assert [] == suspended(database, "m1", at=NOW + 49)
    with database.reading() as db:
        entry = journal.of_record(db, "mandate", "m1")[-1]
    assert (Told.SUSPENDED, f"relation {curator.id} ended", None) == (
        entry.event,
        entry.by.authority,
        entry.by.person,
    )


def test_g13_a_successor_who_lets_it_hold_again_is_not_overruled(database: Database) -> None:
    land(database, answer(relations=[relation()]))
    (curator,) = relations(database)
    granted(database, "m1", f"relation {curator.id}")
    land(database, answer(relations=[relation(number=CARLA)]), now=NOW + 50)
    assert ["m1"] == suspended(database, "m1")

    with database.writing() as db:
        assert isinstance(suspending.resume(db, VAULT, "m1", by=OPERATOR, now=NOW + 60), Mandate)
    land(database, answer(relations=[relation(number=CARLA)]), now=NOW + 70)
    with database.writing() as db:
        assert [] == suspend_what_rested_on(db, VAULT, curator, now=NOW + 80)

    assert [] == suspended(database, "m1")


def test_g13_who_only_stopped_a_mandate_did_not_grant_it(database: Database) -> None:
    land(database, answer(relations=[relation()]))
    (curator,) = relations(database)
    granted(database, "m1", "self")
    by = Actor("bram", "anna", f"relation {curator.id}", None, None)
    with database.writing() as db:
        suspending.suspend(db, VAULT, "m1", by=by, now=NOW + 1)
        suspending.resume(db, VAULT, "m1", by=by, now=NOW + 2)
        assert [] == rested_on(db, curator, now=NOW + 3)


def test_g13_what_has_ended_or_is_suspended_is_left_as_it_is(database: Database) -> None:
    land(database, answer(relations=[relation()]))
    (curator,) = relations(database)
    granted(database, "m1", f"relation {curator.id}", revoked_at="2025-06-01T00:00:00Z")
    granted(database, "m2", f"relation {curator.id}", suspended=[["2025-06-01T00:00:00Z", None]])

    assert () == land(database, answer(), now=NOW + 5).suspended


def test_g13_an_organisation_s_mandates_stand_when_its_signatory_leaves(database: Database) -> None:
    told = answer(TRADE, BAKERY, "kvk", relations=[relation("T1", "sole_signatory")])
    land(database, told, party="bakery", number=BAKERY, scheme="kvk", source=TRADE)
    (signatory,) = relations(database, "bakery", TRADE)
    granted(database, "m1", f"relation {signatory.id}", "bakery")

    gone = answer(TRADE, BAKERY, "kvk")
    outcome = land(database, gone, party="bakery", number=BAKERY, scheme="kvk", source=TRADE, now=NOW + 5)

    assert (1, ()) == (outcome.changed, outcome.suspended)
    assert [] == suspended(database, "m1")


def test_g13_a_power_that_its_holder_has_by_another_entry_too_has_not_ended(database: Database) -> None:
    land(database, answer(relations=[relation("C1")]))
    (curator,) = relations(database)
    granted(database, "m1", f"relation {curator.id}")

    assert () == land(database, answer(relations=[relation("C2")]), now=NOW + 5).suspended
    assert ANNA not in str(relations(database))


def test_g13_mandates_that_are_revoked_while_the_power_ends_are_either_and_nobody_waits_for_ever(
    database: Database,
) -> None:
    land(database, answer(relations=[relation()]))
    (curator,) = relations(database)
    mandates = [f"m{number}" for number in range(6)]
    for id in mandates:
        granted(database, id, f"relation {curator.id}")
    together = Barrier(len(mandates) + 1)

    def revoking(id: str) -> object:
        together.wait(30)
        with database.writing() as db:
            return ending.revoke(db, VAULT, id, by=OPERATOR, now=NOW + 5)

    def ends(_: str) -> object:
        together.wait(30)
        return land(database, answer(), now=NOW + 5)

    with ThreadPoolExecutor(len(mandates) + 1) as pool:
        tries = [pool.submit(ends, ""), *(pool.submit(revoking, id) for id in mandates)]
    for one in tries:
        one.result()

    with database.reading() as db:
        assert [NOW + 5] * 6 == [
            mandate.revoked_at for id in mandates if (mandate := overview.mandate(db, id)) is not None
        ]
        assert [] == list(auditing_records.audit_records(db, VAULT))


def test_who_revokes_while_an_answer_lands_and_the_answer_do_not_wait_for_each_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One holds the mandate and comes to the journal, the other has told the journal and comes to the mandate."""
    land(database, answer(relations=[relation()]))
    (curator,) = relations(database)
    granted(database, "m1", f"relation {curator.id}")
    mandate_held, account_held = Event(), Event()
    write, put = journal.write, syncing.import_world

    def written_late(*arguments: Any, **more: Any) -> None:
        if not mandate_held.is_set():
            mandate_held.set()
            account_held.wait(0.5)
        write(*arguments, **more)

    def put_and_told(*arguments: Any, **more: Any) -> Any:
        made = put(*arguments, **more)
        account_held.set()
        return made

    monkeypatch.setattr(journal, "write", written_late)
    monkeypatch.setattr(syncing, "import_world", put_and_told)

    def revoking() -> object:
        with database.writing() as db:
            return ending.revoke(db, VAULT, "m1", by=OPERATOR, now=NOW + 5)

    with ThreadPoolExecutor(2) as pool:
        revoked = pool.submit(revoking)
        assert mandate_held.wait(10)
        landed_ = pool.submit(land, database, answer(), now=NOW + 5)

    assert isinstance(revoked.result(), Mandate)
    assert () == landed_.result().suspended
