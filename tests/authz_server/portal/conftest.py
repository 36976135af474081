"""The try-out world; on both databases where a test asks for it so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from authz_server.config import Settings
from tests.support.clock import Clock
from tests.support.one_commit import one_commit_for_each_request
from tests.support.signing_in import World
from tests.support.try_out import a_world_on_sqlite, open_world


@pytest.fixture(autouse=True)
def all_or_nothing() -> Iterator[None]:
    """Whatever these tests ask for is done in one unit of work."""
    with one_commit_for_each_request():
        yield


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """The world on SQLite: what pages say does not depend on where it is kept."""
    with a_world_on_sqlite(tmp_path, clock) as world:
        yield world


@pytest.fixture
def people_on_both(settings: Settings, clock: Clock) -> Iterator[World]:
    """The world on the database of this run of the test: SQLite, then PostgreSQL."""
    world = open_world(settings, clock)
    yield world
    world.context.database.engine.dispose()
