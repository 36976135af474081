"""The schema of all three packages over time, as one Alembic history, on SQLite and on PostgreSQL; where a database is in it.

`upgrading` brings one to its end.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, MetaData

from claims.register.tables import SEARCHED
from keys.storage import Connected, Statement

__all__ = [
    "Standing",
    "UnknownRevision",
    "is_compared",
    "judged",
    "latest",
    "metadatas",
    "standing",
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
_VERSIONS: Final = Path(__file__).parent / "versions"


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
    """The latest revision, and all of them: each is what the name of its file begins with.

    Read from the folder: every command asks for it, and Alembic takes as long to import as all else that most of them need.
    """
    known = frozenset(one.name.partition("_")[0] for one in _VERSIONS.glob("[0-9]*_*.py"))
    return max(known), known


def standing(engine: Engine) -> Standing:
    """Where the database of `engine` is. Waits for nobody who writes."""
    raw = engine.raw_connection()
    try:
        db = Connected(raw.driver_connection, "sqlite" if engine.dialect.name == "sqlite" else "postgresql")
        tables = {row[0] for row in db.all(_THERE)}
        revisions = {row[0] for row in db.all(_REVISIONS)} if _HISTORY in tables else set()
    finally:
        raw.close()
    return judged(revisions, tables)


def judged(revisions: set[str], tables: set[str]) -> Standing:
    """Where a database is that is marked with these revisions and has these tables."""
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
