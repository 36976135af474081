"""Work at a desk given, suspended, ended and laid down: by whom, for whose services, and with its visits (G3, G9, G10)."""

from typing import Any

import pytest

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage
from claims.desk import DeskAppointment, DeskVisit, Shown
from claims.evidence import DEFAULT_POLICY
from claims.granting import WhyNot
from claims.offers import Offer, OfferState, Waits
from claims.register import accepting, appointing, desk_appointing, entitling, journal, offering, visits
from claims.register.actor import OPERATOR
from claims.register.appointing import Refused, Why
from claims.register.desks import desks_of
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from keys.storage import Database, Statement
from tests.claims.register.test_papers import appointment
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches
from tests.support.appointments import an_appointment, appointed
from tests.support.offers import actor, by_policy, fresh_world, made, make
from tests.support.register import VAULT, landed

OURS = Coverage(provider="town")
BENEFIT = Coverage(listed=frozenset({"benefit"}))
_TOLD = Statement("SELECT recipient FROM register_notices WHERE mandate = :id AND change = 'given'")


def signing(person: str, basis: str = "sole_signatory") -> dict[str, Any]:
    return {
        "id": f"l-town-{person}",
        "represented": "town",
        "representative": person,
        "basis": basis,
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }


@pytest.fixture
def world(database: Database) -> Database:
    """The try-out world, where Dewi signs for the town."""
    fresh_world(database)
    landed(database, {"legal_relations": [signing("dewi")]}, now=TODAY - 5)
    return database


def at_desk(person: str | None, services: Coverage = BENEFIT, **changes: Any) -> Offer:
    return an_appointment("town", person, services=services, at_desk=True, **changes)


def begun(database: Database, person: str = "mo", by: str = "dewi", **changes: Any) -> DeskAppointment:
    offer = made(database, at_desk(person, **changes), by)
    with database.recording() as db:
        done = accepting.accept(db, VAULT, offer.id, by=actor(person), now=TODAY, policy=DEFAULT_POLICY)
        assert isinstance(done, Offer), done
        assert offer.office is not None
        found = desk_appointing.find(db, offer.office.appointment)
    assert found is not None
    return found


def step(database: Database, do: Any, *given: Any, **more: Any) -> Any:
    with database.recording() as db:
        return by_policy(do)(db, VAULT, *given, **more)


def works(database: Database, person: str = "mo", *, now: int = TODAY) -> bool:
    with database.reading() as db:
        return bool(desks_of(db, person, now=now))


def whys(refused: object) -> set[WhyNot]:
    assert isinstance(refused, offering.Refused), refused
    return {one.why for one in refused.faults}


def test_g3_who_binds_the_organisation_appoints_at_its_desk_and_it_entitles_to_nothing_else(
    world: Database,
) -> None:
    offer = made(world, at_desk("mo"), "dewi")
    assert not works(world)

    found = begun(world)

    assert ("town", "mo", BENEFIT) == (found.organisation, found.person, found.services)
    assert works(world)
    with world.reading() as db:
        assert [] == entitling.entitlements(db, StoredFacts(db), "mo", "town", now=TODAY)
        assert offer.office is not None
        assert None is appointing.find(db, found.id)
        [entry] = journal.of_record(db, "desk_appointment", found.id)
        assert {"town", "mo"} == {one for (one,) in db.all(_TOLD, {"id": found.id})}
    assert (Event.GIVEN, "dewi", "town", "relation l-town-dewi") == (
        entry.event, entry.by.person, entry.by.on_behalf_of, entry.by.authority
    )  # fmt: skip
    assert [] == breaches(world)


def test_g2_g3_what_is_signed_together_is_signed_together_for_a_desk_too(world: Database) -> None:
    landed(
        world,
        {"legal_relations": [signing(one, "joint_signatory") for one in ("dewi", "karin")]},
        now=TODAY - 4,
    )
    offer = made(world, at_desk("mo"), "dewi")
    assert Waits.APPROVAL is offer.waits_for

    step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("karin", "town"), now=TODAY)
    done = step(world, accepting.accept, offer.id, by=actor("mo"), now=TODAY)

    assert OfferState.GIVEN is done.state
    assert works(world)


@pytest.mark.parametrize(
    "services",
    [EVERYTHING, Coverage(provider="tax"), Coverage(listed=frozenset({"benefit", "income-tax"}))],
)
def test_g10_nobody_opens_a_desk_for_services_of_another_provider(
    world: Database, services: Coverage
) -> None:
    assert {WhyNot.NOT_OF_THIS_DESK} == whys(make(world, at_desk("mo", services), "dewi"))
    assert isinstance(make(world, at_desk("mo", OURS), "dewi"), Offer)


def test_g10_an_organisation_that_provides_nothing_has_no_desk_to_give(world: Database) -> None:
    refused = make(world, an_appointment("bakery", "mo", services=BENEFIT, at_desk=True), "carla")

    assert WhyNot.NOT_OF_THIS_DESK in whys(refused)


def test_g10_an_administrator_gives_work_at_the_desk_within_what_they_may(world: Database) -> None:
    may_not = appointed(world, "town", "omer", "dewi")
    assert {WhyNot.NO_APPOINTING} == whys(make(world, at_desk("mo"), "omer"))
    step(world, appointing.end, may_not.id, by=OPERATOR, now=TODAY)
    appointed(world, "town", "omer", "dewi", services=BENEFIT, may_appoint=True)

    assert {WhyNot.OUT_OF_REACH} == whys(make(world, at_desk("mo", OURS), "omer"))
    assert {WhyNot.TO_ONESELF} == whys(make(world, at_desk("omer"), "omer"))
    found = begun(world, by="omer")
    with world.reading() as db:  # who signs is told
        assert {"town", "mo", "dewi"} == {one for (one,) in db.all(_TOLD, {"id": found.id})}


def test_g9_it_is_suspended_and_ended_at_once_with_the_visit_that_is_open(world: Database) -> None:
    found = begun(world)
    for change, now in ((desk_appointing.suspend, TODAY + 10), (desk_appointing.end, TODAY + 30)):
        visit = step(
            world, visits.open_visit, person="joke", service="benefit", desk="town", shown=Shown.PASSPORT,
            by=actor("mo"), now=now - 5,
        )  # fmt: skip
        assert isinstance(visit, DeskVisit), visit

        done = step(world, change, found.id, by=actor("dewi", "town"), now=now)

        assert isinstance(done, DeskAppointment)
        assert not works(world, now=now)
        with world.reading() as db:
            assert None is visits.now_with(db, "mo", now=now)
        if change is desk_appointing.suspend:
            step(world, desk_appointing.resume, found.id, by=actor("dewi", "town"), now=now + 5)
            assert works(world, now=now + 5)
    assert Refused(Why.ALREADY_ENDED) == step(
        world, desk_appointing.resign, found.id, by=actor("mo"), now=TODAY + 31
    )
    with world.reading() as db:
        entries = journal.of_record(db, "desk_appointment", found.id)
    assert [Event.GIVEN, Event.SUSPENDED, Event.RESUMED, Event.REVOKED] == [one.event for one in entries]
    assert [] == breaches(world)


def test_a_visit_is_over_when_work_at_the_desk_is_planned_to_be(world: Database) -> None:
    found = appointment("mo", revoked_at="2026-11-23T12:05:00Z", services=["benefit"])
    landed(world, {"desk_appointments": [found]}, now=TODAY - 4)

    visit = step(
        world, visits.open_visit, person="joke", service="benefit", desk="town", shown=Shown.PASSPORT,
        by=actor("mo"), now=TODAY,
    )  # fmt: skip

    assert isinstance(visit, DeskVisit)
    assert TODAY + 300 == visit.until


def test_g3_who_may_end_it_and_who_may_let_it_hold_again(world: Database) -> None:
    found = begun(world)
    by_operator = appointment("mo", id="d-all")
    landed(world, {"desk_appointments": [by_operator]}, now=TODAY - 4)
    with world.reading() as db:
        everything = desk_appointing.find(db, "d-all")
        assert everything is not None

        def ends(person: str, one: DeskAppointment) -> bool:
            return any(appointing.within_reach(db, person, one, now=TODAY))

        def resumes(person: str, one: DeskAppointment) -> bool:
            return any(appointing.may_resume(db, person, one, login=Loa.LOW, now=TODAY))

        assert (True, True) == (ends("dewi", found), ends("dewi", everything))
        # what the operator gave beyond the town's own services is the operator's to give again
        assert (True, False) == (resumes("dewi", found), resumes("dewi", everything))
        for nobody in ("mo", "carla", "noah"):
            assert not ends(nobody, found)
            assert not resumes(nobody, found)
