"""After a backup took the place of the database: what was true then is not all true now.

A login that was ended since the backup stands again, a code or a refresh token that was used since works again, and
nobody can tell which. So all of them are ended.
"""

from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from keys.storage import Connected, Statement

__all__ = ["Ended", "end_all", "newest"]

_NEWEST: Final = tuple(
    Statement(f"SELECT max({column}) FROM {table}")  # noqa: S608 - names of ours alone
    for table, column in (
        ("register_journal", "at"),
        ("register_uses", "at"),
        ("oidc_grants", "created_at"),
        ("login_sessions", "seen_at"),
    )
)
_END_GRANTS: Final = Statement("UPDATE oidc_grants SET ended_at = :now WHERE ended_at IS NULL")
_END_SESSIONS: Final = Statement("UPDATE login_sessions SET ended_at = :now WHERE ended_at IS NULL")
_FORGET: Final = (
    Statement("DELETE FROM login_remembered"),
    Statement("DELETE FROM login_interactions"),
    Statement("DELETE FROM oidc_api_tokens"),
    Statement("DELETE FROM api_answers"),  # what was answered since may not be so any more
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How many of each."""

    grants: int
    sessions: int


def newest(db: Connected) -> Instant | None:
    """When the last thing happened that this database knows of: about the moment of the backup. None: nothing did."""
    instants = [row[0] for statement in _NEWEST if (row := db.one(statement)) is not None]
    return max((at for at in instants if at is not None), default=None)


def end_all(db: Connected, *, now: Instant) -> Ended:
    """End every grant, with its code and tokens, and every session; forget what waits and what was chosen.

    Tokens for the register's API go too: their clients fetch others by themselves.
    """
    ended = Ended(db.run(_END_GRANTS, {"now": now}), db.run(_END_SESSIONS, {"now": now}))
    for statement in _FORGET:
        db.run(statement)
    return ended
