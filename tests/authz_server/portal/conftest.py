"""The try-out world; on both databases where a test asks for it so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from authz_server.config import Settings
from keys.storage import connect
from tests.support.clock import Clock
from tests.support.schema import create_schema
from tests.support.settings import settings_with
from tests.support.signing_in import World
from tests.support.try_out import open_world


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """The world on SQLite: what pages say does not depend on where it is kept."""
    url = f"sqlite:///{tmp_path}/people.db"
    engine = connect(url)
    create_schema(engine)
    engine.dispose()
    world = open_world(settings_with(url), clock)
    yield world
    world.context.database.engine.dispose()


@pytest.fixture
def people_on_both(settings: Settings, clock: Clock) -> Iterator[World]:
    """The world on the database of this run of the test: SQLite, then PostgreSQL."""
    world = open_world(settings, clock)
    yield world
    world.context.database.engine.dispose()
