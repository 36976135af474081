"""From nothing to a world to try out: database, mark, world, accounts and registrations, in some seconds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources as files
from typing import Any, Final

from authz_server.config import Settings
from authz_server.context import join
from authz_server.demo import calendar, under_way
from authz_server.demo.folder import DemoFolder
from authz_server.demo.mark import mark
from authz_server.demo.office import ending_soon, list_of_clients, note_references
from authz_server.demo.registering import Registration, register_desk, register_insurer
from authz_server.demo.registers import settings_of_sources, with_sources
from authz_server.login import accounts, support
from authz_server.login.passwords import Passwords
from authz_server.migrations import upgrading
from claims.instants import Instant, birthday, parse_instant
from claims.register.actor import OPERATOR
from claims.register.personal import Vault
from claims.register.world import import_world
from keys.storage import Connected, Database, connect

__all__ = ["PASSWORD", "Origins", "Prepared", "can_log_in", "prepare", "world_at"]

PASSWORD: Final = "namens-demo"  # noqa: S105 - published: it opens made-up people's accounts
SUPPORT: Final = "dewi"  # who stops mandates on request
_LOG_IN_FROM_AGE: Final = 16
_WITHOUT_LOGIN: Final = frozenset({"joke"})  # for whom there are letters


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the three parts of the demo are reached."""

    provider: str
    desk: str
    insurer: str


@dataclass(frozen=True, slots=True, repr=False)
class Prepared:
    """What the running demo needs to know."""

    settings: Settings
    world: Mapping[str, Any]
    desk: Registration
    insurer: Registration
    code: str  # that opens what somebody gave


def prepare(folder: DemoFolder, origins: Origins, *, bind: str, now: Instant) -> Prepared:
    """Take the former demo away and make a new one; `FolderRefused` where the folder is not a demo's."""
    folder.clear()
    settings = folder.write_settings(origins.provider, bind, settings_of_sources(origins.desk))
    world = world_at(now)
    engine = connect(settings.database.url.get_secret_value())
    try:
        database = Database(engine)
        with database.writing() as db:
            mark(db)  # first of all: whatever ends us, the next start knows whose database it is
        upgrading.upgrade(engine)
        context = join(settings, database, clock=lambda: now, demo=True)
        with database.writing() as db:
            import_world(db, context.vault, world, by=OPERATOR, now=now)
            import_world(db, context.vault, ending_soon(world, now), by=OPERATOR, now=now)
            note_references(db, context.vault, world)
            _open_accounts(db, world, now=now)
            _make_support(db, context.vault, world, now=now)
            under_way.ask_for_a_letter(db, context.vault, now=now)
            code = under_way.give_by_a_code(db, context, now=now)
            under_way.sign_as_one_of_two(db, context, now=now)
            desk, insurer = _register(db, world, origins, now=now)
            under_way.log_in_before(db, context.vault, desk.client_id, now=now)
        context.keyring.current()  # the first signing keys
        context.register_keys.current()
        folder.list_file.write_bytes(list_of_clients(world))
        database.settle()  # the mark stands in the file itself, and a bare copy of that has it too
    finally:
        engine.dispose()
    return Prepared(settings, world, desk, insurer, code)


def world_at(now: Instant) -> Any:
    """The world file of the demo, as it is told at `now`."""
    text = files.files("authz_server.demo").joinpath("world.json").read_text(encoding="utf-8")
    return with_sources(calendar.moved(json.loads(text), now))


def can_log_in(party: Mapping[str, Any], now: Instant) -> bool:
    """Every living person of 16 and over, but for who has no login at all."""
    if party["kind"] != "person" or party.get("id") in _WITHOUT_LOGIN:
        return False
    ceased, born = party.get("ceased_at"), party.get("born")
    if ceased is not None and parse_instant(ceased) <= now:
        return False
    return born is None or birthday(date.fromisoformat(born), _LOG_IN_FROM_AGE) <= now


def _open_accounts(db: Connected, world: Mapping[str, Any], *, now: Instant) -> None:
    """One password for everybody, hashed once: it is published, and a hash for each would take a minute."""
    secret = Passwords(patience=None).hash(PASSWORD)
    for party in world["parties"]:
        if can_log_in(party, now):
            accounts.add(db, party["id"], secret, now=now, demo=True)


def _make_support(db: Connected, vault: Vault, world: Mapping[str, Any], *, now: Instant) -> None:
    """Somebody of the world stops mandates on request, for the story that tells of it."""
    if any(party["id"] == SUPPORT for party in world["parties"]):
        support.make(db, vault, SUPPORT, now=now)


def _register(
    db: Connected, world: Mapping[str, Any], origins: Origins, *, now: Instant
) -> tuple[Registration, Registration]:
    services = world["services"]
    everything = tuple(service["uri"] for service in services)
    the_insurers = tuple(service["uri"] for service in services if service["provider"] == "insurer")
    return (
        register_desk(db, origins.desk, everything, now=now),
        register_insurer(db, origins.insurer, the_insurers, now=now),
    )
