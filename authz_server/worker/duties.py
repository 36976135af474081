"""Whose turn it is: a duty is one process's for a while, decided by one statement on both databases."""

from typing import Final

from claims.instants import Instant
from keys.storage import Connected, Statement

__all__ = ["claim", "is_free", "note"]

# Nobody holds a duty for longer than a day: where it is held beyond this, some clock was far ahead.
_TOO_LONG: Final = 2 * 86400

_HELD: Final = Statement(
    "SELECT 1 FROM worker_duties WHERE name = :name AND held_until > :now AND held_until <= :too_long"
)
_CLAIM: Final = Statement(
    "INSERT INTO worker_duties (name, holder, held_until, position) VALUES (:name, :holder, :until, '')"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until"
    " WHERE worker_duties.held_until <= :now OR worker_duties.held_until > :too_long"
    " OR worker_duties.holder = excluded.holder"
    " RETURNING position"
)
_KEEP: Final = Statement(
    "UPDATE worker_duties SET held_until = :until, position = :position"
    " WHERE name = :name AND holder = :holder AND held_until > :now"
)


def is_free(db: Connected, name: str, *, now: Instant) -> bool:
    """Whether it is worth trying to claim the duty."""
    return db.one(_HELD, {"name": name, "now": now, "too_long": now + _TOO_LONG}) is None


def claim(db: Connected, name: str, holder: str, *, now: Instant, until: Instant) -> str | None:
    """Take the duty until an instant; the position where it was left, None where another process has it."""
    asked = {"name": name, "holder": holder, "now": now, "until": until, "too_long": now + _TOO_LONG}
    row = db.one(_CLAIM, asked)
    return None if row is None else str(row[0])


def note(db: Connected, name: str, holder: str, *, now: Instant, until: Instant, position: str) -> bool:
    """Say how far the holder came, and until when nobody else need begin: later, to go on; now, to stop.

    False where the duty is not the holder's any more: it slept too long, and another process goes on.
    """
    kept = {"name": name, "holder": holder, "now": now, "until": until, "position": position}
    return db.run(_KEEP, kept) == 1
