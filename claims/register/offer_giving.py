"""What becomes of an offer to which everybody said yes: mandates, with who gave them and on what (`mandates` 5)."""

from dataclasses import replace

from claims.evidence import Policy
from claims.instants import Instant
from claims.offers import Offer, OfferState
from claims.register import appointing, desk_appointing, journal, landing, notices
from claims.register.actor import Actor
from claims.register.deriving import order_name
from claims.register.entitling import signatories
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.offer_judging import Refused, Why, against, assurance_now, standing
from claims.register.offers_kept import keep
from claims.register.personal import Vault
from claims.register.rederiving import links_changed
from claims.register.shelves import LINKS, put, ready
from keys.storage import Connected

__all__ = ["give", "nameless"]


def give(
    db: Connected,
    vault: Vault,
    facts: StoredFacts,
    offer: Offer,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
    team: str | None = None,
) -> Offer | Refused:
    """Make mandates of it, if all that made it one still holds; a client lands in `team` (`landing.may_land`)."""
    faults = against(db, facts, offer, now, policy)
    if faults:
        return Refused(Why.CANNOT_BE_GRANTED, faults)
    represented = facts.party(offer.represented)
    if represented is None:
        raise LookupError("who offered it is in the register")
    stands = offer if offer.proof else standing(db, facts, offer, now, policy)[0]
    level = assurance_now(db, facts, stands, now, policy)
    appointing.begin(db, vault, facts, offer, level, by=_granter(stands, by), now=now)
    desk_appointing.begin(db, vault, facts, offer, by=_granter(stands, by), now=now)
    mandates = offer.mandates(level, now)
    name = order_name(represented)
    puts = put(
        db, LINKS, [ready(LINKS, one, now=now) for one in mandates], more_columns=lambda _: {"name": name}
    )
    links_changed(db, facts, puts)
    lines = [journal.line(Event.GIVEN, one.subject) for one in puts]
    journal.write_many(db, vault, lines, by=_granter(stands, by), now=now)
    # an administrator gave themself a mandate (G3)
    is_oneself = bool(offer.approvals) and offer.representative == offer.approvals[0].person
    told = signatories(db, facts, offer.represented, now) if is_oneself else ()
    for mandate in mandates:
        notices.tell(db, mandate, Event.GIVEN, now=now, also=told)
    landing.land(db, vault, offer, by=by, now=now, team=team)
    return keep(db, vault, nameless(offer, OfferState.GIVEN), Event.GIVEN, by=by, now=now)


def nameless(offer: Offer, state: OfferState) -> Offer:
    """It is over: by what an employee was known is of no use any more."""
    return replace(offer, state=state, reference=None)


def _granter(offer: Offer, by: Actor) -> Actor:
    """Who gives it, as the account tells it of the mandate: whoever said yes last of those whose yes stands.

    Who took it up is told of the offer. What ends with a power is found by this authority (G13). Of a yes that was
    brought the account says who brought it: nobody of the register did anything. Where nobody logged in to say yes, it is
    whoever brought the proof, and the account says on the strength of what: never that the represented party did it.
    """
    if offer.proof:
        return replace(by, authority=f"{offer.kind} {offer.id}")
    last = offer.approvals[-1]
    if last.brought is not None:
        return Actor(None, None, last.brought.by, None, None)
    behalf = None if last.person == offer.represented else offer.represented
    return Actor(last.person, behalf, last.authority, last.login, None)
