"""Who lets a mandate hold again that was stopped for a while: who did that, or who may give it, together if need be (G2, G3)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from claims.assurance import Loa
from claims.mandates import Mandate
from claims.register import freezing, journal, on_request, overview, resuming, suspending
from claims.register.actor import OPERATOR, Actor
from claims.register.changing import Refused, Why
from claims.register.freezing import Touched
from claims.register.journal import Event
from claims.register.resuming import Resumable
from claims.register.saying_together import Waits
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY
from tests.claims.register.test_reviewing import given, signed_by
from tests.support.account import breaches
from tests.support.offers import actor, fresh_world
from tests.support.register import VAULT, landed

_DAY = 86_400


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def pauses(database: Database, mandate: str, by: Actor, *, now: int = TODAY + 10) -> None:
    with database.recording() as db:
        assert isinstance(suspending.suspend(db, VAULT, mandate, by=by, now=now), Mandate)


def resumes(
    database: Database,
    mandate: str,
    person: str,
    *,
    party: str = "club",
    level: Loa = Loa.BASIC,
    now: int = TODAY + 20,
) -> object:
    """What comes of it; what was told beforehand of how it can be done agrees."""
    by = actor(person, party, level)
    with database.reading() as db:
        before = overview.mandate(db, mandate)
        assert before is not None
        told = resuming.resumable(db, before, by=by, now=now)
    with database.recording() as db:
        done = resuming.resume_by(db, VAULT, mandate, by=by, now=now)
    match done:
        case Mandate():
            assert told is not None
            assert told.alone
        case Waits(who_else):
            assert told is not None
            assert (False, who_else) == (told.alone, told.who_else)
        case _:
            assert told is None
    return done


def test_g8_who_paused_it_lets_it_hold_again_alone_at_any_level(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, actor("anja", "club", Loa.BASIC))

    done = resumes(world, mandate, "anja")

    assert isinstance(done, Mandate)
    assert not done.is_suspended(TODAY + 20)
    assert [] == breaches(world)


def test_g2_g8_another_who_signs_together_lets_it_hold_again_only_together(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, actor("anja", "club"))

    for _ in range(2):  # the same one twice is one
        assert Waits(("anja", "cor")) == resumes(world, mandate, "bert")
    with world.reading() as db:
        still = overview.mandate(db, mandate)
        assert still is not None
        assert still.is_suspended(TODAY + 20)
        assert Resumable(False, ("bert",), ("anja", "cor")) == resuming.resumable(
            db, still, by=actor("bert", "club"), now=TODAY + 20
        )
    assert isinstance(resumes(world, mandate, "cor"), Mandate)

    with world.reading() as db:
        entries = journal.of_record(db, "mandate", mandate)
    assert [(Event.SUSPENDED, "anja"), (Event.RESUME_APPROVED, "bert"), (Event.RESUMED, "cor")] == [
        (one.event, one.by.person) for one in entries[-3:]
    ]
    assert [] == breaches(world)


def test_g8_of_two_words_in_one_second_the_last_one_counts(world: Database) -> None:
    """Paused by one, let hold again, paused by another, all at the same instant: it is the other's to take back."""
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, Actor(None, None, "client desk", None, None))
    with world.recording() as db:
        assert isinstance(suspending.resume(db, VAULT, mandate, by=OPERATOR, now=TODAY + 10), Mandate)
    pauses(world, mandate, actor("anja", "club"))

    with world.recording() as db:
        by = Actor(None, None, "client desk", None, None)
        assert Refused(Why.SUSPENDED_BY_ANOTHER) == on_request.resume(
            db, VAULT, mandate, by=by, now=TODAY + 20
        )
    assert isinstance(resumes(world, mandate, "anja"), Mandate)


@pytest.mark.parametrize("first", ["client desk", "support"])
def test_g8_what_one_froze_after_another_paused_it_neither_undoes_alone(world: Database, first: str) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, Actor(None, None, first, None, None))
    assert Waits(("anja", "cor")) == resumes(world, mandate, "bert", now=TODAY + 11)
    with world.recording() as db:
        by = actor("anja", "club")
        assert isinstance(freezing.freeze(db, VAULT, mandate, by=by, now=TODAY + 12), Touched)

    with world.recording() as db:
        by = Actor(None, None, first, None, None)
        assert Refused(Why.SUSPENDED_BY_ANOTHER) == on_request.resume(
            db, VAULT, mandate, by=by, now=TODAY + 20
        )
    # what bert said before that counts no more
    assert Waits(("bert", "cor")) == resumes(world, mandate, "anja")
    assert isinstance(resumes(world, mandate, "cor"), Mandate)
    assert [] == breaches(world)


@pytest.mark.parametrize("by", [OPERATOR, Actor("noor", None, "support", Loa.HIGH, "noor-eid")])
def test_g2_what_nobody_of_them_paused_they_let_hold_again_together(world: Database, by: Actor) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, by)

    assert Waits(("bert", "cor")) == resumes(world, mandate, "anja")
    assert isinstance(resumes(world, mandate, "bert"), Mandate)


def test_g3_who_needs_nobody_else_lets_it_hold_again_alone(world: Database) -> None:
    administrator = {
        "id": "a-club-vera",
        "organisation": "club",
        "person": "vera",
        "services": ["permit"],
        "assurance": "high",
        "from": "2025-01-01T00:00:00Z",
    }
    landed(world, {"appointments": [administrator]}, now=TODAY)
    jointly, alone = signed_by(world, "anja", "cor"), given(world, "carla")
    pauses(world, jointly, actor("anja", "club"))
    pauses(world, alone, actor("daan", "bakery"))

    assert isinstance(resumes(world, jointly, "vera"), Mandate)
    assert isinstance(resumes(world, alone, "carla", party="bakery"), Mandate)


@pytest.mark.parametrize(
    ("appointed", "mandate"),
    [
        ({}, {"representative": "bakery"}),  # a chain, without `may_grant_chain`
        ({"limits": {"amount": {"currency": "EUR", "value": "100.00"}}}, {}),
        ({"assurance": "low"}, {}),
        ({"until": "2026-12-31T23:00:00Z"}, {}),
    ],
)
def test_g3_g10_an_administrator_lets_nothing_hold_again_that_they_could_not_give(
    world: Database, appointed: dict[str, object], mandate: dict[str, object]
) -> None:
    administrator = {
        "id": "a-club-vera",
        "organisation": "club",
        "person": "vera",
        "services": ["permit"],
        "assurance": "high",
        "may_grant_chain": False,
        "from": "2025-01-01T00:00:00Z",
    }
    given = {
        "id": "m-club",
        "represented": "club",
        "representative": "omer",
        "services": ["permit"],
        "actions": "*",
        "assurance": "substantial",
        "from": "2026-01-01T00:00:00Z",
        "until": "2028-01-01T00:00:00Z",
    }
    landed(world, {"appointments": [administrator | appointed], "mandates": [given | mandate]}, now=TODAY)
    pauses(world, "m-club", actor("anja", "club"))

    assert Refused(Why.SUSPENDED_BY_ANOTHER) == resumes(world, "m-club", "vera")
    assert isinstance(resumes(world, "m-club", "anja"), Mandate)


def test_nobody_of_another_party_lets_it_hold_again(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, actor("anja", "club"))

    assert Refused(Why.SUSPENDED_BY_ANOTHER) == resumes(world, mandate, "carla")


def test_what_one_froze_another_lets_hold_again_only_together(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    with world.recording() as db:
        freezing.freeze(db, VAULT, mandate, by=actor("bert", "club"), now=TODAY + 10)

    assert Waits(("bert", "cor")) == resumes(world, mandate, "anja")
    assert isinstance(resumes(world, mandate, "bert"), Mandate)


def test_what_was_said_before_it_was_stopped_once_more_does_not_count(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, actor("anja", "club"))
    resumes(world, mandate, "bert")
    resumes(world, mandate, "anja", now=TODAY + 30)
    pauses(world, mandate, actor("anja", "club"), now=TODAY + 40)

    assert Waits(("anja", "bert")) == resumes(world, mandate, "cor", now=TODAY + 50)


def test_what_was_said_counts_for_ninety_days(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, actor("anja", "club"))
    resumes(world, mandate, "bert", now=TODAY + 20)

    assert Waits(("anja", "bert")) == resumes(world, mandate, "cor", now=TODAY + 20 + 90 * _DAY)
    assert isinstance(resumes(world, mandate, "bert", now=TODAY + 21 + 90 * _DAY), Mandate)


def test_of_who_signs_for_it_no_more_the_word_counts_no_more(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, actor("anja", "club"))
    resumes(world, mandate, "bert")
    left = {
        "id": "l-club-bert",
        "represented": "club",
        "representative": "bert",
        "basis": "joint_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
        "until": "2026-11-23T12:30:00Z",
    }
    landed(world, {"legal_relations": [left]}, now=TODAY + 30)

    later = TODAY + 3 * _DAY
    assert Waits(("anja",)) == resumes(world, mandate, "cor", now=later)


@pytest.mark.parametrize(
    "narrower", [{"services": ["vat-return"]}, {"limits": {"amount": {"currency": "EUR", "value": "100.00"}}}]
)
def test_g10_of_who_could_give_it_no_more_the_word_counts_no_more(
    world: Database, narrower: dict[str, object]
) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, actor("anja", "club"))
    assert Waits(("anja", "cor")) == resumes(world, mandate, "bert")
    bert = {
        "id": "l-club-bert",
        "represented": "club",
        "representative": "bert",
        "basis": "joint_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }
    landed(world, {"legal_relations": [bert | narrower]}, now=TODAY + 30)

    assert isinstance(resumes(world, mandate, "cor", now=TODAY + 40), Waits)
    with world.reading() as db:
        still = overview.mandate(db, mandate)
    assert still is not None
    assert still.is_suspended(TODAY + 40)


def test_g8_who_paused_it_as_support_does_not_let_it_hold_again_as_one_of_those_who_sign(
    world: Database,
) -> None:
    """Support said it for who asked: it is no word of their own, whatever they become later."""
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, Actor("bert", None, "support", Loa.HIGH, "bert-eid"))

    assert Waits(("anja", "cor")) == resumes(world, mandate, "bert")


def test_g8_who_froze_what_they_paused_as_support_froze_it_besides(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    support = Actor("bert", None, "support", Loa.HIGH, "bert-eid")
    pauses(world, mandate, support)
    with world.recording() as db:
        by = actor("bert", "club")
        assert isinstance(freezing.freeze(db, VAULT, mandate, by=by, now=TODAY + 12), Touched)

    with world.recording() as db:
        assert Refused(Why.SUSPENDED_BY_ANOTHER) == on_request.resume(
            db, VAULT, mandate, by=support, now=TODAY + 20
        )


def test_what_holds_or_has_ended_is_refused(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")

    assert Refused(Why.NOT_SUSPENDED) == resumes(world, mandate, "anja")
    with world.recording() as db:
        unknown = resuming.resume_by(db, VAULT, "no-such", by=actor("anja"), now=TODAY)
    assert Refused(Why.UNKNOWN_MANDATE) == unknown
    far = TODAY + 6 * 366 * _DAY
    assert Refused(Why.ALREADY_ENDED) == resumes(world, mandate, "anja", now=far)


def test_two_who_say_so_at_once_both_count(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    pauses(world, mandate, actor("anja", "club"))
    together = Barrier(2)

    def say(person: str) -> object:
        together.wait()
        with world.recording() as db:
            return resuming.resume_by(db, VAULT, mandate, by=actor(person, "club"), now=TODAY + 20)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(say, ("bert", "cor")))

    assert 1 == sum(isinstance(one, Mandate) for one in done)
    assert [] == breaches(world)
