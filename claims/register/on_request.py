"""What support does to a mandate on the request of one of its sides, and what the account keeps of that (G8).

The represented side may have it stopped, paused and resumed; the representative's may have it ended on its side.
"""

from enum import StrEnum
from typing import Final

from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import ending, suspending
from claims.register.actor import Actor
from claims.register.changing import Changing, Refused
from claims.register.history import Side
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["ACTS", "Act", "KnownBy", "do"]


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


ACTS: Final[dict[Side, dict[Act, Changing]]] = {
    Side.REPRESENTED: {
        Act.STOP: ending.revoke,
        Act.PAUSE: suspending.suspend,
        Act.RESUME: suspending.resume,
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

    `by` is who is support, on the authority `SUPPORT`; `why` is without personal data: the account keeps it.
    """
    change = ACTS[asked_by][act]
    reason = f"asked by the {asked_by.value}; {known_by.value}; {why}"
    return change(db, vault, mandate_id, by=by, now=now, reason=reason)
