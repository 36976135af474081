"""Used client assertions, the simplest rows that end on their own, some of them over."""

import secrets

from keys.storage import Database, Statement

_KEPT = 86400  # seconds, after they expired
_ADD = Statement("INSERT INTO oidc_assertions (digest, expires_at) VALUES (:digest, :expires_at)")
_LEFT = Statement("SELECT digest FROM oidc_assertions")


def laid(database: Database, *, over: int, alive: int, now: int) -> set[str]:
    """Rows in any order; those that must stay, for a second more."""
    stay = {secrets.token_urlsafe(32) for _ in range(alive)}
    rows = [{"digest": one, "expires_at": now - _KEPT + 1} for one in stay]
    rows += [{"digest": secrets.token_urlsafe(32), "expires_at": now - _KEPT - 3600} for _ in range(over)]
    with database.writing() as db:
        db.many(_ADD, rows)
    return stay


def left(database: Database) -> set[str]:
    with database.reading() as db:
        return {row[0] for row in db.all(_LEFT)}
