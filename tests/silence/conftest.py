"""The try-out world with secrets of its own, every answer and every line of the log kept."""

import io
import logging
import secrets
from collections.abc import Iterator

import pytest

from authz_server.config import Settings
from authz_server.events import AsJson, Told
from keys.storage import Database
from tests.support.canaries import Canaries
from tests.support.clock import Clock
from tests.support.recorded import Recorder
from tests.support.settings import settings_with
from tests.support.signing_in import World
from tests.support.try_out import open_world, world_document

SETTINGS = {name: secrets.token_urlsafe(32) for name in ("seal", "digest", "pairwise", "codes", "session")}


@pytest.fixture
def settings(database: Database) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return settings_with(url, secrets=SETTINGS)


@pytest.fixture
def canaries(settings: Settings, clock: Clock) -> Canaries:
    """What is known before anything happens: personal numbers and secrets of the settings."""
    found = Canaries()
    found.add("secret of the settings", *SETTINGS.values())
    world = world_document(clock())
    owned = {one["represented"] for one in world["legal_relations"] if one["basis"] == "owner"}
    for party in world["parties"]:
        if party["kind"] == "person" or party["id"] in owned or party.get("legal_form") == "eenmanszaak":
            found.add("personal number", *party["identifiers"].values())
    assert 42 < len(found.of("personal number"))
    return found


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What `namens serve` would write with every logger that there is at DEBUG, however it came to that."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(AsJson())
    handler.addFilter(Told())
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in before:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)
    for name, was in before.items():
        logging.getLogger(name).setLevel(was)


@pytest.fixture
def people(settings: Settings, clock: Clock, log: io.StringIO) -> Iterator[World]:
    world = open_world(settings, clock)
    world.app.testing = False
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)  # past `quieten`, too
    yield world
    world.context.database.engine.dispose()


@pytest.fixture
def recorder(people: World) -> Recorder:
    recorder = Recorder(people.app.wsgi_app)
    people.app.wsgi_app = recorder  # type: ignore[method-assign]
    return recorder
