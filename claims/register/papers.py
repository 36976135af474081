"""Mandates that were signed on paper: recorded at a desk by one person, and confirmed by another (G7, G4).

The document's digest and who looked at it are the evidence. Nothing holds before a second, distinct person of the same desk
confirmed it: the database itself keeps the two apart. Nobody does either for a mandate of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from claims.catalogue import Service
from claims.desk import DeskAppointment
from claims.evidence import Fact, Policy
from claims.granting import Fault, WhyNot
from claims.instants import Instant
from claims.mandates import Evidence, is_digest
from claims.offers import Offer, OfferKind, OfferState, Waits
from claims.parties import PartyKind
from claims.register import accepting, declining, journal, lookup
from claims.register.actor import Actor
from claims.register.desks import at_desk
from claims.register.facts import StoredFacts
from claims.register.journal import Event, Subject
from claims.register.offer_judging import Refused, Why, against
from claims.register.offer_records import offer as read_offer
from claims.register.offering import MOST_OPEN
from claims.register.offers_kept import LAPSES_AFTER, alone, find, hold, how_many_open, keep
from claims.register.personal import Vault
from keys.storage import Connected, Statement

__all__ = [
    "Checked",
    "Paper",
    "PaperPage",
    "confirm",
    "paper_of",
    "record",
    "refuse",
    "waiting",
    "waiting_at",
]


class Checked(StrEnum):
    """How it was seen who signed. The words are stable."""

    IDENTITY_DOCUMENT = "identity_document"  # they came to the desk, and showed one
    SIGNATURE = "signature"  # the paper came without them
    NOTARIAL_DEED = "notarial_deed"  # a notary saw them


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: at whose desk it was recorded, by whom and when, its digest, and who confirmed it."""

    offer: str
    desk: str
    recorded_by: str
    recorded_at: Instant
    digest: str
    checked: Checked
    confirmed_by: str | None
    confirmed_at: Instant | None


@dataclass(frozen=True, slots=True)
class PaperPage:
    """Papers that wait, and what asks for the next page, None at the end."""

    papers: tuple[Paper, ...]
    next: str | None


_PROOF: Final = {
    Checked.IDENTITY_DOCUMENT: frozenset({Fact.OWN_STATEMENT, Fact.DESK_DOCUMENT}),
    Checked.SIGNATURE: frozenset({Fact.OWN_STATEMENT}),
    Checked.NOTARIAL_DEED: frozenset({Fact.OWN_STATEMENT, Fact.NOTARIAL_DEED}),
}
_COLUMNS: Final = "offer, desk, recorded_by, recorded_at, digest, checked, confirmed_by, confirmed_at"
_ADD = Statement(
    "INSERT INTO register_papers (offer, desk, recorded_by, recorded_at, digest, checked)"
    " VALUES (:offer, :desk, :person, :now, :digest, :checked)"
)
_OF = Statement(f"SELECT {_COLUMNS} FROM register_papers WHERE offer = :offer")  # noqa: S608 - our own words
_CONFIRM = Statement(
    "UPDATE register_papers SET confirmed_by = :person, confirmed_at = :now"
    " WHERE offer = :offer AND confirmed_by IS NULL AND recorded_by <> :person RETURNING offer"
)
_WAITING = Statement(
    "SELECT p.recorded_at, p.offer, o.body FROM register_papers p JOIN register_offers o ON o.id = p.offer"
    " WHERE p.desk = :desk AND p.confirmed_by IS NULL AND o.state = 'requested' AND o.lapses_at > :now"
    " AND (p.recorded_at, p.offer) > (:at, :offer) ORDER BY p.recorded_at, p.offer LIMIT :most"
)


def paper_of(db: Connected, offer_id: str) -> Paper | None:
    """The document of that offer; None where it was not recorded from paper."""
    row = db.one(_OF, {"offer": offer_id}) if offer_id.isprintable() else None
    if row is None:
        return None
    offer, desk, recorded_by, recorded_at, digest, checked, confirmed_by, confirmed_at = row
    return Paper(offer, desk, recorded_by, recorded_at, digest, Checked(checked), confirmed_by, confirmed_at)


def waiting_at(
    db: Connected, desk: str, mine: Sequence[DeskAppointment], *, now: Instant, limit: int = 100
) -> list[Offer]:
    """What waits at the desk of that organisation for a second person, oldest first: for services of one of `mine`.

    `mine` are the appointments of who looks; what is for other services is not theirs to see.
    """
    there = [one for one in mine if one.organisation == desk]
    services = {one.id: one for one in lookup.services(db)}
    found: list[Offer] = []
    at, offer = -1, ""
    while there and len(found) < limit:
        rows = db.all(_WAITING, {"desk": desk, "now": now, "at": at, "offer": offer, "most": limit})
        found += [one for _, _, body in rows if _is_for(one := read_offer(body), there, services)]
        if len(rows) < limit:
            break
        at, offer, _ = rows[-1]
    return found[:limit]


def waiting(
    db: Connected, desk: str, *, now: Instant, after: str | None = None, limit: int = 50
) -> PaperPage:
    """Every paper that waits at the desk of that organisation, oldest first; `after` is the `next` of a page."""
    last = None if after is None else paper_of(db, after)
    at, offer = (-1, "") if last is None or last.desk != desk else (last.recorded_at, last.offer)
    asked = {"desk": desk, "now": now, "at": at, "offer": offer, "most": limit + 1}
    ids = [id for _, id, _ in db.all(_WAITING, asked)]
    found = tuple(paper for id in ids[:limit] if (paper := paper_of(db, id)) is not None)
    return PaperPage(found, ids[limit - 1] if len(ids) > limit else None)


def _is_for(offer: Offer, mine: Sequence[DeskAppointment], services: Mapping[str, Service]) -> bool:
    """Whether one of these appointments covers all services of it, as a step with it takes (`at_desk`)."""
    asked = [services.get(id) for part in offer.parts for id in part.services]
    return any(all(service is not None and one.services.covers(service) for service in asked) for one in mine)


def record(
    db: Connected,
    vault: Vault,
    offer: Offer,
    *,
    desk: str,
    digest: str,
    checked: Checked,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Offer | Refused:
    """Record what a person signed, at the desk of that organisation; it waits for a second person there.

    ValueError where `digest` is none. `NOT_NOW` where there is an offer of that id.
    """
    if not is_digest(digest):
        raise ValueError("a digest is SHA-256, written as 64 hexadecimal digits in lower case")
    alone(db, offer.represented, offer.id)
    if find(db, offer.id) is not None:
        return Refused(Why.NOT_NOW)
    appointment = _appointment(db, offer, desk, by, now)
    if isinstance(appointment, Refused):
        return appointment
    facts = StoredFacts(db)
    party = facts.party(offer.represented)
    if party is None or offer.representative is None:
        return Refused(Why.NOT_ENTITLED)
    if party.kind is not PartyKind.PERSON:
        return Refused(Why.CANNOT_BE_GRANTED, (Fault(WhyNot.OTHER_KIND_OF_PARTY),))
    if how_many_open(db, party.id, now=now) >= MOST_OPEN[party.kind]:
        return Refused(Why.TOO_MANY_OPEN)
    signed = _signed(offer, desk, digest, checked, now)
    faults = against(db, facts, signed, now, policy)
    if faults:
        return Refused(Why.CANNOT_BE_GRANTED, faults)
    kept = keep(db, vault, signed, Event.REQUESTED, by=_acting(by, appointment), now=now)
    row = {"offer": offer.id, "desk": desk, "person": by.speaker, "digest": digest, "checked": checked.value}
    db.run(_ADD, {**row, "now": now})
    return kept


def _signed(offer: Offer, desk: str, digest: str, checked: Checked, now: Instant) -> Offer:
    """The offer as what was signed on paper, which a second person at the desk looks at."""
    return replace(
        offer,
        kind=OfferKind.PAPER,
        state=OfferState.REQUESTED,
        reference=None,
        approvals=(),
        taken=None,
        proof=_PROOF[checked],
        evidence=_evidence(offer, desk, digest, checked, now),
        made_at=now,
        lapses_at=min(now + LAPSES_AFTER, offer.until),
    )


def confirm(
    db: Connected,
    vault: Vault,
    offer_id: str,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Offer | Refused:
    """A second person of the same desk saw the paper too: the mandate is given, or offered to the organisation it goes to.

    Of words that were brought the second is brought by another than the first (`SAME_HAND`).
    """
    held = _held(db, offer_id, by, now)
    if isinstance(held, Refused):
        return held
    offer, paper, appointment = held
    if by.speaker == paper.recorded_by:
        return Refused(Why.SECOND_PERSON)
    recorded = journal.of_record(db, "offer", offer_id)[0]
    if by.word is not None and recorded.by.authority == by.authority:
        return Refused(Why.SAME_HAND)
    faults = against(db, StoredFacts(db), offer, now, policy)
    if faults:
        return Refused(Why.CANNOT_BE_GRANTED, faults)
    if db.one(_CONFIRM, {"offer": offer_id, "person": by.speaker, "now": now}) is None:
        return Refused(Why.NOT_NOW)
    acting = _acting(by, appointment)
    for part in offer.parts:  # what becomes of it tells of both: they are no party to it
        subject = Subject("mandate", part.mandate)
        journal.write(db, vault, Event.RECORDED, subject, by=recorded.by, now=now, reason=recorded.reason)
        journal.write(db, vault, Event.CONFIRMED, subject, by=acting, now=now)
    return accepting.give_confirmed(db, vault, offer, by=acting, now=now, policy=policy)


def refuse(
    db: Connected, vault: Vault, offer_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Offer | Refused:
    """Somebody of the same desk, be it who recorded it, says that it is not right: nothing becomes of it."""
    held = _held(db, offer_id, by, now)
    if isinstance(held, Refused):
        return held
    _, paper, appointment = held
    step = declining.withdraw if by.speaker == paper.recorded_by else declining.decline
    return step(db, vault, offer_id, by=_acting(by, appointment), now=now, reason=reason)


def _held(
    db: Connected, offer_id: str, by: Actor, now: Instant
) -> tuple[Offer, Paper, DeskAppointment] | Refused:
    """The offer, held, its document, and by what the person of `by` has a say in it."""
    offer, paper = hold(db, offer_id), paper_of(db, offer_id)
    if offer is None or paper is None:
        return Refused(Why.UNKNOWN_OFFER)
    appointment = _appointment(db, offer, paper.desk, by, now)
    if isinstance(appointment, Refused):
        return appointment
    if not offer.is_open(now) or offer.waits_for is not Waits.SECOND_PAIR:
        return Refused(Why.NOT_NOW)
    return offer, paper, appointment


def _appointment(
    db: Connected, offer: Offer, desk: str, by: Actor, now: Instant
) -> DeskAppointment | Refused:
    services = frozenset(id for part in offer.parts for id in part.services)
    by_set = any(part.set is not None for part in offer.parts)  # a paper names what was signed for
    found = None if by.speaker is None or by_set else at_desk(db, by.speaker, desk, services, now=now)
    if found is None:
        return Refused(Why.NOT_ENTITLED)
    if by.speaker in (offer.represented, offer.representative) or desk == offer.representative:
        return Refused(Why.OWN_AFFAIR)
    return found


def _acting(by: Actor, appointment: DeskAppointment) -> Actor:
    return by.on(f"desk {appointment.id}", appointment.organisation)


def _evidence(offer: Offer, desk: str, digest: str, checked: Checked, now: Instant) -> tuple[Evidence, ...]:
    """What both sides read of it: the desk is named, and nobody who works there."""
    document = Evidence("document", f"paper {offer.id}", digest, desk, now)
    match checked:
        case Checked.IDENTITY_DOCUMENT:
            return replace(document, kind="desk", digest=None), document
        case Checked.NOTARIAL_DEED:
            return replace(document, kind="notarial_deed"), document
        case Checked.SIGNATURE:
            return (document,)
