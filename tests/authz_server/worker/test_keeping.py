"""The round that erases what is kept no longer: done once a day, gone on with, and stepping aside for an import."""

import json

import pytest

from authz_server.context import Context
from authz_server.worker import duties, keeping, working
from authz_server.worker.working import EXPIRY, KEEPING, Worker
from claims.register import old_mandates, turns, uses
from keys.storage import Database
from tests.claims.register.test_uses import representation
from tests.support.account import breaches
from tests.support.clock import Clock
from tests.support.long_ago import IMPORTED, OLD, PERIODS, TODAY, a_register, links, told
from tests.support.register import VAULT


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "_SHORTEST_PAUSE", 0)
    monkeypatch.setattr(working, "_PAUSE", 0)


@pytest.fixture
def old(context: Context, clock: Clock) -> Database:
    """Mandates and a login that are too old, at noon of the day on which they are."""
    database = context.database
    with database.writing() as db:
        uses.record(db, representation("o"), client="c", now=IMPORTED - 20 * 86400)
        uses.chain_some(db, VAULT, now=IMPORTED - 20 * 86400)
    a_register(database)
    clock.now = TODAY
    return database


def test_g8_a_worker_erases_once_a_day_what_is_kept_no_longer(
    context: Context, clock: Clock, old: Database
) -> None:
    Worker(context).take_turn(KEEPING)
    assert not set(OLD) & set(links(old))
    assert [] == breaches(old)

    clock.now += 2 * 86400 - 1
    told(old, now=clock.now)
    with old.writing() as db:
        duties.claim(db, KEEPING, "another", now=TODAY + 86400, until=clock.now)
        duties.note(db, KEEPING, "another", now=TODAY + 86401, until=clock.now + 1, position="")
    Worker(context).take_turn(KEEPING)
    assert "m-ended-later" in links(old)

    clock.now += 1
    Worker(context).take_turn(KEEPING)
    assert "m-ended-later" not in links(old)


def test_one_whole_round_tells_what_it_erased_of_each(context: Context, old: Database) -> None:
    removed = Worker(context).whole_round()

    assert {"register_links": 3, "register_uses": 1} == dict(removed)
    assert [] == breaches(old)


def test_a_round_that_was_left_is_gone_on_with_where_it_was(
    old: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_mandates, "TOGETHER", 1)
    first = keeping.Round(old, VAULT, PERIODS)
    assert first.step(now=TODAY)
    assert 2 == len(set(OLD) & set(links(old)))

    second = keeping.Round(old, VAULT, PERIODS, position=first.position)
    while second.step(now=TODAY):
        assert "" != second.position

    assert "" == second.position
    assert {"register_links": 2, "register_uses": 1} == dict(second.removed)
    assert [] == breaches(old)


@pytest.mark.parametrize("position", [json.dumps(["nothing", "x"]), json.dumps(["uses", "x"])])
def test_a_position_of_another_version_is_the_beginning(old: Database, position: str) -> None:
    one = keeping.Round(old, VAULT, PERIODS, position=position)

    while one.step(now=TODAY):
        pass

    assert {"register_links": 3, "register_uses": 1} == dict(one.removed)


def test_while_an_import_lands_a_round_steps_aside_and_goes_on_later(
    context: Context, clock: Clock, old: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if old.dialect == "postgresql":
        with old.writing() as importing:
            turns.take_turn(importing)
            Worker(context).take_turn(KEEPING)
    else:  # whoever writes there does so alone
        monkeypatch.setattr(old_mandates, "try_turn", lambda _: False)
        Worker(context).take_turn(KEEPING)
        monkeypatch.undo()
        monkeypatch.setattr(working, "_SHORTEST_PAUSE", 0)
    assert set(OLD) < set(links(old))

    clock.now += 1
    Worker(context).take_turn(KEEPING)
    assert not set(OLD) & set(links(old))


def test_a_turn_that_a_clock_far_ahead_took_is_free_when_it_is_set_right(
    context: Context, clock: Clock, old: Database
) -> None:
    for duty in (EXPIRY, KEEPING):
        with old.writing() as db:
            duties.claim(db, duty, "ahead", now=TODAY + 10**9, until=TODAY + 10**9 + 60)

    Worker(context).take_turn(KEEPING)

    assert not set(OLD) & set(links(old))
