"""What support does to a mandate on the request of one of its sides, and what the account keeps of that (G8).

The represented side may have it stopped and paused, and resumed where support paused it; the representative's may have
it ended on its side.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Final

from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.mandates import Mandate, resumed_at
from claims.organisation import Appointment
from claims.register import ending, suspending
from claims.register.actor import Actor
from claims.register.changing import Changing, Refused, Why, change
from claims.register.history import Side
from claims.register.journal import Event
from claims.register.personal import Vault
from claims.register.suspended_by import is_on_request, suspended_by
from keys.storage import Connected

__all__ = ["ACTS", "Act", "KnownBy", "do", "may_resume", "resume"]


class KnownBy(StrEnum):
    """How support knew who asked; the words stand in the account."""

    CALLED_BACK = "called back on a known number"
    ANSWERED = "answered questions"
    LETTER = "a signed letter"
    DESK = "an identity document at a desk"
    COURT = "a court or an authority asked"


class Act(StrEnum):
    """What is done."""

    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    RENOUNCE = "renounce"


def may_resume(db: Connected, one: Mandate | Appointment | DeskAppointment, *, now: Instant) -> bool:
    """Whether it is suspended, and only on request: what a side or the register itself suspended is theirs."""
    return suspended_by(db, one, now=now).only_by(is_on_request)


def resume(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Mandate | Refused:
    """Let a mandate hold again that was suspended on request; `SUSPENDED_BY_ANOTHER` where it was otherwise."""
    return change(db, vault, mandate_id, Event.RESUMED, _resumed(db, now), by=by, now=now, reason=reason)


def _resumed(db: Connected, now: Instant) -> Callable[[Mandate], Mandate | Why]:
    def resumed(mandate: Mandate) -> Mandate | Why:
        if not mandate.is_suspended(now):
            return Why.NOT_SUSPENDED
        if not may_resume(db, mandate, now=now):
            return Why.SUSPENDED_BY_ANOTHER
        return replace(mandate, suspended=resumed_at(mandate.suspended, now))

    return resumed


ACTS: Final[dict[Side, dict[Act, Changing]]] = {
    Side.REPRESENTED: {
        Act.STOP: ending.revoke,
        Act.PAUSE: suspending.suspend,
        Act.RESUME: resume,
    },
    Side.REPRESENTATIVE: {Act.RENOUNCE: ending.renounce},
}


def do(
    db: Connected,
    vault: Vault,
    mandate_id: str,
    act: Act,
    asked_by: Side,
    known_by: KnownBy,
    why: str,
    *,
    by: Actor,
    now: Instant,
) -> Mandate | Refused:
    """Do what that side asked; KeyError where it is not that side's to ask.

    `by` is who is support, on the authority `history.SUPPORT`; `why` is without personal data: the account keeps it.
    """
    step = ACTS[asked_by][act]
    reason = f"asked by the {asked_by.value}; {known_by.value}; {why}"
    return step(db, vault, mandate_id, by=by, now=now, reason=reason)
