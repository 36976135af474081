"""The small world and a client that may do everything, on both databases."""

from collections.abc import Iterator
from typing import Final

import pytest
from flask import Flask

from authz_server.app import create_app
from authz_server.context import Context
from tests.support.clock import Clock
from tests.support.databases import a_database
from tests.support.made_keys import with_keys
from tests.support.one_commit import one_commit_for_each_request
from tests.support.register_client import RegisterClient, a_register_client
from tests.support.settings import settings_with
from tests.support.small_world import lay

QUIET: Final = 1_764_028_800  # 2025-11-25T00:00:00Z


@pytest.fixture(autouse=True)
def all_or_nothing() -> Iterator[None]:
    """Whatever these tests ask for is done in one unit of work."""
    with one_commit_for_each_request():
        yield


@pytest.fixture
def world(app: Flask, now: int) -> Flask:
    """The provider with the small world in its register."""
    context: Context = app.extensions["namens"]
    with_keys(context)
    with context.database.writing() as db:
        lay(db, context.vault, now=now)
    return app


@pytest.fixture
def desk(world: Flask) -> RegisterClient:
    """A client with every scope."""
    return a_register_client(world)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegisterClient]:
    """A client with every scope in a world that nothing changes, for what is refused or only read: on SQLite alone."""
    with a_database("sqlite", tmp_path_factory.mktemp("quiet")) as database:
        url = database.engine.url.render_as_string(hide_password=False)
        clock = Clock(QUIET)
        app = create_app(settings_with(url), clock=clock)
        app.testing = True
        context: Context = app.extensions["namens"]
        with_keys(context)
        with context.database.writing() as db:
            lay(db, context.vault, now=QUIET)
        yield a_register_client(app)
        context.database.engine.dispose()
