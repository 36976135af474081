import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from keys.storage import Database, Statement

_CREATE = Statement("CREATE TABLE things (id TEXT PRIMARY KEY, kind TEXT NOT NULL)")
_ADD = Statement("INSERT INTO things (id, kind) VALUES (:id, :kind)")
_ALL = Statement("SELECT id, kind FROM things ORDER BY id")
_TAKE = Statement("DELETE FROM things WHERE id = :id RETURNING kind")


@pytest.fixture
def things(engine: Engine) -> Database:
    database = Database(engine)
    with database.writing() as db:
        db.run(_CREATE)
    return database


def test_what_is_written_is_there_after_the_block(things: Database) -> None:
    with things.writing() as db:
        db.many(_ADD, [{"id": "a", "kind": "100% sure"}, {"id": "b", "kind": "x:y"}])

    with things.reading() as db:
        assert [("a", "100% sure"), ("b", "x:y")] == db.all(_ALL)


def test_nothing_is_written_when_the_block_raises(things: Database) -> None:
    with pytest.raises(RuntimeError), things.writing() as db:  # noqa: PT012 - the block is what is tested
        db.run(_ADD, {"id": "a", "kind": "k"})
        raise RuntimeError

    with things.reading() as db:
        assert [] == db.all(_ALL)


def test_a_row_can_be_taken_once(things: Database) -> None:
    with things.writing() as db:
        db.run(_ADD, {"id": "a", "kind": "k"})

    with things.writing() as db:
        assert ("k",) == db.one(_TAKE, {"id": "a"})
        assert db.one(_TAKE, {"id": "a"}) is None


def test_a_reading_block_sees_one_moment(things: Database) -> None:
    with things.writing() as db:
        db.run(_ADD, {"id": "a", "kind": "k"})

    with things.reading() as db:
        before = db.all(_ALL)
        with things.writing() as other:
            other.run(_ADD, {"id": "b", "kind": "k"})
        assert before == db.all(_ALL) == [("a", "k")]
    with things.reading() as db:
        assert 2 == len(db.all(_ALL))


def test_what_is_recorded_waits_for_the_disk_and_the_rest_does_not(things: Database) -> None:
    how = Statement("PRAGMA synchronous", postgresql="SHOW synchronous_commit")

    with things.writing() as db:
        usually = db.one(how)
    with things.recording() as db:
        assert (2 if things.dialect == "sqlite" else "on",) == db.one(how)
        db.run(_ADD, {"id": "a", "kind": "k"})
    with pytest.raises(RuntimeError), things.recording() as db:
        raise RuntimeError
    with things.writing() as db:
        assert usually == db.one(how)
        assert [("a", "k")] == db.all(_ALL)


def test_after_the_server_went_away_one_unit_of_work_fails_and_the_next_is_well(things: Database) -> None:
    if things.dialect == "sqlite":
        pytest.skip("SQLite has no server")
    with things.reading() as one, things.reading() as two, things.reading() as three:
        assert [[], [], []] == [db.all(_ALL) for db in (one, two, three)]
    address = things.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    with pytest.raises(psycopg.OperationalError), things.writing() as db:
        db.run(_ADD, {"id": "a", "kind": "k"})
    for _ in range(3):
        with things.writing() as db:
            assert [] == db.all(_ALL)


def test_many_threads_write_in_turn_and_none_is_lost(things: Database) -> None:
    def write(thread: int) -> None:
        for number in range(10):
            with things.writing() as db:
                db.run(_ADD, {"id": f"{thread:02}-{number}", "kind": "k"})

    # more threads than the engine's pool has connections for
    with ThreadPoolExecutor(30) as threads:
        list(threads.map(write, range(30)))

    with things.reading() as db:
        assert 300 == len(db.all(_ALL))


def test_who_waits_too_long_to_write_is_told_and_the_next_is_well(
    things: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if things.dialect != "sqlite":
        pytest.skip("PostgreSQL lets many write at once")
    monkeypatch.setattr("keys.storage._PATIENCE", 0.05)

    def write() -> None:
        with things.writing() as db:
            db.run(_ADD, {"id": "b", "kind": "k"})

    with ThreadPoolExecutor(1) as other:
        with things.writing() as db:
            db.run(_ADD, {"id": "a", "kind": "k"})
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.submit(write).result()
        other.submit(write).result()

    with things.reading() as db:
        assert [("a", "k"), ("b", "k")] == db.all(_ALL)


def test_who_waits_for_another_process_never_sleeps_for_long(
    things: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if things.dialect != "sqlite":
        pytest.skip("PostgreSQL lets many write at once")
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 30:
            other.execute("COMMIT")

    monkeypatch.setattr("keys.storage.sleep", sleep)
    assert things.engine.url.database is not None
    with closing(sqlite3.connect(things.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with things.writing() as db:
            db.run(_ADD, {"id": "a", "kind": "k"})

    assert 30 == len(slept)
    assert max(slept) <= 0.002


def test_who_waits_for_another_process_too_long_is_told(
    things: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if things.dialect != "sqlite":
        pytest.skip("PostgreSQL lets many write at once")
    monkeypatch.setattr("keys.storage._PATIENCE", 0.05)
    assert things.engine.url.database is not None
    with closing(sqlite3.connect(things.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"), things.writing():
            pass

    with things.writing() as db:
        db.run(_ADD, {"id": "a", "kind": "k"})


def test_the_log_settles_while_somebody_writes(things: Database) -> None:
    with things.writing() as db:
        db.run(_ADD, {"id": "a", "kind": "k"})
        things.settle()

    with things.reading() as db:
        assert [("a", "k")] == db.all(_ALL)


def test_what_settles_leaves_the_log_to_be_written_anew(things: Database) -> None:
    if things.dialect != "sqlite":
        pytest.skip("PostgreSQL does so by itself")
    with things.writing() as db:
        db.many(_ADD, [{"id": f"{n}", "kind": "k" * 1000} for n in range(2000)])
    file = Path(things.engine.url.database or "")
    before = file.stat().st_size

    things.settle()

    assert before < 1_000_000 < file.stat().st_size
