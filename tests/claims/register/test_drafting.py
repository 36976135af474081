"""What an import holds in memory: of a record that was read, is ready or has landed, nothing but its name."""

import tracemalloc
from typing import Any

import pytest

from claims.register import spool
from claims.register.actor import OPERATOR
from claims.register.world import draft, land
from claims.worldfile import read_json
from keys.storage import Database
from tests.support.many_persons import ManyPersons
from tests.support.register import VAULT


def most_memory(database: Database, persons: int) -> int:
    """The most bytes that were held while so many persons were imported into an empty register."""
    file: Any = ManyPersons(persons)
    tracemalloc.start()
    try:
        with database.reading() as db:
            made = draft(db, VAULT, read_json(file), now=1)
        with made, database.writing() as db:
            assert persons + 1 == land(db, VAULT, made, by=OPERATOR, now=1).added["parties"]
            _, most = tracemalloc.get_traced_memory()
            raise _NotNow
    except _NotNow:
        return most
    finally:
        tracemalloc.stop()


class _NotNow(Exception):
    """Leaves the register empty for the next one."""


def test_of_a_record_that_landed_only_its_name_is_held(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text of one is 550 bytes, and what of it is ready 2 kB."""
    monkeypatch.setattr(spool, "_IN_MEMORY", 1)

    assert (most_memory(database, 4000) - most_memory(database, 2000)) / 2000 < 450
