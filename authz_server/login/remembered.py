"""Choices that were made before: what `prompt=none` may use again, and what the page offers first."""

from dataclasses import dataclass
from typing import Final

import orjson

from claims.instants import Instant
from claims.representation import Representation
from keys.storage import Connected, Statement

__all__ = ["Before", "again", "note_use", "recent", "remember"]

_REMEMBER = Statement(
    "INSERT INTO login_remembered (session, client, service, actions, represented, branch, path, chosen_at)"
    " VALUES (:session, :client, :service, :actions, :represented, :branch, :path, :now)"
    " ON CONFLICT (session, client, service, actions, represented) DO UPDATE SET"
    " branch = excluded.branch, path = excluded.path, chosen_at = excluded.chosen_at"
)
_AGAIN = Statement(
    "SELECT branch, path FROM login_remembered WHERE session = :session AND client = :client"
    " AND service = :service AND actions = :actions AND represented = :represented"
)
_NOTE = Statement(
    "INSERT INTO login_recent (person, service, represented, branch, through, path, used_at)"
    " VALUES (:person, :service, :represented, :branch, :through, :path, :now)"
    " ON CONFLICT (person, service, represented, branch, through) DO UPDATE SET"
    " path = excluded.path, used_at = excluded.used_at"
)
_RECENT = Statement(
    "SELECT represented, branch, path FROM login_recent WHERE person = :person AND service = :service"
    " ORDER BY used_at DESC, represented LIMIT :limit"
)
_TRIM = Statement(
    "DELETE FROM login_recent WHERE person = :person AND service = :service AND used_at <"
    " (SELECT MIN(used_at) FROM (SELECT used_at FROM login_recent"
    " WHERE person = :person AND service = :service ORDER BY used_at DESC LIMIT :limit) AS latest)"
)
_KEPT: Final = 5


@dataclass(frozen=True, slots=True)
class Before:
    """A choice of before: for whom (None: oneself), which branch, by which path."""

    represented: str | None
    branch: str | None
    path: tuple[str, ...]


def remember(
    db: Connected,
    *,
    session: str,
    client: str,
    service: str,
    actions: tuple[str, ...],
    chosen: Representation | None,
    now: Instant,
) -> None:
    """Keep a choice for this session, client, service and these actions alone; None is for oneself."""
    db.run(
        _REMEMBER,
        {
            "session": session,
            "client": client,
            "service": service,
            "actions": _written(actions),
            "represented": chosen.represented if chosen else "",
            "branch": (chosen.branch or "") if chosen else "",
            "path": orjson.dumps(chosen.path if chosen else []).decode(),
            "now": now,
        },
    )


def again(
    db: Connected,
    *,
    session: str,
    client: str,
    service: str,
    actions: tuple[str, ...],
    represented: str | None,
) -> Before | None:
    """The choice of this party (None: of oneself) that was made before under the very same key."""
    row = db.one(
        _AGAIN,
        {
            "session": session,
            "client": client,
            "service": service,
            "actions": _written(actions),
            "represented": represented or "",
        },
    )
    return None if row is None else Before(represented, row[0] or None, tuple(orjson.loads(row[1])))


def note_use(db: Connected, chosen: Representation, *, now: Instant) -> None:
    """Put a choice at the head of what its person used last for the service; five are kept."""
    db.run(
        _NOTE,
        {
            "person": chosen.acting,
            "service": chosen.service,
            "represented": chosen.represented,
            "branch": chosen.branch or "",
            "through": chosen.through or "",
            "path": orjson.dumps(chosen.path).decode(),
            "now": now,
        },
    )
    db.run(_TRIM, {"person": chosen.acting, "service": chosen.service, "limit": _KEPT})


def recent(db: Connected, *, person: str, service: str) -> list[Before]:
    """What the person used last for the service, latest first; whether it still stands is asked again."""
    rows = db.all(_RECENT, {"person": person, "service": service, "limit": _KEPT})
    return [Before(row[0], row[1] or None, tuple(orjson.loads(row[2]))) for row in rows]


def _written(actions: tuple[str, ...]) -> str:
    return " ".join(sorted(actions))
