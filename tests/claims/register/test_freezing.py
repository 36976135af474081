"""“I do not know this person”: all that one party gave another stops at once, and it is said how much that touches."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from claims.assurance import Loa
from claims.instants import written
from claims.mandates import Mandate
from claims.register import (
    ending,
    freezing,
    journal,
    on_request,
    overview,
    reach,
    resolving,
    resuming,
    suspending,
)
from claims.register.actor import OPERATOR, Actor
from claims.register.changing import Refused, Why
from claims.register.freezing import Touched
from claims.register.journal import Event
from claims.register.reach import Reach
from keys.storage import Database
from tests.claims.register.test_importing import organisation, person
from tests.claims.register.test_notices import NOW, mandate, relation
from tests.claims.register.test_resolving import TODAY, ask, demo_document
from tests.support.account import breaches
from tests.support.register import VAULT, laid, landed


def frozen(database: Database, id: str, *, by: Actor = OPERATOR, now: int = TODAY) -> Touched | Refused:
    with database.writing() as db:
        return freezing.freeze(db, VAULT, id, by=by, now=now, reason="a letter")


def touched(database: Database, id: str, *, now: int = TODAY) -> Touched:
    with database.reading() as db:
        found = overview.mandate(db, id)
        assert found is not None
        return freezing.touched(db, found, now=now)


def events(database: Database, id: str) -> list[Event]:
    with database.reading() as db:
        return [entry.event for entry in journal.of_record(db, "mandate", id)]


def reaches(database: Database, acting: str, service: str, represented: str) -> bool:
    with database.reading() as db:
        return bool(resolving.check(db, ask(db, acting, service, at=TODAY + 1), represented))


def test_freezing_one_stops_all_that_was_given_to_the_same_representative_and_nothing_else(
    database: Database,
) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    before = touched(database, "m0001")

    done = frozen(database, "m0001")

    assert isinstance(done, Touched)
    assert ["m0001", "m0002"] == [one.id for one in before.mandates] == [one.id for one in done.still]
    assert Reach(1, more=False) == before.people == done.people
    assert [Event.ADDED, Event.FROZEN] == events(database, "m0001") == events(database, "m0002")
    assert [Event.ADDED] == events(database, "m0004")  # Anna's to the accountants
    assert [] == breaches(database)


def test_what_the_representative_passed_on_falls_out_and_comes_back_with_what_is_resumed(
    database: Database,
) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    assert reaches(database, "noah", "payroll", "bakery")

    done = frozen(database, "m0010")
    assert isinstance(done, Touched)
    assert ["m0010", "m0011"] == [one.id for one in done.still]
    assert not reaches(database, "noah", "payroll", "bakery")
    assert not reaches(database, "eva", "vat-return", "bakery")

    with database.writing() as db:
        suspending.resume(db, VAULT, "m0011", by=OPERATOR, now=TODAY + 1)
    assert reaches(database, "noah", "payroll", "bakery")
    assert not reaches(database, "eva", "vat-return", "bakery")


def test_what_is_over_or_suspended_by_oneself_already_is_left_as_it_is(database: Database) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    with database.writing() as db:
        suspending.suspend(db, VAULT, "m0002", by=OPERATOR, now=TODAY)

    assert isinstance(frozen(database, "m0001"), Touched)

    assert [Event.ADDED, Event.SUSPENDED] == events(database, "m0002")
    assert Refused(Why.ALREADY_SUSPENDED) == frozen(database, "m0001", now=TODAY + 1)
    with database.writing() as db:
        ending.revoke(db, VAULT, "m0001", by=OPERATOR, now=TODAY + 2)
    assert Refused(Why.ALREADY_ENDED) == frozen(database, "m0001", now=TODAY + 2)
    for id in ("no-such", "l-bakery-carla", "a\x00b"):
        assert Refused(Why.UNKNOWN_MANDATE) == frozen(database, id)


def test_g8_what_another_suspended_already_is_frozen_too_and_who_did_that_cannot_undo_it(
    database: Database,
) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    desk = Actor(None, None, "client desk", None, None)
    anna = Actor("anna", None, "self", Loa.LOW, "anna-eid")
    with database.recording() as db:
        for id in ("m0001", "m0002"):
            suspending.suspend(db, VAULT, id, by=desk, now=TODAY)

    done = frozen(database, "m0001", by=anna)

    assert isinstance(done, Touched)
    assert (
        [Event.ADDED, Event.SUSPENDED, Event.FROZEN] == events(database, "m0001") == events(database, "m0002")
    )
    assert Refused(Why.ALREADY_SUSPENDED) == frozen(database, "m0002", by=anna, now=TODAY + 1)
    with database.recording() as db:
        assert Refused(Why.SUSPENDED_BY_ANOTHER) == on_request.resume(
            db, VAULT, "m0001", by=desk, now=TODAY + 2
        )
        assert isinstance(resuming.resume_by(db, VAULT, "m0001", by=anna, now=TODAY + 2), Mandate)
    assert [] == breaches(database)


def test_what_a_source_suspended_is_frozen_once_by_each(database: Database) -> None:
    document = demo_document()
    [told] = [one for one in document["mandates"] if one["id"] == "m0001"]
    told["suspended"] = [[written(TODAY - 5), None]]
    laid(database, document, now=TODAY - 10)
    anna = Actor("anna", None, "self", Loa.LOW, "anna-eid")

    assert isinstance(frozen(database, "m0001", by=anna), Touched)
    assert isinstance(frozen(database, "m0001"), Touched)
    for by in (anna, OPERATOR):
        assert Refused(Why.ALREADY_SUSPENDED) == frozen(database, "m0001", by=by, now=TODAY + 1)

    assert [Event.ADDED, Event.FROZEN, Event.FROZEN] == events(database, "m0001")


def test_of_many_who_freeze_at_once_each_mandate_is_frozen_once(database: Database) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    together = Barrier(6)
    ids = ("m0001", "m0002")

    def one_try(number: int) -> Touched | Refused:
        together.wait()
        return frozen(database, ids[number % 2])

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(one_try, range(6)))

    assert any(isinstance(one, Touched) for one in outcomes)
    assert [Event.ADDED, Event.FROZEN] == events(database, "m0001") == events(database, "m0002")


def chain(*links: Any, mandates: list[Any]) -> Any:
    people = [person(name) for name in ("anna", "bram", "eva", "fred", "gea")]
    return {
        "parties": [*people, organisation("office"), organisation("other"), organisation("third")],
        "mandates": mandates,
        "legal_relations": list(links),
    }


def reached(database: Database, document: Any, *ids: str) -> Reach:
    landed(database, document, now=NOW - 10)
    with database.reading() as db:
        found = [one for id in ids or ("m",) if (one := overview.mandate(db, id)) is not None]
        return reach.reach(db, found, now=NOW)


def test_the_people_of_an_office_are_counted_who_serve_this_client(database: Database) -> None:
    given = [
        mandate("m", "anna", "office"),
        mandate("m-eva", "office", "eva", clients="all"),
        mandate("m-fred", "office", "fred", clients={"parties": ["anna"]}),
        mandate("m-gea", "office", "gea", clients={"parties": ["bram"]}),
        mandate("m-bram", "office", "bram"),  # for the office's own affairs
    ]
    document = chain(mandates=given)

    assert Reach(2, more=False) == reached(database, document)


def test_groups_signatories_and_what_may_be_passed_on_are_counted_as_the_rules_say(
    database: Database,
) -> None:
    given = [
        mandate("m", "anna", "office", further_intermediaries=1),
        mandate("m-group", "office", "eva", clients={"groups": ["g"]}),
        mandate("m-other", "office", "other", clients="all"),
        mandate("m-third", "other", "third", clients="all"),  # R8: passed on once too often
        mandate("m-gea", "third", "gea", clients="all"),
    ]
    document = chain(
        relation("sole_signatory", "other", "fred"),
        relation("joint_signatory", "office", "bram"),  # R10
        mandates=given,
    ) | {"client_groups": [{"id": "g", "organisation": "office", "name": "g", "clients": ["anna"]}]}

    assert Reach(2, more=False) == reached(database, document)  # Eva, and Fred who is the other office in law


@pytest.mark.parametrize("over", [{"until": "2026-02-01T00:00:00Z"}, {"revoked_at": "2026-02-01T00:00:00Z"}])
def test_who_works_there_no_more_is_not_counted(database: Database, over: dict[str, str]) -> None:
    given = [mandate("m", "anna", "office"), mandate("m-eva", "office", "eva", clients="all", **over)]

    assert Reach(0, more=False) == reached(database, chain(mandates=given))


def test_whoever_can_act_over_two_is_counted_once(database: Database) -> None:
    given = [mandate("m", "anna", "bram"), mandate("m2", "anna", "bram")]

    assert Reach(1, more=False) == reached(database, chain(mandates=given), "m", "m2")


def test_very_many_are_counted_up_to_a_number(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST", 2)
    staff = [mandate(f"m-{one}", "office", one, clients="all") for one in ("eva", "fred", "gea", "bram")]

    assert Reach(2, more=True) == reached(database, chain(mandates=[mandate("m", "anna", "office"), *staff]))
