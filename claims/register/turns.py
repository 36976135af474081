"""Who may change very many records of the register: one at a time."""

from typing import Final

from keys.storage import Connected, Statement

__all__ = ["take_turn", "try_turn"]

_ONE_AT_A_TIME: Final = Statement("SELECT 1", postgresql="SELECT pg_advisory_xact_lock(7161)")

_IF_NOBODY_HAS_IT: Final = Statement("SELECT 1", postgresql="SELECT 1 WHERE pg_try_advisory_xact_lock(7161)")


def take_turn(db: Connected) -> None:
    """Let no import land, and no numbers be sealed anew, until this unit of work ends."""
    db.one(_ONE_AT_A_TIME)


def try_turn(db: Connected) -> bool:
    """The same where nobody has the turn, without waiting; whether it is ours.

    Whoever changes several records must have it: the locks of two would be taken in two orders.
    """
    return db.one(_IF_NOBODY_HAS_IT) is not None
