"""What stands against an offer at this moment: of who says yes to it, and of all who did (G2, G4, G10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from claims.appointing import faults as faults_of_office
from claims.appointing import too_weak
from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Service
from claims.evidence import Policy
from claims.granting import Entitlement, Fault, WhyNot, assurance_of, assurance_on, faults, faults_at
from claims.instants import Instant, birthday
from claims.offers import Approval, Brought, Offer, OfferKind, Said
from claims.register import lookup
from claims.register.entitling import entitlements, powers, who_may_accept
from claims.register.facts import StoredFacts
from claims.restrictions import Restriction
from claims.signing import Powers
from keys.storage import Connected

__all__ = [
    "Refused",
    "Why",
    "against",
    "assurance_now",
    "begun",
    "brought_by",
    "by_grounds",
    "entitled",
    "said_yes_by_asking",
    "standing",
    "who_confirms",
]


class Why(StrEnum):
    """Why a step was not taken; the codes are stable."""

    UNKNOWN_OFFER = "unknown_offer"
    NOT_NOW = "not_now"  # it is over, or waits for something else
    ALREADY_SIGNED = "already_signed"
    NOT_ENTITLED = "not_entitled"
    CANNOT_BE_GRANTED = "cannot_be_granted"
    TOO_MANY_OPEN = "too_many_open"
    SAME_HAND = "same_hand"  # who brought the word of one side brings that of the other
    OWN_AFFAIR = "own_affair"  # it is about who does it
    SECOND_PERSON = "second_person"  # somebody else must


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed; `faults` say what is against it, where it cannot be granted."""

    why: Why
    faults: tuple[Fault, ...] = ()


def entitled(
    db: Connected,
    facts: StoredFacts,
    offer: Offer,
    person: str,
    login: Said,
    now: Instant,
    policy: Policy,
    *,
    first: str | None = None,
    alone: bool = False,
    known: Powers | None = None,
) -> Entitlement | Refused:
    """By what the person, who says so by `login`, may grant this; else what is against the ground that comes nearest.

    The ground of the authority `first` is looked at before others; with `alone` only those that need nobody else are.
    `known` are the powers around the represented party, where they were read already.
    """
    grounds = entitlements(db, facts, person, offer.represented, now=now, known=known)
    return by_grounds(db, facts, offer, grounds, login, now, policy, first=first, alone=alone)


def by_grounds(
    db: Connected,
    facts: StoredFacts,
    offer: Offer,
    grounds: Sequence[Entitlement],
    login: Said,
    now: Instant,
    policy: Policy,
    *,
    first: str | None = None,
    alone: bool = False,
    services: Mapping[str, Service] | None = None,
) -> Entitlement | Refused:
    """The same of who has these `grounds` for the represented party; `services` are those of the offer, where they were read."""
    services = _services(db, offer) if services is None else services
    grounds = sorted(
        (one for one in grounds if one.alone or not alone), key=lambda one: one.authority != first
    )
    if not grounds:
        return Refused(Why.NOT_ENTITLED)
    nearest: list[Fault] | None = None
    for ground in grounds:
        against = _faults(facts, offer, ground, services, login, now, policy)
        if not against:
            return ground
        if nearest is None or len(against) < len(nearest):
            nearest = against
    return Refused(Why.CANNOT_BE_GRANTED, tuple(nearest or ()))


def who_confirms(
    db: Connected, facts: StoredFacts, offer: Offer, person: str, login: Said, now: Instant, policy: Policy
) -> Entitlement | Refused:
    """By what the person says who it is that came with the code: alone, or one of those who sign together.

    Who says who it is that gets it gives it: only within what they may give (G10).
    """
    later = begun(offer, now)
    alone = entitled(db, facts, later, person, login, now, policy, alone=True)
    if not isinstance(alone, Refused):
        return alone
    together = entitled(db, facts, later, person, login, now, policy)
    if isinstance(together, Refused):
        return together if alone.why is Why.NOT_ENTITLED else alone
    return Refused(Why.ALREADY_SIGNED) if person in offer.confirmed else together


def _faults(
    facts: StoredFacts,
    offer: Offer,
    ground: Entitlement,
    services: Mapping[str, Service],
    login: Said,
    now: Instant,
    policy: Policy,
) -> list[Fault]:
    represented = facts.party(offer.represented)
    if represented is None:
        return [Fault(WhyNot.CEASED)]
    to_whom = None if offer.representative is None else facts.party(offer.representative)
    restrictions = _restrictions(facts, offer)
    if offer.office is not None:
        return faults_of_office(
            offer,
            offer.office,
            ground,
            services,
            represented,
            to_whom,
            restrictions,
            login=login,
            now=now,
            policy=policy,
        )
    return faults(
        offer, ground, services, represented, to_whom, restrictions, login=login, now=now, policy=policy
    )


def _services(db: Connected, offer: Offer) -> dict[str, Service]:
    """What it names, and what lies in sets that it names."""
    if any(part.set is not None for part in offer.parts):
        return {one.id: one for one in lookup.services(db)}
    if offer.office is not None:
        return {one.id: one for one in lookup.services(db) if offer.office.services.covers(one)}
    named = {id for part in offer.parts for id in part.services}
    return {id: service for id in named if (service := lookup.service(db, id)) is not None}


def _restrictions(facts: StoredFacts, offer: Offer) -> list[Restriction]:
    """Those of both parties."""
    found: list[Restriction] = list(facts.restrictions(offer.represented))
    if offer.representative is not None:
        found += facts.restrictions(offer.representative)
    return found


def _against_proof(
    db: Connected, facts: StoredFacts, offer: Offer, now: Instant, policy: Policy
) -> tuple[Fault, ...]:
    """What is against giving what nobody logged in to give: a person's own affairs, as sure as the proof makes it."""
    represented = facts.party(offer.represented)
    if represented is None:
        return (Fault(WhyNot.CEASED),)
    own = Entitlement(
        person=represented.id,
        party=represented.id,
        authority=f"{offer.kind} {offer.id}",
        services=(EVERYTHING,),
        actions=(None,),
        assurance=Loa.HIGH,
        until=None,
        alone=True,
        is_live=True,
    )
    to_whom = None if offer.representative is None else facts.party(offer.representative)
    services = _services(db, offer)
    level = assurance_on(offer.assurance, offer.proof, policy)
    found = faults_at(
        level,
        begun(offer, now),
        own,
        services,
        represented,
        to_whom,
        _restrictions(facts, offer),
        now=now,
    )
    # who is too young to arrange it (R17) lets nobody else do so: no page was there to say so
    found += [
        Fault(WhyNot.OUT_OF_REACH, service.id)
        for part in offer.parts
        for service in (
            services[id] for id in part.services_for(represented.kind, services) if id in services
        )
        if represented.born is not None and birthday(represented.born, service.self_from_age) > now
    ]
    return tuple(found)


def standing(
    db: Connected, facts: StoredFacts, offer: Offer, now: Instant, policy: Policy
) -> tuple[Offer, tuple[Fault, ...]]:
    """The offer with those yeses alone that could be said now too, and what is against the others.

    Each rests on what entitles its person now: one whose first ground is gone is worth what the other ground is.
    """
    later = begun(offer, now)
    known = powers(db, facts, now)
    stand: list[Approval] = []
    found: list[Fault] = []
    for one in offer.approvals:
        ground = entitled(
            db, facts, later, one.person, one.said, now, policy, first=one.authority, known=known
        )
        if isinstance(ground, Refused):
            found += ground.faults or (Fault(WhyNot.OUT_OF_REACH),)
        else:
            stand.append(_on(one, ground))
    return replace(offer, approvals=tuple(stand)), tuple(dict.fromkeys(found))


def begun(offer: Offer, now: Instant) -> Offer:
    """The offer as it is given at `now`: what should have begun by then begins then."""
    return replace(offer, starts=None if offer.starts is None or offer.starts <= now else offer.starts)


def _on(approval: Approval, ground: Entitlement) -> Approval:
    """A yes that was said before, on the ground that it has now."""
    if approval.authority != ground.authority:
        return ground.approval(approval.said, approval.at)
    return replace(approval, assurance=min(approval.assurance, ground.assurance), alone=ground.alone)


def against(
    db: Connected, facts: StoredFacts, offer: Offer, now: Instant, policy: Policy
) -> tuple[Fault, ...]:
    """What is against giving it now, to whom it goes now, on the word of those who said yes then, or on its proof."""
    if offer.proof:
        return _against_proof(db, facts, offer, now, policy)
    stands, found = standing(db, facts, offer, now, policy)
    if _is_complete(db, facts, stands, now, policy):
        return ()
    return found or (Fault(WhyNot.OUT_OF_REACH),)


def _is_complete(db: Connected, facts: StoredFacts, offer: Offer, now: Instant, policy: Policy) -> bool:
    """Whether enough have signed: they bind the party, and make it as sure as its services want."""
    if not _bound(db, facts, offer, now):
        return False
    level = assurance_now(db, facts, offer, now, policy)
    if offer.office is not None:
        return not any(too_weak(offer.office, level, _services(db, offer)))
    represented, services = facts.party(offer.represented), _services(db, offer)
    wanted = (
        services[id].minimum_assurance
        for part in offer.parts
        if represented is not None
        for id in part.services_for(represented.kind, services)
        if id in services
    )
    return level >= max(wanted, default=Loa.BASIC)


def _bound(db: Connected, facts: StoredFacts, offer: Offer, now: Instant) -> bool:
    """Whether those who said yes bind the represented party: one of them by what they said it on, or all together.

    What else entitles somebody, for other services, binds nobody here (G10).
    """
    signers = frozenset(one.person for one in offer.approvals)
    return any(one.alone for one in offer.approvals) or powers(db, facts, now).bound(
        offer.represented, signers
    )


def assurance_now(db: Connected, facts: StoredFacts, offer: Offer, now: Instant, policy: Policy) -> Loa:
    if offer.proof:
        return assurance_on(offer.assurance, offer.proof, policy)
    signers = frozenset(one.person for one in offer.approvals)
    signing = powers(db, facts, now).signing(offer.represented, signers)
    return assurance_of(offer.assurance, offer.approvals, is_majority=signing.is_majority, policy=policy)


def said_yes_by_asking(db: Connected, facts: StoredFacts, offer: Offer, now: Instant) -> bool:
    """Whether who asked for it asked for themself, or may accept for the organisation that it goes to (G7).

    Not where the same hand brought both words: then the other side says yes once more.
    """
    if offer.kind is not OfferKind.REQUEST or offer.taken is None or offer.representative is None:
        return False
    if brought_by(offer, offer.taken.brought):
        return False
    asker = offer.taken.person
    return (
        asker == offer.representative
        or who_may_accept(db, facts, asker, offer.representative, now=now) is not None
    )


def brought_by(offer: Offer, brought: Brought | None) -> bool:
    """Whether who brought this word brought the represented side's too, as it was said before anybody came with the code."""
    return brought is not None and any(
        one.brought is not None and one.brought.by == brought.by
        for one in offer.approvals
        if one.person not in offer.confirmed
    )
