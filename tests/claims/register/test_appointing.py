"""Administrators appointed, narrowed, paused, ended: by whom, never with more than they have, and told to both (G3, G10)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage
from claims.granting import WhyNot, latest_end, years_after
from claims.limits import NO_LIMITS, Days, Limits
from claims.offers import Offer, OfferState, Waits
from claims.organisation import Appointment
from claims.register import accepting, activating, appointing, journal, lookup, offering
from claims.register.appointing import Narrower, Refused, Why
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.account import breaches
from tests.support.appointments import an_appointment, appointed, appointment_of
from tests.support.offers import CODES, actor, an_offer, by_policy, code_for, fresh_world, made, make
from tests.support.register import VAULT, landed

VAT = Coverage(listed=frozenset({"vat-return"}))
_TOLD = Statement("SELECT recipient FROM register_notices WHERE mandate = :id AND change = :change")


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def step(database: Database, do: Callable[..., Any], *given: Any, **more: Any) -> Any:
    with database.recording() as db:
        return by_policy(do)(db, VAULT, *given, **more)


def whys(refused: object) -> set[WhyNot]:
    assert isinstance(refused, offering.Refused), refused
    return {one.why for one in refused.faults}


def grants(database: Database, person: str, organisation: str, *, now: int = TODAY) -> bool:
    with database.reading() as db:
        return bool(entitlements(db, StoredFacts(db), person, organisation, now=now))


def told(database: Database, id: str, change: Event) -> set[str]:
    with database.reading() as db:
        return {one for (one,) in db.all(_TOLD, {"id": id, "change": change.value})}


def events(database: Database, id: str) -> list[Event]:
    with database.reading() as db:
        return [entry.event for entry in journal.of_record(db, "appointment", id)]


def redeemed(database: Database, offer: Offer, granter: str, person: str, number: str) -> Offer:
    code = code_for(database, offer, granter)
    typed = activating.Typed(code, None, None, number)
    done = step(database, activating.redeem, CODES, typed, person, by=actor(person), now=TODAY)
    assert isinstance(done, Offer), done
    return done


def left(one: Appointment, **changes: Any) -> Narrower:
    kept = Narrower(
        one.services, one.assurance, one.until, one.may_grant_chain, one.may_appoint, one.may_manage_means
    )
    return replace(kept, **changes)


def test_g3_who_binds_alone_appoints_and_who_came_with_the_code_is_confirmed_first(world: Database) -> None:
    offer = made(world, an_appointment("bakery", may_grant_chain=True), "carla")
    assert Waits.CODE is offer.waits_for

    taken = redeemed(world, offer, "carla", "omer", "00436606")
    assert ("omer", Waits.CONFIRMATION) == (taken.representative, taken.waits_for)
    assert not grants(world, "omer", "bakery")
    assert None is appointment_of(world, offer)

    done = step(world, accepting.confirm, offer.id, by=actor("carla", "bakery"), now=TODAY + 5)

    assert OfferState.GIVEN is done.state
    assert None is done.reference
    found = appointment_of(world, offer)
    assert found is not None
    assert ("bakery", "omer", EVERYTHING) == (found.organisation, found.person, found.services)
    assert (Loa.SUBSTANTIAL, True, False, False) == (
        found.assurance, found.may_grant_chain, found.may_appoint, found.may_manage_means
    )  # fmt: skip
    assert not grants(world, "omer", "bakery", now=TODAY + 4)
    assert grants(world, "omer", "bakery", now=TODAY + 5)
    assert [Event.GIVEN] == events(world, found.id)
    assert {"bakery", "omer"} == told(world, found.id, Event.GIVEN)
    with world.reading() as db:
        [entry] = journal.of_record(db, "appointment", found.id)
    assert ("carla", "bakery", "relation l-bakery-carla") == (
        entry.by.person, entry.by.on_behalf_of, entry.by.authority
    )  # fmt: skip
    assert [] == breaches(world)
    # and what it lets one do
    offer = an_offer("bakery", "vat-return", representative="mo")
    assert isinstance(make(world, offer, "omer", now=TODAY + 5), Offer)


def test_g3_what_joint_signatories_sign_together_they_sign_together_for_appointments_too(
    world: Database,
) -> None:
    offer = made(world, an_appointment("club", "vera"), "anja")
    assert Waits.APPROVAL is offer.waits_for
    assert not isinstance(make(world, an_appointment("club", "vera", id=offer.id), "bert"), Offer)

    signed = step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("cor", "club"), now=TODAY)
    assert Waits.ACCEPTANCE is signed.waits_for
    again = step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("cor", "club"), now=TODAY)
    assert isinstance(again, offering.Refused)
    step(world, accepting.accept, offer.id, by=actor("vera"), now=TODAY)

    assert appointment_of(world, offer) is not None
    # what two had to sign for, their administrator does alone now
    assert OfferState.OFFERED is made(world, an_offer("club", "permit", representative="mo"), "vera").state


def test_g6c_who_signs_together_confirms_together_who_came_with_the_code(world: Database) -> None:
    offer = made(world, an_appointment("club"), "anja")
    step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("cor", "club"), now=TODAY)
    redeemed(world, offer, "anja", "ruben", "00558028")

    waits = step(world, accepting.confirm, offer.id, by=actor("cor", "club"), now=TODAY + 1)
    assert (Waits.CONFIRMATION, frozenset({"cor"})) == (waits.waits_for, waits.confirmed)
    assert None is appointment_of(world, offer)
    twice = step(world, accepting.confirm, offer.id, by=actor("cor", "club"), now=TODAY + 2)
    assert isinstance(twice, offering.Refused)
    assert offering.Why.ALREADY_SIGNED is twice.why
    stranger = step(world, accepting.confirm, offer.id, by=actor("ruben", "club"), now=TODAY + 2)
    assert isinstance(stranger, offering.Refused)

    # of three, one who did not sign before
    step(world, accepting.confirm, offer.id, by=actor("bert", "club"), now=TODAY + 3)

    found = appointment_of(world, offer)
    assert found is not None
    assert "ruben" == found.person
    assert [] == breaches(world)


def test_g3_an_administrator_appoints_only_where_they_may(world: Database) -> None:
    refused = make(world, an_appointment("bakery", "omer"), "daan")  # an administrator who may not
    assert {WhyNot.NO_APPOINTING} == whys(refused)

    for nobody in ("omer", "anna", "fred"):
        refused = make(world, an_appointment("bakery", "omer"), nobody)
        assert isinstance(refused, offering.Refused)
        assert offering.Why.NOT_ENTITLED is refused.why


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"services": EVERYTHING}, WhyNot.OUT_OF_REACH),
        ({"services": Coverage(listed=frozenset({"vat-return", "payroll"}))}, WhyNot.OUT_OF_REACH),
        ({"services": Coverage(provider="tax")}, WhyNot.OUT_OF_REACH),
        ({"services": Coverage(listed=frozenset({"no-such"}))}, WhyNot.SERVICE_NOT_OFFERED),
        ({"services": Coverage()}, WhyNot.NOTHING_CHOSEN),
        ({"may_grant_chain": True}, WhyNot.NO_CHAINS),
        ({"may_manage_means": True}, WhyNot.NO_MEANS),
        ({"until": years_after(TODAY, 1) + 1}, WhyNot.ENDS_TOO_LATE),
        ({"starts": TODAY - 1}, WhyNot.STARTS_IN_THE_PAST),
        ({"until": TODAY}, WhyNot.ENDS_TOO_SOON),
    ],
)
def test_g10_an_administrator_appoints_nobody_with_more_than_they_have(
    world: Database, more: dict[str, Any], why: WhyNot
) -> None:
    appointed(world, "bakery", "mo", "carla", services=VAT, may_appoint=True)
    asked = {"services": VAT, "may_appoint": True} | more

    assert why in whys(make(world, an_appointment("bakery", "omer", **asked), "mo"))
    assert isinstance(
        make(world, an_appointment("bakery", "omer", services=VAT, may_appoint=True), "mo"), Offer
    )


def test_g10_nobody_is_appointed_more_surely_than_who_appoints_them(world: Database) -> None:
    low = appointed(world, "bakery", "mo", "carla", level=Loa.LOW, may_appoint=True)
    assert Loa.LOW is low.assurance

    second = appointed(world, "bakery", "omer", "mo", level=Loa.HIGH)

    assert Loa.LOW is second.assurance
    assert {"bakery", "omer", "carla"} == told(world, second.id, Event.GIVEN)  # who signs is told


def test_g3_an_administrator_appoints_not_themself_and_who_signs_may(world: Database) -> None:
    appointed(world, "bakery", "mo", "carla", may_appoint=True)

    assert {WhyNot.TO_ONESELF} == whys(make(world, an_appointment("bakery", "mo"), "mo"))
    by_code = made(world, an_appointment("bakery"), "mo")
    code = code_for(world, by_code, "mo")
    typed = activating.Typed(code, None, None, "00436606")
    refused = step(world, activating.redeem, CODES, typed, "mo", by=actor("mo"), now=TODAY)
    assert {WhyNot.TO_ONESELF} == whys(refused)
    assert "carla" == appointed(world, "bakery", "carla", "carla").person
    # one of two, by both
    offer = made(world, an_appointment("bos", "gea"), "gea")
    assert Waits.APPROVAL is offer.waits_for
    step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("henk", "bos"), now=TODAY)
    assert not isinstance(
        step(world, accepting.accept, offer.id, by=actor("gea"), now=TODAY), offering.Refused
    )
    assert OfferState.OFFERED is made(world, an_offer("bos", "permit", representative="mo"), "gea").state


@pytest.mark.parametrize(
    ("organisation", "person", "by", "why"),
    [
        ("anna", "omer", "anna", WhyNot.OTHER_KIND_OF_PARTY),
        ("bakery", "peeters", "carla", WhyNot.OTHER_KIND_OF_PARTY),
        ("bakery", "wil", "carla", WhyNot.CEASED),
        ("bakery", "greet", "carla", WhyNot.RESTRICTED),
    ],
)
def test_only_an_organisation_appoints_and_only_somebody_who_is_there(
    world: Database, organisation: str, person: str, by: str, why: WhyNot
) -> None:
    assert why in whys(make(world, an_appointment(organisation, person), by))


def test_g5_an_appointment_lasts_five_years_at_most(world: Database) -> None:
    too_long = an_appointment("bakery", "omer", until=latest_end(TODAY) + 1)
    assert {WhyNot.ENDS_TOO_LATE} == whys(make(world, too_long, "carla"))
    made(world, an_appointment("bakery", "omer", until=latest_end(TODAY)), "carla")


def test_g3_each_signatory_ends_and_suspends_alone_and_the_person_lays_it_down(
    world: Database,
) -> None:
    offer = made(world, an_appointment("club", "vera"), "anja")
    step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("cor", "club"), now=TODAY)
    step(world, accepting.accept, offer.id, by=actor("vera"), now=TODAY)
    found = appointment_of(world, offer)
    assert found is not None
    with world.reading() as db:
        for one in ("anja", "bert", "cor"):
            assert [one] == [by.person for by in appointing.within_reach(db, one, found, now=TODAY)]
        assert [] == list(appointing.within_reach(db, "omer", found, now=TODAY))

    step(world, appointing.suspend, found.id, by=actor("bert", "club"), now=TODAY + 1)
    assert not grants(world, "vera", "club", now=TODAY + 1)
    assert grants(world, "vera", "club", now=TODAY)
    twice = step(world, appointing.suspend, found.id, by=actor("bert", "club"), now=TODAY + 2)
    assert Refused(Why.ALREADY_SUSPENDED) == twice
    step(world, appointing.resume, found.id, by=actor("bert", "club"), now=TODAY + 3)
    assert grants(world, "vera", "club", now=TODAY + 3)
    assert Refused(Why.NOT_SUSPENDED) == step(
        world, appointing.resume, found.id, by=actor("bert", "club"), now=TODAY + 3
    )
    step(world, appointing.resign, found.id, by=actor("vera"), now=TODAY + 4)
    assert not grants(world, "vera", "club", now=TODAY + 4)
    assert Refused(Why.ALREADY_ENDED) == step(
        world, appointing.end, found.id, by=actor("bert", "club"), now=TODAY + 5
    )
    assert [Event.GIVEN, Event.SUSPENDED, Event.RESUMED, Event.RENOUNCED] == events(world, found.id)
    for change in (Event.SUSPENDED, Event.RESUMED, Event.RENOUNCED):
        assert {"club", "vera"} == told(world, found.id, change)
    assert [] == breaches(world)


def resumes(
    database: Database, person: str, one: Appointment, level: Loa = Loa.SUBSTANTIAL, *, now: int = TODAY
) -> bool:
    with database.reading() as db:
        return any(appointing.may_resume(db, person, one, login=level, now=now))


def test_g3_one_of_two_who_sign_together_ends_and_lets_nothing_hold_again_alone(world: Database) -> None:
    offer = made(world, an_appointment("club", "vera"), "anja")
    step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("cor", "club"), now=TODAY)
    step(world, accepting.accept, offer.id, by=actor("vera"), now=TODAY)
    found = appointment_of(world, offer)
    assert found is not None

    assert not any(resumes(world, one, found, Loa.HIGH) for one in ("anja", "bert", "cor", "vera", "omer"))


def test_g3_g10_who_could_not_give_it_now_does_not_let_it_hold_again(world: Database) -> None:
    mine = appointed(world, "bakery", "mo", "carla", services=VAT, may_appoint=True)
    less = appointed(world, "bakery", "omer", "mo", services=VAT)
    low = appointed(world, "bakery", "dewi", "carla", level=Loa.LOW, may_appoint=True)
    assert mine.until is not None
    longer = replace(less, until=mine.until + 1)

    assert resumes(world, "mo", less)
    assert not resumes(world, "mo", longer)
    assert not resumes(world, "mo", replace(less, until=None))
    assert not resumes(world, "mo", mine)  # nobody gives themself an appointment by one
    assert not resumes(world, "mo", less, Loa.LOW)  # logged in less surely than it is
    assert not resumes(world, "dewi", less)  # less surely than who it is of
    assert resumes(world, "dewi", replace(low, person="omer"))
    assert not resumes(world, "mo", replace(less, person="greet"))  # under guardianship by now
    assert all(resumes(world, "carla", one) for one in (mine, less, longer))
    step(world, appointing.narrow, mine.id, left(mine, may_appoint=False), by=actor("carla"), now=TODAY)
    assert not resumes(world, "mo", less)


def test_g3_an_administrator_ends_what_they_could_have_given_and_no_more(world: Database) -> None:
    mine = appointed(world, "bakery", "mo", "carla", services=VAT, may_appoint=True)
    less = appointed(world, "bakery", "omer", "mo", services=VAT)
    wider = appointed(world, "bakery", "ruben", "carla")
    means = appointed(world, "bakery", "dewi", "carla", services=VAT, may_manage_means=True)

    with world.reading() as db:

        def reaches(person: str, one: Appointment) -> bool:
            return any(appointing.within_reach(db, person, one, now=TODAY))

        assert reaches("mo", less)
        assert reaches("mo", mine)
        assert not reaches("mo", wider)
        assert not reaches("mo", means)
        assert not reaches("omer", less)  # who may not appoint
        assert all(reaches("carla", one) for one in (mine, less, wider, means))
        assert not reaches("fred", less)


def test_g3_an_appointment_is_left_narrower_at_once_and_never_wider(world: Database) -> None:
    one = appointed(world, "bakery", "mo", "carla", may_appoint=True, may_grant_chain=True)
    by = actor("carla", "bakery")
    assert one.until is not None

    def narrowed(**changes: Any) -> Any:
        return step(world, appointing.narrow, one.id, left(one, **changes), by=by, now=TODAY + 1)

    for more in (
        {},
        {"assurance": Loa.HIGH},
        {"until": one.until + 1},
        {"until": None},
        {"until": TODAY + 1},
        {"may_manage_means": True},
        {"services": VAT, "may_manage_means": True},
    ):
        assert Refused(Why.NOT_NARROWER) == narrowed(**more), more
    less = narrowed(services=VAT, may_appoint=False, until=one.until - 86400, assurance=Loa.LOW)
    assert isinstance(less, Appointment)
    assert (VAT, Loa.LOW, False, True) == (
        less.services, less.assurance, less.may_appoint, less.may_grant_chain
    )  # fmt: skip
    assert Refused(Why.NOT_NARROWER) == narrowed(until=one.until - 86401)  # back to all services
    assert WhyNot.OUT_OF_REACH in whys(
        make(world, an_offer("bakery", "payroll", representative="omer"), "mo")
    )
    assert [Event.GIVEN, Event.CHANGED] == events(world, one.id)
    assert [] == breaches(world)


def test_what_was_ended_by_a_server_whose_clock_is_ahead_entitles_nobody_here(world: Database) -> None:
    one = appointed(world, "bakery", "mo", "carla")
    step(world, appointing.end, one.id, by=actor("carla", "bakery"), now=TODAY + 30)

    assert not grants(world, "mo", "bakery", now=TODAY + 29)
    assert not grants(world, "mo", "bakery", now=TODAY)


def test_what_is_not_there_is_not_changed(world: Database) -> None:
    for id in ("no-such", "", "a\x00b", "m0001"):
        assert Refused(Why.UNKNOWN_APPOINTMENT) == step(
            world, appointing.end, id, by=actor("carla"), now=TODAY
        )


def test_an_appointment_whose_giver_lost_their_right_meanwhile_is_not_given(world: Database) -> None:
    giver = appointed(world, "bakery", "mo", "carla", may_appoint=True)
    offer = made(world, an_appointment("bakery", "omer"), "mo")
    step(world, appointing.end, giver.id, by=actor("carla", "bakery"), now=TODAY)

    refused = step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)

    assert isinstance(refused, offering.Refused)
    assert None is appointment_of(world, offer)


def test_of_two_who_end_it_at_once_one_did_and_it_ended_once(world: Database) -> None:
    one = appointed(world, "bakery", "mo", "carla")
    together = Barrier(4)

    def end(_: int) -> object:
        together.wait()
        return step(world, appointing.end, one.id, by=actor("carla", "bakery"), now=TODAY + 1)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(end, range(4)))

    assert 1 == sum(isinstance(one, Appointment) for one in done)
    assert 3 == done.count(Refused(Why.ALREADY_ENDED))
    assert [Event.GIVEN, Event.REVOKED] == events(world, one.id)
    assert [] == breaches(world)


def test_of_two_who_confirm_together_at_once_both_count(world: Database) -> None:
    offer = made(world, an_appointment("club"), "anja")
    step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("cor", "club"), now=TODAY)
    redeemed(world, offer, "anja", "ruben", "00558028")
    together = Barrier(2)

    def confirm(person: str) -> object:
        together.wait()
        return step(world, accepting.confirm, offer.id, by=actor(person, "club"), now=TODAY + 1)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(confirm, ("anja", "bert")))

    assert all(isinstance(one, Offer) for one in done)
    assert appointment_of(world, offer) is not None
    assert [] == breaches(world)


def test_r23_who_binds_the_organisation_appoints_for_a_set(world: Database) -> None:
    town = Coverage(set="s-town")
    offer = made(world, an_appointment("bakery", "omer", services=town), "carla")
    done = step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)

    assert isinstance(done, Offer), done
    found = appointment_of(world, offer)
    assert found is not None
    assert town == found.services
    with world.reading() as db:
        permit, vat = lookup.service(db, "permit"), lookup.service(db, "vat-return")
    assert permit is not None
    assert vat is not None
    assert (True, False) == (found.services.covers(permit), found.services.covers(vat))


# limits: what is given by it lies within them (G10)

EURO = Limits(amount=100_000)
HEEDING = {"understands": ["case", "amount", "days"]}


def heed(world: Database, *ids: str) -> None:
    services = [one | HEEDING for one in demo_document()["services"] if one["id"] in ids]
    landed(world, {"services": services}, now=TODAY - 5)


@pytest.mark.parametrize(
    ("limits", "given"),
    [
        (NO_LIMITS, False),
        (Limits(amount=100_001), False),
        (Limits(amount=100_000), False),
        (Limits(amount=100_000, days=Days(weekdays=frozenset({0, 2}))), False),
        (Limits(amount=100_000, days=Days(weekdays=frozenset({0}))), True),
        (Limits(case="Z-1", amount=5, days=Days(weekdays=frozenset({0, 1}))), True),
    ],
)
def test_g10_who_is_appointed_within_limits_gives_within_them(
    world: Database, limits: Limits, given: bool
) -> None:
    heed(world, "vat-return")
    bounds = Limits(amount=100_000, days=Days(weekdays=frozenset({0, 1})))
    one = appointed(world, "bakery", "elly", "carla", limits=bounds)
    assert bounds == one.limits

    done = make(world, an_offer("bakery", "vat-return", representative="omer", limits=limits), "elly")

    assert given if isinstance(done, Offer) else {WhyNot.BEYOND_LIMITS} == whys(done)
    assert [] == breaches(world)


def test_g10_who_is_appointed_within_limits_appoints_within_them(world: Database) -> None:
    appointed(world, "bakery", "elly", "carla", limits=EURO, may_appoint=True)

    assert {WhyNot.BEYOND_LIMITS} == whys(make(world, an_appointment("bakery", "omer"), "elly"))
    more = an_appointment("bakery", "omer", limits=Limits(amount=100_001))
    assert {WhyNot.BEYOND_LIMITS} == whys(make(world, more, "elly"))
    assert EURO == appointed(world, "bakery", "omer", "elly", limits=EURO).limits


def test_g10_who_is_appointed_within_limits_ends_no_appointment_beyond_them(world: Database) -> None:
    appointed(world, "bakery", "elly", "carla", limits=EURO, may_appoint=True)
    wide, small = (
        appointed(world, "bakery", "omer", "carla"),
        appointed(world, "bakery", "omer", "carla", limits=Limits(amount=1)),
    )

    with world.reading() as db:
        assert [] == list(appointing.within_reach(db, "elly", wide, now=TODAY))
        assert [] != list(appointing.within_reach(db, "elly", small, now=TODAY))


def test_g2_signatories_whose_power_has_a_limit_appoint_within_it(world: Database) -> None:
    document = demo_document()
    [carla] = [one for one in document["legal_relations"] if one["id"] == "l-bakery-carla"]
    limited = carla | {"limits": {"amount": {"currency": "EUR", "value": "1000.00"}}}
    landed(world, {"legal_relations": [limited]}, now=TODAY - 5)

    assert {WhyNot.BEYOND_LIMITS} == whys(make(world, an_appointment("bakery", "omer"), "carla"))
    within = make(world, an_appointment("bakery", "omer", limits=EURO), "carla")

    assert isinstance(within, Offer)
    assert Waits.APPROVAL is within.waits_for  # a limited power counts as joint


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (EURO, WhyNot.LIMIT_NOT_HEEDED),
        (Limits(case="Z-1"), WhyNot.CASE_OF_ONE_SERVICE),
        (Limits(days=Days(dates=frozenset({date(2030, 1, 1)}))), WhyNot.ON_NO_DAY),
    ],
)
def test_limits_within_which_nothing_could_be_given_are_refused(
    world: Database, limits: Limits, why: WhyNot
) -> None:
    services = EVERYTHING if why is not WhyNot.LIMIT_NOT_HEEDED else VAT

    refused = make(world, an_appointment("bakery", "omer", services=services, limits=limits), "carla")

    assert why in whys(refused)


def test_g3_limits_are_narrowed_and_never_widened(world: Database) -> None:
    one = appointed(world, "bakery", "omer", "carla", limits=EURO)
    by = actor("carla", "bakery")

    for wider in (NO_LIMITS, Limits(amount=100_001), Limits(days=Days(weekdays=frozenset({1})))):
        refused = step(world, appointing.narrow, one.id, left(one, limits=wider), by=by, now=TODAY)
        assert isinstance(refused, Refused)
        assert Why.NOT_NARROWER is refused.why
    less = Limits(amount=50, days=Days(weekdays=frozenset({1})))
    narrowed = step(world, appointing.narrow, one.id, left(one, limits=less), by=by, now=TODAY + 1)

    assert less == narrowed.limits
