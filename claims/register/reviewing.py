"""An organisation's mandates whose giver arranges nothing for it any more: they stand, marked for review (G13).

Who gave a mandate the journal tells. The mark goes when somebody who may end it says that it is still right: until they leave
too.
"""

from collections.abc import Iterable
from typing import Final

from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import PartyKind
from claims.register import journal
from claims.register.actor import Actor
from claims.register.changing import Refused, Why
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.journal import Event, Subject
from claims.register.many import ManyStatement
from claims.register.overview import mandate as whole_mandate
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["keep", "to_review"]

_GIVEN: Final = ManyStatement(
    "SELECT record, person FROM register_journal WHERE kind = 'mandate' AND record IN (:ids)"
    " AND event IN ('given', 'reviewed') AND person IS NOT NULL ORDER BY seq"
)


def to_review(db: Connected, mandates: Iterable[Mandate], *, now: Instant) -> frozenset[str]:
    """The ids of those of these mandates that are marked: given by an organisation, and not over.

    What an operator wrote down, or a world file brought, nobody gave here.
    """
    facts = StoredFacts(db)
    by_id = {one.id: one for one in mandates if not one.has_ended(now) and _is_organisation(facts, one)}
    last: dict[str, str] = dict(_GIVEN.rows(db, sorted(by_id)))
    still: dict[tuple[str, str], bool] = {}
    marked = set()
    for id, person in last.items():
        party = by_id[id].represented
        if (party, person) not in still:
            still[party, person] = bool(entitlements(db, facts, person, party, now=now))
        if not still[party, person]:
            marked.add(id)
    return frozenset(marked)


def keep(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Mandate | Refused:
    """Say that a mandate which is marked is still right: it stays as it is, and the journal tells who said so.

    Whether `by` may is the caller's to know (`overview.within_reach`). One that is not marked is left alone.
    """
    mandate = whole_mandate(db, mandate_id)
    if mandate is None:
        return Refused(Why.UNKNOWN_MANDATE)
    if mandate.has_ended(now):
        return Refused(Why.ALREADY_ENDED)
    if to_review(db, [mandate], now=now):
        subject = Subject("mandate", mandate_id)
        journal.write(db, vault, Event.REVIEWED, subject, by=by, now=now, reason=reason)
    return mandate


def _is_organisation(facts: StoredFacts, mandate: Mandate) -> bool:
    party = facts.party(mandate.represented)
    return party is not None and party.kind is PartyKind.ORGANISATION
