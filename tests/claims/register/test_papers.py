"""G7, G4: mandates from paper, with a second pair of eyes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.granting import WhyNot
from claims.mandates import Evidence
from claims.offers import Brought, Offer, OfferState, Part, Waits
from claims.register import accepting, journal, managing, offering, offers_kept, overview, papers
from claims.register.actor import OPERATOR, Actor
from claims.register.desks import at_desk, desks_of
from claims.register.forgetting import NotForgotten, forget
from claims.register.journal import Event
from claims.register.offering import Refused, Why
from claims.register.papers import Checked
from keys.storage import Database, Statement
from tests.claims.register.test_activating import represents
from tests.claims.register.test_old_offers import erased, over
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches
from tests.support.offers import actor, an_offer, fresh_world
from tests.support.register import VAULT, landed

DIGEST = "ab" * 32
CLERKS = ("noah", "mo", "saskia")


def appointment(person: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"d-{person}",
        "organisation": "town",
        "person": person,
        "services": "*",
        "from": "2026-01-01T00:00:00Z",
    } | changes


@pytest.fixture
def world(database: Database) -> Database:
    """The try-out world, with a desk at the town's where three people work."""
    fresh_world(database)
    landed(database, {"desk_appointments": [appointment(one) for one in CLERKS]}, now=TODAY - 5)
    return database


def record(
    database: Database,
    offer: Offer | None = None,
    *,
    person: str = "noah",
    desk: str = "town",
    checked: Checked = Checked.IDENTITY_DOCUMENT,
    digest: str = DIGEST,
    now: int = TODAY,
) -> Offer | Refused:
    signed = offer or an_offer("joke", "benefit", representative="omer")
    with database.recording() as db:
        return papers.record(
            db,
            VAULT,
            signed,
            desk=desk,
            digest=digest,
            checked=checked,
            by=actor(person),
            now=now,
            policy=DEFAULT_POLICY,
        )


def recorded(database: Database, offer: Offer | None = None, **more: Any) -> Offer:
    done = record(database, offer, **more)
    assert isinstance(done, Offer), done
    return done


def confirm(database: Database, id: str, person: str = "mo", *, now: int = TODAY) -> Offer | Refused:
    with database.recording() as db:
        return papers.confirm(db, VAULT, id, by=actor(person), now=now, policy=DEFAULT_POLICY)


def test_g7_nothing_holds_before_a_second_person_confirmed(world: Database) -> None:
    offer = recorded(world)
    assert (OfferState.REQUESTED, Waits.SECOND_PAIR) == (offer.state, offer.waits_for)
    assert not represents(world, "omer", "joke", "benefit")

    given = confirm(world, offer.id)

    assert isinstance(given, Offer)
    assert OfferState.GIVEN is given.state
    assert represents(world, "omer", "joke", "benefit")
    assert [] == breaches(world)


def brings(person: str, client: str = "client desk") -> Actor:
    heard = Evidence("statement", f"told by {person}", None, "desk 4", TODAY)
    return Actor(None, None, client, None, None, Brought(person, client, heard))


def test_g7_of_words_that_are_brought_two_bring_the_two_and_the_account_holds(world: Database) -> None:
    """The recorder is logged in, or brought by another than who brings the second."""
    signed = an_offer("joke", "benefit", representative="omer")
    details: dict[str, Any] = {"desk": "town", "digest": DIGEST, "checked": Checked.SIGNATURE}
    with world.recording() as db:
        papers.record(db, VAULT, signed, **details, by=brings("noah"), now=TODAY, policy=DEFAULT_POLICY)
    with world.recording() as db:
        same = papers.confirm(db, VAULT, signed.id, by=brings("mo"), now=TODAY, policy=DEFAULT_POLICY)
        other = brings("mo", "client other")
        given = papers.confirm(db, VAULT, signed.id, by=other, now=TODAY, policy=DEFAULT_POLICY)

    assert Refused(Why.SAME_HAND) == same
    assert isinstance(given, Offer)
    assert represents(world, "omer", "joke", "benefit")
    assert [] == breaches(world)
    own = recorded(world)
    with world.recording() as db:
        done = papers.confirm(db, VAULT, own.id, by=brings("mo"), now=TODAY, policy=DEFAULT_POLICY)
    assert isinstance(done, Offer)


def test_g7_who_recorded_it_confirms_nothing(world: Database) -> None:
    offer = recorded(world)

    assert Refused(Why.SECOND_PERSON) == confirm(world, offer.id, "noah")

    assert not represents(world, "omer", "joke", "benefit")


def test_g7_the_database_itself_keeps_the_two_apart(world: Database) -> None:
    recorded(world)

    with pytest.raises(Exception, match=r"ck_register_papers_two_people"), world.writing() as db:
        db.run(Statement("UPDATE register_papers SET confirmed_by = recorded_by, confirmed_at = 1"))


def test_g7_of_many_who_confirm_at_once_one_does(world: Database) -> None:
    offer = recorded(world)
    people = ["mo", "saskia", "noah", "mo", "saskia", "noah"]
    together = Barrier(len(people))

    def one(person: str) -> Offer | Refused:
        together.wait()
        return confirm(world, offer.id, person)

    with ThreadPoolExecutor(len(people)) as pool:
        done = list(pool.map(one, people))

    assert 1 == sum(isinstance(one, Offer) for one in done)
    with world.reading() as db:
        paper = papers.paper_of(db, offer.id)
    assert paper is not None
    assert paper.confirmed_by in {"mo", "saskia"}
    assert [] == breaches(world)


def test_g7_confirming_and_refusing_at_once_leaves_one_of_the_two(world: Database) -> None:
    for number in range(4):
        offer = recorded(
            world, an_offer("joke", "benefit", representative=["omer", "eva", "bram", "lars"][number])
        )
        together = Barrier(2)

        def confirms(id: str = offer.id, together: Barrier = together) -> Offer | Refused:
            together.wait()
            return confirm(world, id)

        def refuses(id: str = offer.id, together: Barrier = together) -> Offer | Refused:
            together.wait()
            with world.recording() as db:
                return papers.refuse(db, VAULT, id, by=actor("saskia"), now=TODAY)

        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(one) for one in (confirms, refuses)]
        assert 1 == sum(isinstance(one.result(), Offer) for one in done)
    assert [] == breaches(world)


@pytest.mark.parametrize(
    ("checked", "level", "service", "seen"),
    [
        (Checked.IDENTITY_DOCUMENT, Loa.SUBSTANTIAL, "income-tax", ["desk"]),
        (Checked.SIGNATURE, Loa.LOW, "benefit", []),
        (Checked.NOTARIAL_DEED, Loa.HIGH, "record", ["notarial_deed"]),
    ],
)
def test_g4_without_a_login_the_evidence_alone_sets_the_level(
    world: Database, checked: Checked, level: Loa, service: str, seen: list[str]
) -> None:
    offer = recorded(world, an_offer("joke", service, representative="omer"), checked=checked)
    confirm(world, offer.id)

    with world.reading() as db:
        mandate = overview.mandate(db, offer.parts[0].mandate)
    assert mandate is not None
    assert level is mandate.assurance
    told = [one for one in mandate.evidence if one.kind != "register"]
    assert [*seen, "document"] == [one.kind for one in told]
    assert {("town", TODAY)} == {(one.verifier, one.at) for one in told}  # and nobody of the desk by name
    assert {DIGEST} == {one.digest for one in told if one.kind != "desk"}
    assert not [one for one in told if DIGEST in one.reference]


def test_g4_a_paper_that_shows_too_little_for_the_service_is_not_recorded(world: Database) -> None:
    done = record(world, an_offer("joke", "income-tax", representative="omer"), checked=Checked.SIGNATURE)

    assert isinstance(done, Refused)
    assert {WhyNot.TOO_WEAK} == {fault.why for fault in done.faults}


def test_the_account_names_both_who_recorded_and_who_confirmed_and_never_the_citizen(world: Database) -> None:
    offer = recorded(world)
    confirm(world, offer.id)

    with world.reading() as db:
        of_mandate = journal.of_record(db, "mandate", offer.parts[0].mandate)
        of_offer = journal.of_record(db, "offer", offer.id)
    told = [(one.event, one.by.person, one.by.on_behalf_of, one.by.authority) for one in of_mandate]
    assert [
        (Event.RECORDED, "noah", "town", "desk d-noah"),
        (Event.CONFIRMED, "mo", "town", "desk d-mo"),
        (Event.GIVEN, "mo", "town", f"paper {offer.id}"),
    ] == told
    assert [Event.REQUESTED, Event.CONFIRMED, Event.GIVEN] == [one.event for one in of_offer]
    assert "joke" not in {one.by.person for one in (*of_mandate, *of_offer)}


def test_both_sides_are_told_once_it_is_given(world: Database) -> None:
    offer = recorded(world)
    told = Statement("SELECT recipient FROM register_notices WHERE mandate = :mandate ORDER BY recipient")
    asked = {"mandate": offer.parts[0].mandate}
    with world.reading() as db:
        assert [] == db.all(told, asked)
    confirm(world, offer.id)

    with world.reading() as db:
        assert [("joke",), ("omer",)] == db.all(told, asked)


@pytest.mark.parametrize("person", ["omer", "joke", "eva", "daan", "nobody"])
def test_nobody_but_who_works_at_the_desk_records_or_confirms(world: Database, person: str) -> None:
    assert Refused(Why.NOT_ENTITLED) == record(world, person=person)
    offer = recorded(world)

    assert Refused(Why.NOT_ENTITLED) == confirm(world, offer.id, person)
    with world.recording() as db:
        done = papers.refuse(db, VAULT, offer.id, by=actor(person), now=TODAY)
    assert Refused(Why.NOT_ENTITLED) == done


@pytest.mark.parametrize(
    "changed",
    [
        {"services": ["energy-label"]},
        {"organisation": "energy"},
        {"until": "2026-11-23T12:00:00Z"},
        {"from": "2026-11-23T12:00:01Z"},
    ],
)
def test_an_appointment_is_for_its_desk_its_services_and_its_time(
    world: Database, changed: dict[str, Any]
) -> None:
    offer = recorded(world)
    landed(
        world,
        {"desk_appointments": [appointment("mo", **changed), appointment("noah", **changed)]},
        now=TODAY,
    )

    assert Refused(Why.NOT_ENTITLED) == confirm(world, offer.id, "mo")
    assert Refused(Why.NOT_ENTITLED) == record(world)


def test_nobody_records_or_confirms_for_themselves_nor_for_their_own_organisation(world: Database) -> None:
    for offer in (
        an_offer("joke", "benefit", representative="noah"),
        an_offer("noah", "benefit", representative="omer"),
        an_offer("joke", "benefit", representative="town"),
    ):
        assert Refused(Why.OWN_AFFAIR) == record(world, offer)
    theirs = recorded(world, an_offer("joke", "benefit", representative="mo"))

    assert Refused(Why.OWN_AFFAIR) == confirm(world, theirs.id, "mo")
    assert isinstance(confirm(world, theirs.id, "saskia"), Offer)


def test_g7_to_an_organisation_it_is_offered_and_its_administrator_accepts(world: Database) -> None:
    offer = recorded(world, an_offer("joke", "benefit", representative="peeters"))
    offered = confirm(world, offer.id)
    assert isinstance(offered, Offer)
    assert Waits.ACCEPTANCE is offered.waits_for
    assert not represents(world, "eva", "joke", "benefit")

    with world.recording() as db:
        given = accepting.accept(
            db, VAULT, offer.id, by=actor("lotte", "peeters"), now=TODAY, policy=DEFAULT_POLICY
        )

    assert isinstance(given, Offer)
    assert OfferState.GIVEN is given.state


def test_who_is_restricted_gives_nothing_on_paper_either(world: Database) -> None:
    offer = recorded(world)
    restriction = {
        "id": "r-new",
        "party": "joke",
        "kind": "guardianship",
        "services": "*",
        "from": "2026-01-01T00:00:00Z",
    }
    landed(world, {"restrictions": [restriction]}, now=TODAY)

    for done in (confirm(world, offer.id), record(world)):
        assert isinstance(done, Refused)
        assert {WhyNot.RESTRICTED} == {fault.why for fault in done.faults}


def test_an_organisation_gives_nothing_at_a_desk(world: Database) -> None:
    done = record(world, an_offer("bakery", "vat-return", representative="omer"))

    assert isinstance(done, Refused)
    assert Why.CANNOT_BE_GRANTED is done.why


def test_what_was_refused_withdrawn_lapsed_or_confirmed_is_over(world: Database) -> None:
    refused, lapsed, done = (
        recorded(world, an_offer("joke", "benefit", representative=one)) for one in ("eva", "bram", "omer")
    )
    with world.recording() as db:
        assert isinstance(papers.refuse(db, VAULT, refused.id, by=actor("mo"), now=TODAY), Offer)
    confirm(world, done.id)

    assert Refused(Why.NOT_NOW) == confirm(world, refused.id)
    assert Refused(Why.NOT_NOW) == confirm(world, done.id, "saskia")
    assert Refused(Why.NOT_NOW) == confirm(world, lapsed.id, now=lapsed.lapses_at)
    assert Refused(Why.UNKNOWN_OFFER) == confirm(world, "of-nothing")
    assert Refused(Why.NOT_NOW) == record(
        world, an_offer("joke", "benefit", representative="omer", id=done.id)
    )
    with world.reading() as db:
        mine = desks_of(db, "mo", now=TODAY)
        assert [lapsed.id] == [one.id for one in papers.waiting_at(db, "town", mine, now=TODAY)]
        assert [] == papers.waiting_at(db, "energy", mine, now=TODAY)
        assert [] == papers.waiting_at(db, "town", mine, now=lapsed.lapses_at)


def test_what_waits_for_services_that_are_not_a_clerks_is_not_theirs_to_see(world: Database) -> None:
    landed(
        world,
        {
            "desk_appointments": [
                appointment("mo", services=["benefit"]),
                appointment("saskia", services=["permit"]),
            ]
        },
        now=TODAY - 4,
    )
    tax = recorded(world, an_offer("joke", "income-tax", representative="omer"))
    parts = (Part("mo-both", frozenset({"benefit", "income-tax"}), None),)
    both = recorded(world, an_offer("joke", "benefit", representative="omer", parts=parts))
    benefits = [recorded(world), recorded(world)]

    def waits_for(clerk: str, limit: int = 100) -> list[str]:
        with world.reading() as db:
            mine = desks_of(db, clerk, now=TODAY)
            return [one.id for one in papers.waiting_at(db, "town", mine, now=TODAY, limit=limit)]

    assert {one.id for one in (tax, both, *benefits)} == set(waits_for("noah"))
    assert {one.id for one in benefits} == set(waits_for("mo"))
    assert 1 == len(waits_for("mo", limit=1))
    assert [] == waits_for("saskia")
    assert [] == waits_for("omer")


def test_no_other_step_makes_a_mandate_of_what_waits_for_a_second_person(world: Database) -> None:
    offer = recorded(world)

    for person in ("joke", "omer", "noah", "mo"):
        with world.recording() as db:
            by = actor(person)
            assert isinstance(
                offering.approve(
                    db, VAULT, offer.id, login=Loa.HIGH, by=by, now=TODAY, policy=DEFAULT_POLICY
                ),
                Refused,
            )
            assert isinstance(
                accepting.accept(db, VAULT, offer.id, by=by, now=TODAY, policy=DEFAULT_POLICY), Refused
            )
            assert isinstance(
                accepting.confirm(db, VAULT, offer.id, by=by, now=TODAY, policy=DEFAULT_POLICY), Refused
            )
    with world.reading() as db:
        found = offers_kept.find(db, offer.id)
    assert found == offer


@pytest.mark.parametrize("digest", ["", "x" * 64, "AB" * 32, "ab" * 31, "ab" * 33, "ab" * 32 + "\n"])
def test_what_is_no_digest_is_none(world: Database, digest: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        record(world, digest=digest)


def test_who_works_at_a_desk_grants_nothing_for_the_organisation(world: Database) -> None:
    with world.reading() as db:
        assert ["town"] == [one.organisation for one in desks_of(db, "noah", now=TODAY)]
        assert None is at_desk(db, "noah", "town", frozenset({"no-such"}), now=TODAY)
        assert () == managing.managed(db, "noah", TODAY).authorities
    done = offering.Refused(Why.NOT_ENTITLED)
    with world.recording() as db:
        offer = an_offer("town", "vat-return")
        assert done == offering.make(
            db, VAULT, offer, login=Loa.HIGH, by=actor("noah", "town"), now=TODAY, policy=DEFAULT_POLICY
        )


def test_a_document_is_erased_with_its_offer_and_who_works_at_the_desk_is_not_forgotten_before_that_ends(
    world: Database,
) -> None:
    offer = recorded(world)
    with world.recording() as db:
        papers.refuse(db, VAULT, offer.id, by=actor("mo"), now=TODAY)
    with world.writing() as db:
        assert NotForgotten.STILL_CONCERNED is forget(db, VAULT, "noah", by=OPERATOR, now=TODAY)

    assert [offer.id] == erased(world, over(TODAY))

    with world.reading() as db:
        assert None is papers.paper_of(db, offer.id)
    assert [] == breaches(world)
