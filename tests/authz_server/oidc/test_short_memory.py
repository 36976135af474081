"""What is remembered of registrations takes a bounded room, and those that are in use stay."""

import pytest

from authz_server.oidc import short_memory
from authz_server.oidc.short_memory import ShortMemory
from keys.storage import Database, Row, Statement

_ONE = Statement("SELECT digest FROM oidc_assertions WHERE digest = :key")
_ADD = Statement("INSERT INTO oidc_assertions (digest, expires_at) VALUES (:key, 0)")


class Building:
    """Counts what is built."""

    def __init__(self) -> None:
        self.built: list[str] = []

    def __call__(self, row: Row) -> str:
        self.built.append(row[0])
        return f"<{row[0]}>"


def laid(database: Database, keys: list[str]) -> None:
    with database.writing() as db:
        db.many(_ADD, [{"key": key} for key in keys])


def test_those_that_were_read_longest_ago_make_room(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [f"k{number:03}" for number in range(100)]
    laid(database, ["mine", *keys])
    moments = iter(range(0, 10_000, 2))  # each look is two seconds after the last: nothing is taken unseen
    monkeypatch.setattr(short_memory, "monotonic", lambda: next(moments))
    build = Building()
    memory = ShortMemory(_ONE, build, most=16)

    with database.reading() as db:
        for key in keys:
            assert f"<{key}>" == memory.find(database, db, key)
            assert "<mine>" == memory.find(database, db, "mine")

        assert 1 == build.built.count("mine")
        memory.find(database, db, "k099")
        memory.find(database, db, "k000")

    assert [1, 2] == [build.built.count("k099"), build.built.count("k000")]
    assert 16 >= len(memory._held[database])
