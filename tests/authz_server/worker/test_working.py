"""A worker takes its turn, goes on where another left off, and ends when told."""

import threading
import time

import pytest

from authz_server.context import Context
from authz_server.worker import duties, working
from authz_server.worker.working import EXPIRY, Worker
from claims.register import journal, uses
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from keys import store
from keys.rings import REGISTER
from keys.storage import Database, Statement
from keys.store import StoredKey
from tests.claims.register.test_uses import representation
from tests.support.account import tampered
from tests.support.assertions_laid import laid, left
from tests.support.clock import Clock


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "_SHORTEST_PAUSE", 0)
    monkeypatch.setattr(working, "_PAUSE", 0)
    monkeypatch.setattr(working, "_LOOK_AGAIN", 0.01)


def test_a_turn_is_one_whole_round_and_the_next_comes_later(context: Context, clock: Clock) -> None:
    now = clock.now
    stay = laid(context.database, over=1000, alive=10, now=now)

    Worker(context).take_turn()
    assert stay == left(context.database)

    stay |= laid(context.database, over=10, alive=0, now=now)
    clock.now = now + 299
    Worker(context).take_turn()
    assert 20 == len(left(context.database))
    clock.now = now + 300
    Worker(context).take_turn()
    assert 0 == len(left(context.database))


def test_nobody_works_while_another_process_does(context: Context, clock: Clock) -> None:
    laid(context.database, over=10, alive=0, now=clock.now)
    with context.database.writing() as db:
        duties.claim(db, EXPIRY, "another process", now=clock.now, until=clock.now + 60)

    Worker(context).take_turn()
    assert 10 == len(left(context.database))

    clock.now += 60
    Worker(context).take_turn()
    assert set() == left(context.database)


def test_who_is_told_to_stop_leaves_the_rest_to_the_next(context: Context, clock: Clock) -> None:
    laid(context.database, over=1000, alive=0, now=clock.now)
    first = Worker(context)
    first.tell_to_stop()

    first.take_turn()
    before = len(left(context.database))
    Worker(context).take_turn()

    assert 0 < before
    assert set() == left(context.database)


def test_many_at_once_delete_everything_once(context: Context, clock: Clock) -> None:
    stay = laid(context.database, over=2000, alive=100, now=clock.now)
    threads = [threading.Thread(target=Worker(context).take_turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stay == left(context.database)


def test_in_a_thread_of_its_own_it_works_until_it_is_stopped(context: Context, clock: Clock) -> None:
    laid(context.database, over=10, alive=0, now=clock.now)
    worker = Worker(context)
    worker.start()
    until = time.monotonic() + 20
    while left(context.database) and time.monotonic() < until:
        time.sleep(0.01)
    worker.stop()

    assert set() == left(context.database)
    assert "worker" not in {thread.name for thread in threading.enumerate()}


def test_nothing_that_fails_ends_a_worker(
    context: Context, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """The end of the journal is gone, by somebody at the tables: what cannot be chained waits, all else goes on."""
    with context.database.writing() as db:
        journal.write(db, context.vault, Event.IMPORTED, None, by=OPERATOR, now=clock.now)
        uses.record(db, representation("p1"), client="c", now=clock.now)
    tampered(context.database, "DELETE FROM register_journal_end")
    clock.now += 100
    worker = Worker(context)
    worker.start()
    until = time.monotonic() + 20
    while "failure" not in caplog.messages and time.monotonic() < until:
        time.sleep(0.01)
    laid(context.database, over=10, alive=0, now=clock.now)
    clock.now += 300  # of the round that was done while nothing was over
    while left(context.database) and time.monotonic() < until:
        time.sleep(0.01)
    worker.stop()

    assert "failure" in caplog.messages
    assert set() == left(context.database)


def test_a_worker_sees_to_the_register_s_keys_also_where_nothing_happens(
    context: Context, clock: Clock
) -> None:
    context.register_keys.current()
    clock.now += context.settings.keys.rotate_every

    worker = Worker(context)
    worker.start()
    until = time.monotonic() + 20
    while 2 > len(keys_of_the_register(context)) and time.monotonic() < until:
        time.sleep(0.01)
    worker.stop()

    assert 2 == len(keys_of_the_register(context))


def keys_of_the_register(context: Context) -> list[StoredKey]:
    with context.database.reading() as db:
        return store.all_keys(db, REGISTER)


def test_a_database_that_is_away_for_a_while_ends_no_worker(
    context: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(context.database, over=10, alive=0, now=clock.now)
    failed = threading.Event()
    reading = Database.reading

    def away(database: Database) -> object:
        if failed.is_set():
            return reading(database)
        failed.set()
        with reading(database) as db:
            db.one(Statement("SELECT nothing_of_the_kind"))
        raise AssertionError

    monkeypatch.setattr(Database, "reading", away)
    worker = Worker(context)
    worker.start()
    until = time.monotonic() + 20
    while (not failed.is_set() or left(context.database)) and time.monotonic() < until:
        time.sleep(0.01)
    worker.stop()

    assert set() == left(context.database)
