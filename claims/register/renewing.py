"""Asking the client anew for what ends: a request for the same, from where the mandate ends, for a year (G5, G7).

The client says yes or no to it as to any request: silence is never consent, and what was given ends when it does.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from claims.already import is_open
from claims.assurance import Loa
from claims.granting import FIRST_OFFERED, Fault, years_after
from claims.instants import Instant
from claims.mandates import Mandate
from claims.offers import Offer, OfferKind, OfferState, Part
from claims.register import offering
from claims.register.actor import Actor
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.offer_judging import Refused as NotAsked
from claims.register.offers_kept import open_between
from claims.register.overview import mandate as whole_mandate
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["AHEAD", "Refused", "Why", "renew"]

AHEAD: Final = 120 * 86400  # seconds before its end from which on a mandate is one to renew
_AFTER: Final = 90 * 86400  # seconds after its end until which it can be asked for anew in this way
_A_DAY: Final = 86400  # by which what was asked yesterday ends earlier


class Why(StrEnum):
    """Why no renewal was asked for; the codes are stable."""

    UNKNOWN_MANDATE = "unknown_mandate"
    NOT_ENTITLED = "not_entitled"
    STOPPED = "stopped"  # by one of the two sides: that is no end that came by itself
    NOT_YET = "not_yet"  # it lasts for long enough, or has no end
    TOO_LATE = "too_late"
    NOT_BY_LIST = "not_by_list"  # it names no services one by one: to be given anew
    ALREADY_ASKED = "already_asked"
    TOO_MANY_OPEN = "too_many_open"
    CANNOT_BE_GRANTED = "cannot_be_granted"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was asked; `faults` say what is against it, where it could not be granted."""

    why: Why
    faults: tuple[Fault, ...] = ()


def renew(
    db: Connected, vault: Vault, organisation: str, mandate_id: str, *, by: Actor, now: Instant
) -> Offer | Refused:
    """Ask the represented party of a mandate of this organisation for the same, for a year from its end."""
    facts = StoredFacts(db)
    grounds = [] if by.speaker is None else entitlements(db, facts, by.speaker, organisation, now=now)
    if not grounds:
        return Refused(Why.NOT_ENTITLED)
    mandate = whole_mandate(db, mandate_id, given_to=(organisation,))
    if mandate is None:
        return Refused(Why.UNKNOWN_MANDATE)
    against = _against(mandate, now)
    if against is not None:
        return Refused(against)
    asked = _request(mandate, now)
    there = open_between(db, mandate.represented, organisation, now=now)
    if any(is_open(one, asked, now, slack=_A_DAY) for one in there):
        return Refused(Why.ALREADY_ASKED)
    acting = by.on(grounds[0].authority, organisation)
    most = offering.MOST_LISTED
    done = offering.ask(db, vault, asked, by=acting, now=now, most=most, brought=by.word)
    if not isinstance(done, NotAsked):
        return done
    if done.why is offering.Why.TOO_MANY_OPEN:
        return Refused(Why.TOO_MANY_OPEN)
    return Refused(Why.CANNOT_BE_GRANTED, done.faults)


def _against(mandate: Mandate, now: Instant) -> Why | None:
    if mandate.revoked_at is not None and mandate.revoked_at <= now:
        return Why.STOPPED
    if mandate.until is None or mandate.until > now + AHEAD:
        return Why.NOT_YET
    if mandate.until + _AFTER <= now:
        return Why.TOO_LATE
    by_name = mandate.services.listed or (mandate.services.set is not None and mandate.actions is None)
    return None if by_name else Why.NOT_BY_LIST


def _request(mandate: Mandate, now: Instant) -> Offer:
    """The same, from the end on; from now on, where that has passed."""
    ends = mandate.until or now
    return Offer(
        id=f"of-{secrets.token_urlsafe(16)}",
        kind=OfferKind.REQUEST,
        state=OfferState.REQUESTED,
        represented=mandate.represented,
        representative=mandate.representative,
        parts=(
            Part(
                f"m-{secrets.token_urlsafe(16)}",
                mandate.services.listed,
                mandate.actions,
                mandate.services.set,
            ),
        ),
        assurance=Loa.HIGH,
        starts=ends if ends > now else None,
        until=years_after(max(ends, now), FIRST_OFFERED),
        made_at=now,
        lapses_at=now,
        branch=mandate.branch,
        further_intermediaries=mandate.further_intermediaries,
        own_affairs=mandate.own_affairs,
        clients=mandate.clients,
        limits=mandate.limits,
    )
