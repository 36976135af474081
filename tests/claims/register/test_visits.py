"""The desk: who works there acts for who came, at one service, for half an hour at most, and never as a mandate."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from time import sleep
from typing import Any

import pytest

from claims.assurance import Loa
from claims.desk import LONGEST_VISIT, DeskVisit, Shown
from claims.evidence import DEFAULT_POLICY
from claims.instants import written
from claims.question import Question
from claims.register import (
    entitling,
    journal,
    lookup,
    managing,
    offering,
    overview,
    records,
    resolving,
    visits,
    visits_at_desk,
)
from claims.register.actor import Actor
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.looking_back import resolve_as_known
from claims.register.visits import NotOpened
from claims.register.world import export_lists
from claims.representation import Representation
from keys.storage import Database, Statement
from tests.claims.register.test_papers import appointment
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.account import breaches
from tests.support.offers import actor, an_offer, fresh_world
from tests.support.register import VAULT, landed


@pytest.fixture
def world(database: Database) -> Database:
    """The try-out world, with a desk at the town's where Noah and Mo work."""
    fresh_world(database)
    landed(database, {"desk_appointments": [appointment(one) for one in ("noah", "mo")]}, now=TODAY - 5)
    return database


def opened(
    database: Database, person: str = "joke", *, clerk: str = "noah", now: int = TODAY, **more: Any
) -> Any:
    asked = {"service": "benefit", "desk": "town", "shown": Shown.PASSPORT, "policy": DEFAULT_POLICY} | more
    with database.recording() as db:
        return visits.open_visit(db, VAULT, person=person, by=actor(clerk), now=now, **asked)


def close(
    database: Database, id: str, person: str = "noah", *, now: int = TODAY + 60
) -> DeskVisit | NotOpened:
    with database.recording() as db:
        return visits.close(db, VAULT, id, by=actor(person), now=now)


def answers(
    database: Database, clerk: str = "noah", service: str = "benefit", *, now: int = TODAY
) -> list[Representation]:
    with database.reading() as db:
        found = lookup.service(db, service)
        assert found is not None
        asked = Question(clerk, found, now, Loa.SUBSTANTIAL)
        return [one for one in resolving.resolve(db, asked).representations if one.represented == "joke"]


def test_who_works_at_the_desk_acts_for_who_came_and_for_nobody_else_anywhere_else(world: Database) -> None:
    visit = opened(world)
    assert isinstance(visit, DeskVisit)

    (answer,) = answers(world)

    assert ("joke", (visit.id,), None) == (answer.represented, answer.path, answer.through)
    assert ["desk"] == [link.basis for link in answer.links]
    assert Loa.SUBSTANTIAL is answer.assurance
    assert TODAY + LONGEST_VISIT == answer.until
    assert {"desk"} == answer.needs_understanding
    assert [] == answers(world, "mo")
    for service in ("energy-label", "permit", "income-tax"):
        assert [] == answers(world, service=service)
    assert [] == breaches(world)


def test_it_holds_for_half_an_hour_and_not_a_second_longer(world: Database) -> None:
    opened(world)

    assert 1 == len(answers(world, now=TODAY + LONGEST_VISIT - 1))
    assert [] == answers(world, now=TODAY + LONGEST_VISIT)
    assert [] == answers(world, now=TODAY - 1)


@pytest.mark.parametrize("lasts", [0, -1, LONGEST_VISIT + 1, 86400])
def test_no_visit_is_longer_whoever_asks(world: Database, lasts: int) -> None:
    with pytest.raises(ValueError, match="1 to 1800"):
        opened(world, lasts=lasts)


def test_the_database_and_the_link_itself_know_no_longer_visit(world: Database) -> None:
    visit = opened(world)
    with pytest.raises(Exception, match="half_an_hour"), world.writing() as db:
        db.run(Statement("UPDATE register_visits SET ends_at = ends_at + 1"))

    longer = replace(visit, until=TODAY + 86400)
    assert longer.in_force(TODAY + LONGEST_VISIT - 1)
    assert not longer.in_force(TODAY + LONGEST_VISIT)


@pytest.mark.parametrize("person", ["noah", "mo"])
def test_whoever_works_at_the_desk_ends_it_at_once(world: Database, person: str) -> None:
    visit = opened(world)

    ended = close(world, visit.id, person)

    assert isinstance(ended, DeskVisit)
    assert [] == answers(world, now=TODAY + 60)
    assert NotOpened.OVER is close(world, visit.id, now=TODAY + 61)
    assert [] == breaches(world)


@pytest.mark.parametrize("person", ["joke", "omer", "eva", "nobody"])
def test_nobody_else_opens_or_ends_one(world: Database, person: str) -> None:
    assert NotOpened.NOT_AT_THIS_DESK is opened(world, "anna", clerk=person)
    visit = opened(world)

    assert NotOpened.NOT_AT_THIS_DESK is close(world, visit.id, person)
    assert NotOpened.NOT_AT_THIS_DESK is close(world, "visit-nothing", person)
    assert 1 == len(answers(world))


def test_one_helps_one_at_a_time(world: Database) -> None:
    first = opened(world)
    assert NotOpened.ONE_AT_A_TIME is opened(world, "anna")
    assert isinstance(opened(world, "anna", clerk="mo"), DeskVisit)
    with world.reading() as db:
        assert first == visits.now_with(db, "noah", now=TODAY + LONGEST_VISIT - 1)
        assert None is visits.now_with(db, "noah", now=TODAY + LONGEST_VISIT)

    assert isinstance(opened(world, "anna", now=TODAY + LONGEST_VISIT), DeskVisit)


def test_of_many_that_one_opens_at_once_one_is_open(world: Database) -> None:
    people = ["joke", "anna", "bram", "greet", "sanne", "eva"]
    together = Barrier(len(people))

    def one(person: str) -> Any:
        together.wait()
        return opened(world, person)

    with ThreadPoolExecutor(len(people)) as pool:
        done = list(pool.map(one, people))

    assert 1 == sum(isinstance(one, DeskVisit) for one in done)
    assert [] == breaches(world)


def test_ending_it_twice_at_once_ends_it_once(world: Database) -> None:
    visit = opened(world)
    together = Barrier(4)

    def one(number: int) -> Any:
        together.wait()
        return close(world, visit.id, ("noah", "mo")[number % 2])

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(one, range(4)))

    assert 1 == sum(isinstance(one, DeskVisit) for one in done)
    assert [] == breaches(world)


@pytest.mark.parametrize(
    ("person", "more", "why"),
    [
        ("nobody", {}, NotOpened.UNKNOWN_PERSON),
        ("", {}, NotOpened.UNKNOWN_PERSON),
        ("bakery", {}, NotOpened.UNKNOWN_PERSON),
        ("wil", {}, NotOpened.UNKNOWN_PERSON),  # who died
        ("noah", {}, NotOpened.OWN_AFFAIR),
        ("tim", {}, NotOpened.RESTRICTED),  # seventeen, where one must be eighteen
        ("joke", {"service": "income-tax"}, NotOpened.NO_DESKS),
        ("joke", {"service": "vat-return"}, NotOpened.NO_DESKS),
        ("joke", {"service": "no-such"}, NotOpened.NOT_AT_THIS_DESK),
        ("joke", {"desk": "energy"}, NotOpened.NOT_AT_THIS_DESK),
    ],
)
def test_what_cannot_be_done_at_a_desk_is_refused(
    world: Database, person: str, more: dict[str, Any], why: NotOpened
) -> None:
    assert why is opened(world, person, **more)
    assert [] == answers(world)


def test_r19_who_is_under_guardianship_is_not_helped_around_the_guardian(world: Database) -> None:
    restriction = {
        "id": "r",
        "party": "joke",
        "kind": "guardianship",
        "services": "*",
        "from": "2026-01-01T00:00:00Z",
    }
    opened(world)
    landed(world, {"restrictions": [restriction]}, now=TODAY)

    assert [] == answers(world)
    assert NotOpened.RESTRICTED is opened(world, clerk="mo")


def test_r5_a_service_that_does_not_say_that_it_reads_desks_is_never_given_one(world: Database) -> None:
    opened(world)
    with world.reading() as db:
        (service,) = [one for one in export_services(db) if one["id"] == "benefit"]
    service.pop("understands")
    landed(world, {"services": [service]}, now=TODAY)

    assert [] == answers(world)


def export_services(db: Any) -> list[dict[str, Any]]:
    return list(dict(export_lists(db, VAULT, personal_numbers=False))["services"])


def test_a_visit_entitles_to_nothing_but_acting(world: Database) -> None:
    opened(world)

    with world.reading() as db:
        assert [] == entitling.entitlements(db, StoredFacts(db), "noah", "joke", now=TODAY)
        assert () == managing.managed(db, "noah", TODAY).authorities
        assert "joke" not in {one.represented for one in overview.received(db, "noah").mandates}
    with world.recording() as db:
        offer = an_offer("joke", "benefit", representative="omer")
        made = offering.make(
            db,
            VAULT,
            offer,
            login=Loa.HIGH,
            by=Actor("noah", "joke", "self", Loa.HIGH, None),
            now=TODAY,
            policy=DEFAULT_POLICY,
        )
    assert isinstance(made, offering.Refused)


def test_the_account_tells_who_at_which_desk_did_it_and_never_the_citizen(world: Database) -> None:
    visit = opened(world, shown=Shown.DRIVING_LICENCE)
    close(world, visit.id, "mo")

    with world.reading() as db:
        told = journal.of_record(db, "desk_visit", visit.id)
    assert [(Event.OPENED, "noah", "town", "desk d-noah"), (Event.CLOSED, "mo", "town", "desk d-mo")] == [
        (one.event, one.by.person, one.by.on_behalf_of, one.by.authority) for one in told
    ]
    assert told[0].reason is not None
    assert "driving_licence" in told[0].reason


def test_the_citizen_is_told_and_nobody_keeps_a_number_of_the_document(world: Database) -> None:
    visit = opened(world)

    with world.reading() as db:
        told = db.all(
            Statement("SELECT recipient, change FROM register_notices WHERE mandate = :id"), {"id": visit.id}
        )
        (body,) = db.one(Statement("SELECT body FROM register_links WHERE id = :id"), {"id": visit.id}) or (
            "",
        )
    assert [("joke", "at_desk")] == told
    assert visit == records.link(body)
    assert {
        *("id", "basis", "represented", "representative", "organisation", "appointment", "services"),
        *("assurance", "shown", "from", "until", "recorded_at"),
    } == set(json.loads(body))


def test_a_visit_stands_in_no_world_file_and_what_was_known_then_knows_it(world: Database) -> None:
    visit = opened(world)
    close(world, visit.id)

    with world.reading() as db:
        lists = {key: list(some) for key, some in export_lists(db, VAULT, personal_numbers=False)}
        service = lookup.service(db, "benefit")
        assert service is not None
        question = Question("noah", service, TODAY + 120, Loa.SUBSTANTIAL)
        then = resolve_as_known(db, question, TODAY + 30)
        now = resolve_as_known(db, question, TODAY + 90)
    assert visit.id not in str(lists)
    assert [(visit.id,)] == [one.path for one in then.representations if one.represented == "joke"]
    assert [] == [one for one in now.representations if one.represented == "joke"]


def test_where_a_desk_was_a_use_tells(world: Database) -> None:
    visit = opened(world)

    with world.reading() as db:
        assert {visit.id: "town"} == visits.desks_of_paths(db, [("m1", "m2"), (visit.id,)])
        assert {} == visits.desks_of_paths(db, [])


def test_g9_a_visit_ends_with_what_lets_somebody_work_at_the_desk(world: Database) -> None:
    visit = opened(world)
    other = opened(world, "sanne", clerk="mo")
    assert isinstance(visit, DeskVisit)
    assert isinstance(other, DeskVisit)
    ended = appointment("noah") | {"until": written(TODAY + 30)}

    landed(world, {"desk_appointments": [ended]}, now=TODAY + 60)

    assert [] == answers(world, now=TODAY + 60)
    with world.reading() as db:
        assert visits.now_with(db, "noah", now=TODAY + 60) is None
        assert other == visits.now_with(db, "mo", now=TODAY + 60)
    assert not breaches(world)


def test_a_visit_stands_where_another_appointment_lets_somebody_work_there(world: Database) -> None:
    landed(world, {"desk_appointments": [appointment("noah") | {"id": "another"}]}, now=TODAY - 4)
    visit = opened(world)
    assert isinstance(visit, DeskVisit)
    [by] = [
        one
        for one in (appointment("noah"), appointment("noah") | {"id": "another"})
        if one["id"] == visit.appointment
    ]

    landed(world, {"desk_appointments": [by | {"until": written(TODAY + 30)}]}, now=TODAY + 60)

    assert 1 == len(answers(world, now=TODAY + 60))


def test_a_visit_lasts_no_longer_than_the_work_at_the_desk(world: Database) -> None:
    landed(
        world, {"desk_appointments": [appointment("noah") | {"until": written(TODAY + 90)}]}, now=TODAY - 4
    )

    visit = opened(world)

    assert isinstance(visit, DeskVisit)
    assert TODAY + 90 == visit.until


@pytest.mark.parametrize("end", [61, 90, LONGEST_VISIT - 1])
def test_g9_a_visit_ends_with_the_work_at_the_desk_that_ends_some_minutes_from_now(
    world: Database, end: int
) -> None:
    visit = opened(world)
    assert isinstance(visit, DeskVisit)

    landed(
        world, {"desk_appointments": [appointment("noah") | {"until": written(TODAY + end)}]}, now=TODAY + 60
    )

    assert [TODAY + end] == [one.until for one in answers(world, now=TODAY + 60)]
    assert [] == answers(world, now=TODAY + end)
    with world.reading() as db:
        assert visits.now_with(db, "noah", now=TODAY + end - 1) is not None
        assert visits.now_with(db, "noah", now=TODAY + end) is None
        told = [one.event for one in journal.of_record(db, "desk_visit", visit.id)]
    assert Event.CHANGED is told[-1]
    assert not breaches(world)


@pytest.mark.parametrize("ceased", [30, 60, 90])
def test_g9_a_visit_ends_with_the_organisation_whose_desk_it_is(world: Database, ceased: int) -> None:
    opened(world)
    [town] = [one for one in demo_document()["parties"] if one["id"] == "town"]

    landed(world, {"parties": [town | {"ceased_at": written(TODAY + ceased)}]}, now=TODAY + 60)

    assert [] == answers(world, now=TODAY + max(60, ceased))
    assert (ceased > 60) == bool(answers(world, now=TODAY + 60))
    assert not breaches(world)


def test_a_visit_ends_with_the_last_appointment_that_lets_somebody_work_there(world: Database) -> None:
    until = {"id": "another", "until": written(TODAY + 600)}
    landed(world, {"desk_appointments": [appointment("noah") | until]}, now=TODAY - 4)
    opened(world)

    landed(
        world, {"desk_appointments": [appointment("noah") | {"until": written(TODAY + 300)}]}, now=TODAY + 60
    )

    assert 1 == len(answers(world, now=TODAY + 300))
    assert [] == answers(world, now=TODAY + 600)


_END = Statement(
    "SELECT seq FROM register_journal_end", postgresql="SELECT seq FROM register_journal_end FOR UPDATE"
)


@pytest.mark.parametrize("first", ["import", "visit"])
@pytest.mark.parametrize("end", ["appointment", "desk", "clerk"])
def test_g9_a_visit_that_is_opened_while_an_import_ends_the_work_there_does_not_go_on(
    world: Database, first: str, end: str
) -> None:
    """Both wait for the end of the account, whichever comes first: neither sees what the other writes."""
    parties = {one["id"]: one for one in demo_document()["parties"]}
    told: dict[str, Any] = {
        "appointment": {"desk_appointments": [appointment("noah") | {"until": written(TODAY - 1)}]},
        "desk": {"parties": [parties["town"] | {"ceased_at": written(TODAY - 1)}]},
        "clerk": {"parties": [parties["noah"] | {"ceased_at": written(TODAY - 1)}]},
    }
    steps = {"import": lambda: landed(world, told[end], now=TODAY), "visit": lambda: opened(world)}
    with ThreadPoolExecutor(2) as pool:
        with world.writing() as db:
            db.one(_END)
            done = {}
            for name in sorted(steps, key=lambda name: name != first):
                done[name] = pool.submit(steps[name])
                sleep(0.4)
        done["import"].result()
        visit = done["visit"].result()

    assert [] == answers(world, now=TODAY + 1)
    with world.reading() as db:
        assert visits.now_with(db, "noah", now=TODAY + 1) is None
    assert visit is NotOpened.NOT_AT_THIS_DESK or first == "visit"
    assert [] == breaches(world)


def test_g9_a_visit_that_is_opened_while_an_import_tells_of_an_end_to_come_ends_then(world: Database) -> None:
    told = {"desk_appointments": [appointment("noah") | {"until": written(TODAY + 90)}]}
    with ThreadPoolExecutor(2) as pool:
        with world.writing() as db:
            db.one(_END)
            importing = pool.submit(landed, world, told, now=TODAY)
            sleep(0.4)
            opening = pool.submit(opened, world)
            sleep(0.4)
        importing.result()
        visit = opening.result()

    assert TODAY + 90 == visit.until
    assert [TODAY + 90] == [one.until for one in answers(world)]
    assert [] == breaches(world)


def close_on_request(database: Database, id: str) -> DeskVisit | NotOpened:
    by = Actor(None, None, "client counter", None, None)
    with database.recording() as db:
        return visits_at_desk.close_on_request(db, VAULT, id, by=by, now=TODAY + 60, reason="they left")


@pytest.mark.parametrize("ends", [close, close_on_request])
def test_a_visit_that_is_ended_while_an_import_ends_the_work_there_is_ended_once(
    world: Database, ends: Callable[[Database, str], DeskVisit | NotOpened]
) -> None:
    """Neither waits for what the other holds: none of them is refused by the database."""
    visit = opened(world)
    told = {"desk_appointments": [appointment("noah") | {"until": written(TODAY + 30)}]}
    with ThreadPoolExecutor(2) as pool:
        with world.writing() as db:
            db.one(_END)
            importing = pool.submit(landed, world, told, now=TODAY + 60)
            sleep(0.4)
            ending = pool.submit(ends, world, visit.id)
            sleep(0.4)
        importing.result()
        assert ending.result() is NotOpened.OVER or isinstance(ending.result(), DeskVisit)

    with world.reading() as db:
        events = [one.event for one in journal.of_record(db, "desk_visit", visit.id)]
    assert [Event.OPENED, Event.CLOSED] == events
    assert [] == breaches(world)
