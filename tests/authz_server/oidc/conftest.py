"""The small world in every test of the provider, on both databases and by both ways to the endpoints."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from keys.storage import Database
from tests.support.clock import Clock
from tests.support.databases import a_database
from tests.support.made_keys import with_keys
from tests.support.small_world import lay


@pytest.fixture(params=["sqlite", "sqlite by Flask's views", "postgresql"])
def tried(request: pytest.FixtureRequest) -> str:
    """Which database, and which way: past Flask (`authz_server.shortcut`), or by its views alone."""
    way: str = request.param
    return way


@pytest.fixture
def database(tried: str, tmp_path: Path) -> Iterator[Database]:
    with a_database(tried.split()[0], tmp_path) as database:
        yield database


@pytest.fixture
def app(settings: Settings, clock: Clock, tried: str) -> Iterator[Flask]:
    """The provider with an empty database."""
    app = create_app(settings, clock=clock, shortcut=not tried.endswith("views"))
    app.testing = True
    yield app
    app.extensions["namens"].database.engine.dispose()


@pytest.fixture
def world(app: Flask, now: int) -> Flask:
    """The provider with the small world in its register, and the keys of the first test that made some."""
    context: Context = app.extensions["namens"]
    with_keys(context)
    with context.database.writing() as db:
        lay(db, context.vault, now=now)
    return app
