"""Offers made, signed, taken up, accepted, withdrawn and declined; mandates or an appointment become of them (`mandates` 5).

Each step holds the row of its offer until the unit of work ends: of two that come at once, the second sees what the
first did. Who may take a step is asked of the register at that moment, and once more when the mandate is given.

A yes is said by who is logged in, or brought by another for somebody who is not. Then the account tells who brought it
and on what evidence, and nobody brings the word of both sides.
"""

from dataclasses import replace
from typing import Final

from claims.assurance import Loa
from claims.evidence import Policy
from claims.granting import Entitlement, Fault, WhyNot, of_period
from claims.instants import Instant
from claims.offers import Brought, Offer, OfferKind, OfferState, Said, Taken, Waits
from claims.parties import PartyKind
from claims.register import landing
from claims.register.actor import Actor
from claims.register.entitling import who_may_accept
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.offer_giving import give, nameless
from claims.register.offer_judging import (
    Refused,
    Why,
    against,
    begun,
    brought_by,
    entitled,
    said_yes_by_asking,
    who_confirms,
)
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

__all__ = [
    "MOST_ASKED", "MOST_LISTED", "MOST_OPEN", "Refused", "Why", "accept", "approve", "ask", "confirm", "decline",
    "give_confirmed", "make", "take", "withdraw",
]  # fmt: skip

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
    return keep(db, vault, asked, Event.REQUESTED, by=by, now=now)


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


def take(
    db: Connected,
    vault: Vault,
    offer: Offer,
    representative: str,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Offer | Refused:
    """The person of `by` takes up an offer that is held, with its code, for `representative`: themself or an organisation.

    It is given at once where nobody else has to say yes.
    """
    if by.person is None:
        return Refused(Why.NOT_ENTITLED)
    facts = StoredFacts(db)
    taken = replace(offer, representative=representative, taken=Taken(by.person, now))
    faults = against(db, facts, taken, now, policy)
    if faults:
        return Refused(Why.CANNOT_BE_GRANTED, faults)
    landing.hold(db, taken)
    taken = keep(db, vault, taken, Event.REDEEMED, by=by, now=now)
    if offer.kind is OfferKind.EMPLOYEE:
        return taken
    if representative == by.person:
        return give(db, vault, facts, taken, by=by, now=now, policy=policy)
    accepts = who_may_accept(db, facts, by.person, representative, now=now)
    if accepts is None:
        return taken
    return give(db, vault, facts, taken, by=replace(by, authority=accepts.authority), now=now, policy=policy)


def accept(
    db: Connected,
    vault: Vault,
    offer_id: str,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
    brought: Brought | None = None,
    team: str | None = None,
) -> Offer | Refused:
    """The representative's side says yes: the person themself, or who may grant for the organisation (G7).

    The client lands in that `team` of the organisation. Whether who says so may is the caller's to know (`landing.may_land`).
    """
    return _last_yes(db, vault, offer_id, Waits.ACCEPTANCE, brought, by=by, now=now, policy=policy, team=team)


def confirm(
    db: Connected,
    vault: Vault,
    offer_id: str,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
    brought: Brought | None = None,
) -> Offer | Refused:
    """The represented organisation says that it is who came with the code whom it meant (G6c).

    That is a second look: who brought its first word does not bring this one.
    """
    return _last_yes(db, vault, offer_id, Waits.CONFIRMATION, brought, by=by, now=now, policy=policy)


def give_confirmed(
    db: Connected, vault: Vault, offer: Offer, *, by: Actor, now: Instant, policy: Policy
) -> Offer | Refused:
    """Give what was recorded from paper, is held, and was confirmed by a second person: that `by` may is the caller's to know.

    To an organisation it is offered: somebody accepts who may grant for it (G7).
    """
    facts = StoredFacts(db)
    to_whom = None if offer.representative is None else facts.party(offer.representative)
    if offer.waits_for is not Waits.SECOND_PAIR or to_whom is None:
        return Refused(Why.NOT_NOW)
    faults = against(db, facts, offer, now, policy)
    if faults:
        return Refused(Why.CANNOT_BE_GRANTED, faults)
    confirmed = keep(db, vault, replace(offer, state=OfferState.OFFERED), Event.CONFIRMED, by=by, now=now)
    if to_whom.kind is PartyKind.ORGANISATION:
        return confirmed
    return give(db, vault, facts, confirmed, by=by, now=now, policy=policy)


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
        return keep(db, vault, offer, waiting, by=acting, now=now)
    offered = replace(offer, state=OfferState.OFFERED)
    kept = keep(db, vault, offered, Event.OFFERED, by=acting, now=now)
    is_oneself = by.person is not None and kept.representative == by.person
    if is_oneself or said_yes_by_asking(db, facts, kept, now):
        return give(db, vault, facts, kept, by=acting, now=now, policy=policy)
    return kept


def _last_yes(
    db: Connected,
    vault: Vault,
    offer_id: str,
    waits: Waits,
    brought: Brought | None,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
    team: str | None = None,
) -> Offer | Refused:
    facts = StoredFacts(db)
    offer = hold(db, offer_id)
    person = by.person if brought is None else brought.person
    if offer is None or person is None:
        return Refused(Why.UNKNOWN_OFFER)
    if not offer.is_open(now) or offer.waits_for is not waits or offer.representative is None:
        return Refused(Why.NOT_NOW)
    if brought_by(offer, brought):
        return Refused(Why.SAME_HAND)
    acting = by
    if waits is Waits.ACCEPTANCE:
        accepts = who_may_accept(db, facts, person, offer.representative, now=now)
        if accepts is None:
            return Refused(Why.NOT_ENTITLED)
    else:
        login = brought or by.assurance or Loa.BASIC
        confirms = who_confirms(db, facts, offer, person, login, now, policy)
        if isinstance(confirms, Refused):
            return confirms
        accepts = confirms
        if not confirms.alone:  # who signs together says together who it is
            offer = offer.confirmed_by(confirms.approval(login, now))
            if against(db, facts, offer.as_confirmed(), now, policy):
                acting = by if by.person is None else replace(by, authority=confirms.authority)
                return keep(db, vault, offer, Event.APPROVED, by=acting, now=now)
            offer = offer.as_confirmed()
    landing.hold(db, offer, team)
    if brought is not None:
        offer = replace(offer, accepted=brought)
    acting = by if by.person is None else replace(by, authority=accepts.authority)
    return give(db, vault, facts, offer, by=acting, now=now, policy=policy, team=team)


def _who_says(said: Said, by: Actor) -> str | None:
    """Whose yes it is: of who is logged in, or of whom it was brought."""
    return said.person if isinstance(said, Brought) else by.person


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
