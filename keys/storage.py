"""How rows are read and written in all three packages: statements built once, on SQLite and on PostgreSQL.

The schema is declared with SQLAlchemy and lives beside its subject (`keys/tables.py`,
`claims/register/tables/`, `authz_server/*/tables.py`). What reads and writes is SQL text, because the
endpoints that every login passes through may not pay for an object mapper (`docs/decisions`). It stands at
the bottom of the house since imports point down and all three packages remember something.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from operator import itemgetter
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any, Final, Literal

from sqlalchemy import Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.engine import make_url

__all__ = ["Connected", "Database", "Dialect", "Row", "Statement", "connect"]

Dialect = Literal["sqlite", "postgresql"]
Row = tuple[Any, ...]
_ByPlace = tuple[str, Callable[[Mapping[str, Any]], Row]]

_PATIENCE: Final = 5.0  # seconds that a write waits for the one before it
_FIRST_PAUSE: Final = 0.0002  # seconds between two tries to begin a write on SQLite; then longer
_LONGEST_PAUSE: Final = 0.002
_IDLE: Final = 4
# Pages, forty megabytes: for commands. Where requests are answered `checkpoints` never lets the log grow so long.
_LONG_LOG: Final = 10_000
_READ: Final = "BEGIN"
_WRITE: Final = "BEGIN IMMEDIATE"
_SYNCHRONOUS: Final = "NORMAL"
_READ_COMMITTED: Final = 2  # psycopg.IsolationLevel; the driver is not installed everywhere
_REPEATABLE_READ: Final = 3
_NAME: Final = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


class Statement:
    """One SQL statement with `:named` parameters, written once for both databases.

    Build it at import, never per request: the drivers keep what they prepared by the text.
    """

    __slots__ = ("_by_place", "postgresql", "sqlite")

    def __init__(self, sql: str, *, postgresql: str | None = None) -> None:
        self.sqlite = sql
        self.postgresql = _NAME.sub(r"%(\1)s", (postgresql or sql).replace("%", "%%"))
        self._by_place: _ByPlace | None = None

    @property
    def by_place(self) -> "_ByPlace":
        """For many rows on SQLite: its text with a `?` for each name, and what makes values in that order of a row.

        SQLite's driver looks up each name of each row: half of what it costs to write a row of the journal.
        """
        if self._by_place is None:
            first, *more = names = _NAME.findall(self.sqlite)
            in_order = itemgetter(*names) if more else lambda row: (row[first],)
            self._by_place = _NAME.sub("?", self.sqlite), in_order
        return self._by_place


class Connected:
    """One open transaction, as the functions of the register, the keys and the provider take it."""

    __slots__ = ("_execute", "_raw", "_sqlite", "dialect")

    def __init__(self, raw: Any, dialect: Dialect) -> None:
        self._raw = raw
        self._execute = raw.execute
        self.dialect: Dialect = dialect
        self._sqlite = dialect == "sqlite"

    def all(self, statement: Statement, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Every row of the answer."""
        sql = statement.sqlite if self._sqlite else statement.postgresql
        rows: list[Row] = self._execute(sql, values or {}).fetchall()
        return rows

    def one(self, statement: Statement, values: Mapping[str, Any] | None = None) -> Row | None:
        """The first row of the answer, or None where there is none."""
        sql = statement.sqlite if self._sqlite else statement.postgresql
        row: Row | None = self._execute(sql, values or {}).fetchone()
        return row

    def run(self, statement: Statement, values: Mapping[str, Any] | None = None) -> int:
        """Change rows; how many were changed."""
        sql = statement.sqlite if self._sqlite else statement.postgresql
        count: int = self._execute(sql, values or {}).rowcount
        return count

    def many(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run one statement for each of `rows`."""
        if self._sqlite:
            sql, in_order = statement.by_place
            self._raw.cursor().executemany(sql, map(in_order, rows))
        else:
            self._raw.cursor().executemany(statement.postgresql, rows)


class Database:
    """A database of ours: units of work for reading and for writing.

    `reading` sees one moment (on PostgreSQL by REPEATABLE READ); `writing` commits when its block ends and rolls
    back when it raises. On SQLite a writing block takes the write lock at once (BEGIN IMMEDIATE): a lock that is
    taken late loses updates or fails half-way. What `recording` commits outlives a loss of power too, whatever
    is set for the rest: for what people rely on that it was said, such as a mandate that was ended.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect: Dialect = "sqlite" if engine.dialect.name == "sqlite" else "postgresql"
        # SQLite lets one write at a time, and has the others sleep and try again: threads of one process wait here.
        self.turn: Final = Lock()
        # Taking a connection out of the pool and putting it back costs more than most statements on SQLite do; a
        # few stay out. Fewer than the pool holds, so that whoever waits at the pool always gets one.
        self.idle: Final[list[PoolProxiedConnection]] = []
        # On SQLite whoever has the turn writes on this one.
        self.writer: PoolProxiedConnection | None = None

    def connection(self) -> PoolProxiedConnection:
        """One that is idle, or else one of the engine's pool."""
        try:
            return self.idle.pop()
        except IndexError:
            return self.engine.raw_connection()

    def writing_connection(self) -> PoolProxiedConnection:
        """On SQLite, for who has the turn: one that says at once when another process writes."""
        pooled, self.writer = self.writer, None
        if pooled is None:
            pooled = self.engine.raw_connection()
            driver: Any = pooled.driver_connection
            driver.execute("PRAGMA busy_timeout=0")
        return pooled

    def reading(self) -> "AbstractContextManager[Connected]":
        return _UnitOfWork(self, keeps=False)

    def writing(self) -> "AbstractContextManager[Connected]":
        return _UnitOfWork(self, keeps=True)

    def recording(self) -> "AbstractContextManager[Connected]":
        return _UnitOfWork(self, keeps=True, outlives_power=True)

    def settle(self) -> None:
        """On SQLite: bring what was written from its log into the file, while others read and write.

        SQLite has whichever commit finds the log long do so, and wait for the disk some twenty milliseconds. It never
        waits for a reader or a writer, nor lets one wait.
        """
        if self.dialect != "sqlite":
            return
        pooled = self.connection()
        raw: Any = pooled.driver_connection
        try:
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        finally:
            _put_back(self, pooled)

    def copy(self, file: Path) -> None:
        """On SQLite: write all that is there at one moment to `file`, which is empty, while others read and write.

        Rows that were deleted are not in it, nor what they leave behind in the database's own file.
        """
        pooled = self.connection()
        raw: Any = pooled.driver_connection
        try:
            raw.execute("VACUUM INTO ?", (str(file),))
        finally:
            _put_back(self, pooled)


class _UnitOfWork:
    """One transaction. A class, not a generator, and the driver's own connection: every request pays for it."""

    __slots__ = ("_database", "_keeps", "_outlives_power", "_pooled")

    def __init__(self, database: Database, *, keeps: bool, outlives_power: bool = False) -> None:
        self._database = database
        self._keeps = keeps
        self._outlives_power = outlives_power

    def __enter__(self) -> Connected:
        database = self._database
        on_sqlite = database.dialect == "sqlite"
        if on_sqlite and self._keeps and not database.turn.acquire(timeout=_PATIENCE):
            raise sqlite3.OperationalError("database is locked")
        try:
            writes_alone = on_sqlite and self._keeps
            self._pooled = database.writing_connection() if writes_alone else database.connection()
        except BaseException:
            if on_sqlite and self._keeps:
                database.turn.release()
            raise
        raw: Any = self._pooled.driver_connection
        try:
            if on_sqlite:
                if self._outlives_power:
                    raw.execute("PRAGMA synchronous=FULL")
                if self._keeps:
                    _begin_writing(raw)
                else:
                    raw.execute(_READ)
            else:
                level = _READ_COMMITTED if self._keeps else _REPEATABLE_READ
                if raw.isolation_level != level:
                    raw.isolation_level = level
                if self._outlives_power:
                    raw.execute("SET LOCAL synchronous_commit TO on")
        except BaseException:
            self._give_back(raw)
            raise
        return Connected(raw, database.dialect)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        raw: Any = self._pooled.driver_connection
        if self._database.dialect == "postgresql" and raw.closed:
            self._forget_connections()
            if kind is None and self._keeps:
                raw.commit()  # says that the connection is lost
            return
        try:
            if self._keeps and kind is None:
                try:
                    raw.commit()
                except BaseException:
                    raw.rollback()
                    raise
            else:
                raw.rollback()
        finally:
            self._give_back(raw)

    def _forget_connections(self) -> None:
        """The server went away and with it, most likely, every connection that is kept: begin with new ones."""
        self._pooled.invalidate()
        self._database.engine.dispose()

    def _give_back(self, raw: Any) -> None:
        database = self._database
        if database.dialect != "sqlite":
            self._pooled.close()
            return
        try:
            if self._outlives_power:
                raw.execute(f"PRAGMA synchronous={_SYNCHRONOUS}")
            if not self._keeps:
                _put_back(database, self._pooled)
            elif raw.in_transaction:
                self._pooled.invalidate()
            else:
                database.writer = self._pooled
        finally:
            if self._keeps:
                database.turn.release()


def _begin_writing(raw: Any) -> None:
    """BEGIN IMMEDIATE, when the other processes let us.

    SQLite's own way to wait sleeps ever longer between its tries, up to a tenth of a second, and whoever came later
    goes first: with two processes one login in twenty took 140 ms.
    """
    until, pause = monotonic() + _PATIENCE, _FIRST_PAUSE
    while True:
        try:
            raw.execute(_WRITE)
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() >= until:
                raise
        else:
            return
        sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _put_back(database: Database, pooled: PoolProxiedConnection) -> None:
    raw: Any = pooled.driver_connection
    if len(database.idle) < _IDLE and not raw.in_transaction:
        database.idle.append(pooled)
    else:
        pooled.close()


def connect(url: str, *, echo: bool = False) -> Engine:
    """An engine for `url` (`sqlite:///…` or `postgresql+psycopg://…`), set up as `Database` wants it."""
    parsed = make_url(url)
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError(
            f"database url: {parsed.get_backend_name()!r} is not supported; use sqlite or postgresql+psycopg"
        )
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, echo=echo)
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Set up every connection of `engine`: on SQLite the pragmas, and transactions begun by us alone."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: object) -> None:
        raw.isolation_level = None  # the driver must not begin transactions behind our back
        for pragma in (
            "busy_timeout=5000",
            "journal_mode=WAL",
            f"synchronous={_SYNCHRONOUS}",
            "foreign_keys=ON",
            "cache_size=-16000",
            f"wal_autocheckpoint={_LONG_LOG}",
        ):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
