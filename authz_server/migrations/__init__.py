"""The schema of all three packages over time, as one Alembic history, on SQLite and on PostgreSQL.

Every migration runs in one transaction on both databases: a step that fails leaves nothing behind, and two
processes that upgrade at once do so one after the other. There is no way back: `env.py` says why.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, inspect, text

from claims.register.personal import Vault
from claims.register.proving import digest_fits
from claims.register.tables import SEARCHED
from keys.in_use import AnotherSecret, Purpose, in_use
from keys.sealing import Sealer, Unsealable
from keys.storage import Connected, Statement

__all__ = [
    "Standing",
    "UnknownRevision",
    "alembic_config",
    "is_compared",
    "latest",
    "metadatas",
    "standing",
    "upgrade",
]

_TABLES: Final = (
    "keys.tables",
    "claims.register.tables",
    "authz_server.oidc.tables",
    "authz_server.login.tables",
    "authz_server.api.tables",
    "authz_server.worker.tables",
)
_HISTORY: Final = "alembic_version"
_REVISIONS: Final = Statement("SELECT version_num FROM alembic_version")
_THERE: Final = Statement(
    "SELECT name FROM sqlite_master WHERE type = 'table'",
    postgresql="SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
)
_UPGRADING: Final = 0x6E616D656E73  # the number of the lock under which PostgreSQL lets one process upgrade


class UnknownRevision(Exception):
    """The database has a revision that this version does not know, or tables that no migration of ours made."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a database is in the history: `revision` is None for an empty one.

    `foreign` says why no upgrade leads from there to here, or is None where one does.
    """

    revision: str | None
    latest: str
    foreign: str | None = None

    @property
    def up_to_date(self) -> bool:
        return self.revision == self.latest


def metadatas() -> list[MetaData]:
    """The tables as the packages declare them: what the history must lead to."""
    return [import_module(name).metadata for name in _TABLES]


@cache
def is_compared(_thing: object, name: str | None, kind: str, _found: bool, _with: object) -> bool:
    """Whether Alembic compares it with the tables: not what they have besides, on one database alone."""
    besides = " ".join(statement for of_one in SEARCHED.values() for statement in of_one).split()
    return not (kind == "index" and name in besides)


def latest() -> str:
    """The revision that this version of the programs works with."""
    return _history()[0]


@cache
def _history() -> tuple[str, frozenset[str]]:
    """The latest revision, and all of them: read once a process, since whoever asks for health asks for it each time."""
    script = ScriptDirectory.from_config(alembic_config())
    head = script.get_current_head()
    assert head is not None  # noqa: S101 - the history is part of the package
    return head, frozenset(one.revision for one in script.walk_revisions())


def standing(engine: Engine) -> Standing:
    """Where the database of `engine` is. Waits for nobody who writes."""
    raw = engine.raw_connection()
    try:
        db = Connected(raw.driver_connection, "sqlite" if engine.dialect.name == "sqlite" else "postgresql")
        tables = {row[0] for row in db.all(_THERE)}
        revisions = {row[0] for row in db.all(_REVISIONS)} if _HISTORY in tables else set()
    finally:
        raw.close()
    return _judged(revisions, tables)


def upgrade(engine: Engine, *, sealer: Sealer | None = None, vault: Vault | None = None) -> Standing:
    """Bring the database to the latest revision; where it stood before.

    UnknownRevision, or AnotherSecret where it was written with another `digest` than the vault's, change nothing.

    `sealer` and `vault` seal and prove anew what older versions kept otherwise; an empty database needs neither.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADING})
        revisions = MigrationContext.configure(connection).get_current_heads()
        before = _judged(set(revisions), set(inspect(connection).get_table_names()))
        if before.foreign:
            raise UnknownRevision(before.foreign)
        config = alembic_config(connection)
        config.attributes["sealer"] = sealer
        config.attributes["vault"] = vault
        command.upgrade(config, "head")
        if vault is not None:
            _check_the_digest(connection, vault)
        return before


def _check_the_digest(connection: Connection, vault: Vault) -> None:
    """What was just proved was proved with the secret by which numbers are found, not with any other."""
    driver = connection.connection.driver_connection
    db = Connected(driver, "sqlite" if connection.dialect.name == "sqlite" else "postgresql")
    for known in in_use(db)[Purpose.DIGEST] - {vault.digest_id}:
        raise AnotherSecret(Purpose.DIGEST, known, vault.digest_id)
    with suppress(Unsealable):  # the start of a server tells of another seal
        if not digest_fits(db, vault):
            raise AnotherSecret(Purpose.DIGEST, "another one", vault.digest_id)


def _judged(revisions: set[str], tables: set[str]) -> Standing:
    ours, known = _history()
    revision = ", ".join(sorted(revisions)) or None
    foreign = None
    if revision is None:
        declared = {name for metadata in metadatas() for name in metadata.tables}
        if there := sorted(declared & tables):
            foreign = f"there are tables without a history: {', '.join(there[:3])} …"
    elif not known.issuperset(revisions):
        foreign = f"it is at revision {revision[:64]}, and this version knows none after {ours}"
    return Standing(revision, ours, foreign)


def alembic_config(connection: Connection | None = None) -> Config:
    """What Alembic needs to know: where the history stands, and the connection to work on."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
