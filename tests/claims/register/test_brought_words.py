"""Words that a client brings of people who did not log in: they count as theirs, and nobody's record says that they did it."""

import pytest

from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.evidence import DEFAULT_POLICY, policy_of
from claims.granting import Fault, WhyNot
from claims.mandates import Evidence, Mandate
from claims.offers import Brought, Offer, OfferKind, OfferState, Waits
from claims.register import accepting, activating, ended_powers, journal, offering, overview, resolving
from claims.register.activating import Drawn, Typed
from claims.register.actor import Actor
from claims.register.facts import StoredFacts
from claims.register.offer_judging import Refused, Why
from claims.relations import LegalRelation
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, ask
from tests.support.account import breaches
from tests.support.appointments import an_appointment
from tests.support.offers import CODES, actor, an_offer, code_for, fresh_world, made
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
        return offering.make(
            db, VAULT, offer, login=said, by=client(said.by), now=TODAY, **{"policy": DEFAULT_POLICY, **more}
        )  # type: ignore[arg-type]


def accepted(database: Database, offer_id: str, said: Brought) -> Offer | Refused:
    with database.recording() as db:
        return accepting.accept(
            db, VAULT, offer_id, by=client(said.by), now=TODAY, brought=said, policy=DEFAULT_POLICY
        )


def approved(database: Database, offer_id: str, said: Brought | Actor) -> Offer | Refused:
    with database.recording() as db:
        if isinstance(said, Brought):
            return offering.approve(
                db, VAULT, offer_id, login=said, by=client(said.by), now=TODAY, policy=DEFAULT_POLICY
            )
        return offering.approve(
            db, VAULT, offer_id, login=Loa.SUBSTANTIAL, by=said, now=TODAY, policy=DEFAULT_POLICY
        )


def drawn(database: Database, offer_id: str, said: Brought) -> Drawn | Refused:
    with database.recording() as db:
        return activating.draw(
            db, VAULT, CODES, offer_id, by=client(said.by), now=TODAY, policy=DEFAULT_POLICY, brought=said
        )


def confirmed(database: Database, offer_id: str, said: Brought) -> Offer | Refused:
    with database.recording() as db:
        return accepting.confirm(
            db, VAULT, offer_id, by=client(said.by), now=TODAY, brought=said, policy=DEFAULT_POLICY
        )


def typed(database: Database, code: str, person: str, number: str) -> Offer:
    with database.recording() as db:
        done = activating.redeem(
            db,
            VAULT,
            CODES,
            Typed(code, None, None, number),
            person,
            by=actor(person),
            now=TODAY,
            policy=DEFAULT_POLICY,
        )
    assert isinstance(done, Offer), done
    return done


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


def test_g6c_who_brought_the_offer_to_an_employee_does_not_say_who_it_is_that_came(world: Database) -> None:
    offer = an_offer("bakery", "vat-return", kind=OfferKind.EMPLOYEE, reference="staff 17")
    offered(world, offer, word("carla"))
    code = drawn(world, offer.id, word("carla"))
    assert isinstance(code, Drawn), code  # who comes with it is seen by another
    typed(world, code.code, "omer", "00436606")

    assert Refused(Why.SAME_HAND) == confirmed(world, offer.id, word("carla"))
    assert Refused(Why.SAME_HAND) == confirmed(world, offer.id, word("daan"))
    with world.reading() as db:
        assert not resolving.check(db, ask(db, "omer", "vat-return"), "bakery")

    given = confirmed(world, offer.id, word("carla", by="client other"))

    assert isinstance(given, Offer), given
    assert OfferState.GIVEN is given.state
    assert [] == breaches(world)


def test_g6c_of_who_signs_together_no_hand_says_who_came_of_whom_it_brought_the_offer(
    world: Database,
) -> None:
    offer = an_offer("club", "permit", kind=OfferKind.EMPLOYEE, reference="staff 17")
    offered(world, offer, word("anja"))
    approved(world, offer.id, actor("cor", "club"))
    typed(world, code_for(world, offer, "cor"), "ruben", "00558028")

    assert Refused(Why.SAME_HAND) == confirmed(world, offer.id, word("anja"))
    first = confirmed(world, offer.id, word("anja", by="client other"))
    assert isinstance(first, Offer), first
    assert Waits.CONFIRMATION is first.waits_for
    second = confirmed(world, offer.id, word("bert", by="client other"))

    assert isinstance(second, Offer), second
    assert OfferState.GIVEN is second.state


def test_g6_who_brought_the_offer_has_no_code_that_works_for_anybody(world: Database) -> None:
    anybody = an_offer("anna", "energy-label")
    named = an_offer("anna", "energy-label", representative="omer", kind=OfferKind.CODE)
    offered(world, anybody, word("anna"))
    offered(world, named, word("anna"))

    assert Refused(Why.SAME_HAND) == drawn(world, anybody.id, word("anna"))
    assert isinstance(drawn(world, anybody.id, word("anna", by="client other")), Drawn)
    assert code_for(world, anybody, "anna")  # on her own page
    assert isinstance(drawn(world, named.id, word("anna")), Drawn)  # it works for him alone


def test_g4_a_word_makes_no_administrator_for_a_service_that_wants_more(world: Database) -> None:
    services = Coverage(listed=frozenset({"vat-return", "energy-label"}))
    asked = an_appointment("bakery", "omer", services=services)

    done = offered(world, asked, word("carla", "statement"))

    too_weak = Fault(WhyNot.TOO_WEAK, "vat-return", Loa.SUBSTANTIAL)
    assert Refused(Why.CANNOT_BE_GRANTED, (too_weak,)) == done
    assert isinstance(offered(world, asked, word("carla", "desk")), Offer)
    weakly = an_appointment("bakery", "omer", services=services, assurance=Loa.LOW)
    assert Refused(Why.CANNOT_BE_GRANTED, (too_weak,)) == offered(world, weakly, word("carla", "desk"))


def test_g4_of_joint_signatories_the_weakest_word_makes_no_administrator(world: Database) -> None:
    offer = an_appointment("bos", "omer", services=Coverage(listed=frozenset({"vat-return"})))
    made(world, offer, "gea")

    assert isinstance(approved(world, offer.id, word("henk", "statement")), Refused)
    assert isinstance(approved(world, offer.id, word("henk", "desk")), Offer)


def test_g4_an_administrator_with_whom_nothing_could_be_given_is_none(world: Database) -> None:
    policy = policy_of({"low": [["letter"]], "substantial": [["desk_document"]]})
    everything = an_appointment("bakery", "omer")

    done = offered(world, everything, word("carla", "statement"), policy=policy)

    too_weak = Fault(WhyNot.TOO_WEAK, None, Loa.LOW)
    assert Refused(Why.CANNOT_BE_GRANTED, (too_weak,)) == done
    assert isinstance(offered(world, everything, word("carla", "statement")), Offer)  # the energy label


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
