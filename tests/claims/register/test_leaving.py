"""“Uit dienst”: everything that an organisation gave one person ends at once, and nothing else does (G3, G8, G13)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.desk import DeskVisit, Shown
from claims.evidence import DEFAULT_POLICY
from claims.instants import written
from claims.mandates import Mandate
from claims.offers import OfferState
from claims.organisation import Appointment
from claims.register import (
    accepting,
    appointing,
    ending,
    journal,
    leaving,
    means,
    offering,
    offers_kept,
    overview,
    visits,
)
from claims.register.actor import OPERATOR
from claims.register.desks import desks_of
from claims.register.journal import Event
from claims.register.leaving import Leaving
from claims.register.may_grant import nobody_may_grant
from claims.register.what_people_have import has
from claims.register.world import import_world
from claims.representation import Representation, RepresentedLink
from keys.storage import Database
from tests.claims.register.test_offering import represents
from tests.claims.register.test_papers import appointment
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.account import breaches
from tests.support.appointments import an_appointment, appointed
from tests.support.offers import actor, an_offer, fresh_world, made
from tests.support.register import VAULT, landed

VAT = Coverage(listed=frozenset({"vat-return"}))


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def leaves(
    database: Database, organisation: str, person: str, by: str | None, *, now: int = TODAY
) -> Leaving:
    with database.recording() as db:
        if by is None:
            reach, who = leaving.EVERYTHING, OPERATOR
        else:
            reach, who = leaving.within(db, by, organisation, now=now), actor(by, organisation)
        return leaving.leave(db, VAULT, organisation, person, reach, by=who, now=now)


def would(database: Database, organisation: str, person: str, by: str) -> Leaving:
    with database.reading() as db:
        reach = leaving.within(db, by, organisation, now=TODAY)
        return leaving.leaving(db, organisation, person, reach, now=TODAY)


def given(database: Database, person: str, by: str = "carla") -> Mandate:
    offer = made(database, an_offer("bakery", "vat-return", representative=person), by)
    with database.recording() as db:
        accepting.accept(db, VAULT, offer.id, by=actor(person), now=TODAY, policy=DEFAULT_POLICY)
        found = overview.mandate(db, offer.parts[0].mandate)
    assert found is not None
    return found


def events(database: Database, kind: str, id: str) -> list[Event]:
    with database.reading() as db:
        return [entry.event for entry in journal.of_record(db, kind, id)]


def test_all_that_the_organisation_gave_ends_at_once_and_nothing_else(world: Database) -> None:
    administrator = appointed(world, "bakery", "mo", "carla", may_appoint=True)
    mandate = given(world, "mo")
    waits = made(world, an_offer("bakery", "payroll", representative="mo"), "carla")
    granted = given(world, "omer", by="mo")
    elsewhere = made(world, an_offer("club", "permit", representative="mo"), "anja")
    assert represents(world, "mo", "bakery", "vat-return")

    gone = leaves(world, "bakery", "mo", "carla", now=TODAY + 1)

    assert [mandate.id] == [one.id for one in gone.ends.mandates]
    assert [administrator.id] == [one.id for one in gone.ends.appointments]
    assert [waits.id] == [one.id for one in gone.ends.offers]
    assert () == gone.beyond
    assert not represents(world, "mo", "bakery", "vat-return", TODAY + 1)
    with world.reading() as db:
        ended = appointing.find(db, administrator.id)
        taken_back = offers_kept.find(db, waits.id)
        stays = offers_kept.find(db, elsewhere.id)
    assert ended is not None
    assert TODAY + 1 == ended.revoked_at
    assert taken_back is not None
    assert OfferState.WITHDRAWN is taken_back.state
    assert stays is not None
    assert stays.state.is_open
    # G13: what an administrator granted stands when they leave
    assert represents(world, "omer", "bakery", "vat-return", TODAY + 1)
    assert granted.id not in {one.id for one in gone.ends.mandates}
    assert represents(world, "mo", "vof", "vat-return", TODAY + 1)  # his own business
    assert [Event.GIVEN, Event.LEFT] == events(world, "mandate", mandate.id)
    assert [Event.GIVEN, Event.LEFT] == events(world, "appointment", administrator.id)
    assert Event.WITHDRAWN == events(world, "offer", waits.id)[-1]
    assert [] == breaches(world)


def test_what_lies_beyond_an_administrators_reach_is_told_and_stays(world: Database) -> None:
    appointed(world, "bakery", "dewi", "carla", services=VAT, may_appoint=True)
    wide = appointed(world, "bakery", "mo", "carla")
    narrow = appointed(world, "bakery", "mo", "carla", services=VAT)
    vat = given(world, "mo")
    label = made(world, an_offer("bakery", "permit", representative="mo"), "carla")
    with world.recording() as db:
        accepting.accept(db, VAULT, label.id, by=actor("mo"), now=TODAY, policy=DEFAULT_POLICY)

    takes = made(world, an_offer("bakery", "vat-return", representative="mo"), "carla")
    stays = [
        made(world, an_offer("bakery", "payroll", representative="mo"), "carla").id,
        made(world, an_appointment("bakery", "mo"), "carla").id,
    ]
    told = would(world, "bakery", "mo", "dewi")
    gone = leaves(world, "bakery", "mo", "dewi", now=TODAY + 1)

    assert told == gone
    assert [vat.id] == [one.id for one in gone.ends.mandates]
    assert [narrow.id] == [one.id for one in gone.ends.appointments]
    assert [takes.id] == [one.id for one in gone.ends.offers]
    assert 2 == gone.offers_beyond
    with world.reading() as db:
        assert set(stays) == {one.id for one in offers_kept.open_between(db, "bakery", "mo", now=TODAY + 1)}
    assert {wide.id, label.parts[0].mandate} == {one.id for one in gone.beyond}
    assert represents(world, "mo", "bakery", "permit", TODAY + 1)
    assert appointing_now(world, wide) is not None


def appointing_now(database: Database, one: Appointment) -> Appointment | None:
    with database.reading() as db:
        found = appointing.find(db, one.id)
    return found if found is not None and found.in_force(TODAY + 1) else None


def test_who_may_do_nothing_there_ends_nothing(world: Database) -> None:
    mandate = given(world, "mo")

    gone = leaves(world, "bakery", "mo", "anna", now=TODAY + 1)

    assert gone.ends.mandates == gone.ends.appointments == ()
    assert [mandate.id] == [one.id for one in gone.beyond]
    assert represents(world, "mo", "bakery", "vat-return", TODAY + 1)


def test_power_by_law_stands_and_is_told(world: Database) -> None:
    told = would(world, "bos", "gea", "henk")

    assert ["l-bos-gea"] == [one.id for one in told.ends.by_law]
    assert told.ends.nothing_to_end


def at_desk(database: Database, person: str, organisation: str = "town", **changes: Any) -> str:
    one = appointment(person, organisation=organisation, **changes)
    landed(database, {"desk_appointments": [one]}, now=TODAY - 5)
    return str(one["id"])


def test_g9_work_at_the_desk_ends_too_with_the_visit_that_is_open_there(world: Database) -> None:
    mine, other = at_desk(world, "noah"), at_desk(world, "mo")
    later = at_desk(world, "noah", id="d-later", **{"from": written(TODAY + 86400)})
    with world.recording() as db:
        for clerk, person in (("noah", "joke"), ("mo", "sanne")):
            visit = visits.open_visit(
                db, VAULT, person=person, service="benefit", desk="town", shown=Shown.PASSPORT,
                by=actor(clerk), now=TODAY,
            policy=DEFAULT_POLICY)  # fmt: skip
            assert isinstance(visit, DeskVisit), visit

    gone = leaves(world, "town", "noah", None, now=TODAY + 1)

    assert {mine, later} == {one.id for one in gone.ends.at_desk}
    with world.reading() as db:
        assert [] == desks_of(db, "noah", now=TODAY + 1)
        assert [] == desks_of(db, "noah", now=TODAY + 86401)
        assert None is visits.now_with(db, "noah", now=TODAY + 1)
        assert [other] == [one.id for one in desks_of(db, "mo", now=TODAY + 1)]
        assert None is not visits.now_with(db, "mo", now=TODAY + 1)
        assert has(db, "town", "noah", now=TODAY + 1).nothing_to_end
    assert [Event.ADDED, Event.LEFT] == events(world, "desk_appointment", mine)
    assert [] == breaches(world)


def test_g3_work_at_the_desk_beyond_an_administrators_reach_stays(world: Database) -> None:
    appointed(world, "bakery", "dewi", "carla", services=VAT, may_appoint=True)
    wide, narrow = (
        at_desk(world, "mo", "bakery", id="d-wide"),
        at_desk(world, "mo", "bakery", id="d-narrow", services=["vat-return"]),
    )

    gone = leaves(world, "bakery", "mo", "dewi", now=TODAY + 1)

    assert [narrow] == [one.id for one in gone.ends.at_desk]
    assert [wide] == [one.id for one in gone.beyond]


def test_who_opens_a_visit_while_they_leave_has_none(world: Database) -> None:
    at_desk(world, "noah")
    together = Barrier(2)

    def opens() -> object:
        together.wait()
        with world.recording() as db:
            return visits.open_visit(
                db, VAULT, person="joke", service="benefit", desk="town", shown=Shown.PASSPORT,
                by=actor("noah"), now=TODAY,
            policy=DEFAULT_POLICY)  # fmt: skip

    def leave() -> object:
        together.wait()
        return leaves(world, "town", "noah", None, now=TODAY)

    with ThreadPoolExecutor(2) as pool:
        for running in [pool.submit(opens), pool.submit(leave)]:
            running.result()

    with world.reading() as db:
        assert None is visits.now_with(db, "noah", now=TODAY)
    assert [] == breaches(world)


def test_an_operator_ends_everything_on_request(world: Database) -> None:
    appointed(world, "bakery", "mo", "carla", may_manage_means=True)
    given(world, "mo")

    gone = leaves(world, "bakery", "mo", None, now=TODAY + 1)

    assert (1, 1, ()) == (len(gone.ends.mandates), len(gone.ends.appointments), gone.beyond)
    with world.reading() as db:
        assert has(db, "bakery", "mo", now=TODAY + 1).nothing_to_end


def test_what_was_noted_of_their_means_there_goes_and_elsewhere_stays(world: Database) -> None:
    with world.recording() as db:
        for organisation in ("bakery", "club"):
            means.note(db, used_for(organisation, "mo"), "mo-eid", now=TODAY)
    given(world, "mo")

    leaves(world, "bakery", "mo", "carla", now=TODAY + 1)

    with world.reading() as db:
        assert not means.is_used(db, "bakery", "mo", "mo-eid")
        assert means.is_used(db, "club", "mo", "mo-eid")


def test_g12_where_nothing_ended_what_was_noted_of_their_means_stays(world: Database) -> None:
    with world.recording() as db:
        for organisation, person in (("bakery", "mo"), ("bakery", "joke"), ("bos", "gea")):
            means.note(db, used_for(organisation, person), f"{person}-eid", now=TODAY)
    given(world, "mo")
    appointed(world, "bakery", "mo", "carla")
    appointed(world, "bakery", "dewi", "carla", services=VAT, may_appoint=True)

    def noted(organisation: str, person: str) -> bool:
        with world.reading() as db:
            return means.is_used(db, organisation, person, f"{person}-eid")

    leaves(world, "bakery", "mo", "anna", now=TODAY + 1)  # who may end nothing there
    assert noted("bakery", "mo")
    leaves(world, "bakery", "joke", "carla", now=TODAY + 1)  # somebody who has nothing there
    assert noted("bakery", "joke")
    gone = leaves(world, "bakery", "mo", "dewi", now=TODAY + 1)  # part of it stays
    assert gone.ends.mandates
    assert gone.beyond
    assert noted("bakery", "mo")
    leaves(world, "bos", "gea", "henk", now=TODAY + 1)  # who acts for it by law
    assert noted("bos", "gea")
    leaves(world, "bakery", "mo", "carla", now=TODAY + 2)
    assert not noted("bakery", "mo")


def used_for(organisation: str, person: str) -> Representation:
    link = RepresentedLink("m1", "mandate", organisation, person, Loa.SUBSTANTIAL, TODAY)
    return Representation(
        person, "s", (link,), None, ("view",), Loa.SUBSTANTIAL, Loa.SUBSTANTIAL, None, False, None
    )


def test_g3_an_organisation_that_would_be_left_without_anyone_who_may_grant_is_warned(
    world: Database,
) -> None:
    one = appointed(world, "bakery", "mo", "carla")
    assert not would(world, "bakery", "mo", "carla").nobody_left
    offer = made(world, an_appointment("club", "vera"), "anja")
    with world.recording() as db:
        offering.approve(
            db, VAULT, offer.id, login=Loa.HIGH, by=actor("cor", "club"), now=TODAY, policy=DEFAULT_POLICY
        )
        accepting.accept(db, VAULT, offer.id, by=actor("vera"), now=TODAY, policy=DEFAULT_POLICY)

    def nobody(organisation: str, *ending: str, now: int = TODAY) -> bool:
        with world.reading() as db:
            return nobody_may_grant(db, organisation, now=now, ending=ending)

    assert not nobody("bakery", one.id, "a-bakery-daan")
    relations_end(world, "l-bakery-carla", "l-club-anja", "l-club-bert")
    assert not nobody("bakery", now=TODAY + 9)
    assert not nobody("bakery", one.id, now=TODAY + 9)
    assert nobody("bakery", one.id, "a-bakery-daan", now=TODAY + 9)
    # of the three one is left, where two have to sign
    assert not nobody("club", now=TODAY + 9)
    assert offer.office is not None
    assert nobody("club", offer.office.appointment, now=TODAY + 9)
    assert not nobody("peeters", "a-peeters-lotte")  # over its holding
    assert nobody("wind")  # known from mandates alone


def relations_end(database: Database, *ids: str) -> None:
    ended = [
        one | {"until": "2026-11-23T12:00:05Z"}
        for one in demo_document()["legal_relations"]
        if one["id"] in ids
    ]
    with database.writing() as db:
        import_world(db, VAULT, {"legal_relations": ended}, by=OPERATOR, now=TODAY)


def test_what_is_accepted_at_the_same_moment_ends_too_or_was_taken_back(world: Database) -> None:
    for _ in range(6):
        offer = made(world, an_offer("bakery", "vat-return", representative="mo"), "carla")
        together = Barrier(2)

        def accept(offer_id: str = offer.id, together: Barrier = together) -> object:
            together.wait()
            with world.recording() as db:
                return accepting.accept(
                    db, VAULT, offer_id, by=actor("mo"), now=TODAY + 1, policy=DEFAULT_POLICY
                )

        def leave(together: Barrier = together) -> object:
            together.wait()
            return leaves(world, "bakery", "mo", "carla", now=TODAY + 1)

        with ThreadPoolExecutor(2) as pool:
            for running in [pool.submit(accept), pool.submit(leave)]:
                running.result()
        with world.reading() as db:
            assert has(db, "bakery", "mo", now=TODAY + 1).nothing_to_end
    assert [] == breaches(world)


def test_of_two_who_do_it_at_once_each_thing_ends_once(world: Database) -> None:
    mandate = given(world, "mo")
    one = appointed(world, "bakery", "mo", "carla")
    together = Barrier(3)

    def leave(_: int) -> object:
        together.wait()
        return leaves(world, "bakery", "mo", "carla", now=TODAY + 1)

    def revoke() -> object:
        together.wait()
        with world.recording() as db:
            return ending.revoke(db, VAULT, mandate.id, by=actor("carla", "bakery"), now=TODAY + 1)

    with ThreadPoolExecutor(3) as pool:
        for running in [pool.submit(leave, 1), pool.submit(leave, 2), pool.submit(revoke)]:
            running.result()

    assert 2 == len(events(world, "mandate", mandate.id))
    assert [Event.GIVEN, Event.LEFT] == events(world, "appointment", one.id)
    assert [] == breaches(world)
