"""What a legal representative granted for a person, once that power has ended: suspended, for a successor to look at (G13).

Which mandates were granted under a relation the journal tells: whoever grants does so on the authority
`relation ID`, or over several `relation ID ID`. What is suspended so is on the authority `relation ID ended`, once: a successor who resumes it is not
overruled.
"""

from collections.abc import Sequence
from typing import Final

from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import PartyKind
from claims.register import journal, records
from claims.register.actor import Actor
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.many import ManyStatement
from claims.register.offers_kept import find
from claims.register.personal import Vault
from claims.register.suspending import suspend
from claims.relations import LegalRelation
from keys.storage import Connected, Statement

__all__ = ["brought_on", "has_successor", "hold", "is_under", "rested_on", "suspend_what_rested_on"]

_STOPPING: Final = frozenset(
    {
        *(Event.SUSPENDED, Event.RESUME_APPROVED, Event.RESUMED, Event.FROZEN),
        *(Event.REVOKED, Event.RENOUNCED, Event.LEFT),
        *(Event.MARKED_FOR_REVIEW, Event.REVIEW_APPROVED, Event.REVIEWED),
        *(Event.EVIDENCE_ATTACHED, Event.ERASED),
    }
)  # whoever did only this granted nothing
_GIVEN = Statement(
    "SELECT body FROM register_links WHERE represented = :party AND kind = 'mandate' ORDER BY id"
)
_SAME_POWER = Statement(
    "SELECT body FROM register_links WHERE represented = :represented AND representative = :representative"
    " AND kind = :kind AND id <> :id"
)
_HOLD = ManyStatement(
    "SELECT id FROM register_links WHERE id IN (:ids)",
    postgresql="SELECT id FROM register_links WHERE id IN (:ids) ORDER BY id FOR UPDATE",
)
_WHY: Final = "the power under which it was granted has ended"


def has_successor(db: Connected, relation: LegalRelation, *, now: Instant) -> bool:
    """Whether the same representative has the same power by another record: then it did not end."""
    values = {
        "represented": relation.represented,
        "representative": relation.representative,
        "kind": relation.basis.value,
        "id": relation.id,
    }
    return any(records.link(body).in_force(now) for (body,) in db.all(_SAME_POWER, values))


def rested_on(db: Connected, relation: LegalRelation, *, now: Instant) -> list[str]:
    """The mandates that were granted under `relation`, hold, and were not suspended for its end yet."""
    party = StoredFacts(db).party(relation.represented)
    if party is None or party.kind is not PartyKind.PERSON:
        return []  # an organisation's mandates stand, whoever signed for it leaves
    found = []
    for (body,) in db.all(_GIVEN, {"party": relation.represented}):
        mandate = records.link(body)
        if not isinstance(mandate, Mandate) or mandate.has_ended(now) or mandate.is_suspended(now):
            continue
        entries = journal.of_record(db, "mandate", mandate.id)
        granted = any(
            is_under(relation.id, one.by.authority) and one.event not in _STOPPING for one in entries
        )
        granted = granted or any(is_under(relation.id, one) for one in brought_on(db, mandate))
        if granted and not any(one.by.authority == _ended(relation) for one in entries):
            found.append(mandate.id)
    return found


def hold(db: Connected, mandates: Sequence[str]) -> None:
    """Let nobody else change these mandates until this unit of work ends.

    Whoever changes a mandate holds it first and the end of the journal then: who changes several, or has something to
    tell besides, holds all of them before it tells anything.
    """
    _HOLD.rows(db, sorted(mandates))


def suspend_what_rested_on(
    db: Connected, vault: Vault, relation: LegalRelation, *, now: Instant
) -> list[str]:
    """Suspend what was granted under `relation`, whose power has ended; the ids of those mandates. Done once."""
    by = Actor(None, None, _ended(relation), None, None)
    mandates = rested_on(db, relation, now=now)
    hold(db, mandates)
    return [id for id in mandates if isinstance(suspend(db, vault, id, by=by, now=now, reason=_WHY), Mandate)]


def is_under(relation_id: str, authority: str) -> bool:
    """Whether that authority rests on the relation: alone, or as one of those that lead to who granted."""
    ground, _, relations = authority.partition(" ")
    return ground == "relation" and relation_id in relations.split(" ")


def brought_on(db: Connected, mandate: Mandate) -> list[str]:
    """On what those may grant whose word was brought for the mandate: the account tells of who brought it alone."""
    for proof in mandate.evidence:
        kind, _, id = proof.reference.partition(" ")
        offer = find(db, id) if proof.kind == "register" and kind == "offer" else None
        if offer is not None:
            return [one.authority for one in offer.approvals if one.brought is not None]
    return []


def _ended(relation: LegalRelation) -> str:
    return f"relation {relation.id} ended"
