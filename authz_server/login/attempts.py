"""Wrong passwords, counted in the database so that every worker counts the same ones.

They are counted per name that was typed, whether it exists or not, and per network; both are kept as keyed
digests. A window begins with the first wrong try and ends on its own: nobody is locked out for longer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final

from claims.instants import Instant
from keys.sealing import KeyedDigest
from keys.storage import Connected, Statement

__all__ = ["Limit", "counted", "forget", "too_many", "wrong"]


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong tries a window takes."""

    wrong: int


WINDOW: Final = 900  # seconds
PER_NAME: Final = Limit(10)
PER_NETWORK: Final = Limit(100)

_COUNT = Statement("SELECT wrong FROM login_attempts WHERE counted = :counted AND since > :window")
_WRONG = Statement(
    "INSERT INTO login_attempts (counted, since, wrong) VALUES (:counted, :now, 1)"
    " ON CONFLICT (counted) DO UPDATE SET"
    " wrong = CASE WHEN login_attempts.since > :window THEN login_attempts.wrong + 1 ELSE 1 END,"
    " since = CASE WHEN login_attempts.since > :window THEN login_attempts.since ELSE :now END"
)
_FORGET = Statement("DELETE FROM login_attempts WHERE counted = :counted")


def counted(digest: KeyedDigest, name: str, address: str | None) -> Mapping[str, Limit]:
    """What a try counts for: the name, and the network (an IPv6 address counts by its /64)."""
    keys = {digest.of("login attempts", "name", name): PER_NAME}
    if address:
        keys[digest.of("login attempts", "network", _network(address))] = PER_NETWORK
    return keys


def too_many(db: Connected, keys: Mapping[str, Limit], *, now: Instant) -> bool:
    """Whether any of the counts is full."""
    for key, limit in keys.items():
        row = db.one(_COUNT, {"counted": key, "window": now - WINDOW})
        if row is not None and row[0] >= limit.wrong:
            return True
    return False


def wrong(db: Connected, keys: Mapping[str, Limit], *, now: Instant) -> None:
    """Count a wrong try."""
    for key in keys:
        db.run(_WRONG, {"counted": key, "now": now, "window": now - WINDOW})


def forget(db: Connected, digest: KeyedDigest, name: str) -> None:
    """The right password was typed: the name's count begins anew. The network's does not."""
    db.run(_FORGET, {"counted": digest.of("login attempts", "name", name)})


def _network(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(ip) >> 64 << 64)) if isinstance(ip, IPv6Address) else str(ip)
