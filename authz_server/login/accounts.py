"""Accounts: which parties can log in with a password, and the hash that is kept of it (see `passwords`)."""

from enum import StrEnum
from typing import Final

from authz_server.login.methods import PASSWORD
from authz_server.login.passwords import MAXIMUM_LENGTH
from claims.assurance import Loa
from claims.instants import Instant
from keys.storage import Connected, Statement

__all__ = ["AccountRefusal", "add", "close", "exists", "set_password", "stored"]

MINIMUM_LENGTH: Final = 8


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
    " ON CONFLICT (id) DO UPDATE SET secret = excluded.secret, bound_level = excluded.bound_level,"
    " created_at = excluded.created_at, ended_at = NULL"
)
_UNBIND = Statement(
    "UPDATE login_authenticators SET ended_at = :now WHERE party = :party AND ended_at IS NULL"
)
_STORED = Statement(
    "SELECT secret, bound_level FROM login_authenticators WHERE id = :id AND ended_at IS NULL"
)
_REHASH = Statement("UPDATE login_authenticators SET secret = :secret WHERE id = :id")


def checked_length(password: str) -> AccountRefusal | None:
    """What is wrong with the length of a new password, if anything."""
    if len(password) < MINIMUM_LENGTH:
        return AccountRefusal.TOO_SHORT
    return AccountRefusal.TOO_LONG if len(password) > MAXIMUM_LENGTH else None


def exists(db: Connected, party: str) -> bool:
    """Whether the party has an open account."""
    return db.one(_EXISTS, {"party": party}) is not None


def add(db: Connected, party: str, secret: str, *, now: Instant) -> AccountRefusal | None:
    """Open an account with a password whose hash is `secret`; a closed account opens again."""
    if exists(db, party):
        return AccountRefusal.EXISTS
    db.run(_OPEN, {"party": party, "now": now})
    _bind(db, party, secret, now=now)
    return None


def set_password(db: Connected, party: str, secret: str, *, now: Instant) -> AccountRefusal | None:
    """Replace the password of an open account by one whose hash is `secret`."""
    if not exists(db, party):
        return AccountRefusal.UNKNOWN
    _bind(db, party, secret, now=now)
    return None


def close(db: Connected, party: str, *, now: Instant) -> AccountRefusal | None:
    """Close the account: nobody logs in with it any more. What was granted stays in the register."""
    if db.run(_CLOSE, {"party": party, "now": now}) == 0:
        return AccountRefusal.UNKNOWN
    db.run(_UNBIND, {"party": party, "now": now})
    return None


def stored(db: Connected, party: str) -> tuple[str, Loa] | None:
    """The hash of the party's password and the level at which it was bound; None without an open account."""
    if not exists(db, party):
        return None
    row = db.one(_STORED, {"id": PASSWORD.authenticator(party)})
    return None if row is None else (row[0], Loa(row[1]))


def rehash(db: Connected, party: str, secret: str) -> None:
    """Keep the same password in today's way."""
    db.run(_REHASH, {"id": PASSWORD.authenticator(party), "secret": secret})


def _bind(db: Connected, party: str, secret: str, *, now: Instant) -> None:
    db.run(
        _BIND,
        {
            "id": PASSWORD.authenticator(party),
            "party": party,
            "method": PASSWORD.name,
            "secret": secret,
            "level": int(PASSWORD.reaches),
            "now": now,
        },
    )
