"""Giving: offers made, signed together, accepted, withdrawn, and the mandates that come of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.granting import Fault, WhyNot, latest_end, years_after
from claims.instants import parse_instant
from claims.limits import NO_LIMITS, Days, Limits
from claims.mandates import ALL_CLIENTS, Mandate
from claims.offers import Offer, OfferKind, OfferState, Part, Waits
from claims.register import (
    accepting,
    declining,
    ended_powers,
    journal,
    offering,
    offers_kept,
    overview,
    resolving,
)
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.offering import Refused, Why
from claims.relations import LegalRelation
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, ask, demo_document
from tests.support.account import breaches, tampered
from tests.support.offers import actor, an_offer, by_policy, fresh_world, made, make
from tests.support.register import VAULT, laid, landed

_BODIES = {table: Statement(f"SELECT body FROM register_{table}") for table in ("offers", "versions")}


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def whys(refused: object) -> set[WhyNot]:
    assert isinstance(refused, Refused)
    assert Why.CANNOT_BE_GRANTED is refused.why
    return {one.why for one in refused.faults}


def mandate_of(database: Database, offer: Offer) -> Mandate | None:
    with database.reading() as db:
        return overview.mandate(db, offer.parts[0].mandate)


def represents(database: Database, person: str, party: str, service: str, at: int = TODAY) -> bool:
    with database.reading() as db:
        return bool(resolving.check(db, ask(db, person, service, at=at), party))


def step(database: Database, do: Callable[..., Any], *given: Any, **more: Any) -> Any:
    with database.recording() as db:
        return by_policy(do)(db, VAULT, *given, **more)


def events(database: Database, kind: str, id: str) -> list[Event]:
    with database.reading() as db:
        return [entry.event for entry in journal.of_record(db, kind, id)]


def test_an_offer_is_on_no_path_until_it_is_accepted_and_is_then(world: Database) -> None:
    offer = made(world, an_offer("anna", "income-tax", representative="omer"), "anna")

    assert (OfferState.OFFERED, Waits.ACCEPTANCE) == (offer.state, offer.waits_for)
    assert not represents(world, "omer", "anna", "income-tax")
    assert None is mandate_of(world, offer)

    given = step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY + 5)

    assert OfferState.GIVEN is given.state
    assert represents(world, "omer", "anna", "income-tax", TODAY + 5)
    assert not represents(world, "omer", "anna", "income-tax", TODAY + 4)
    assert [Event.OFFERED, Event.GIVEN] == events(world, "offer", offer.id)
    assert [Event.GIVEN] == events(world, "mandate", offer.parts[0].mandate)
    with world.reading() as db:
        entry = journal.of_record(db, "mandate", offer.parts[0].mandate)[0]
    assert ("anna", "self", Loa.SUBSTANTIAL) == (entry.by.person, entry.by.authority, entry.by.assurance)
    assert [] == breaches(world)


@pytest.mark.parametrize(
    ("asked", "login", "level"),
    [
        (Loa.HIGH, Loa.HIGH, Loa.HIGH),
        (Loa.HIGH, Loa.SUBSTANTIAL, Loa.SUBSTANTIAL),
        (Loa.LOW, Loa.HIGH, Loa.LOW),
        (Loa.HIGH, Loa.LOW, Loa.LOW),
    ],
)
def test_g4_a_mandate_is_as_sure_as_the_weakest_of_what_was_asked_login_and_evidence(
    world: Database, asked: Loa, login: Loa, level: Loa
) -> None:
    offer = an_offer("anna", "energy-label", representative="omer", assurance=asked)
    offer = made(world, offer, "anna", level=login)
    step(world, accepting.accept, offer.id, by=actor("omer", level=Loa.BASIC), now=TODAY)

    mandate = mandate_of(world, offer)
    assert mandate is not None
    assert level is mandate.assurance


def test_g4_an_appointment_gives_no_more_than_it_is_sure_of(world: Database) -> None:
    offer = an_offer("bakery", "vat-return", representative="omer")
    offer = made(world, offer, "daan", level=Loa.HIGH)
    step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)

    mandate = mandate_of(world, offer)
    assert mandate is not None
    assert Loa.SUBSTANTIAL is mandate.assurance


def test_g4_a_register_entry_of_more_than_a_day_ago_supports_a_low_mandate_only(database: Database) -> None:
    laid(database, demo_document(), now=TODAY - 10)  # fetched a day and nine hours ago

    refused = make(database, an_offer("bakery", "vat-return", representative="omer"), "carla")
    low = make(database, an_offer("bakery", "energy-label", representative="omer"), "carla")

    assert isinstance(refused, Refused)
    assert (Fault(WhyNot.TOO_WEAK, "vat-return", Loa.SUBSTANTIAL),) == refused.faults
    assert isinstance(low, Offer)


def test_g4_who_is_logged_in_too_weakly_is_told_which_level_it_takes(world: Database) -> None:
    refused = make(world, an_offer("anna", "income-tax", representative="omer"), "anna", level=Loa.LOW)

    assert isinstance(refused, Refused)
    assert (Fault(WhyNot.TOO_WEAK, "income-tax", Loa.SUBSTANTIAL),) == refused.faults


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"starts": TODAY - 1}, WhyNot.STARTS_IN_THE_PAST),
        ({"until": TODAY}, WhyNot.ENDS_TOO_SOON),
        ({"starts": TODAY + 100, "until": TODAY + 100}, WhyNot.ENDS_TOO_SOON),
        ({"until": latest_end(TODAY) + 1}, WhyNot.ENDS_TOO_LATE),
        ({"starts": TODAY + 100, "until": latest_end(TODAY + 100) + 1}, WhyNot.ENDS_TOO_LATE),
    ],
)
def test_g5_a_mandate_starts_now_or_later_and_ends_within_five_years(
    world: Database, changes: dict[str, int], why: WhyNot
) -> None:
    offer = an_offer("anna", "income-tax", representative="omer", **changes)

    assert {why} == whys(make(world, offer, "anna"))


@pytest.mark.parametrize(
    "changes", [{"until": latest_end(TODAY)}, {"starts": TODAY}, {"starts": TODAY + 100}]
)
def test_g5_up_to_the_last_second_it_may(world: Database, changes: dict[str, int]) -> None:
    assert isinstance(
        make(world, an_offer("anna", "income-tax", representative="omer", **changes), "anna"), Offer
    )


def test_g5_five_years_are_counted_by_the_calendar_in_amsterdam() -> None:
    leap = parse_instant("2028-02-29T12:00:00Z")

    assert parse_instant("2033-03-01T12:00:00Z") == latest_end(leap)
    assert parse_instant("2027-03-27T23:00:00Z") == years_after(parse_instant("2026-03-28T12:00:00Z"), 1)
    assert parse_instant("2027-03-28T22:00:00Z") == years_after(parse_instant("2026-03-29T12:00:00Z"), 1)


def test_g10_a_service_that_the_ground_does_not_reach_is_refused(world: Database) -> None:
    # a court gave the office Jan's affairs for some services, and took them from him
    to_ines = an_offer("jan", "record", representative="ines")

    assert WhyNot.OUT_OF_REACH in whys(make(world, to_ines, "petra", level=Loa.HIGH))


def test_g10_who_may_grant_no_chains_grants_none(world: Database) -> None:
    no_chains = {
        "id": "a-bakery-daan",
        "organisation": "bakery",
        "person": "daan",
        "services": ["vat-return"],
        "assurance": "substantial",
        "from": "2026-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
    }
    landed(world, {"appointments": [no_chains]}, now=TODAY - 5)
    until = parse_instant("2026-12-31T23:00:00Z")

    def refused(service: str, to: str, until: int = until) -> set[WhyNot]:
        return whys(make(world, an_offer("bakery", service, representative=to, until=until), "daan"))

    assert {WhyNot.NO_CHAINS} == refused("vat-return", "peeters")
    assert {WhyNot.OUT_OF_REACH} == refused("policy", "omer")
    assert {WhyNot.ENDS_TOO_LATE} == refused("vat-return", "omer", parse_instant("2027-01-01T00:00:01Z"))
    assert isinstance(
        make(world, an_offer("bakery", "vat-return", representative="omer", until=until), "daan"), Offer
    )


def test_g10_a_parent_grants_until_the_child_is_eighteen(world: Database) -> None:
    eighteen = parse_instant("2027-01-11T23:00:00Z")  # Tim was born on 12 January 2009

    late = an_offer("tim", "energy-label", representative="omer", until=eighteen + 1)
    until_then = an_offer("tim", "energy-label", representative="omer", until=eighteen)

    assert {WhyNot.ENDS_TOO_LATE} == whys(make(world, late, "mila"))
    assert isinstance(make(world, until_then, "mila"), Offer)


def test_r19_what_a_restriction_would_take_out_is_not_granted(world: Database) -> None:
    assert {WhyNot.RESTRICTED} == whys(
        make(world, an_offer("jan", "income-tax", representative="omer"), "jan")
    )
    assert isinstance(make(world, an_offer("jan", "energy-label", representative="omer"), "jan"), Offer)
    # and to somebody under guardianship nothing is given either
    assert WhyNot.RESTRICTED in whys(
        make(world, an_offer("anna", "income-tax", representative="greet"), "anna")
    )


@pytest.mark.parametrize(
    ("offer", "person", "why"),
    [
        (an_offer("anna", "vat-return", representative="omer"), "anna", WhyNot.OTHER_KIND_OF_PARTY),
        (an_offer("anna", "income-tax", representative="anna"), "anna", WhyNot.TO_ONESELF),
        (an_offer("anna", "energy-label", representative="peeters"), "anna", WhyNot.NO_INTERMEDIARIES),
        (an_offer("anna", "no-such", representative="omer"), "anna", WhyNot.SERVICE_NOT_OFFERED),
        (an_offer("bakery", "vat-return", representative="omer", branch="1"), "carla", WhyNot.UNKNOWN_BRANCH),
        (an_offer("anna", "income-tax", representative="wil"), "anna", WhyNot.CEASED),
        (an_offer("anna", "income-tax", representative="omer", parts=()), "anna", WhyNot.NOTHING_CHOSEN),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    world: Database, offer: Offer, person: str, why: WhyNot
) -> None:
    assert why in whys(make(world, offer, person))


def test_nobody_grants_for_who_is_not_theirs(world: Database) -> None:
    for person in ("omer", "eva", "lotte"):
        refused = make(world, an_offer("bakery", "vat-return", representative="omer"), person)
        assert Refused(Why.NOT_ENTITLED) == refused


def test_g2_joint_signatories_sign_one_after_another_and_the_last_one_sends_it(world: Database) -> None:
    offer = made(world, an_offer("bos", "vat-return", representative="omer"), "gea")
    assert (OfferState.REQUESTED, Waits.APPROVAL) == (offer.state, offer.waits_for)

    twice = step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("gea", "bos"), now=TODAY)
    stranger = step(world, offering.approve, offer.id, login=Loa.HIGH, by=actor("anja", "bos"), now=TODAY)
    early = step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)
    signed = step(
        world, offering.approve, offer.id, login=Loa.SUBSTANTIAL, by=actor("henk", "bos"), now=TODAY
    )

    assert [Refused(Why.ALREADY_SIGNED), Refused(Why.NOT_ENTITLED), Refused(Why.NOT_NOW)] == [
        twice,
        stranger,
        early,
    ]
    assert OfferState.OFFERED is signed.state
    assert [Event.REQUESTED, Event.OFFERED] == events(world, "offer", offer.id)
    assert OfferState.GIVEN is step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY).state


def test_g2_signatures_that_come_at_once_are_each_counted_once(world: Database) -> None:
    offer = made(world, an_offer("club", "energy-label", representative="omer"), "anja")
    together = Barrier(6)

    def sign(person: str) -> object:
        together.wait()
        return step(
            world, offering.approve, offer.id, login=Loa.SUBSTANTIAL, by=actor(person, "club"), now=TODAY
        )

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(sign, ["bert", "cor"] * 3))

    assert 1 == sum(isinstance(one, Offer) for one in done)  # two of three are enough
    with world.reading() as db:
        kept = offers_kept.find(db, offer.id)
    assert kept is not None
    assert 2 == len({one.person for one in kept.approvals}) == len(kept.approvals)
    assert [] == breaches(world)


def test_g2_who_signed_and_is_no_signatory_any_more_does_not_count(world: Database) -> None:
    offer = made(world, an_offer("bos", "vat-return", representative="omer"), "gea")
    relation: dict[str, Any] = next(
        one for one in demo_document()["legal_relations"] if one["id"] == "l-bos-gea"
    )
    landed(world, {"legal_relations": [{**relation, "until": "2026-11-23T12:00:00Z"}]}, now=TODAY)

    waits = step(world, offering.approve, offer.id, login=Loa.SUBSTANTIAL, by=actor("henk", "bos"), now=TODAY)

    assert OfferState.REQUESTED is waits.state


def test_a_director_who_left_between_offering_and_accepting_gives_nothing(world: Database) -> None:
    offer = made(world, an_offer("bakery", "vat-return", representative="omer"), "carla")
    relation: dict[str, Any] = next(
        one for one in demo_document()["legal_relations"] if one["id"] == "l-bakery-carla"
    )
    landed(world, {"legal_relations": [{**relation, "until": "2026-11-23T12:00:00Z"}]}, now=TODAY)

    refused = step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)

    assert Why.CANNOT_BE_GRANTED is refused.why
    assert None is mandate_of(world, offer)


def test_g3_an_administrator_grants_themself_a_mandate_at_once(world: Database) -> None:
    offer = made(world, an_offer("bakery", "vat-return", representative="daan"), "daan")

    assert OfferState.GIVEN is offer.state
    assert represents(world, "daan", "bakery", "vat-return")


def test_g7_a_chain_mandate_is_accepted_by_who_may_grant_for_the_other_organisation(world: Database) -> None:
    offer = made(world, an_offer("postma", "vat-return", representative="peeters"), "karin")

    for person in ("eva", "karin", "omer"):  # an employee, the other side, a stranger
        assert Refused(Why.NOT_ENTITLED) == step(
            world, accepting.accept, offer.id, by=actor(person, "peeters"), now=TODAY
        )
    given = step(world, accepting.accept, offer.id, by=actor("lotte", "peeters"), now=TODAY)

    assert OfferState.GIVEN is given.state
    with world.reading() as db:
        entry = journal.of_record(db, "offer", offer.id)[-1]
    assert ("lotte", "appointment a-peeters-lotte") == (entry.by.person, entry.by.authority)


def test_asking_works_too_and_the_yes_of_the_represented_party_gives_it(world: Database) -> None:
    wish = an_offer("anna", "income-tax", representative="omer", kind=OfferKind.REQUEST)
    asked = step(world, offering.ask, wish, by=actor("omer", level=Loa.BASIC), now=TODAY)
    assert (OfferState.REQUESTED, ()) == (asked.state, asked.approvals)
    assert Refused(Why.NOT_NOW) == step(world, accepting.accept, asked.id, by=actor("omer"), now=TODAY)
    assert Refused(Why.NOT_ENTITLED) == step(
        world, offering.approve, asked.id, login=Loa.HIGH, by=actor("omer"), now=TODAY
    )

    given = step(world, offering.approve, asked.id, login=Loa.SUBSTANTIAL, by=actor("anna"), now=TODAY + 9)

    assert OfferState.GIVEN is given.state
    assert represents(world, "omer", "anna", "income-tax", TODAY + 9)


def test_what_was_declined_withdrawn_or_has_lapsed_is_never_given(world: Database) -> None:
    def offered(**changes: Any) -> Offer:
        return made(world, an_offer("anna", "income-tax", representative="omer", **changes), "anna")

    declined, withdrawn, late = offered(), offered(), offered()
    step(world, declining.decline, declined.id, by=actor("omer"), now=TODAY)
    step(world, declining.withdraw, withdrawn.id, by=actor("anna"), now=TODAY)

    for offer, now in ((declined, TODAY), (withdrawn, TODAY), (late, late.lapses_at)):
        for act in (accepting.accept, declining.decline, declining.withdraw):
            assert Refused(Why.NOT_NOW) == step(world, act, offer.id, by=actor("omer"), now=now)
    assert (
        OfferState.GIVEN
        is step(world, accepting.accept, late.id, by=actor("omer"), now=late.lapses_at - 1).state
    )


def test_of_a_yes_and_a_no_at_once_one_happens(world: Database) -> None:
    for _ in range(5):
        offer = made(world, an_offer("anna", "income-tax", representative="omer"), "anna")
        together = Barrier(4)

        def act(doing: Callable[..., Any], offer: Offer = offer, together: Barrier = together) -> object:
            together.wait()
            return step(world, doing, offer.id, by=actor("omer"), now=TODAY)

        with ThreadPoolExecutor(4) as pool:
            done = list(
                pool.map(act, [accepting.accept, declining.withdraw, accepting.accept, declining.decline])
            )
        assert 1 == sum(isinstance(one, Offer) for one in done)
        with world.reading() as db:
            kept = offers_kept.find(db, offer.id)
        assert kept is not None
        assert (kept.state is OfferState.GIVEN) == (mandate_of(world, offer) is not None)
    assert [] == breaches(world)


def test_an_employers_mandate_may_be_for_clients_too(world: Database) -> None:
    offer = an_offer("peeters", "vat-return", representative="omer", clients=ALL_CLIENTS, own_affairs=False)
    offer = made(world, offer, "lotte")
    step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)

    assert represents(world, "omer", "bakery", "vat-return")


def test_services_with_other_tasks_become_mandates_of_their_own(world: Database) -> None:
    parts = (
        Part("mo-view", frozenset({"income-tax"}), frozenset({"view", "prepare"})),
        Part("mo-all", frozenset({"benefit"}), frozenset({"view", "apply"})),
    )
    offer = made(world, an_offer("anna", "benefit", representative="omer", parts=parts), "anna")
    step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)

    with world.reading() as db:
        found = {id: overview.mandate(db, id) for id in ("mo-view", "mo-all")}
    assert {"mo-view": {"view", "prepare"}, "mo-all": {"view", "apply"}} == {
        id: set((one and one.actions) or ()) for id, one in found.items()
    }


def test_open_offers_are_bounded(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offering, "MOST_OPEN", dict.fromkeys(offering.MOST_OPEN, 2))
    monkeypatch.setattr(offering, "MOST_ASKED", 2)
    for _ in range(2):
        made(world, an_offer("anna", "income-tax", representative="omer"), "anna")

    assert Refused(Why.TOO_MANY_OPEN) == make(
        world, an_offer("anna", "income-tax", representative="omer"), "anna"
    )
    asked = [
        step(
            world,
            offering.ask,
            an_offer(who, "income-tax", representative="omer"),
            by=actor("omer"),
            now=TODAY,
        )
        for who in ("bram", "carla", "eva")
    ]
    assert [True, True, False] == [isinstance(one, Offer) for one in asked]
    assert Refused(Why.TOO_MANY_OPEN) == asked[-1]


def test_open_offers_of_both_sides_are_listed_in_pages(world: Database) -> None:
    ids = sorted(
        made(world, an_offer("anna", "income-tax", representative="omer"), "anna").id for _ in range(5)
    )
    with world.reading() as db:
        for read, party in ((offers_kept.open_offers, "anna"), (offers_kept.given_to, "omer")):
            found: list[str] = []
            after = None
            while True:
                page = read(db, party, now=TODAY, after=after, limit=2)
                found += [one.id for one in page.offers]
                if (after := page.next) is None:
                    break
            assert ids == found
            assert () == read(db, party, now=TODAY + 91 * 86400).offers


def test_by_what_an_employee_was_known_is_kept_no_longer_than_the_offer(world: Database) -> None:
    invited = an_offer("bakery", "vat-return", kind=OfferKind.EMPLOYEE, reference="staff 4711")
    offer = made(world, invited, "daan")
    with world.reading() as db:
        before = offers_kept.find(db, offer.id)
    assert before is not None
    assert "staff 4711" == before.reference

    step(world, declining.withdraw, offer.id, by=actor("daan", "bakery"), now=TODAY)

    with world.reading() as db:
        kept = [body for table in ("offers", "versions") for (body,) in db.all(_BODIES[table])]
    assert not any("4711" in body for body in kept)
    assert [] == breaches(world)


def test_whoever_changes_an_offer_in_the_tables_is_found_out(world: Database) -> None:
    offer = made(world, an_offer("anna", "income-tax", representative="omer"), "anna")
    assert [] == breaches(world)

    tampered(world, f"UPDATE register_offers SET representative = 'eva' WHERE id = '{offer.id}'")

    assert [("record_altered", f"offers {offer.id}")] == breaches(world)


def test_g13_what_an_office_gave_for_a_person_is_suspended_when_its_power_ends(world: Database) -> None:
    document = demo_document()
    relation: dict[str, Any] = next(one for one in document["legal_relations"] if one["id"] == "l-tim-mila")
    landed(
        world,
        {
            "legal_relations": [
                {**relation, "id": "l-tim-office", "basis": "guardian", "representative": "office"}
            ]
        },
        now=TODAY - 5,
    )
    offer = an_offer("tim", "energy-label", representative="omer", until=TODAY + 86400 * 30)
    offer = made(world, offer, "petra")
    step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)
    with world.reading() as db:
        entry = journal.of_record(db, "mandate", offer.parts[0].mandate)[0]
        guardian = StoredFacts(db).link("l-tim-office")
    assert ("petra", "relation l-tim-office l-office-petra") == (entry.by.person, entry.by.authority)
    assert isinstance(guardian, LegalRelation)

    with world.recording() as db:
        found = ended_powers.suspend_what_rested_on(db, VAULT, guardian, now=TODAY + 5)

    assert [offer.parts[0].mandate] == found
    assert not represents(world, "omer", "tim", "energy-label", TODAY + 5)


def test_both_sides_are_told_in_the_same_transaction_and_the_signatories_of_what_an_administrator_took(
    world: Database,
) -> None:
    recipients = Statement("SELECT recipient FROM register_notices WHERE change = 'given' ORDER BY recipient")
    made(world, an_offer("bakery", "vat-return", representative="daan"), "daan")

    with world.reading() as db:
        told = [id for (id,) in db.all(recipients)]
    assert {"daan", "bakery", "carla"} <= set(told)


def appointed(world: Database, organisation: str, person: str, *services: str, **more: Any) -> None:
    """The person is an administrator of the organisation, for these services alone."""
    one = {
        "id": f"a-{organisation}-{person}",
        "organisation": organisation,
        "person": person,
        "services": list(services),
        "assurance": "substantial",
        "from": "2026-01-01T00:00:00Z",
    }
    landed(world, {"appointments": [one | more]}, now=TODAY - 5)


def test_g10_an_appointment_for_other_services_does_not_make_a_joint_signature_enough(
    world: Database,
) -> None:
    appointed(world, "bos", "gea", "energy-label")

    offer = made(world, an_offer("bos", "vat-return", representative="omer"), "gea")
    within = made(world, an_offer("bos", "energy-label", representative="omer"), "gea")

    assert (OfferState.REQUESTED, Waits.APPROVAL) == (offer.state, offer.waits_for)
    assert OfferState.OFFERED is within.state


def test_g10_an_administrator_confirms_nobody_for_services_beyond_the_appointment(world: Database) -> None:
    appointed(world, "bakery", "eva", "energy-label")
    invited = an_offer("bakery", "vat-return", kind=OfferKind.EMPLOYEE, reference="staff 1")
    offer = made(world, invited, "carla")
    with world.recording() as db:
        taken = accepting.take(db, VAULT, offer, "omer", by=actor("omer"), now=TODAY, policy=DEFAULT_POLICY)
    assert isinstance(taken, Offer)

    refused = step(world, accepting.confirm, offer.id, by=actor("eva", "bakery"), now=TODAY)

    assert {WhyNot.OUT_OF_REACH} == whys(refused)
    weak = step(world, accepting.confirm, offer.id, by=actor("carla", "bakery", Loa.LOW), now=TODAY)
    assert {WhyNot.TOO_WEAK} == whys(weak)
    given = step(world, accepting.confirm, offer.id, by=actor("carla", "bakery"), now=TODAY)
    assert OfferState.GIVEN is given.state


def test_a_yes_whose_first_ground_is_gone_is_worth_what_the_other_one_is(world: Database) -> None:
    appointed(world, "bakery", "carla", "energy-label", assurance="low")
    offer = made(world, an_offer("bakery", "energy-label", representative="omer"), "carla", level=Loa.HIGH)
    assert ("relation l-bakery-carla", Loa.HIGH) == (
        offer.approvals[0].authority,
        offer.approvals[0].assurance,
    )
    relation: dict[str, Any] = next(
        one for one in demo_document()["legal_relations"] if one["id"] == "l-bakery-carla"
    )
    landed(world, {"legal_relations": [{**relation, "until": "2026-11-23T12:00:00Z"}]}, now=TODAY)

    step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)

    mandate = mandate_of(world, offer)
    assert mandate is not None
    assert Loa.LOW is mandate.assurance
    with world.reading() as db:
        entry = journal.of_record(db, "mandate", mandate.id)[0]
    assert "appointment a-bakery-carla" == entry.by.authority


def test_who_signs_after_the_day_on_which_it_should_have_begun_signs_it_all_the_same(world: Database) -> None:
    offer = made(world, an_offer("bos", "vat-return", representative="omer", starts=TODAY + 100), "gea")

    later = TODAY + 200
    signed = step(
        world, offering.approve, offer.id, login=Loa.SUBSTANTIAL, by=actor("henk", "bos"), now=later
    )

    assert isinstance(signed, Offer)
    assert OfferState.OFFERED is signed.state
    step(world, accepting.accept, offer.id, by=actor("omer"), now=later)
    assert not represents(world, "omer", "bos", "vat-return", TODAY + 150)
    assert represents(world, "omer", "bos", "vat-return", later)


def requested(world: Database, by: str, represented: str = "postma", to: str = "peeters", **more: Any) -> Any:
    wish = an_offer(represented, "vat-return", representative=to, kind=OfferKind.REQUEST, **more)
    return step(world, offering.ask, wish, by=actor(by, to), now=TODAY)


def test_g7_what_an_employee_asked_for_is_accepted_by_who_may_grant_for_the_organisation(
    world: Database,
) -> None:
    asked = requested(world, "eva")
    approved = step(
        world, offering.approve, asked.id, login=Loa.SUBSTANTIAL, by=actor("karin", "postma"), now=TODAY
    )

    assert (OfferState.OFFERED, Waits.ACCEPTANCE) == (approved.state, approved.waits_for)
    assert None is mandate_of(world, asked)
    for person in ("eva", "karin"):
        assert Refused(Why.NOT_ENTITLED) == step(
            world, accepting.accept, asked.id, by=actor(person, "peeters"), now=TODAY
        )
    given = step(world, accepting.accept, asked.id, by=actor("lotte", "peeters"), now=TODAY)
    assert OfferState.GIVEN is given.state


def test_g7_what_who_may_grant_for_the_organisation_asked_for_waits_for_nobody_else(world: Database) -> None:
    asked = requested(world, "lotte")
    given = step(
        world, offering.approve, asked.id, login=Loa.SUBSTANTIAL, by=actor("karin", "postma"), now=TODAY
    )

    assert OfferState.GIVEN is given.state


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"until": TODAY}, WhyNot.ENDS_TOO_SOON),
        ({"starts": TODAY + 200, "until": TODAY + 100}, WhyNot.ENDS_TOO_SOON),
        ({"starts": TODAY - 1}, WhyNot.STARTS_IN_THE_PAST),
        ({"until": latest_end(TODAY) + 1}, WhyNot.ENDS_TOO_LATE),
        ({"branch": "call this number"}, WhyNot.UNKNOWN_BRANCH),
    ],
)
def test_g5_what_nobody_can_give_cannot_be_asked_for(
    world: Database, changes: dict[str, Any], why: WhyNot
) -> None:
    assert {why} == whys(requested(world, "lotte", **changes))
    with world.reading() as db:
        assert [] == db.all(_BODIES["offers"])


def test_requests_of_others_leave_a_party_room_to_offer_something_itself(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "MOST_OPEN", dict.fromkeys(offering.MOST_OPEN, 4))
    for person in ("omer", "eva"):
        assert isinstance(requested(world, person, to=person), Offer)

    assert Refused(Why.TOO_MANY_OPEN) == requested(world, "fred", to="fred")
    made(world, an_offer("postma", "vat-return", representative="omer"), "karin")


def test_pages_without_what_nobody_answered_are_as_full_as_if_there_were_none(world: Database) -> None:
    def pages() -> list[tuple[str, ...]]:
        found, after = [], None
        with world.reading() as db:
            while True:
                page = offers_kept.given_to(db, "omer", now=TODAY, after=after, limit=2, silent=False)
                found.append(tuple(one.id for one in page.offers))
                if (after := page.next) is None:
                    return found

    for id in ("of-b", "of-d", "of-f", "of-h"):
        made(world, an_offer("anna", "income-tax", representative="omer", id=id), "anna")
    before = pages()
    for id in ("of-a", "of-c", "of-e", "of-g", "of-i"):
        requested(world, "omer", to="omer", id=id)

    assert [("of-b", "of-d"), ("of-f", "of-h")] == before == pages()
    with world.reading() as db:
        assert 9 == len(offers_kept.given_to(db, "omer", now=TODAY).offers)


def test_the_yes_of_an_administrator_who_died_gives_nothing(world: Database) -> None:
    offer = made(world, an_offer("bakery", "vat-return", representative="omer"), "daan")
    daan: dict[str, Any] = next(one for one in demo_document()["parties"] if one["id"] == "daan")
    landed(world, {"parties": [{**daan, "ceased_at": "2026-11-23T12:00:00Z"}]}, now=TODAY)

    refused = step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY + 1)

    assert isinstance(refused, Refused)
    assert None is mandate_of(world, offer)


def test_a_yes_that_is_sent_twice_at_once_gives_once(world: Database) -> None:
    together = Barrier(4)

    def give(number: int) -> Offer | Refused:
        part = Part(f"mo-twice-{number}", frozenset({"vat-return"}), None)
        offer = an_offer("bakery", "vat-return", representative="daan", id="of-twice", parts=(part,))
        together.wait()
        return make(world, offer, "daan")

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(give, range(4)))

    assert 1 == sum(isinstance(one, Offer) for one in done)
    assert 3 == done.count(Refused(Why.NOT_NOW))
    assert [] == breaches(world)


def test_offers_that_are_made_at_once_are_no_more_than_may_be_open(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "MOST_OPEN", dict.fromkeys(offering.MOST_OPEN, 2))
    monkeypatch.setattr(offering, "MOST_ASKED", 1)
    together = Barrier(4)

    def offer(_: int) -> bool:
        wish = an_offer("anna", "income-tax", representative="bram")
        together.wait()
        return isinstance(make(world, wish, "anna"), Offer)

    def request(represented: str) -> bool:
        wish = an_offer(represented, "income-tax", representative="omer")
        together.wait()
        return isinstance(step(world, offering.ask, wish, by=actor("omer"), now=TODAY), Offer)

    with ThreadPoolExecutor(4) as pool:
        assert 2 == sum(pool.map(offer, range(4)))
        assert 1 == sum(pool.map(request, ["bram", "mila", "tim", "eva"]))


def test_g10_a_power_over_a_person_is_not_passed_on(world: Database) -> None:
    until = TODAY + 86400 * 30
    passed_on = an_offer("tim", "permit", representative="peeters", until=until, further_intermediaries=1)
    not_passed_on = an_offer("tim", "permit", representative="peeters", until=until)

    assert {WhyNot.NO_CHAINS} == whys(make(world, passed_on, "mila"))
    assert isinstance(make(world, not_passed_on, "mila"), Offer)


# G10: within the limits of who gives


HEEDING = {"understands": ["case", "amount", "days"]}


@pytest.fixture
def heeding(world: Database) -> Database:
    """The VAT return and the permit heed every limit; Carla binds the bakery up to 5,000 euros, and Daan administers it."""
    document = demo_document()
    services = [one | HEEDING for one in document["services"] if one["id"] in ("vat-return", "permit")]
    [carla] = [one for one in document["legal_relations"] if one["id"] == "l-bakery-carla"]
    limited = carla | {"limits": {"amount": {"currency": "EUR", "value": "5000.00"}}}
    limited["source"] = limited["source"] | {"fetched_at": "2026-11-23T11:00:00Z"}
    landed(world, {"services": services, "legal_relations": [limited]}, now=TODAY - 5)
    return world


def test_g2_a_power_up_to_an_amount_counts_as_joint(heeding: Database) -> None:
    offer = an_offer("bakery", "vat-return", representative="omer", limits=Limits(amount=100))

    made_by_carla = make(heeding, offer, "carla")

    assert isinstance(made_by_carla, Offer)
    assert (OfferState.REQUESTED, Waits.APPROVAL) == (made_by_carla.state, made_by_carla.waits_for)


@pytest.mark.parametrize("limits", [NO_LIMITS, Limits(amount=500_001), Limits(case="Z-1")])
def test_g10_who_may_up_to_an_amount_gives_no_more(heeding: Database, limits: Limits) -> None:
    offer = an_offer("bakery", "vat-return", representative="omer", limits=limits)

    assert {WhyNot.BEYOND_LIMITS} == whys(make(heeding, offer, "carla"))


def test_g10_an_administrator_gives_within_any_limit_and_the_mandate_has_it(heeding: Database) -> None:
    limits = Limits(case="Z-1", amount=100, days=Days(weekdays=frozenset({0, 4})))
    offer = made(heeding, an_offer("bakery", "vat-return", representative="omer", limits=limits), "daan")

    step(heeding, accepting.accept, offer.id, by=actor("omer"), now=TODAY + 5)

    mandate = mandate_of(heeding, offer)
    assert mandate is not None
    assert limits == mandate.limits
    with heeding.reading() as db:
        found = offers_kept.find(db, offer.id)
    assert found is not None
    assert limits == found.limits
    assert [] == breaches(heeding)


@pytest.mark.parametrize(
    ("service", "limits", "why"),
    [
        ("energy-label", Limits(amount=1), WhyNot.LIMIT_NOT_HEEDED),
        ("energy-label", Limits(days=Days(weekdays=frozenset({0}))), WhyNot.LIMIT_NOT_HEEDED),
        ("vat-return", Limits(days=Days(dates=frozenset({date(2020, 1, 1)}))), WhyNot.ON_NO_DAY),
    ],
)
def test_a_limit_that_nobody_could_keep_is_not_given(
    heeding: Database, service: str, limits: Limits, why: WhyNot
) -> None:
    offer = an_offer("bakery", service, representative="omer", limits=limits)

    assert {why} == whys(make(heeding, offer, "daan"))


def test_a_case_of_two_services_is_not_given(heeding: Database) -> None:
    part = Part("mo-case", frozenset({"vat-return", "permit"}), None)
    offer = an_offer("bakery", "vat-return", representative="omer", parts=(part,), limits=Limits(case="Z-1"))

    assert {WhyNot.CASE_OF_ONE_SERVICE} == whys(make(heeding, offer, "daan"))


def test_a_service_that_heeds_a_limit_no_longer_is_not_given_with_it(heeding: Database) -> None:
    offer = made(
        heeding, an_offer("bakery", "vat-return", representative="omer", limits=Limits(amount=1)), "daan"
    )
    [service] = [one for one in demo_document()["services"] if one["id"] == "vat-return"]
    landed(heeding, {"services": [service]}, now=TODAY + 1)

    assert {WhyNot.LIMIT_NOT_HEEDED} == whys(
        step(heeding, accepting.accept, offer.id, by=actor("omer"), now=TODAY + 5)
    )


# R23: a set of services, given as a whole


def for_set(id: str = "s-town", **changes: Any) -> Offer:
    offer = an_offer("anna", "permit", representative="omer", **changes)
    return replace(offer, parts=(replace(offer.parts[0], services=frozenset(), set=id),))


def in_town(database: Database, *services: str) -> None:
    named = {"nl": "Gemeentezaken", "en": "Town matters"}
    landed(
        database, {"service_sets": [{"id": "s-town", "name": named, "services": list(services)}]}, now=TODAY
    )


def test_r23_a_set_is_given_as_a_whole_with_what_comes_into_it_later(world: Database) -> None:
    in_town(world, "benefit")
    offer = made(world, for_set(), "anna")
    given = step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)

    assert OfferState.GIVEN is given.state
    assert represents(world, "omer", "anna", "benefit")
    assert not represents(world, "omer", "anna", "income-tax")
    in_town(world, "benefit", "income-tax")
    assert represents(world, "omer", "anna", "income-tax")
    with world.reading() as db:
        kept = offers_kept.find(db, offer.id)
    assert kept is not None
    assert "s-town" == kept.parts[0].set
    assert [] == breaches(world)


def test_r23_what_lies_in_a_set_is_judged_as_if_it_were_chosen(world: Database) -> None:
    in_town(world, "benefit", "record")

    refused = make(world, for_set(), "anna")

    assert isinstance(refused, Refused)
    assert (Fault(WhyNot.TOO_WEAK, "record", Loa.HIGH),) == refused.faults


def test_r23_what_is_for_others_in_a_set_keeps_nobody_from_giving_it(world: Database) -> None:
    in_town(world, "benefit", "vat-return")
    assert OfferState.OFFERED is made(world, for_set(), "anna").state

    in_town(world, "vat-return")
    assert WhyNot.NOTHING_CHOSEN in whys(make(world, for_set(), "anna"))
    assert WhyNot.NOTHING_CHOSEN in whys(make(world, for_set("no-such"), "anna"))


def test_r23_a_set_with_a_service_for_which_nobody_gives_a_permission_is_not_given(world: Database) -> None:
    [benefit] = [one for one in demo_document()["services"] if one["id"] == "benefit"]
    landed(world, {"services": [benefit | {"offers_mandates": False}]}, now=TODAY)
    in_town(world, "benefit", "income-tax")

    assert {WhyNot.SERVICE_NOT_OFFERED} == whys(make(world, for_set(), "anna"))


def test_r23_a_set_that_changed_meanwhile_is_judged_again_when_it_is_accepted(world: Database) -> None:
    in_town(world, "benefit")
    offer = made(world, for_set(), "anna")
    in_town(world, "benefit", "record")

    refused = step(world, accepting.accept, offer.id, by=actor("omer"), now=TODAY)

    assert {WhyNot.TOO_WEAK} == whys(refused)


def test_g10_who_is_appointed_for_a_service_gives_no_set_that_holds_it(world: Database) -> None:
    in_town(world, "vat-return")
    offer = an_offer("bakery", "vat-return", representative="omer")
    offer = replace(offer, parts=(replace(offer.parts[0], services=frozenset(), set="s-town"),))
    appointed(world, "bakery", "sjaak", "vat-return")
    assert {WhyNot.OUT_OF_REACH} == whys(make(world, offer, "sjaak"))

    by_set = {"services": {"set": "s-town"}, "id": "a-set", "organisation": "bakery", "person": "greet"}
    by_set |= {"assurance": "substantial", "from": "2026-01-01T00:00:00Z"}
    landed(world, {"appointments": [by_set]}, now=TODAY)
    assert OfferState.OFFERED is made(world, offer, "greet").state


def test_a_case_is_of_no_set(heeding: Database) -> None:
    in_town(heeding, "benefit")
    assert WhyNot.CASE_OF_ONE_SERVICE in whys(make(heeding, for_set(limits=Limits(case="Z-1")), "anna"))
