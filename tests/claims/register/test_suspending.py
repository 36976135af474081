"""Stopping a mandate for a while, and letting it hold again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from threading import Barrier

import pytest

from claims.assurance import Loa
from claims.mandates import Mandate
from claims.register import ending, journal, overview, resolving, suspending
from claims.register.actor import OPERATOR, Actor
from claims.register.changing import Refused, Why
from claims.register.journal import Event
from claims.resolution import Broken
from claims.worldfile import record_as_json
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, ask, demo_document
from tests.support.register import VAULT, laid, landed

_CARLA = Actor("carla", "bakery", "relation l-bakery-carla", Loa.BASIC, "carla-password")


@pytest.fixture
def chain(database: Database) -> str:
    """The bakery's mandate to the accountants, over which Eva represents it."""
    laid(database, demo_document(), now=TODAY - 10)
    with database.reading() as db:
        return resolving.check(db, ask(db, "eva", "vat-return"), "bakery")[0].path[0]


def reaches(database: Database, at: int) -> bool:
    with database.reading() as db:
        question = ask(db, "eva", "vat-return", at=at)
        checked = bool(resolving.check(db, question, "bakery"))
        listed = "bakery" in {one.represented for one in resolving.resolve(db, question).representations}
    assert checked == listed
    return checked


def events(database: Database, id: str) -> list[Event]:
    with database.reading() as db:
        return [entry.event for entry in journal.of_record(db, "mandate", id)]


def test_g8_a_suspended_mandate_holds_no_more_from_that_instant_on_and_again_when_it_is_resumed(
    database: Database, chain: str
) -> None:
    with database.reading() as db:
        question = ask(db, "eva", "vat-return")
        path = resolving.check(db, question, "bakery")[0].path
    with database.writing() as db:
        suspended = suspending.suspend(db, VAULT, chain, by=_CARLA, now=TODAY, reason="a quarrel")

    assert isinstance(suspended, Mandate)
    assert ((TODAY, None),) == suspended.suspended
    assert not reaches(database, TODAY)
    assert not reaches(database, TODAY + 10_000_000)
    assert reaches(database, TODAY - 1)
    with database.reading() as db:
        assert isinstance(
            resolving.stands(db, question, represented="bakery", branch=None, path=path), Broken
        )

    with database.writing() as db:
        resumed = suspending.resume(db, VAULT, chain, by=_CARLA, now=TODAY + 60)

    assert isinstance(resumed, Mandate)
    assert ((TODAY, TODAY + 60),) == resumed.suspended
    assert not reaches(database, TODAY + 59)
    assert reaches(database, TODAY + 60)
    assert [Event.ADDED, Event.SUSPENDED, Event.RESUMED] == events(database, chain)
    with database.reading() as db:
        assert resumed == overview.mandate(db, chain)
        told = journal.of_record(db, "mandate", chain)[1]
    assert (_CARLA, "a quarrel") == (told.by, told.reason)


def test_what_is_resumed_in_the_second_in_which_it_was_suspended_was_never_suspended(
    database: Database, chain: str
) -> None:
    with database.writing() as db:
        suspending.suspend(db, VAULT, chain, by=_CARLA, now=TODAY)
        resumed = suspending.resume(db, VAULT, chain, by=_CARLA, now=TODAY)

    assert isinstance(resumed, Mandate)
    assert () == resumed.suspended
    assert reaches(database, TODAY)


def test_resuming_leaves_a_suspension_that_is_still_to_come(database: Database, chain: str) -> None:
    with database.reading() as db:
        mandate = overview.mandate(db, chain)
    assert mandate is not None
    periods = ((TODAY - 1000, None), (TODAY - 2000, TODAY + 2000), (TODAY + 3000, TODAY + 4000))
    told = record_as_json(replace(mandate, suspended=periods, recorded_at=None))
    landed(database, {"mandates": [told]}, now=TODAY - 5)
    assert not reaches(database, TODAY)

    with database.writing() as db:
        resumed = suspending.resume(db, VAULT, chain, by=OPERATOR, now=TODAY)

    assert isinstance(resumed, Mandate)
    assert [TODAY, TODAY] == [until for _, until in resumed.suspended[:2]]
    assert reaches(database, TODAY)
    assert not reaches(database, TODAY + 3000)
    assert reaches(database, TODAY + 4000)


def test_what_cannot_be_suspended_or_resumed_is_refused_and_changes_nothing(
    database: Database, chain: str
) -> None:
    def tried(now: int, id: str = chain) -> list[Refused | Mandate]:
        with database.writing() as db:
            return [
                suspending.resume(db, VAULT, id, by=OPERATOR, now=now),
                suspending.suspend(db, VAULT, id, by=OPERATOR, now=now),
                suspending.suspend(db, VAULT, id, by=OPERATOR, now=now),
            ]

    never, done, twice = tried(TODAY)
    assert (Refused(Why.NOT_SUSPENDED), Refused(Why.ALREADY_SUSPENDED)) == (never, twice)
    assert isinstance(done, Mandate)
    for id, why in (
        ("l-bakery-carla", Why.NOT_A_MANDATE),
        ("nothing", Why.UNKNOWN_MANDATE),
        ("bakery", Why.UNKNOWN_MANDATE),
        ("a\x00b", Why.UNKNOWN_MANDATE),
    ):
        assert [Refused(why)] * 3 == tried(TODAY + 1, id)
    with database.writing() as db:
        ending.renounce(db, VAULT, chain, by=OPERATOR, now=TODAY + 2)
    assert [Refused(Why.ALREADY_ENDED)] * 3 == tried(TODAY + 2)
    assert [Event.ADDED, Event.SUSPENDED, Event.RENOUNCED] == events(database, chain)


def test_of_many_who_suspend_resume_and_end_at_once_each_finds_what_the_one_before_left(
    database: Database, chain: str
) -> None:
    together = Barrier(8)
    ways = (suspending.suspend, suspending.resume, suspending.suspend, ending.revoke)

    def one_try(number: int) -> object:
        together.wait()
        with database.writing() as db:
            return ways[number % 4](db, VAULT, chain, by=_CARLA, now=TODAY)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one_try, range(8)))

    happened = events(database, chain)
    assert sum(isinstance(one, Mandate) for one in outcomes) == len(happened) - 1
    assert Event.REVOKED == happened[-1]
    assert 1 == happened.count(Event.REVOKED)
    between = happened[1:-1]
    assert all(one is not other for one, other in pairwise(between))
    assert not reaches(database, TODAY + 100)


def test_an_ended_mandate_is_renounced_by_nobody_and_the_account_tells_renouncing_from_revoking(
    database: Database, chain: str
) -> None:
    with database.writing() as db:
        renounced = ending.renounce(db, VAULT, chain, by=_CARLA, now=TODAY)
        again = ending.revoke(db, VAULT, chain, by=_CARLA, now=TODAY + 1)

    assert isinstance(renounced, Mandate)
    assert TODAY == renounced.revoked_at
    assert Refused(Why.ALREADY_ENDED) == again
    assert [Event.ADDED, Event.RENOUNCED] == events(database, chain)


def test_either_side_reaches_its_own_side_of_a_mandate_alone(database: Database, chain: str) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    with database.reading() as db:
        sides = {
            person: (
                overview.within_reach(db, person, chain, TODAY) is not None,
                overview.received_within_reach(db, person, chain, TODAY) is not None,
            )
            for person in ("carla", "fred", "eva", "anna", "no-such")
        }
        unknown = overview.received_within_reach(db, "fred", "no-such", TODAY)

    assert {
        "carla": (True, False),  # signs for the bakery
        "fred": (False, True),  # signs for the accountants
        "eva": (False, False),  # works there
        "anna": (False, False),
        "no-such": (False, False),
    } == sides
    assert unknown is None
