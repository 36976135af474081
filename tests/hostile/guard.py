"""What a request that is no good must leave as it was, told apart from what may count it."""

import hashlib
import sqlite3
from typing import Any

import psycopg
from sqlalchemy import Engine, inspect

__all__ = ["Guard"]

# Counters, the journal, requests that wait for a person (and hold nothing until one answered), and what is remembered
# so that it cannot be used twice.
MAY_CHANGE = {
    *("login_attempts", "login_interactions", "oidc_assertions", "register_source_answers", "worker_duties"),
    *("register_journal", "register_journal_end", "register_journal_heads"),
}


class Guard:
    """Compares all other tables with what they held the last time that it was asked."""

    def __init__(self, engine: Engine) -> None:
        self._sqlite = engine.dialect.name == "sqlite"
        self._connection = _beside(engine)
        columns = inspect(engine)
        self._reads = {
            table: "SELECT {0} FROM {1} ORDER BY {0}".format(
                # that a session was used is no change of it
                ", ".join(
                    f'"{one["name"]}"' for one in columns.get_columns(table) if one["name"] != "seen_at"
                ),
                table,
            )
            for table in columns.get_table_names()
            if table not in MAY_CHANGE
        }
        assert len(self._reads) > 20
        self._version: Any = None
        self._seen: dict[str, bytes] = {}
        self.changed()

    def changed(self) -> list[str]:
        """The tables that hold something else now."""
        if self._sqlite:
            version = self._connection.execute("PRAGMA data_version").fetchone()
            if version == self._version:
                return []  # nobody wrote anything at all
            self._version = version
        found = {table: self._digest(read) for table, read in self._reads.items()}
        before, self._seen = self._seen, found
        return [table for table, digest in found.items() if before.get(table, digest) != digest]

    def close(self) -> None:
        self._connection.close()

    def _digest(self, read: str) -> bytes:
        taken = hashlib.blake2b(digest_size=16)
        for row in self._connection.execute(read):
            taken.update(repr(tuple(row)).encode())
        return taken.digest()


def _beside(engine: Engine) -> Any:
    """A connection that opens no transaction: it never keeps anybody waiting."""
    if engine.dialect.name == "sqlite":
        return sqlite3.connect(engine.url.database or "", isolation_level=None)
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True)
