"""The walk along legal relations: who is told of is asked for from then on, and what has ended by the calendar ends."""

import pytest

from authz_server.config import Settings
from authz_server.context import Context
from authz_server.worker import duties, powers
from authz_server.worker.working import POWERS, SOURCES, Worker
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.instants import written
from claims.offers import Offer
from claims.register import accepting, appointing, journal, offering, overview, reviewing, source_answers
from claims.register.actor import OPERATOR, Actor
from claims.register.journal import Event
from claims.register.world import import_world
from claims.worldfile import record_as_json
from keys.storage import Database
from tests.support.clock import Clock
from tests.support.offers import an_offer
from tests.support.register import VAULT, landed
from tests.support.settings import settings_with
from tests.support.sources import SMALL

SOURCE = {"url": "https://court.example.nl/", "known_as": "Court register", "schemes": ["bsn"]}


@pytest.fixture
def settings(database: Database) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return settings_with(url, sources={"court": SOURCE})


@pytest.fixture(autouse=True)
def _world(context: Context, clock: Clock) -> None:
    landed(context.database, SMALL, now=clock.now - 100)


def brought_in(context: Context, basis: str = "curator", **more: object) -> None:
    relation = {
        "id": "l1",
        "represented": "anna",
        "representative": "bram",
        "basis": basis,
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2025-01-01T00:00:00Z",
        **more,
    }
    landed(context.database, {"legal_relations": [relation]}, now=context.clock())


def granted(context: Context) -> None:
    mandate = {
        "id": "m1",
        "represented": "anna",
        "representative": "carla",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2025-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
    }
    by = Actor("bram", "anna", "relation l1", None, None)
    with context.database.writing() as db:
        import_world(db, VAULT, {"mandates": [mandate]}, by=by, now=context.clock())


def walk(context: Context) -> int:
    """One whole round; how many steps."""
    position, steps = powers.step(context, ""), 1
    while position:
        position, steps = powers.step(context, position), steps + 1
    return steps


def suspended(context: Context) -> bool:
    with context.database.reading() as db:
        mandate = overview.mandate(db, "m1")
    assert mandate is not None
    return mandate.is_suspended(context.clock())


def asked_for(context: Context) -> list[str]:
    with context.database.reading() as db:
        return source_answers.due(db, "Court register", now=context.clock(), limit=10)


def test_parties_of_which_a_source_told_in_an_import_are_asked_for_from_then_on(context: Context) -> None:
    brought_in(context, source={"register": "Court register"})
    other = {
        "id": "r1",
        "party": "carla",
        "kind": "guardianship",
        "services": "*",
        "from": "2025-01-01T00:00:00Z",
        "source": {"register": "Court register"},
    }
    another = other | {"id": "r2", "party": "bram", "source": {"register": "Another"}}
    landed(context.database, {"restrictions": [other, another]}, now=context.clock())

    walk(context)
    walk(context)

    assert ["anna", "carla"] == sorted(asked_for(context))


def test_a_long_register_is_walked_a_little_at_a_time(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(powers, "TOGETHER", 1)
    brought_in(context, source={"register": "Court register"})
    granted(context)

    assert 5 == walk(context)  # two links, the end of them, of no restrictions and of no appointments
    assert ["anna"] == asked_for(context)


@pytest.mark.parametrize("ends", [0, 1])
def test_g13_what_was_granted_under_a_power_that_ends_by_its_date_is_suspended_then(
    context: Context, clock: Clock, ends: int
) -> None:
    brought_in(context, until=written(clock.now + ends))
    granted(context)

    walk(context)

    assert (ends == 0) == suspended(context)


def test_g13_a_parent_s_grants_are_suspended_when_the_child_comes_of_age(
    context: Context, clock: Clock
) -> None:
    child = {**SMALL["parties"][0], "born": "2007-11-26"}  # 18 a day from now
    landed(context.database, {"parties": [child]}, now=clock.now)
    brought_in(context, "parent")
    granted(context)

    clock.now += 82_799  # midnight in Amsterdam is an hour earlier than in the clock's own time
    walk(context)
    assert not suspended(context)

    clock.now += 1
    walk(context)
    assert suspended(context)


def test_a_relation_that_was_closed_for_want_of_an_answer_has_not_ended(
    context: Context, clock: Clock
) -> None:
    brought_in(context, until=written(clock.now), source={"register": "Court register"})
    granted(context)
    with context.database.writing() as db:
        source_answers.enroll(db, "Court register", ["anna"], now=clock.now)
        assert source_answers.close(db, "Court register", "anna", serial=0, now=clock.now)

    walk(context)

    assert not suspended(context)


def test_a_worker_walks_and_asks_in_its_turn_and_leaves_both_to_one(
    context: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_in(context, until=written(clock.now), source={"register": "Court register"})
    granted(context)
    asked: list[str] = []
    monkeypatch.setattr(
        "authz_server.worker.working.refresh_due", lambda _, source, **__: asked.append(source.register.name)
    )
    with context.database.writing() as db:
        for duty in (POWERS, SOURCES):
            duties.claim(db, duty, "another", now=clock.now, until=clock.now + 60)
    worker = Worker(context)

    worker.look_at_powers()
    worker.ask_sources()
    assert (False, []) == (suspended(context), asked)

    clock.now += 60
    worker.look_at_powers()
    worker.ask_sources()
    assert (True, ["court"]) == (suspended(context), asked)


def given_by_appointment(context: Context, clock: Clock) -> str:
    """A mandate of the bakery that Carla gave by appointment a1, which lasts for a hundred seconds; it lasts for a day."""
    appointment = {
        "id": "a1",
        "organisation": "bakery",
        "person": "carla",
        "services": "*",
        "assurance": "high",
        "from": "2025-01-01T00:00:00Z",
        "until": written(clock.now + 100),
    }
    landed(context.database, {"appointments": [appointment]}, now=clock.now)
    service = {
        "id": "s7",
        "uri": "https://tax.example.nl/services/seven",
        "name": {"nl": "Zeven", "en": "Seven"},
        "provider": "bakery",
        "minimum_assurance": "low",
        "actions": ["view"],
        "represented_kinds": ["organisation"],
        "offers_mandates": True,
    }
    landed(context.database, {"services": [service]}, now=clock.now)
    offer = an_offer("bakery", "s7", representative="anna", until=clock.now + 90)
    by = Actor("carla", "bakery", "self", Loa.SUBSTANTIAL, "carla-eid")
    with context.database.recording() as db:
        offering.make(db, VAULT, offer, login=Loa.SUBSTANTIAL, by=by, now=clock.now, policy=DEFAULT_POLICY)
    walk(context)
    with context.database.recording() as db:
        accepts = Actor("anna", None, "self", Loa.LOW, "anna-eid")
        done = accepting.accept(db, VAULT, offer.id, by=accepts, now=clock.now, policy=DEFAULT_POLICY)
    assert isinstance(done, Offer), done
    longer = {"until": written(clock.now + 86400)}
    with context.database.reading() as db:
        mandate = overview.mandate(db, offer.parts[0].mandate)
    assert mandate is not None
    landed(context.database, {"mandates": [record_as_json(mandate) | longer]}, now=clock.now)
    return mandate.id


def marked_once(context: Context, clock: Clock, mandate: str) -> None:
    """It was marked at this moment, for the end of a1, and it holds."""
    with context.database.reading() as db:
        found = reviewing.reviews(db, "bakery", now=clock.now).reviews
        events = [one.event for one in journal.of_record(db, "mandate", mandate)]
    assert [("appointment a1", clock.now)] == [(one.power, one.marked_at) for one in found]
    assert 1 == events.count(Event.MARKED_FOR_REVIEW)
    assert found[0].mandate.in_force(clock.now)


def test_g13_what_an_administrator_gave_is_marked_when_the_appointment_ends(
    context: Context, clock: Clock
) -> None:
    """For an organisation it stands; the walk comes by the end of the appointment, and once for each end."""
    mandate = given_by_appointment(context, clock)

    clock.now += 100
    walk(context)
    walk(context)

    marked_once(context, clock, mandate)


def test_g13_what_an_administrator_gave_is_marked_when_the_appointment_is_revoked(
    context: Context, clock: Clock
) -> None:
    """Over the API, say: where nobody marked it at once."""
    mandate = given_by_appointment(context, clock)
    walk(context)
    with context.database.recording() as db:
        appointing.end(db, VAULT, "a1", by=OPERATOR, now=clock.now)

    walk(context)
    walk(context)

    marked_once(context, clock, mandate)
