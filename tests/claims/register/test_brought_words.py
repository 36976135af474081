"""Words that a client brings of people who did not log in: they count as theirs, and nobody's record says that they did it."""

import pytest

from claims.assurance import Loa
from claims.evidence import policy_of
from claims.mandates import Evidence, Mandate
from claims.offers import Brought, Offer, OfferState, Waits
from claims.register import ended_powers, journal, offering, overview, resolving
from claims.register.actor import Actor
from claims.register.facts import StoredFacts
from claims.register.offer_judging import Refused, Why
from claims.relations import LegalRelation
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, ask
from tests.support.account import breaches
from tests.support.offers import actor, an_offer, fresh_world, made
from tests.support.register import VAULT

DESK = "client desk"


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def word(person: str, kind: str = "desk", by: str = DESK) -> Brought:
    digest = "ab" * 32 if kind in ("document", "notarial_deed") else None
    return Brought(person, by, Evidence(kind, f"the word of {person}", digest, "desk 4", TODAY))


def client(by: str = DESK) -> Actor:
    return Actor(None, None, by, None, None)


def offered(database: Database, offer: Offer, said: Brought, **more: object) -> Offer | Refused:
    with database.recording() as db:
        return offering.make(db, VAULT, offer, login=said, by=client(said.by), now=TODAY, **more)  # type: ignore[arg-type]


def accepted(database: Database, offer_id: str, said: Brought) -> Offer | Refused:
    with database.recording() as db:
        return offering.accept(db, VAULT, offer_id, by=client(said.by), now=TODAY, brought=said)


def approved(database: Database, offer_id: str, said: Brought | Actor) -> Offer | Refused:
    with database.recording() as db:
        if isinstance(said, Brought):
            return offering.approve(db, VAULT, offer_id, login=said, by=client(said.by), now=TODAY)
        return offering.approve(db, VAULT, offer_id, login=Loa.SUBSTANTIAL, by=said, now=TODAY)


def mandate_of(database: Database, offer: Offer) -> Mandate:
    with database.reading() as db:
        found = overview.mandate(db, offer.parts[0].mandate)
    assert found is not None
    return found


def test_g2_joint_signatories_sign_on_paper_and_on_line_together(world: Database) -> None:
    offer = an_offer("bos", "vat-return", representative="omer")
    first = offered(world, offer, word("gea"))
    assert isinstance(first, Offer)
    assert (OfferState.REQUESTED, Waits.APPROVAL) == (first.state, first.waits_for)

    assert Refused(Why.ALREADY_SIGNED) == approved(world, offer.id, word("gea"))
    assert Refused(Why.NOT_ENTITLED) == approved(world, offer.id, word("anja"))
    done = approved(world, offer.id, actor("henk", "bos"))

    assert isinstance(done, Offer)
    assert Waits.ACCEPTANCE is done.waits_for
    assert [word("gea"), Loa.SUBSTANTIAL] == [one.said for one in done.approvals]
    given = accepted(world, offer.id, word("omer", by="client other"))
    assert isinstance(given, Offer), given
    assert Loa.SUBSTANTIAL is mandate_of(world, offer).assurance
    assert [] == breaches(world)


def test_g4_of_several_the_weakest_evidence_counts(world: Database) -> None:
    offer = an_offer("bos", "energy-label", representative="omer")
    offered(world, offer, word("gea", "document"))
    approved(world, offer.id, actor("henk", "bos"))
    accepted(world, offer.id, word("omer", by="client other"))

    assert Loa.LOW is mandate_of(world, offer).assurance


def test_an_administrator_who_is_not_there_gives_themself_nothing_without_saying_yes(world: Database) -> None:
    """G3 lets an administrator give themself a mandate: one who did not log in did not."""
    offer = an_offer("bakery", "vat-return", representative="daan")

    done = offered(world, offer, word("daan"))

    assert isinstance(done, Offer)
    assert Waits.ACCEPTANCE is done.waits_for
    assert Refused(Why.SAME_HAND) == accepted(world, offer.id, word("daan"))
    with world.reading() as db:
        assert not resolving.check(db, ask(db, "daan", "vat-return"), "bakery")


def test_who_asked_through_the_same_hand_says_yes_once_more(world: Database) -> None:
    asking = an_offer("anna", "energy-label", representative="omer")
    with world.recording() as db:
        request = offering.ask(db, VAULT, asking, by=client(), now=TODAY, brought=word("omer"))
    assert isinstance(request, Offer)

    by_the_same = approved(world, asking.id, word("anna"))

    assert isinstance(by_the_same, Offer)
    assert Waits.ACCEPTANCE is by_the_same.waits_for
    assert Refused(Why.SAME_HAND) == accepted(world, asking.id, word("omer"))
    assert isinstance(accepted(world, asking.id, word("omer", by="client other")), Offer)


def test_g13_what_was_brought_for_a_guardian_is_suspended_when_that_power_ends(world: Database) -> None:
    offer = an_offer("tim", "energy-label", representative="omer", until=TODAY + 86400 * 30)
    offered(world, offer, word("mila"))
    assert isinstance(accepted(world, offer.id, word("omer", by="client other")), Offer)
    with world.reading() as db:
        entry = journal.of_record(db, "mandate", offer.parts[0].mandate)[0]
        parent = StoredFacts(db).link("l-tim-mila")
    assert (None, DESK) == (entry.by.person, entry.by.authority)
    assert isinstance(parent, LegalRelation)

    with world.recording() as db:
        found = ended_powers.suspend_what_rested_on(db, VAULT, parent, now=TODAY + 5)

    assert [offer.parts[0].mandate] == found


def test_what_was_offered_on_line_is_accepted_by_a_word_that_is_brought(world: Database) -> None:
    offer = made(world, an_offer("anna", "income-tax", representative="omer"), "anna")

    given = accepted(world, offer.id, word("omer", "document"))

    assert isinstance(given, Offer), given
    mandate = mandate_of(world, offer)
    assert Loa.SUBSTANTIAL is mandate.assurance  # who gives says how sure it is
    assert word("omer", "document").evidence in mandate.evidence


def test_g4_the_policy_of_the_operator_says_what_it_is_worth(world: Database) -> None:
    policy = policy_of({"low": [["letter"]], "substantial": [["login_substantial", "live_entry"]]})

    done = offered(
        world, an_offer("anna", "energy-label", representative="omer"), word("anna"), policy=policy
    )

    assert isinstance(done, Refused)
    assert Why.CANNOT_BE_GRANTED is done.why
