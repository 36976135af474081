"""Carrying SQLite's log into its file, beside those who read and write."""

import time
from pathlib import Path

from sqlalchemy import Engine

from keys import checkpoints
from keys.checkpoints import Checkpoints
from keys.storage import Database, Statement

_CREATE = Statement("CREATE TABLE things (id INTEGER PRIMARY KEY)")
_ADD = Statement("INSERT INTO things (id) VALUES (:id)")


def test_the_log_is_carried_into_the_file_and_nobody_is_kept_from_writing(
    engine: Engine, monkeypatch
) -> None:
    monkeypatch.setattr(checkpoints, "_EVERY", 0.01)
    database = Database(engine)
    with database.writing() as db:
        db.run(_CREATE)
    beside = Checkpoints(database)
    beside.begin()

    for number in range(200):
        with database.writing() as db:
            db.run(_ADD, {"id": number})
    if database.dialect == "sqlite":
        file = Path(engine.url.database or "")
        until = time.monotonic() + 10
        while b"CREATE TABLE things" not in file.read_bytes() and time.monotonic() < until:
            time.sleep(0.01)
        assert b"CREATE TABLE things" in file.read_bytes()

    beside.end()
    with database.reading() as db:
        assert [(200,)] == db.all(Statement("SELECT count(*) FROM things"))


def test_it_ends_although_it_never_began(engine: Engine) -> None:
    Checkpoints(Database(engine)).end()
