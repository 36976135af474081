"""The last yes to an offer: of who takes it up with a code, of whom it goes to, of who says who came (`mandates` 5, G6, G7).

The offer is held, and what entitles somebody is asked at that moment. The last yes gives: a mandate or an appointment
becomes of it. Who brought the word of the represented side does not bring that of the other, nor says who came.
"""

from dataclasses import replace

from claims.assurance import Loa
from claims.evidence import Policy
from claims.instants import Instant
from claims.offers import Brought, Offer, OfferKind, OfferState, Taken, Waits
from claims.parties import PartyKind
from claims.register import journal, landing, waited_for
from claims.register.actor import Actor
from claims.register.entitling import who_may_accept
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.offer_giving import give
from claims.register.offer_judging import Refused, Why, against, brought_by, who_confirms
from claims.register.offers_kept import hold, keep
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["accept", "confirm", "give_confirmed", "take"]


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
    acting = _who_takes(db, facts, offer, representative, by, now)
    if acting is None:
        waited_for.tell(db, taken, now=now)
        return taken
    return give(db, vault, facts, taken, by=acting, now=now, policy=policy)


def _who_takes(
    db: Connected, facts: StoredFacts, offer: Offer, representative: str, by: Actor, now: Instant
) -> Actor | None:
    """Who brought the code, where that says the last yes; None where another says it."""
    if offer.kind is OfferKind.EMPLOYEE or by.person is None:
        return None
    if representative == by.person:
        return by
    accepts = who_may_accept(db, facts, by.person, representative, now=now)
    return None if accepts is None else replace(by, authority=accepts.authority)


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
        waited_for.tell(db, confirmed, now=now)
        return confirmed
    return give(db, vault, facts, confirmed, by=by, now=now, policy=policy)


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
    if brought_by(offer, brought) or _recorded_by(db, offer, brought):
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


def _recorded_by(db: Connected, offer: Offer, brought: Brought | None) -> bool:
    """Whether who brought this word was one of the two by whom it was recorded from paper."""
    if brought is None or offer.kind is not OfferKind.PAPER:
        return False
    return any(one.by.authority == brought.by for one in journal.of_record(db, "offer", offer.id))
