"""Offers made, asked for and signed by the represented side; the other side's yes is in `accepting`, a no in `declining`.

Each step holds the row of its offer until the unit of work ends: of two that come at once, the second sees what the
first did. Who may take a step is asked of the register at that moment, and once more when the mandate is given
(`mandates` 5).

A yes is said by who is logged in, or brought by another for somebody who is not. Then the account tells who brought it
and on what evidence, and nobody brings the word of both sides.
"""

from dataclasses import replace
from typing import Final

from claims.evidence import Policy
from claims.granting import Entitlement, Fault, WhyNot, of_period
from claims.instants import Instant
from claims.offers import Brought, Offer, OfferKind, OfferState, Said, Taken, Waits
from claims.parties import PartyKind
from claims.register import landing, waited_for
from claims.register.actor import Actor
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.offer_giving import give
from claims.register.offer_judging import Refused, Why, against, begun, entitled, said_yes_by_asking
from claims.register.offers_kept import (
    LAPSES_AFTER,
    alone,
    find,
    hold,
    how_many_open,
    how_many_requests,
    keep,
)
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["MOST_ASKED", "MOST_LISTED", "MOST_OPEN", "Refused", "Why", "approve", "ask", "make"]

MOST_OPEN: Final = {PartyKind.PERSON: 100, PartyKind.ORGANISATION: 10_000}  # offers that one party has open
MOST_ASKED: Final = 20  # requests that one asker has open
MOST_LISTED: Final = 1_000  # that an organisation has open, where who may grant for it brings them as a list


def make(
    db: Connected,
    vault: Vault,
    offer: Offer,
    *,
    login: Said,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Offer | Refused:
    """Put an offer of the represented side: the person of `by` says yes, and others sign where they must.

    What is offered to the very person who may accept it is given at once. `NOT_NOW` where there is one of that id.
    """
    alone(db, offer.represented, offer.id)
    facts = StoredFacts(db)
    party = facts.party(offer.represented)
    person = _who_says(login, by)
    if party is None or person is None:
        return Refused(Why.NOT_ENTITLED)
    if find(db, offer.id) is not None:
        return Refused(Why.NOT_NOW)
    if how_many_open(db, offer.represented, now=now) >= MOST_OPEN[party.kind]:
        return Refused(Why.TOO_MANY_OPEN)
    ground = entitled(db, facts, offer, person, login, now, policy)
    if isinstance(ground, Refused):
        return ground
    landing.hold(db, offer)
    signed = replace(
        offer,
        state=OfferState.REQUESTED,
        approvals=(ground.approval(login, now),),
        made_at=now,
        lapses_at=min(now + LAPSES_AFTER, offer.until),
    )
    return _signed(db, vault, facts, signed, ground, Event.REQUESTED, by=by, now=now, policy=policy)


def ask(
    db: Connected,
    vault: Vault,
    offer: Offer,
    *,
    by: Actor,
    now: Instant,
    most: int | None = None,
    brought: Brought | None = None,
) -> Offer | Refused:
    """Put a request of the representative's side: who may grant for the represented party says yes or no to it.

    `most` is how many the asker may have open: more for an organisation whose administrator brings a list. Requests fill
    half of what a party may have open at most: others cannot keep it from offering something itself.
    """
    person = by.person if brought is None else brought.person
    if offer.representative is None or person is None:
        return Refused(Why.NOT_ENTITLED)
    alone(db, offer.represented, offer.representative)
    facts = StoredFacts(db)
    party = facts.party(offer.represented)
    if party is None:
        return Refused(Why.NOT_ENTITLED)
    faults = tuple(of_period(offer, now))
    if offer.branch is not None and not party.has_branch(offer.branch):
        faults = (*faults, Fault(WhyNot.UNKNOWN_BRANCH))
    if faults:
        return Refused(Why.CANNOT_BE_GRANTED, faults)
    if (
        how_many_requests(db, offer.representative, now=now) >= (MOST_ASKED if most is None else most)
        or how_many_open(db, party.id, now=now) >= MOST_OPEN[party.kind] // 2
    ):
        return Refused(Why.TOO_MANY_OPEN)
    asked = replace(
        offer,
        kind=OfferKind.REQUEST,
        state=OfferState.REQUESTED,
        taken=Taken(person, now, brought),
        reference=None,
        made_at=now,
        lapses_at=min(now + LAPSES_AFTER, offer.until),
    )
    kept = keep(db, vault, asked, Event.REQUESTED, by=by, now=now)
    waited_for.tell(db, kept, now=now)
    return kept


def approve(
    db: Connected,
    vault: Vault,
    offer_id: str,
    *,
    login: Said,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Offer | Refused:
    """The person of `by` signs too, on the represented side."""
    facts = StoredFacts(db)
    offer = hold(db, offer_id)
    person = _who_says(login, by)
    if offer is None or person is None:
        return Refused(Why.UNKNOWN_OFFER)
    if not offer.is_open(now) or offer.waits_for is not Waits.APPROVAL:
        return Refused(Why.NOT_NOW)
    if any(one.person == person for one in offer.approvals):
        return Refused(Why.ALREADY_SIGNED)
    ground = entitled(db, facts, begun(offer, now), person, login, now, policy)
    if isinstance(ground, Refused):
        return ground
    landing.hold(db, offer)
    signed = replace(offer, approvals=(*offer.approvals, ground.approval(login, now)))
    return _signed(db, vault, facts, signed, ground, Event.APPROVED, by=by, now=now, policy=policy)


def _signed(
    db: Connected,
    vault: Vault,
    facts: StoredFacts,
    offer: Offer,
    ground: Entitlement,
    waiting: Event,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Offer | Refused:
    """Keep an offer that was signed once more: it waits for others, goes out, or is given."""
    acting = by if by.person is None else replace(by, authority=ground.authority)
    if against(db, facts, offer, now, policy):
        kept = keep(db, vault, offer, waiting, by=acting, now=now)
        if waiting is Event.REQUESTED:  # who signs later was told then
            waited_for.tell(db, kept, now=now)
        return kept
    offered = replace(offer, state=OfferState.OFFERED)
    kept = keep(db, vault, offered, Event.OFFERED, by=acting, now=now)
    is_oneself = by.person is not None and kept.representative == by.person
    if is_oneself or said_yes_by_asking(db, facts, kept, now):
        return give(db, vault, facts, kept, by=acting, now=now, policy=policy)
    waited_for.tell(db, kept, now=now)
    return kept


def _who_says(said: Said, by: Actor) -> str | None:
    """Whose yes it is: of who is logged in, or of whom it was brought."""
    return said.person if isinstance(said, Brought) else by.person
