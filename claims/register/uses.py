"""Who logged in on whose behalf: a line per use, for the represented party to read."""

from dataclasses import dataclass

import orjson

from claims.instants import Instant
from claims.representation import Representation
from keys.storage import Connected, Statement

__all__ = ["Use", "UsePage", "of", "record"]

_ADD = Statement(
    "INSERT INTO register_uses (at, represented, acting, through, service, client, path, actions)"
    " VALUES (:at, :represented, :acting, :through, :service, :client, :path, :actions)"
)
_OF = Statement(
    "SELECT seq, at, represented, acting, through, service, client, path, actions FROM register_uses"
    " WHERE represented = :represented AND seq < :before ORDER BY seq DESC LIMIT :limit"
)
_FIRST = 2**62


@dataclass(frozen=True, slots=True)
class Use:
    """One login on behalf of `represented`: a code was redeemed by `client` for `service`."""

    at: Instant
    represented: str
    acting: str
    through: str | None  # the organisation as whose person the acting one acted
    service: str  # the id in the register
    client: str  # the OAuth client id
    path: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsePage:
    """Uses, latest first; `next` asks for the page after it, None at the end."""

    uses: tuple[Use, ...]
    next: int | None


def record(db: Connected, representation: Representation, *, client: str, now: Instant) -> None:
    """Remember that `client` got a token in which `representation` stands."""
    db.run(
        _ADD,
        {
            "at": now,
            "represented": representation.represented,
            "acting": representation.acting,
            "through": representation.through,
            "service": representation.service,
            "client": client,
            "path": orjson.dumps(representation.path).decode(),
            "actions": orjson.dumps(representation.actions).decode(),
        },
    )


def of(db: Connected, represented: str, *, before: int | None = None, limit: int = 50) -> UsePage:
    """Who logged in on behalf of this party, latest first."""
    rows = db.all(
        _OF,
        {"represented": represented, "before": _FIRST if before is None else before, "limit": limit + 1},
    )
    uses = tuple(
        Use(
            at,
            party,
            acting,
            through,
            service,
            client,
            tuple(orjson.loads(path)),
            tuple(orjson.loads(actions)),
        )
        for _, at, party, acting, through, service, client, path, actions in rows[:limit]
    )
    return UsePage(uses, rows[limit - 1][0] if len(rows) > limit else None)
