"""Whether the tables of a database are those of this version: a command that guesses would do harm."""

from authz_server import migrations
from authz_server.commands.options import Invocation, Refused
from authz_server.migrations import Standing

__all__ = ["database_unknown", "require_up_to_date"]


def require_up_to_date(invocation: Invocation) -> Standing:
    """Where the database stands; Refused unless its tables are those of this version."""
    standing = migrations.standing(invocation.database_as_it_is.engine)
    if standing.up_to_date:
        return standing
    if standing.foreign:
        raise database_unknown(standing.foreign)
    what = (
        f"The database is at {standing.revision or 'no revision'}; this version works with {standing.latest}."
    )
    raise Refused("database_not_up_to_date", what, "Run: namens db upgrade")


def database_unknown(why: str) -> Refused:
    """A database that no upgrade of this version leads on."""
    return Refused(
        "database_unknown",
        f"This database is not one that this version can work with or upgrade: {why}.",
        "Use the version of Namens that made it or a later one, or restore the backup from before it was upgraded.",
    )
