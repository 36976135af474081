"""The end of the account, signed by the register: who keeps one elsewhere can show what was cut or changed since.

A signed head is a JWS (`typ` `journal-head+jwt`) over `iss` (the register), `iat`, `seq` and `hash`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from claims.instants import Instant
from keys.keyring import Keyring
from keys.storage import Connected, Statement

__all__ = ["EVERY", "HEAD_TYPE", "Head", "SignedHead", "before", "is_due", "read_head", "sign", "signed_last"]

HEAD_TYPE: Final = "journal-head+jwt"
EVERY: Final = 60  # seconds after which the last signature is old

_END = Statement("SELECT seq FROM register_journal_end WHERE one = 1 AND seq > 0")
_LAST = Statement("SELECT seq, at FROM register_journal_heads ORDER BY seq DESC LIMIT 1")
_SOME = Statement(
    "SELECT seq, at, signed FROM register_journal_heads WHERE seq < :before ORDER BY seq DESC LIMIT :most"
)
_LATEST = Statement("SELECT max(at) FROM register_journal_heads")
_ADD = Statement(
    "INSERT INTO register_journal_heads (seq, at, signed) VALUES (:seq, :at, :signed) ON CONFLICT (seq) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What was signed: the entry `seq` has the hash `hash`, so said the register at `at`."""

    seq: int
    hash: str
    at: Instant


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head as it is kept: up to which entry, when, and the JWS."""

    seq: int
    at: Instant
    signed: str


def before(db: Connected, seq: int | None = None, *, limit: int = 100) -> list[SignedHead]:
    """The signed heads before that entry (None: all), latest first."""
    values = {"before": 2**62 if seq is None else seq, "most": limit}
    return [SignedHead(*row) for row in db.all(_SOME, values)]


def is_due(db: Connected, *, now: Instant) -> bool:
    """Whether the end of the account is not signed, and the last signature is over a minute old.

    A signature from the future is as good as an old one: some clock was wrong.
    """
    latest, end = db.one(_LAST), db.one(_END)
    if end is None or latest is None:
        return end is not None
    return latest[0] < end[0] and not 0 <= now - latest[1] < EVERY


def signed_last(db: Connected) -> Instant | None:
    """The latest instant of a signature that is kept; it may lie ahead, where some clock does."""
    row = db.one(_LATEST)
    return None if row is None else row[0]


def sign(db: Connected, keyring: Keyring, end: tuple[int, str], *, register: str, now: Instant) -> str:
    """The `end` of the account (`auditing.proved_end`), signed and kept."""
    claims = {"iss": register, "iat": now, "seq": end[0], "hash": end[1]}
    signed = keyring.sign(claims, alg="ES256", typ=HEAD_TYPE)
    db.run(_ADD, {"seq": end[0], "at": now, "signed": signed})
    return signed


def read_head(claims: Mapping[str, Any], *, register: str) -> Head | None:
    """The head that these claims of a proved signature tell; None where they are no head of this register."""
    seq, hash, at = claims.get("seq"), claims.get("hash"), claims.get("iat")
    if claims.get("iss") != register or not isinstance(hash, str):
        return None
    if type(seq) is not int or type(at) is not int or seq < 1:
        return None
    return Head(seq, hash, at)
