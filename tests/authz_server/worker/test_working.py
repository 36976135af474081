"""A worker takes its turn, goes on where another left off, and ends when told."""

import threading
import time

import pytest

from authz_server.context import Context
from authz_server.worker import duties, working
from authz_server.worker.working import EXPIRY, Worker
from keys.storage import Database, Statement
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
