"""A mandate made surer by who may give it, logged in more surely than when it was given (G4).

Its history keeps both levels: the version that was, the version that is, and who confirmed it, logged in how.
"""

from dataclasses import replace
from typing import Final

from claims.assurance import Loa
from claims.confirming import Confirmed, WhyWeak, confirmed
from claims.evidence import Policy
from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import records
from claims.register.actor import Actor
from claims.register.changing import Refused, Why, change, hold
from claims.register.countersigning import Joined, joined, joins
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.personal import Vault
from keys.storage import Connected, Statement

__all__ = ["by_login", "levels_of", "strengthen"]

_BOTH: Final = Statement(
    "SELECT version, body FROM register_versions WHERE kind = 'mandate' AND id = :id"
    " AND (version = :version OR version = :before) ORDER BY version"
)


def by_login(
    db: Connected,
    mandate: Mandate,
    person: str,
    *,
    login: Loa,
    now: Instant,
    policy: Policy,
) -> Confirmed | Joined | WhyWeak:
    """What comes of the yes of this person, logged in at that level; nothing is changed.

    `Joined` where others must sign too before the level rises.
    """
    facts = StoredFacts(db)
    representative = facts.party(mandate.representative)
    if representative is None:
        raise LookupError("a mandate names parties of the register")
    if any(
        party is not None and party.ceased_at is not None and party.ceased_at <= now
        for party in (representative, facts.party(mandate.represented))
    ):
        return WhyWeak.RESTRICTED
    grounds = entitlements(db, facts, person, mandate.represented, now=now)
    restrictions = [*facts.restrictions(mandate.represented), *facts.restrictions(mandate.representative)]
    outcome = confirmed(mandate, grounds, representative, restrictions, login=login, now=now, policy=policy)
    if outcome is not WhyWeak.SIGNED_TOGETHER:
        return outcome
    return joins(db, facts, mandate, person, grounds, representative, login=login, now=now, policy=policy)


def strengthen(
    db: Connected,
    vault: Vault,
    mandate_id: str,
    *,
    login: Loa,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Mandate | Joined | Refused | WhyWeak:
    """The person of `by` confirms the mandate; it is as sure then as if they gave it now.

    Where several sign together the yes is noted, and the last that is needed makes it surer. Tokens that are issued from
    then on tell of the new level.
    """
    if by.person is None:
        return WhyWeak.NOT_ENTITLED
    mandate = hold(db, mandate_id)
    if isinstance(mandate, Refused):
        return mandate
    if mandate.has_ended(now):
        return Refused(Why.ALREADY_ENDED)
    outcome = by_login(db, mandate, by.person, login=login, now=now, policy=policy)
    if isinstance(outcome, WhyWeak):
        return outcome
    if isinstance(outcome, Joined):
        return joined(db, vault, mandate, outcome, by=by, now=now)
    return change(
        db,
        vault,
        mandate_id,
        Event.STRENGTHENED,
        lambda held: replace(held, assurance=outcome.assurance),
        by=replace(by, authority=outcome.ground.authority),
        now=now,
        reason=f"from {mandate.assurance.word} to {outcome.assurance.word}",
    )


def levels_of(db: Connected, mandate_id: str, version: int) -> tuple[Loa, Loa] | None:
    """How sure the mandate was before that version of it and since; None where what it said before was erased."""
    rows = db.all(_BOTH, {"id": mandate_id, "version": version, "before": version - 1})
    levels = [records.link.__wrapped__(body).assurance for _, body in rows]  # not worth a place in the memory
    return (levels[0], levels[1]) if len(levels) == 2 else None
