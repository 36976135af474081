"""Wrong tries at what can be guessed, counted in the database so that every worker counts the same ones.

Wrong passwords are counted per name that was typed, whether it exists or not, and per network; wrong activation codes
per person who types them, and per network (G6). All are kept as keyed digests. A window begins with the first wrong try and ends on its own: nobody is locked out for longer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from authz_server.limits import network_of
from claims.instants import Instant
from keys.sealing import KeyedDigest
from keys.storage import Connected, Statement

__all__ = ["Counted", "Limit", "counted", "counted_codes", "not_looked_at", "right", "too_many", "tried"]


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong tries a window takes. `anew`: a right one lets the count begin anew."""

    wrong: int
    anew: bool = False


Counted = Mapping[str, Limit]
"""What a try counts for, by keyed digest."""

WINDOW: Final = 900  # seconds
PER_NAME: Final = Limit(10, anew=True)
PER_HELPER: Final = Limit(10)
PER_NETWORK: Final = Limit(100)

_COUNT = Statement("SELECT wrong FROM login_attempts WHERE counted = :counted AND since > :window")
_TRY = Statement(
    "INSERT INTO login_attempts (counted, since, wrong) VALUES (:counted, :now, 1)"
    " ON CONFLICT (counted) DO UPDATE SET"
    " wrong = CASE WHEN login_attempts.since > :window THEN login_attempts.wrong + 1 ELSE 1 END,"
    " since = CASE WHEN login_attempts.since > :window THEN login_attempts.since ELSE :now END"
    " RETURNING wrong"
)
_FORGET = Statement("DELETE FROM login_attempts WHERE counted = :counted")
_TAKE_BACK = Statement("UPDATE login_attempts SET wrong = wrong - 1 WHERE counted = :counted AND wrong > 0")


def counted(digest: KeyedDigest, name: str, address: str | None) -> Mapping[str, Limit]:
    """What a try counts for: the name, and the network (an IPv6 address counts by its /64)."""
    keys = {digest.of("login attempts", "name", name): PER_NAME}
    if address:
        keys[digest.of("login attempts", "network", network_of(address))] = PER_NETWORK
    return keys


def counted_codes(digest: KeyedDigest, person: str, address: str | None) -> Mapping[str, Limit]:
    """What a try at an activation code, or at who somebody is, counts for: the helper and the network (G6)."""
    keys = {digest.of("code attempts", "person", person): PER_HELPER}
    if address:
        keys[digest.of("code attempts", "network", network_of(address))] = PER_NETWORK
    return keys


def too_many(db: Connected, keys: Mapping[str, Limit], *, now: Instant) -> bool:
    """Whether any of the counts is full: a look, before anything is counted."""
    for key, limit in keys.items():
        row = db.one(_COUNT, {"counted": key, "window": now - WINDOW})
        if row is not None and row[0] >= limit.wrong:
            return True
    return False


def tried(db: Connected, keys: Mapping[str, Limit], *, now: Instant) -> bool:
    """Count a try as a wrong one, before the password is looked at; whether it may be looked at.

    Of tries that come at the same time, in whatever processes, no more are looked at than the limit says.
    """
    within = True
    for key, limit in keys.items():
        row = db.one(_TRY, {"counted": key, "now": now, "window": now - WINDOW})
        within = within and row is not None and row[0] <= limit.wrong
    return within


def right(db: Connected, keys: Mapping[str, Limit]) -> None:
    """It was right: a name's count begins anew, any other is as if there had been no try."""
    for key, limit in keys.items():
        db.run(_FORGET if limit.anew else _TAKE_BACK, {"counted": key})


def not_looked_at(db: Connected, keys: Mapping[str, Limit]) -> None:
    """Nobody had time for it: that was no try at the password."""
    for key in keys:
        db.run(_TAKE_BACK, {"counted": key})
