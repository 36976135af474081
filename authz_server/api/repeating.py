"""A request that changes something, sent twice, is done once: the second gets the answer of the first.

The answer is kept in the unit of work that does what was asked: both are there, or neither. Who sends the same key
while the first is under way waits for it (on the row, or on SQLite for the one writer), and gets its answer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from authz_server.api.refusing import Problem, Refusal
from authz_server.calls import Call
from authz_server.oidc.secret_values import digest
from claims.instants import Instant
from keys.storage import Connected, Statement

__all__ = ["KEPT", "Done", "Repeatable", "key_of", "once"]

KEPT: Final = 24 * 3600  # seconds for which an answer is known

_CLAIM: Final = Statement(
    "INSERT INTO api_answers (client_id, key, asked, status, body, at)"
    " VALUES (:client_id, :key, :asked, 0, '', :now) ON CONFLICT DO NOTHING"
)
_KEEP: Final = Statement(
    "UPDATE api_answers SET status = :status, body = :body WHERE client_id = :client_id AND key = :key"
)
_KEPT: Final = Statement(
    "SELECT asked, status, body FROM api_answers WHERE client_id = :client_id AND key = :key"
)
_KEY: Final = re.compile(r'"[\x21\x23-\x5b\x5d-\x7e]{1,255}"|[\x21\x23-\x5b\x5d-\x7e]{1,255}')


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A client's name for one request of its own, and what it asked: digests, since nobody need read either."""

    client_id: str
    key: str
    asked: str


def key_of(call: Call, client_id: str, address: str) -> Repeatable | Problem:
    """What `Idempotency-Key` says: 1 to 255 visible signs, in quotes (as the draft of the IETF has it) or without."""
    shown = (call.header("HTTP_IDEMPOTENCY_KEY") or "").strip()
    if not _KEY.fullmatch(shown):
        return Problem(
            Refusal.KEY_NEEDED, "an Idempotency-Key of 1 to 255 visible signs is needed, one for each change"
        )
    asked = f"{call.method} {address} ".encode() + call.body
    return Repeatable(client_id, digest(shown.strip('"')), digest(asked.decode("latin-1")))


@dataclass(frozen=True, slots=True)
class Done:
    """Status and body of an answer, and what of the body is kept for who asks again."""

    status: int
    body: bytes
    kept: bytes


def once(
    db: Connected, what: Repeatable, do: Callable[[], Done], *, now: Instant
) -> tuple[int, bytes] | Problem:
    """Status and body of the answer: what `do` gives, or what was kept of that when this key came first."""
    named: dict[str, object] = {"client_id": what.client_id, "key": what.key}
    if db.run(_CLAIM, {**named, "asked": what.asked, "now": now}):
        done = do()
        db.run(_KEEP, {**named, "status": done.status, "body": done.kept.decode()})
        return done.status, done.body
    row = db.one(_KEPT, named)
    if row is None or row[0] != what.asked:
        return Problem(Refusal.KEY_REUSED, "this Idempotency-Key was used for another request")
    return row[1], row[2].encode()
