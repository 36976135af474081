"""A no to an offer: taken back by the side that offered or asked, declined by the other. Nothing becomes of it (`mandates` 5)."""

from claims.instants import Instant
from claims.offers import Offer, OfferState
from claims.register.actor import Actor
from claims.register.journal import Event
from claims.register.offer_giving import nameless
from claims.register.offer_judging import Refused, Why
from claims.register.offers_kept import hold, keep
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["decline", "withdraw"]


def withdraw(
    db: Connected, vault: Vault, offer_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Offer | Refused:
    """Take back what is open, on the side that offered or asked. Whether `by` may is the caller's to know."""
    return _close(db, vault, offer_id, OfferState.WITHDRAWN, Event.WITHDRAWN, by, now, reason)


def decline(
    db: Connected, vault: Vault, offer_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Offer | Refused:
    """Say no to what is open, on the other side. Whether `by` may is the caller's to know."""
    return _close(db, vault, offer_id, OfferState.DECLINED, Event.DECLINED, by, now, reason)


def _close(
    db: Connected,
    vault: Vault,
    offer_id: str,
    state: OfferState,
    event: Event,
    by: Actor,
    now: Instant,
    reason: str | None,
) -> Offer | Refused:
    offer = hold(db, offer_id)
    if offer is None:
        return Refused(Why.UNKNOWN_OFFER)
    if not offer.is_open(now):
        return Refused(Why.NOT_NOW)
    return keep(db, vault, nameless(offer, state), event, by=by, now=now, reason=reason)
