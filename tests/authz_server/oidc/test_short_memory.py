"""What is remembered of registrations takes a bounded room, and those that are in use stay."""

import pytest

from authz_server.oidc import short_memory
from authz_server.oidc.short_memory import ShortMemory
from keys.storage import Database, Row, Statement
from tests.support.work import statements_of

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


def test_what_is_not_there_is_asked_for_once_a_second_and_found_when_it_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [0.0]
    monkeypatch.setattr(short_memory, "monotonic", lambda: moment[0])
    memory = ShortMemory(_ONE, Building(), most=16)

    with statements_of(monkeypatch) as asked:
        for _ in range(3):
            assert memory.find(database, None, "late") is None
    assert 1 == len(asked)
    laid(database, ["late"])
    moment[0] = 1.0

    assert "<late>" == memory.find(database, None, "late")


def test_what_is_forgotten_is_read_anew_whether_it_was_there_or_not(database: Database) -> None:
    memory = ShortMemory(_ONE, Building(), most=16)
    assert memory.find(database, None, "late") is None
    laid(database, ["late"])

    memory.forget(database, "late")

    assert "<late>" == memory.find(database, None, "late")


def test_names_of_nobody_take_no_room_from_those_that_are_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_memory, "monotonic", lambda: 0.0)
    build = Building()
    memory = ShortMemory(_ONE, build, most=16)
    laid(database, ["mine"])
    memory.find(database, None, "mine")

    for number in range(100):
        memory.find(database, None, f"n{number}")
    memory.find(database, None, "mine")

    assert ["mine"] == build.built
    assert 16 >= len(memory._absent[database])
