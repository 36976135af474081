"""Stopping a mandate for a while, and letting it hold again: the represented side's (G8)."""

from collections.abc import Callable
from dataclasses import replace

from claims.instants import Instant
from claims.mandates import Mandate, resumed_at
from claims.register.actor import Actor
from claims.register.changing import Refused, Why, change
from claims.register.journal import Event
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["resume", "suspend", "suspended_from"]


def suspend(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Mandate | Refused:
    """Let the mandate hold no more from `now` on, until it is resumed."""
    return change(db, vault, mandate_id, Event.SUSPENDED, suspended_from(now), by=by, now=now, reason=reason)


def suspended_from(now: Instant) -> Callable[[Mandate], Mandate | Why]:
    """What makes of a mandate one that is suspended from `now` on, whatever it is called in the account."""

    def suspended(mandate: Mandate) -> Mandate | Why:
        if mandate.is_suspended(now):
            return Why.ALREADY_SUSPENDED
        return replace(mandate, suspended=(*mandate.suspended, (now, None)))

    return suspended


def resume(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Mandate | Refused:
    """Let the mandate hold again from `now` on: what suspends it is over, what will do so later is not."""

    def resumed(mandate: Mandate) -> Mandate | Why:
        if not mandate.is_suspended(now):
            return Why.NOT_SUSPENDED
        return replace(mandate, suspended=resumed_at(mandate.suspended, now))

    return change(db, vault, mandate_id, Event.RESUMED, resumed, by=by, now=now, reason=reason)
