"""Whom to tell that somebody waits for their yes: written down with the offer, in the same transaction (decision 0122).

Nobody is told of what waits for a code, which the other side brings, nor of a paper, which lies at its desk.
"""

from collections.abc import Iterator

from claims.assurance import Loa
from claims.instants import Instant
from claims.offers import Offer, Waits
from claims.parties import PartyKind
from claims.register import lookup, notices
from claims.register.entitling import signatories
from claims.register.facts import StoredFacts
from claims.register.notices import Occasion, Recipient
from keys.storage import Connected

__all__ = ["tell"]


def tell(db: Connected, offer: Offer, *, now: Instant) -> None:
    """Let those be told whose yes the offer waits for from `now` on. Call it where it begins to, once it is kept."""
    told = {one.party: one for one in _recipients(db, offer, now)}
    parties = lookup.parties(db, told)
    said = {one.person for one in offer.approvals}
    here = [
        one
        for id, one in told.items()
        if id not in said and id in parties and not _is_gone(parties[id].ceased_at, now)
    ]
    notices.add(db, offer.id, Occasion.WAITS, here, now=now)


def _recipients(db: Connected, offer: Offer, now: Instant) -> Iterator[Recipient]:
    match offer.waits_for:
        case Waits.APPROVAL:
            yield from _represented_side(db, offer, now)
        case Waits.CONFIRMATION:
            yield Recipient(offer.represented, offer.represented)
        case Waits.ACCEPTANCE if offer.representative is not None:
            yield Recipient(offer.representative, offer.representative)
        case _:
            return


def _represented_side(db: Connected, offer: Offer, now: Instant) -> Iterator[Recipient]:
    """A person and who looks after them by law; an organisation and who signs for it."""
    party = lookup.party(db, offer.represented)
    if party is None:
        return
    if party.kind is PartyKind.ORGANISATION:
        yield Recipient(party.id, party.id)
        for one in signatories(db, StoredFacts(db), party.id, now):
            yield Recipient(one, party.id)
        return
    for mandate in offer.mandates(Loa.BASIC, now) if offer.representative is not None else ():
        yield from notices.represented_side(db, party, mandate, now)


def _is_gone(ceased_at: Instant | None, now: Instant) -> bool:
    return ceased_at is not None and ceased_at <= now
