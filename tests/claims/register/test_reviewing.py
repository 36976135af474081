"""When a signatory or administrator leaves, what they gave for the organisation stands, marked for review (G13)."""

import pytest

from claims.mandates import Mandate
from claims.register import appointing, ending, journal, offering, overview, reviewing
from claims.register.changing import Refused, Why
from claims.register.journal import Event
from keys.storage import Database
from tests.claims.register.test_leaving import given, relations_end
from tests.claims.register.test_offering import represents
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches
from tests.support.appointments import appointed
from tests.support.offers import actor, an_offer, fresh_world, made
from tests.support.register import VAULT


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def marked(database: Database, *ids: str, now: int = TODAY) -> set[str]:
    with database.reading() as db:
        found = [one for id in ids if (one := overview.mandate(db, id)) is not None]
        return set(reviewing.to_review(db, found, now=now))


def keep(database: Database, id: str, *, by: str = "carla", now: int = TODAY) -> Mandate | Refused:
    with database.recording() as db:
        return reviewing.keep(db, VAULT, id, by=actor(by, "bakery"), now=now)


def ended(database: Database, id: str, *, now: int = TODAY) -> None:
    with database.recording() as db:
        appointing.end(db, VAULT, id, by=actor("carla", "bakery"), now=now)


def test_g13_what_an_administrator_gave_stands_and_is_marked_once_they_have_left(world: Database) -> None:
    one = appointed(world, "bakery", "mo", "carla")
    mine, hers = given(world, "omer", by="mo"), given(world, "ruben")
    assert set() == marked(world, mine.id, hers.id, "m0010")

    ended(world, one.id)

    assert {mine.id} == marked(world, mine.id, hers.id, "m0010")
    assert represents(world, "omer", "bakery", "vat-return", TODAY + 1)
    keep(world, mine.id, now=TODAY + 1)
    assert set() == marked(world, mine.id, now=TODAY + 1)
    with world.reading() as db:
        entries = journal.of_record(db, "mandate", mine.id)
    assert [Event.GIVEN, Event.REVIEWED] == [entry.event for entry in entries]
    assert ("carla", "bakery") == (entries[-1].by.person, entries[-1].by.on_behalf_of)
    assert [] == breaches(world)


def test_g13_who_looked_at_it_and_leaves_too_leaves_it_marked_again(world: Database) -> None:
    first, second = (appointed(world, "bakery", person, "carla") for person in ("mo", "dewi"))
    mine = given(world, "omer", by="mo")
    ended(world, first.id)
    keep(world, mine.id, by="dewi")

    ended(world, second.id, now=TODAY + 1)

    assert {mine.id} == marked(world, mine.id, now=TODAY + 1)


def test_g13_a_signatory_who_left_the_trade_register_leaves_them_marked_and_standing(world: Database) -> None:
    mine = given(world, "omer")
    relations_end(world, "l-bakery-carla")

    assert {mine.id} == marked(world, mine.id, now=TODAY + 9)
    assert represents(world, "omer", "bakery", "vat-return", TODAY + 9)


def test_who_arranges_it_on_another_ground_has_not_left(world: Database) -> None:
    first = appointed(world, "bakery", "mo", "carla")
    mine = given(world, "omer", by="mo")
    appointed(world, "bakery", "mo", "carla")
    ended(world, first.id)

    assert set() == marked(world, mine.id)


def test_what_is_over_and_what_a_person_gave_is_not_marked(world: Database) -> None:
    one = appointed(world, "bakery", "mo", "carla")
    over = given(world, "omer", by="mo")
    private = made(world, an_offer("anna", "benefit", representative="omer"), "anna")
    with world.recording() as db:
        offering.accept(db, VAULT, private.id, by=actor("omer"), now=TODAY)
        ending.revoke(db, VAULT, over.id, by=actor("carla", "bakery"), now=TODAY)
    ended(world, one.id)

    assert set() == marked(world, over.id, private.parts[0].mandate, "m0001", "m0010")
    assert Refused(Why.ALREADY_ENDED) == keep(world, over.id)
    assert Refused(Why.UNKNOWN_MANDATE) == keep(world, "no-such")


def test_what_is_not_marked_is_left_alone(world: Database) -> None:
    mine = given(world, "omer")

    keep(world, mine.id)

    with world.reading() as db:
        assert [Event.GIVEN] == [entry.event for entry in journal.of_record(db, "mandate", mine.id)]
