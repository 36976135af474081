"""Ending a mandate: at once, everywhere, by either side, with who did it and on whose authority (G8)."""

from dataclasses import replace

from claims.instants import Instant
from claims.mandates import Mandate
from claims.register.actor import Actor
from claims.register.changing import Refused, change
from claims.register.journal import Event
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["renounce", "revoke"]


def revoke(
    db: Connected,
    vault: Vault,
    mandate_id: str,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
    event: Event = Event.REVOKED,
) -> Mandate | Refused:
    """End the mandate from `now` on, on the represented side, called `event` in the account."""
    return _end(db, vault, mandate_id, event, by, now, reason)


def renounce(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Mandate | Refused:
    """End the mandate from `now` on, on the representative's side."""
    return _end(db, vault, mandate_id, Event.RENOUNCED, by, now, reason)


def _end(
    db: Connected, vault: Vault, mandate_id: str, event: Event, by: Actor, now: Instant, reason: str | None
) -> Mandate | Refused:
    return change(
        db,
        vault,
        mandate_id,
        event,
        lambda mandate: replace(mandate, revoked_at=now),
        by=by,
        now=now,
        reason=reason,
    )
