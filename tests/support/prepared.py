"""Databases that stand ready: the schema is made once per worker, and each test finds it without a row.

Making thirty tables takes longer than most tests do. On SQLite a test gets a copy of a file that was made
once; on PostgreSQL the worker's own database, emptied after each test past the guards of the journal.
"""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from keys.storage import connect
from tests.support.postgres import fresh_database
from tests.support.schema import create_marked_schema

# TRUNCATE makes the files of a table and of all its indexes anew, which takes eight times as long as taking a few rows
# out; of the rows that are taken out the room remains, so that a table is made anew when it has grown.
_LARGE: Final = 1_000_000  # bytes
_USED: Final = (
    "SELECT quote_ident(relname), pg_relation_size(oid) FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0"
    " AND relname <> 'alembic_version'"
)
_FROM_ONE: Final = (
    "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid"
    " WHERE relnamespace = 'public'::regnamespace"
)


@contextmanager
def prepared_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a database of that kind with the whole schema and no row."""
    if kind == "sqlite":
        file = folder / "namens.db"
        shutil.copyfile(_sqlite_template(), file)
        yield f"sqlite:///{file}"
        return
    ready = _postgres_of_this_worker()
    yield ready.url
    if not ready.emptied():
        ready.connection.close()
        _postgres_of_this_worker.cache_clear()


@functools.cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="namens-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = connect(f"sqlite:///{folder}/template.db")
    create_marked_schema(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return folder / "template.db"


@dataclass
class _Ready:
    """The worker's own database on PostgreSQL. Its connection stays: beginning one costs more than emptying tables."""

    url: str
    shape: str
    connection: psycopg.Connection

    def emptied(self) -> bool:
        """Take every row out; false where a test changed the tables, so that nobody gets them again."""
        try:
            return _emptied(self.connection, self.shape)
        except psycopg.OperationalError:  # a test ended all connections
            self.connection = _begin(self.url)
            return _emptied(self.connection, self.shape)


@functools.cache
def _postgres_of_this_worker() -> _Ready:
    ending = ExitStack()
    url = ending.enter_context(fresh_database())
    atexit.register(ending.close)  # after the cluster registered its own end, so that this one comes first
    engine = connect(url)
    create_marked_schema(engine)
    engine.dispose()
    connection = _begin(url)
    ready = _Ready(url, _shape(connection), connection)
    ending.callback(lambda: ready.connection.close())
    return ready


def _begin(url: str) -> psycopg.Connection:
    connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    connection.execute(
        "SET session_replication_role = replica"
    )  # the journal refuses to be emptied otherwise
    return connection


def _shape(connection: psycopg.Connection) -> str:
    """Which tables with which columns there are, as one digest: it is asked after each test."""
    told = connection.execute(
        "SELECT md5(string_agg(relname || '.' || attname, ' ' ORDER BY relname, attnum)) FROM pg_class"
        " JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
    ).fetchone()
    return str(told)


def _emptied(connection: psycopg.Connection, shape: str) -> bool:
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    if _shape(connection) != shape:
        return False
    with connection.transaction():
        large = []
        for name, size in connection.execute(_USED).fetchall():
            if size > _LARGE:
                large.append(name)
            else:
                connection.execute(f"DELETE FROM {name}")
        if large:
            connection.execute(f"TRUNCATE {', '.join(large)}")
        connection.execute(_FROM_ONE)
        # what ANALYZE learned in one test must not choose the plans of the next
        connection.execute(
            "DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace)"
        )
    return True
