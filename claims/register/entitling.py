"""What entitles a person to grant for a party: who they are, relations in force, an appointment (G1 to G3)."""

from collections.abc import Iterable, Sequence
from typing import Final

from claims.assurance import Loa
from claims.catalogue import EVERYTHING
from claims.granting import Entitlement
from claims.instants import Instant, birthday
from claims.parties import PartyKind
from claims.register import records
from claims.register.facts import StoredFacts
from claims.relations import Basis, LegalRelation
from claims.signing import MAJORITY, Powers
from keys.storage import Connected, Statement

__all__ = ["LIVE", "entitlements", "powers", "who_may_accept"]

LIVE: Final = 86400  # seconds: how old an entry of a source is at most to be called live (G4)

_RELATIONS: Final = Statement(
    "SELECT body FROM register_links WHERE represented = :party AND kind <> 'mandate' ORDER BY id"
)
_APPOINTED: Final = Statement(
    "SELECT body FROM register_appointments WHERE person = :person AND organisation = :organisation ORDER BY id"
)


def powers(db: Connected, facts: StoredFacts, now: Instant) -> Powers:
    """The relations around a party, from the tables; each party's are read once."""
    read: dict[str, Sequence[LegalRelation]] = {}

    def relations(party: str) -> Sequence[LegalRelation]:
        if party not in read:
            links = (records.link(body) for (body,) in db.all(_RELATIONS, {"party": party}))
            read[party] = [one for one in links if isinstance(one, LegalRelation)]
        return read[party]

    return Powers(now, facts.party, relations, facts.restrictions)


def entitlements(
    db: Connected, facts: StoredFacts, person: str, party_id: str, *, now: Instant
) -> list[Entitlement]:
    """Everything that entitles the person to grant for the party, what needs nobody else first."""
    party = facts.party(party_id)
    if party is None or (
        party.kind is PartyKind.PERSON and party.id == person and _has_ceased(facts, person, now)
    ):
        return []
    if party_id == person:
        return [Entitlement(person, person, "self", (EVERYTHING,), (None,), Loa.HIGH, None, True, True)]
    known = powers(db, facts, now)
    found = [_by_relations(known, chain, person, party_id, now) for chain in known.chains(person, party_id)]
    for (body,) in db.all(_APPOINTED, {"person": person, "organisation": party_id}):
        one = records.appointment(body)
        if one.in_force(now):
            found.append(
                Entitlement(
                    person=person,
                    party=party_id,
                    authority=f"appointment {one.id}",
                    services=(one.services,),
                    actions=(None,),
                    assurance=one.assurance,
                    until=one.until,
                    alone=True,
                    is_live=True,  # it stands in this very register
                    may_grant_chain=one.may_grant_chain,
                )
            )
    return sorted(found, key=lambda one: (not one.alone, -one.assurance, one.authority))


def who_may_accept(
    db: Connected, facts: StoredFacts, person: str, party_id: str, *, now: Instant
) -> Entitlement | None:
    """What entitles the person to accept for the party, without anybody else; None where nothing does (G7)."""
    return next((one for one in entitlements(db, facts, person, party_id, now=now) if one.alone), None)


def _by_relations(
    known: Powers, chain: tuple[LegalRelation, ...], person: str, party_id: str, now: Instant
) -> Entitlement:
    return Entitlement(
        person=person,
        party=party_id,
        authority="relation " + " ".join(one.id for one in chain),
        services=tuple(one.services for one in chain),
        actions=tuple(one.actions for one in chain),
        assurance=min(one.assurance for one in chain),
        until=min(_ends(known, chain), default=None),
        alone=known.bound(party_id, frozenset({person})),
        is_live=all(_is_live(one, now) for one in chain),
    )


def _ends(known: Powers, chain: Iterable[LegalRelation]) -> Iterable[Instant]:
    for one in chain:
        if one.until is not None:
            yield one.until
        child = known.party(one.represented)
        if one.basis is Basis.PARENT and child is not None and child.born is not None:
            yield birthday(child.born, MAJORITY)


def _is_live(relation: LegalRelation, now: Instant) -> bool:
    """Whether its source told it at most a day ago; what nobody fetched is not live."""
    source = relation.source
    return source is not None and source.fetched_at is not None and now - source.fetched_at <= LIVE


def _has_ceased(facts: StoredFacts, person: str, now: Instant) -> bool:
    party = facts.party(person)
    return party is not None and party.ceased_at is not None and party.ceased_at <= now
