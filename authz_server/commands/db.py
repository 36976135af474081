"""`namens db upgrade | check`: the schema of the database."""

import click

from authz_server import migrations
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import require_secrets
from authz_server.migrations import Standing, UnknownRevision

__all__ = ["db", "require_up_to_date"]


@click.group()
def db() -> None:
    """The database: bring its tables up to date, or see whether they are."""


@db.command()
@command_options
def upgrade(invocation: Invocation) -> None:
    """Bring the tables up to date. Either all of it happens, or nothing."""
    try:
        before = migrations.upgrade(invocation.database.engine, sealer=invocation.context.keyring.sealer)
    except UnknownRevision as failure:
        raise Refused(
            "database_unknown",
            f"This database is not one that this version can upgrade: {failure}.",
            "Use the version of Namens that made it, or another database.",
        ) from failure
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


def require_up_to_date(invocation: Invocation) -> Standing:
    """Where the database stands; Refused unless its tables are those of this version."""
    standing = migrations.standing(invocation.database.engine)
    if standing.up_to_date:
        return standing
    what = (
        f"The database is at {standing.revision or 'no revision'}; this version works with {standing.latest}."
    )
    raise Refused("database_not_up_to_date", what, "Run: namens db upgrade")
