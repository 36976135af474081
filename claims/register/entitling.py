"""What entitles a person to grant for a party: who they are, relations in force, an appointment (G1 to G3)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from claims.assurance import Loa
from claims.catalogue import EVERYTHING
from claims.granting import Entitlement
from claims.instants import Instant
from claims.limits import NO_LIMITS, together
from claims.parties import PartyKind
from claims.powers import power_until
from claims.register import legal, records
from claims.register.facts import StoredFacts
from claims.register.source_answers import liveness_of
from claims.relations import Basis, LegalRelation
from claims.signing import Powers
from claims.sources.freshness import Liveness
from keys.storage import Connected, Statement

__all__ = ["entitlements", "powers", "signatories", "who_may_accept"]

_BIND: Final = frozenset(basis for basis in Basis if basis.binds_alone) | {Basis.JOINT_SIGNATORY}
_APPOINTED: Final = Statement(
    "SELECT body FROM register_appointments WHERE person = :person AND organisation = :organisation ORDER BY id"
)


def powers(db: Connected, facts: StoredFacts, now: Instant) -> Powers:
    """The relations around a party, from the tables; each party's are read once."""

    def relations(party: str) -> Sequence[LegalRelation]:
        over = legal.all_over(db, party)
        facts.fetch_parties(one.representative for one in over)
        return over

    return Powers(now, facts.party, relations, facts.restrictions)


def entitlements(
    db: Connected,
    facts: StoredFacts,
    person: str,
    party_id: str,
    *,
    now: Instant,
    known: Powers | None = None,
) -> list[Entitlement]:
    """Everything that entitles the person to grant for the party, what needs nobody else first. An organisation says nothing itself.

    `known` are the powers around the party, where they were read already.
    """
    if facts.party(party_id) is None or not _says_yes(facts, person, now):
        return []
    if party_id == person:
        return [Entitlement(person, person, "self", (EVERYTHING,), (None,), Loa.HIGH, None, True, True)]
    known = known or powers(db, facts, now)
    chains = list(known.chains(person, party_id))
    alone = bool(chains) and known.bound(party_id, frozenset({person}))
    found = [_by_relations(db, known, chain, person, party_id, alone, now) for chain in chains]
    for (body,) in db.all(_APPOINTED, {"person": person, "organisation": party_id}):
        one = records.appointment(body)
        if one.entitles(now):
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
                    may_appoint=one.may_appoint,
                    may_manage_means=one.may_manage_means,
                    limits=one.limits,
                )
            )
    return sorted(found, key=lambda one: (not one.alone, -one.assurance, one.authority))


def who_may_accept(
    db: Connected, facts: StoredFacts, person: str, party_id: str, *, now: Instant
) -> Entitlement | None:
    """What entitles the person to accept for the party, without anybody else; None where nothing does (G7)."""
    return next((one for one in entitlements(db, facts, person, party_id, now=now) if one.alone), None)


def signatories(db: Connected, facts: StoredFacts, party: str, now: Instant) -> list[str]:
    """Who may sign for an organisation: they are told where its administrator gave themself a mandate (G3)."""
    return [one.representative for one in powers(db, facts, now).granting(party)]


def _by_relations(
    db: Connected,
    known: Powers,
    chain: tuple[LegalRelation, ...],
    person: str,
    party_id: str,
    alone: bool,
    now: Instant,
) -> Entitlement:
    binds = all(one.basis in _BIND for one in chain)
    limits = together([one.limits for one in chain]) or NO_LIMITS  # amounts alone always leave something
    return Entitlement(
        person=person,
        party=party_id,
        authority="relation " + " ".join(one.id for one in chain),
        services=tuple(one.services for one in chain),
        actions=tuple(one.actions for one in chain),
        assurance=min(one.assurance for one in chain),
        until=min(_ends(known, chain), default=None),
        alone=alone,
        # what no register tells, and only an operator wrote down, is not live
        is_live=all(liveness_of(db, one, now=now) is Liveness.LIVE for one in chain),
        passes_on=binds,
        may_appoint=binds,
        may_manage_means=binds,
        limits=limits,
    )


def _ends(known: Powers, chain: Iterable[LegalRelation]) -> Iterator[Instant]:
    for one in chain:
        represented, representative = known.party(one.represented), known.party(one.representative)
        if represented is None or representative is None:
            continue
        until = power_until(one, represented, representative)
        if until is not None:
            yield until


def _says_yes(facts: StoredFacts, person: str, now: Instant) -> bool:
    """Whether it can be somebody who says yes: no organisation, and nobody who is no more (G2)."""
    party = facts.party(person)
    if party is None:
        return True
    return party.kind is PartyKind.PERSON and not (party.ceased_at is not None and party.ceased_at <= now)
