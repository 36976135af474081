"""A mandate made surer by several who sign together: the level rises with the last yes that is needed (G2, G4)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from claims.assurance import Loa
from claims.confirming import WhyWeak
from claims.evidence import DEFAULT_POLICY
from claims.mandates import Mandate
from claims.register import countersigning, ending, journal, strengthening, suspending
from claims.register.changing import Refused
from claims.register.countersigning import Joined
from claims.register.journal import Event
from claims.register.offers_kept import LAPSES_AFTER
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.account import breaches
from tests.support.offers import actor, fresh_world
from tests.support.register import VAULT, landed

_TOLD = Statement(
    "SELECT recipient FROM register_notices WHERE mandate = :id AND change = 'confirmed_together'"
)
WEAK: dict[str, Any] = {
    "representative": "omer",
    "services": ["vat-return"],
    "actions": "*",
    "assurance": "low",
    "from": "2026-01-01T00:00:00Z",
    "until": "2027-06-01T00:00:00Z",
}


@pytest.fixture
def world(database: Database) -> Database:
    """A mandate at low of Gea and Henk's, and one of the club, where two of three sign."""
    fresh_world(database)
    mandates = [
        WEAK | {"id": "of-bos", "represented": "bos"},
        WEAK | {"id": "of-club", "represented": "club"},
    ]
    landed(database, {"mandates": mandates}, now=TODAY - 5)
    return database


def sign(
    database: Database, person: str, id: str = "of-bos", *, level: Loa = Loa.SUBSTANTIAL, now: int = TODAY
) -> Mandate | Joined | Refused | WhyWeak:
    party = id.removeprefix("of-")
    with database.recording() as db:
        by = actor(person, party, level)
        return strengthening.strengthen(db, VAULT, id, login=level, by=by, now=now, policy=DEFAULT_POLICY)


def waits(database: Database, party: str = "bos", *, now: int = TODAY) -> list[tuple[str, dict[str, bool]]]:
    with database.reading() as db:
        found = countersigning.pending(db, party, now=now)
    return [(one.mandate.id, {who.party: who.signed for who in one.signing.signatories}) for one in found]


def test_g4_the_level_rises_when_both_have_confirmed_and_the_list_says_who_has(world: Database) -> None:
    first = sign(world, "gea")

    assert isinstance(first, Joined)
    assert first.said
    assert [("of-bos", {"gea": True, "henk": False})] == waits(world)

    done = sign(world, "henk", now=TODAY + 60)

    assert isinstance(done, Mandate)
    assert Loa.SUBSTANTIAL is done.assurance
    assert [] == waits(world, now=TODAY + 60)
    with world.reading() as db:
        last = journal.of_record(db, "mandate", "of-bos")[-2:]
        told = {one for (one,) in db.all(_TOLD, {"id": "of-bos"})}
    assert [(Event.CONFIRMED_TOGETHER, "gea"), (Event.STRENGTHENED, "henk")] == [
        (one.event, one.by.person) for one in last
    ]
    assert {"bos", "henk"} == told
    assert [] == breaches(world)


def test_g4_one_yes_that_is_said_twice_is_one_yes(world: Database) -> None:
    for now in (TODAY, TODAY + 1):
        assert isinstance(sign(world, "gea", now=now), Joined)

    with world.reading() as db:
        events = [one.event for one in journal.of_record(db, "mandate", "of-bos")]
    assert 1 == events.count(Event.CONFIRMED_TOGETHER)


def test_g4_the_weakest_of_those_who_sign_sets_the_level_and_may_sign_again(world: Database) -> None:
    sign(world, "gea", level=Loa.SUBSTANTIAL)
    half = sign(world, "henk", level=Loa.HIGH)
    assert isinstance(half, Mandate)
    assert Loa.SUBSTANTIAL is half.assurance

    assert isinstance(sign(world, "gea", level=Loa.HIGH, now=TODAY + 1), Joined)
    done = sign(world, "henk", level=Loa.HIGH, now=TODAY + 2)

    assert isinstance(done, Mandate)
    assert Loa.HIGH is done.assurance


def test_g4_who_is_logged_in_no_more_surely_than_it_is_signs_nothing(world: Database) -> None:
    assert WhyWeak.NOT_SURER is sign(world, "gea", level=Loa.LOW)
    assert WhyWeak.NOT_ENTITLED is sign(world, "omer")
    assert [] == waits(world)


def test_g2_as_many_as_the_rule_says_are_enough(world: Database) -> None:
    assert isinstance(sign(world, "anja", "of-club"), Joined)
    done = sign(world, "cor", "of-club")

    assert isinstance(done, Mandate)
    assert Loa.SUBSTANTIAL is done.assurance


def test_a_mandate_that_changed_meanwhile_is_signed_anew(world: Database) -> None:
    sign(world, "gea")
    with world.recording() as db:
        suspending.suspend(db, VAULT, "of-bos", by=actor("gea", "bos"), now=TODAY + 1)

    assert [] == waits(world)
    assert isinstance(sign(world, "henk", now=TODAY + 2), Joined)


def test_a_yes_counts_for_ninety_days(world: Database) -> None:
    sign(world, "gea")

    assert [] != waits(world, now=TODAY + LAPSES_AFTER - 1)
    assert [] == waits(world, now=TODAY + LAPSES_AFTER)
    document: dict[str, Any] = demo_document()
    fetched = [
        one | {"source": one["source"] | {"fetched_at": "2027-02-21T11:00:00Z"}}
        for one in document["legal_relations"]
    ]
    landed(world, {"legal_relations": fetched}, now=TODAY + LAPSES_AFTER)
    assert isinstance(sign(world, "henk", now=TODAY + LAPSES_AFTER), Joined)


def test_g10_who_signed_and_is_no_signatory_any_more_does_not_count(world: Database) -> None:
    sign(world, "anja", "of-club")
    [relation] = [one for one in demo_document()["legal_relations"] if one["id"] == "l-club-anja"]
    landed(world, {"legal_relations": [relation | {"until": "2026-11-23T12:00:00Z"}]}, now=TODAY)

    assert isinstance(sign(world, "bert", "of-club", now=TODAY + 5), Joined)


def test_what_has_ended_is_signed_by_nobody(world: Database) -> None:
    sign(world, "gea")
    with world.recording() as db:
        ending.revoke(db, VAULT, "of-bos", by=actor("gea", "bos"), now=TODAY + 1)

    assert isinstance(sign(world, "henk", now=TODAY + 2), Refused)
    assert [] == waits(world, now=TODAY + 2)


def test_of_two_who_sign_at_once_the_second_makes_it_surer(world: Database) -> None:
    together = Barrier(2)

    def at_once(person: str) -> object:
        together.wait()
        return sign(world, person)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(at_once, ("gea", "henk")))

    assert {Joined, Mandate} == {type(one) for one in done}
    assert [] == breaches(world)
