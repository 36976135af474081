"""Databases as earlier versions left them: at any revision of the history, with rows in every table.

`revisions/0001.json` holds what the version of that revision wrote for a small world in which somebody logged in for
somebody else, in rows as they lay there, and under `held` what browsers and clients kept of it; all with the secrets
of the tests. Who adds a migration adds `revisions/NNNN.json` with rows (`rows`) for the tables and columns that it
brings: as columns and rows for INSERT, laid after those of the revisions before it were upgraded. Where it says
otherwise of what was there (`rewritten`: "table.column"), that is not compared with what was laid; a table that cannot
have rows that were written down is named in `empty`, with why.
"""

import json
from base64 import urlsafe_b64decode
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from authz_server.migrations import upgrading
from claims.register.personal import Vault
from keys.sealing import KeyedDigest, Sealer
from tests.support.settings import SECRETS

_FOLDER = Path(__file__).parent / "revisions"
_MARK = "alembic_version"
SEALER = Sealer(urlsafe_b64decode(SECRETS["seal"]))
VAULT = Vault(SEALER, KeyedDigest(urlsafe_b64decode(SECRETS["digest"])))


@cache
def revisions() -> list[str]:
    """All of them, the first one first."""
    script = ScriptDirectory.from_config(upgrading.alembic_config())
    return [one.revision for one in script.walk_revisions()][::-1]


@cache
def said(revision: str) -> dict[str, Any]:
    """What the file of a revision says; nothing where there is none."""
    file = _FOLDER / f"{revision}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def held() -> dict[str, Any]:
    """What browsers, clients and the operator have of the first revision's rows."""
    found: dict[str, Any] = said("0001")["held"]
    return found


def bring_to(engine: Engine, revision: str) -> None:
    """Make an empty database one of that revision, with the rows of all revisions until then."""
    for one in revisions():
        bring_on_to(engine, one)
        if one == revision:
            return


def bring_on_to(engine: Engine, revision: str) -> None:
    """Make a database of the revision before it one of that revision, with the rows of that one too."""
    with engine.begin() as connection:
        config = upgrading.alembic_config(connection)
        config.attributes["sealer"] = SEALER
        config.attributes["vault"] = VAULT
        command.upgrade(config, revision)
        for table, laid in said(revision).get("rows", {}).items():
            _lay(connection, table, **laid)


def rewritten() -> set[str]:
    """What later revisions say otherwise than was laid: table.column."""
    return {name for one in revisions() for name in said(one).get("rewritten", [])}


def may_be_empty() -> set[str]:
    """Tables for which nobody wrote rows down."""
    return {table for one in revisions() for table in said(one).get("empty", {})}


def tables(engine: Engine) -> list[str]:
    return [name for name in inspect(engine).get_table_names() if name != _MARK]


def content(engine: Engine, table: str, columns: list[str]) -> list[tuple[Any, ...]]:
    """These columns of all rows, in an order of their own."""
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {', '.join(columns)} FROM {table}"))
        return sorted((tuple(row) for row in rows), key=repr)


def _lay(connection: Connection, table: str, columns: list[str], rows: list[list[Any]]) -> None:
    values = ", ".join(f":{name}" for name in columns)
    statement = text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})")
    connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in rows])
    if connection.dialect.name == "postgresql" and "seq" in columns:
        # whoever numbers rows goes on after those that were laid with their numbers
        counter = connection.scalar(text("SELECT pg_get_serial_sequence(:table, 'seq')"), {"table": table})
        if counter is not None:
            connection.execute(text(f"SELECT setval('{counter}', (SELECT max(seq) FROM {table}))"))
