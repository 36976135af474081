"""`namens db upgrade | check`: the schema of the database."""

import click

from authz_server import migrations
from authz_server.commands.options import Invocation, command_options
from authz_server.commands.standing import database_unknown, require_up_to_date
from authz_server.migrations import UnknownRevision

__all__ = ["db", "require_up_to_date"]


@click.group()
def db() -> None:
    """The database: bring its tables up to date, or see whether they are."""


@db.command()
@command_options
def upgrade(invocation: Invocation) -> None:
    """Bring the tables up to date. Either all of it happens, or nothing."""
    try:
        before = migrations.upgrade(invocation.database_as_it_is.engine)
    except UnknownRevision as failure:
        raise database_unknown(str(failure)) from failure
    if before.up_to_date:
        words = f"Nothing to do: the database is at {before.latest}."
    else:
        words = f"The database went from {before.revision or 'empty'} to {before.latest}."
    invocation.print(words, {"from": before.revision, "to": before.latest})


@db.command()
@command_options
def check(invocation: Invocation) -> None:
    """Say whether the database is up to date. Nothing is changed."""
    standing = require_up_to_date(invocation)
    invocation.print(f"The database is up to date ({standing.latest}).", {"revision": standing.revision})
