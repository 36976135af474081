"""`namens db upgrade | check | backup | restored`: the database as a whole."""

import sqlite3
from pathlib import Path

import click

from authz_server import migrations, restoring
from authz_server.clock import machine_clock
from authz_server.commands.keys import check_the_seal
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import another_secret, require_secrets
from authz_server.commands.standing import database_unknown, require_up_to_date
from authz_server.commands.whole_files import make_whole
from authz_server.context import join
from authz_server.migrations import UnknownRevision, upgrading
from claims.instants import written
from keys.in_use import AnotherSecret
from keys.storage import Database

__all__ = ["db", "require_up_to_date"]


@click.group()
def db() -> None:
    """The database: bring its tables up to date, copy it, and what follows when a copy took its place."""


@db.command()
@command_options
def upgrade(invocation: Invocation) -> None:
    """Bring the tables up to date. Either all of it happens, or nothing."""
    try:
        database = invocation.database_as_it_is
        context = join(invocation.settings, database, clock=machine_clock)
        before = upgrading.upgrade(database.engine, sealer=context.keyring.sealer, vault=context.vault)
    except UnknownRevision as failure:
        raise database_unknown(str(failure)) from failure
    except AnotherSecret as failure:
        raise another_secret(failure) from failure
    if before.up_to_date:
        words = f"Nothing to do: the database is at {before.latest}."
    else:
        words = f"The database went from {before.revision or 'empty'} to {before.latest}."
    invocation.print(words, {"from": before.revision, "to": before.latest})


@db.command()
@command_options
def check(invocation: Invocation) -> None:
    """Say whether the database is up to date, and whether the secrets are its own. Nothing is changed."""
    standing = require_up_to_date(invocation)
    require_secrets(invocation)
    invocation.print(f"The database is up to date ({standing.latest}).", {"revision": standing.revision})


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@command_options
def backup(invocation: Invocation, file: Path) -> None:
    """Copy a SQLite database to FILE as it is at one moment, while servers go on.

    FILE is there when all of it is copied, and not before. PostgreSQL has pg_dump.
    """
    database = invocation.database_as_it_is
    if database.dialect != "sqlite":
        raise Refused(
            "backup_is_for_sqlite", "PostgreSQL makes its own backups.", "Use: pg_dump --format=custom"
        )
    standing = migrations.standing(database.engine)
    if standing.revision is None:
        raise Refused("database_not_up_to_date", "There is no database yet.", "Check database.url.")
    file = file.resolve()
    if file.exists() and (not file.is_file() or _is_of_the_database(file, database)):
        raise Refused("cannot_write", "FILE is the database itself, or no file.", "Give another FILE.")
    try:
        make_whole(file, database.copy)
    except (OSError, sqlite3.OperationalError) as failure:
        why = (
            failure.strerror if isinstance(failure, OSError) else "the disk is full, or the database damaged"
        )
        raise Refused("cannot_write", f"It cannot be written: {why}.", "Give another FILE.") from failure
    size = file.stat().st_size
    invocation.print(
        f"Copied: {size} bytes, at revision {standing.revision}. The secrets are not in it.",
        {"revision": standing.revision, "bytes": size},
    )


@db.command()
@command_options
def restored(invocation: Invocation) -> None:
    """After a backup took the place of the database: end every login and all that was handed out.

    What was ended or used since the backup stands again in it. Do this before the servers start.
    """
    context = invocation.context
    now = context.clock()
    check_the_seal(context, now)
    with context.database.recording() as db:
        newest = restoring.newest(db)
        ended = restoring.end_all(db, now=now)
    since = "it holds nothing yet" if newest is None else f"its newest entry is of {written(newest)}"
    words = [
        f"Ended: {ended.grants} grants and {ended.sessions} sessions. Everybody logs in again.",
        f"Of the database: {since}. What was done after that is not in it: mandates that were ended, keys that",
        "were withdrawn, accounts that were closed, secrets that were changed. Do it again.",
    ]
    invocation.print(
        "\n".join(words),
        {
            "grants": ended.grants,
            "sessions": ended.sessions,
            "newest": None if newest is None else written(newest),
        },
    )


def _is_of_the_database(file: Path, database: Database) -> bool:
    own = database.engine.url.database
    return own is not None and Path(own).exists() and file.samefile(own)
