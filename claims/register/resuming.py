"""A mandate let hold again by its represented side: by who stopped it, or by who may give it (G2, G3, G8).

Stopping for a while is anybody's who arranges things for that side. To undo what another stopped is to give once more:
who could give all of it and needs nobody else does it alone, and those who sign together do it together (G10). At any login
level: nothing is given that was not.
"""

from dataclasses import dataclass

from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import journal
from claims.register.actor import Actor
from claims.register.changing import Refused, Why, hold
from claims.register.journal import Event
from claims.register.offers_kept import LAPSES_AFTER
from claims.register.personal import Vault
from claims.register.saying_together import Waits, enough, say, who_else
from claims.register.suspended_by import is_own_word, suspended_by
from claims.register.suspending import resume
from keys.storage import Connected

__all__ = ["Resumable", "resumable", "resume_by"]


@dataclass(frozen=True, slots=True)
class Resumable:
    """How somebody can let a suspended mandate hold again: `alone`, or by saying so as others `said` already.

    `who_else` are those of whom enough have to say so too.
    """

    alone: bool
    said: tuple[str, ...] = ()
    who_else: tuple[str, ...] = ()


def resumable(db: Connected, mandate: Mandate, *, by: Actor, now: Instant) -> Resumable | None:
    """How the person of `by` can let it hold again; None where that is not theirs to do, or nothing suspends it."""
    if not mandate.is_suspended(now) or mandate.has_ended(now):
        return None
    said = _said(db, mandate.id, now)
    if _is_own(db, mandate, by, now):
        return Resumable(alone=True, said=said)
    found = enough(db, mandate, said, by=by, now=now, whole=True)
    if found is None:
        return None
    if found[1]:
        return Resumable(alone=True, said=said)
    others = who_else(db, mandate.represented, {*said, by.person or ""}, now=now)
    return Resumable(alone=False, said=said, who_else=others)


def resume_by(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant
) -> Mandate | Waits | Refused:
    """Let it hold again by the word of the person of `by`, or note that they said so (`Event.RESUME_APPROVED`).

    Whether they may arrange things for the represented side at all is the caller's to know (`overview.within_reach`).
    """
    mandate = hold(db, mandate_id)
    if isinstance(mandate, Refused):
        return mandate
    if mandate.has_ended(now):
        return Refused(Why.ALREADY_ENDED)
    if not mandate.is_suspended(now):
        return Refused(Why.NOT_SUSPENDED)
    if _is_own(db, mandate, by, now):
        return resume(db, vault, mandate_id, by=by, now=now)
    said = _said(db, mandate_id, now)
    outcome = say(db, vault, mandate, Event.RESUME_APPROVED, said, by=by, now=now, whole=True)
    if outcome is None:
        return Refused(Why.SUSPENDED_BY_ANOTHER)
    return outcome if isinstance(outcome, Waits) else resume(db, vault, mandate_id, by=outcome, now=now)


def _is_own(db: Connected, mandate: Mandate, by: Actor, now: Instant) -> bool:
    """Whether it was the person of `by` who stopped it, as it stands stopped, and nobody besides."""
    return suspended_by(db, mandate, now=now).only_by(lambda one: is_own_word(one, by.person))


def _said(db: Connected, mandate_id: str, now: Instant) -> tuple[str, ...]:
    """Who of those that sign together said so since the mandate last changed or was frozen once more, in the last ninety days."""
    said: dict[str, None] = {}
    for entry in journal.of_record(db, "mandate", mandate_id):
        if entry.event is Event.FROZEN or (entry.subject is not None and entry.subject.version is not None):
            said = {}
        elif entry.event is Event.RESUME_APPROVED and entry.at > now - LAPSES_AFTER and entry.by.person:
            said[entry.by.person] = None
    return tuple(said)
