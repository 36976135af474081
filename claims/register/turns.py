"""Who may change very many records of the register: one at a time."""

from typing import Final

from keys.storage import Connected, Statement

__all__ = ["take_turn"]

_ONE_AT_A_TIME: Final = Statement("SELECT 1", postgresql="SELECT pg_advisory_xact_lock(7161)")


def take_turn(db: Connected) -> None:
    """Let no import land, and no numbers be sealed anew, until this unit of work ends."""
    db.one(_ONE_AT_A_TIME)
