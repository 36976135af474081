"""A mandate confirmed with a surer login: its level, its history, and what it opens from then on (G4)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from claims.assurance import Loa
from claims.confirming import WhyWeak
from claims.evidence import DEFAULT_POLICY
from claims.mandates import Evidence, Mandate
from claims.register import ending, evidencing, journal, overview, resolving, strengthening
from claims.register.actor import OPERATOR
from claims.register.changing import Refused, Why
from claims.register.journal import Event
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, ask
from tests.support.account import breaches
from tests.support.offers import actor, fresh_world
from tests.support.register import VAULT, landed

PAPER = Evidence("document", "letter 7", "ab" * 32, "desk 4", TODAY)
_NOTICES = Statement("SELECT recipient FROM register_notices WHERE mandate = 'weak' AND change = :change")


@pytest.fixture
def world(database: Database) -> Database:
    """Anna's mandate to Omer, at low, for what wants substantial; and one of the bakery's."""
    fresh_world(database)
    weak = {
        "id": "weak",
        "represented": "anna",
        "representative": "omer",
        "services": ["income-tax"],
        "actions": "*",
        "assurance": "low",
        "from": "2026-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
    }
    bakery = weak | {"id": "weak-bakery", "represented": "bakery", "services": ["vat-return"]}
    landed(database, {"mandates": [weak, bakery]}, now=TODAY - 5)
    return database


def strengthened(
    database: Database, person: str, mandate: str = "weak", *, level: Loa = Loa.SUBSTANTIAL, now: int = TODAY
) -> Mandate | Refused | WhyWeak:
    with database.recording() as db:
        return strengthening.strengthen(
            db,
            VAULT,
            mandate,
            login=level,
            by=actor(person, level=level),
            now=now,
            policy=DEFAULT_POLICY,
        )


def represents(database: Database, at: int = TODAY) -> bool:
    with database.reading() as db:
        return bool(resolving.check(db, ask(db, "omer", "income-tax", at=at), "anna"))


def test_g4_a_mandate_that_was_too_weak_holds_from_the_second_that_it_is_confirmed(world: Database) -> None:
    assert not represents(world)

    done = strengthened(world, "anna", now=TODAY + 5)

    assert isinstance(done, Mandate)
    assert Loa.SUBSTANTIAL is done.assurance
    assert represents(world, TODAY + 5)
    with world.reading() as db:
        found = resolving.check(db, ask(db, "omer", "income-tax", at=TODAY + 5), "anna")
        assert [Loa.SUBSTANTIAL] == [one.assurance for one in found]
    assert [] == breaches(world)


def test_its_history_keeps_both_levels_and_who_confirmed_it(world: Database) -> None:
    strengthened(world, "anna", level=Loa.HIGH)

    with world.reading() as db:
        last = journal.of_record(db, "mandate", "weak")[-1]
        assert last.subject is not None
        assert last.subject.version is not None
        levels = strengthening.levels_of(db, "weak", last.subject.version)
        told = {recipient for (recipient,) in db.all(_NOTICES, {"change": "strengthened"})}
    assert (Event.STRENGTHENED, "anna", "self", Loa.HIGH, "from low to high") == (
        last.event,
        last.by.person,
        last.by.authority,
        last.by.assurance,
        last.reason,
    )
    assert (Loa.LOW, Loa.HIGH) == levels
    assert {"anna", "omer"} == told


def test_g4_an_administrator_makes_it_no_surer_than_the_appointment(world: Database) -> None:
    done = strengthened(world, "daan", "weak-bakery", level=Loa.HIGH)

    assert isinstance(done, Mandate)
    assert Loa.SUBSTANTIAL is done.assurance


@pytest.mark.parametrize("person", ["omer", "bram", "carla", "nobody"])
def test_g10_nobody_else_confirms_it(world: Database, person: str) -> None:
    assert WhyWeak.NOT_ENTITLED is strengthened(world, person, level=Loa.HIGH)
    assert not represents(world)


def test_a_client_or_an_operator_confirms_nothing(world: Database) -> None:
    with world.recording() as db:
        done = strengthening.strengthen(
            db, VAULT, "weak", login=Loa.HIGH, by=OPERATOR, now=TODAY, policy=DEFAULT_POLICY
        )

    assert WhyWeak.NOT_ENTITLED is done


def test_what_is_over_unknown_or_no_mandate_is_not_confirmed(world: Database) -> None:
    with world.recording() as db:
        ending.revoke(db, VAULT, "weak", by=OPERATOR, now=TODAY)

    assert Refused(Why.ALREADY_ENDED) == strengthened(world, "anna")
    assert Refused(Why.UNKNOWN_MANDATE) == strengthened(world, "anna", "no-such")
    assert Refused(Why.NOT_A_MANDATE) == strengthened(world, "carla", "l-bakery-carla")


def test_confirming_twice_changes_once(world: Database) -> None:
    strengthened(world, "anna")

    assert WhyWeak.NOT_SURER is strengthened(world, "anna")
    with world.reading() as db:
        events = [one.event for one in journal.of_record(db, "mandate", "weak")]
    assert 1 == events.count(Event.STRENGTHENED)


def test_confirming_and_stopping_at_once_leaves_a_mandate_that_is_stopped(world: Database) -> None:
    """Whoever comes second sees what the first did: a revocation is never undone."""
    together = Barrier(2)

    def confirm() -> object:
        together.wait()
        return strengthened(world, "anna")

    def stop() -> object:
        together.wait()
        with world.recording() as db:
            return ending.revoke(db, VAULT, "weak", by=actor("anna"), now=TODAY)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(confirm), pool.submit(stop)]:
            one.result()

    with world.reading() as db:
        mandate = overview.mandate(db, "weak")
    assert mandate is not None
    assert TODAY == mandate.revoked_at
    assert not represents(world)
    assert [] == breaches(world)


def attached(database: Database, evidence: Evidence = PAPER, mandate: str = "weak") -> Mandate | Refused:
    with database.recording() as db:
        return evidencing.attach(db, VAULT, mandate, evidence, by=OPERATOR, now=TODAY)


def test_evidence_is_attached_by_its_digest_and_makes_nothing_surer(world: Database) -> None:
    done = attached(world)

    assert isinstance(done, Mandate)
    assert (PAPER,) == done.evidence
    assert Loa.LOW is done.assurance
    with world.reading() as db:
        kept = overview.mandate(db, "weak")
        event = journal.of_record(db, "mandate", "weak")[-1].event
        told = {recipient for (recipient,) in db.all(_NOTICES, {"change": "evidence_attached"})}
    assert kept is not None
    assert (PAPER,) == kept.evidence
    assert Event.EVIDENCE_ATTACHED is event
    assert {"anna", "omer"} == told
    assert [] == breaches(world)


def test_the_same_document_is_attached_once_and_no_more_than_can_be_read(world: Database) -> None:
    attached(world)

    assert Refused(Why.EVIDENCE_KNOWN) == attached(
        world, Evidence("desk", "visit", "ab" * 32, "desk 5", TODAY)
    )
    for number in range(evidencing.MOST - 1):
        assert isinstance(
            attached(world, Evidence("statement", f"call {number}", None, "desk", TODAY)), Mandate
        )
    more = Evidence("statement", "one more", None, "desk 4", TODAY)
    assert Refused(Why.TOO_MUCH_EVIDENCE) == attached(world, more)
    assert Refused(Why.UNKNOWN_MANDATE) == attached(world, mandate="no-such")
