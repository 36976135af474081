"""The try-out world behind the real pages: practice login on, cheap password hashes."""

import json
from importlib import resources as files
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from authz_server.demo import calendar
from authz_server.login import accounts
from authz_server.login.accounts import Passwords
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Database
from tests.support.clock import Clock
from tests.support.signing_in import PEOPLE, World

CHEAP = PasswordHasher.from_parameters(CHEAPEST)


@pytest.fixture
def people(settings: Settings, clock: Clock, now: int) -> World:
    """The demo's world, everybody of whom has the demo's password."""
    app: Flask = create_app(settings, clock=clock, demo=True)
    app.testing = True
    app.extensions["namens.passwords"] = Passwords(CHEAP)
    context: Context = app.extensions["namens"]
    document: Any = json.loads(files.files("authz_server.demo").joinpath("world.json").read_text())
    secret = CHEAP.hash("namens-demo")
    with context.database.writing() as db:
        import_world(db, context.vault, calendar.moved(document, now), by=OPERATOR, now=now)
        for person in PEOPLE:
            accounts.add(db, person, secret, now=now)
    yield World(app, clock)
    database: Database = context.database
    database.engine.dispose()
