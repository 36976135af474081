"""The try-out world behind the real pages: practice login on, cheap password hashes, fewer clients."""

import json
from functools import cache
from importlib import resources as files
from typing import Any

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from authz_server.demo import calendar
from authz_server.login import accounts
from authz_server.login.passwords import Passwords
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.clock import Clock
from tests.support.signing_in import PASSWORD, PEOPLE, World

CHEAP = PasswordHasher.from_parameters(CHEAPEST)
SECRET = CHEAP.hash(PASSWORD)
CLIENTS = 200  # of the accountants' three hundred: more than two pages of them


def open_world(settings: Settings, clock: Clock) -> World:
    """The provider as `namens demo` runs it, with everybody of the stories able to log in."""
    app = create_app(settings, clock=clock, demo=True)
    app.testing = True
    app.extensions["namens.passwords"] = Passwords(CHEAP)
    context: Context = app.extensions["namens"]
    with context.database.writing() as db:
        import_world(db, context.vault, world_document(clock()), by=OPERATOR, now=clock())
        for person in PEOPLE:
            accounts.add(db, person, SECRET, now=clock())
    return World(app, clock)


def document() -> Any:
    """The world file of the demo, with fewer of the accountants' clients."""
    return json.loads(_text())


def world_document(now: int) -> Any:
    """The world file of that world, as it is told at `now`."""
    return calendar.moved(document(), now)


@cache
def _text() -> str:
    document = json.loads(files.files("authz_server.demo").joinpath("world.json").read_text(encoding="utf-8"))
    extras = [party["id"] for party in document["parties"] if _is_a_client(party["id"])]
    gone = set(extras[CLIENTS:])
    document["parties"] = [party for party in document["parties"] if party["id"] not in gone]
    document["mandates"] = [one for one in document["mandates"] if one["represented"] not in gone]
    for group in document["client_groups"]:
        group["clients"] = [client for client in group["clients"] if client not in gone]
    return json.dumps(document)


def _is_a_client(party: str) -> bool:
    """Whether it is one of the three hundred that have a number for a name."""
    return party[-3:].isdigit()
