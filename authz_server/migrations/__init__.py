"""The schema of all three packages over time, as one Alembic history, on SQLite and on PostgreSQL.

Every migration runs in one transaction on both databases: a step that fails leaves nothing behind, and two
processes that upgrade at once do so one after the other.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, MetaData, inspect, text

from claims.register.tables import SEARCHED
from keys.sealing import Sealer

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
    "authz_server.worker.tables",
)
_UPGRADING: Final = 0x6E616D656E73  # the number of the lock under which PostgreSQL lets one process upgrade


class UnknownRevision(Exception):
    """The database has a revision that this version does not know, or tables that no migration of ours made."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a database is in the history: `revision` is None for an empty one."""

    revision: str | None
    latest: str

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
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head is not None  # noqa: S101 - the history is part of the package
    return head


def standing(engine: Engine) -> Standing:
    """Where the database of `engine` is."""
    with engine.connect() as connection:
        return Standing(MigrationContext.configure(connection).get_current_revision(), latest())


def upgrade(engine: Engine, *, sealer: Sealer | None = None) -> Standing:
    """Bring the database to the latest revision; where it stood before. UnknownRevision changes nothing.

    `sealer` seals anew what older versions kept otherwise; an empty database needs none.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADING})
        before = Standing(MigrationContext.configure(connection).get_current_revision(), latest())
        if before.revision is None and (there := _our_tables(connection)):
            raise UnknownRevision(f"there are tables without a history: {', '.join(sorted(there)[:3])} …")
        try:
            config = alembic_config(connection)
            config.attributes["sealer"] = sealer
            command.upgrade(config, "head")
        except CommandError as failure:
            raise UnknownRevision(f"revision {before.revision} is not one of this version's") from failure
        return before


def alembic_config(connection: Connection | None = None) -> Config:
    """What Alembic needs to know: where the history stands, and the connection to work on."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def _our_tables(connection: Connection) -> set[str]:
    declared = {name for metadata in metadatas() for name in metadata.tables}
    return declared & set(inspect(connection).get_table_names())
