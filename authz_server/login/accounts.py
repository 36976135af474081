"""Accounts: which parties can log in with a password, and the hash that is kept of it (see `passwords`).

An account that the demo opened, with its published password, is kept under a word of its own: whatever becomes of
its row, no other process takes that password.
"""

from enum import StrEnum
from typing import Final

from authz_server.login.methods import PASSWORD
from authz_server.login.passwords import MAXIMUM_LENGTH
from claims.assurance import Loa
from claims.instants import Instant
from keys.storage import Connected, Statement

__all__ = ["AccountRefusal", "add", "any_of_the_demo", "close", "exists", "set_password", "stored"]

MINIMUM_LENGTH: Final = 8
_OF_THE_DEMO: Final = "demo"  # as the `method` of an authenticator


class AccountRefusal(StrEnum):
    """Why an account was not made or changed."""

    EXISTS = "account_exists"
    UNKNOWN = "account_unknown"
    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"


_EXISTS = Statement("SELECT 1 FROM login_accounts WHERE party = :party AND closed_at IS NULL")
_OPEN = Statement(
    "INSERT INTO login_accounts (party, created_at) VALUES (:party, :now)"
    " ON CONFLICT (party) DO UPDATE SET closed_at = NULL"
)
_CLOSE = Statement("UPDATE login_accounts SET closed_at = :now WHERE party = :party AND closed_at IS NULL")
_BIND = Statement(
    "INSERT INTO login_authenticators (id, party, method, secret, bound_level, created_at)"
    " VALUES (:id, :party, :method, :secret, :level, :now)"
    " ON CONFLICT (id) DO UPDATE SET method = excluded.method, secret = excluded.secret,"
    " bound_level = excluded.bound_level, created_at = excluded.created_at, ended_at = NULL"
)
_UNBIND = Statement(
    "UPDATE login_authenticators SET ended_at = :now WHERE party = :party AND ended_at IS NULL"
)
# One statement, whether there is such an account or not: an answer takes as long for either.
_STORED = Statement(
    "SELECT a.secret, a.bound_level FROM login_authenticators a JOIN login_accounts o ON o.party = a.party"
    " WHERE a.id = :id AND a.party = :party AND a.method IN (:method, :also)"
    " AND a.ended_at IS NULL AND o.closed_at IS NULL"
)
_ANY_OF_THE_DEMO = Statement("SELECT 1 FROM login_authenticators WHERE method = :method LIMIT 1")
_REHASH = Statement("UPDATE login_authenticators SET secret = :secret WHERE id = :id")


def checked_length(password: str) -> AccountRefusal | None:
    """What is wrong with the length of a new password, if anything."""
    if len(password) < MINIMUM_LENGTH:
        return AccountRefusal.TOO_SHORT
    return AccountRefusal.TOO_LONG if len(password) > MAXIMUM_LENGTH else None


def exists(db: Connected, party: str) -> bool:
    """Whether the party has an open account."""
    return db.one(_EXISTS, {"party": party}) is not None


def add(db: Connected, party: str, secret: str, *, now: Instant, demo: bool = False) -> AccountRefusal | None:
    """Open an account with a password whose hash is `secret`; a closed account opens again.

    `demo`: the password is the demo's published one.
    """
    if exists(db, party):
        return AccountRefusal.EXISTS
    db.run(_OPEN, {"party": party, "now": now})
    _bind(db, party, secret, method=_OF_THE_DEMO if demo else PASSWORD.name, now=now)
    return None


def set_password(db: Connected, party: str, secret: str, *, now: Instant) -> AccountRefusal | None:
    """Replace the password of an open account by one whose hash is `secret`."""
    if not exists(db, party):
        return AccountRefusal.UNKNOWN
    _bind(db, party, secret, method=PASSWORD.name, now=now)
    return None


def close(db: Connected, party: str, *, now: Instant) -> AccountRefusal | None:
    """Close the account: nobody logs in with it any more. What was granted stays in the register."""
    if db.run(_CLOSE, {"party": party, "now": now}) == 0:
        return AccountRefusal.UNKNOWN
    db.run(_UNBIND, {"party": party, "now": now})
    return None


def stored(db: Connected, party: str, *, demo: bool = False) -> tuple[str, Loa] | None:
    """The hash of the party's password and the level at which it was bound; None without an open account.

    Those of a demo are accounts in the demo alone (`demo`).
    """
    also = _OF_THE_DEMO if demo else PASSWORD.name
    asked = {"id": PASSWORD.authenticator(party), "party": party, "method": PASSWORD.name, "also": also}
    row = db.one(_STORED, asked)
    return None if row is None else (row[0], Loa(row[1]))


def any_of_the_demo(db: Connected) -> bool:
    """Whether the demo opened an account here, in a database of its own or in one that was copied from it."""
    return db.one(_ANY_OF_THE_DEMO, {"method": _OF_THE_DEMO}) is not None


def rehash(db: Connected, party: str, secret: str) -> None:
    """Keep the same password in today's way."""
    db.run(_REHASH, {"id": PASSWORD.authenticator(party), "secret": secret})


def _bind(db: Connected, party: str, secret: str, *, method: str, now: Instant) -> None:
    db.run(
        _BIND,
        {
            "id": PASSWORD.authenticator(party),
            "party": party,
            "method": method,
            "secret": secret,
            "level": int(PASSWORD.reaches),
            "now": now,
        },
    )
