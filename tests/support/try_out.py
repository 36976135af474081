"""The try-out world behind the real pages: practice login on, cheap password hashes, fewer clients."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources as files
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.demo import calendar
from authz_server.login import accounts
from authz_server.login.passwords import Passwords
from keys.storage import connect
from tests.support.clock import Clock
from tests.support.laid import lay_world
from tests.support.made_keys import with_keys
from tests.support.schema import create_schema
from tests.support.settings import settings_with
from tests.support.signing_in import PASSWORD, PEOPLE, World

CHEAP = PasswordHasher.from_parameters(CHEAPEST)
SECRET = CHEAP.hash(PASSWORD)
CLIENTS = 200  # of the accountants' three hundred: more than two pages of them


def open_world(settings: Settings, clock: Clock) -> World:
    """The provider as `namens demo` runs it, with everybody of the stories able to log in."""
    world = _provider(settings, clock)
    context = world.context
    with_keys(context)
    with context.database.writing() as db:
        lay_world(db, context.vault, world_document(clock()), now=clock())
        for person in PEOPLE:
            accounts.add(db, person, SECRET, now=clock())
    return world


@contextmanager
def a_world_on_sqlite(folder: Path, clock: Clock) -> Iterator[World]:
    """The same, with everything else as it is set: a copy of a database that was made once, since most tests need one."""
    shutil.copyfile(_prepared(clock()), folder / "people.db")
    world = _provider(settings_with(f"sqlite:///{folder}/people.db"), clock)
    yield world
    world.context.database.engine.dispose()


@cache
def _prepared(now: int) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="namens-world-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = connect(f"sqlite:///{folder}/people.db")
    create_schema(engine)
    engine.dispose()
    world = open_world(settings_with(f"sqlite:///{folder}/people.db"), Clock(now))
    engine = world.context.database.engine
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return folder / "people.db"


def _provider(settings: Settings, clock: Clock) -> World:
    app = create_app(settings, clock=clock, demo=True)
    app.testing = True
    app.extensions["namens.passwords"] = Passwords(CHEAP)
    return World(app, clock)


def document() -> Any:
    """The world file of the demo, with fewer of the accountants' clients."""
    return json.loads(_text())


def world_document(now: int) -> Any:
    """The world file of that world, as it is told at `now`."""
    return json.loads(_told(now))


@cache
def _told(now: int) -> str:
    return json.dumps(calendar.moved(document(), now))


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
