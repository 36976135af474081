"""Who logged in on whose behalf: a line per use, for the represented party to read.

A line is written in the transaction that issues the token. Some moments later it is chained to the journal, many
together: an entry of the journal covers them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import orjson

from claims.instants import Instant
from claims.register import journal, notices
from claims.register.actor import REGISTER
from claims.register.journal import Event, Subject
from claims.register.personal import Vault
from claims.representation import Representation
from keys.storage import Connected, Row, Statement

__all__ = [
    "BATCH",
    "LINE",
    "TOGETHER",
    "Use",
    "UsePage",
    "batch_text",
    "chain_some",
    "of",
    "record",
    "unchained_since",
]

_ADD = Statement(
    "INSERT INTO register_uses (at, represented, acting, through, service, client, path, actions)"
    " VALUES (:at, :represented, :acting, :through, :service, :client, :path, :actions)"
)
_OF = Statement(
    "SELECT seq, at, represented, acting, through, service, client, path, actions, done, reference, told_by"
    " FROM register_uses WHERE represented = :represented AND seq < :before ORDER BY seq DESC LIMIT :limit"
)
_FIRST = 2**62

# What the journal covers of a line: of one that tells of a login no more than the first nine.
LINE: Final = "seq, at, represented, acting, through, service, client, path, actions, done, reference, told_by, txn, report"
_OF_A_LOGIN: Final = 9
BATCH: Final = "use_batch"  # the kind of record that the journal tells of
TOGETHER: Final = 250  # lines, for some milliseconds in which others wait
_OLDEST = Statement("SELECT at FROM register_uses WHERE batch IS NULL ORDER BY seq LIMIT 1")
_HOLD = Statement(
    "SELECT seq FROM register_journal_end WHERE one = 1",
    postgresql="SELECT seq FROM register_journal_end WHERE one = 1 FOR UPDATE",
)
_TAKE = Statement(
    "UPDATE register_uses SET batch = :batch WHERE batch IS NULL AND seq IN"  # noqa: S608 - our own words
    " (SELECT seq FROM register_uses WHERE batch IS NULL ORDER BY seq LIMIT :limit)"
    f" RETURNING {LINE}"
)


@dataclass(frozen=True, slots=True)
class Use:
    """One login on behalf of `represented`: a code was redeemed by `client` for `service`.

    Or, with `done`, what the resource `told_by` reports that was done after one, by its own `reference`.
    """

    at: Instant
    represented: str
    acting: str
    through: str | None  # the organisation as whose person the acting one acted
    service: str  # the id in the register
    client: str  # the OAuth client id
    path: tuple[str, ...]
    actions: tuple[str, ...]
    done: str | None = None
    reference: str | None = None
    told_by: str | None = None


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
            *told,
        )
        for _, at, party, acting, through, service, client, path, actions, *told in rows[:limit]
    )
    return UsePage(uses, rows[limit - 1][0] if len(rows) > limit else None)


def unchained_since(db: Connected) -> Instant | None:
    """When the oldest line was written that is not chained yet; None where all are."""
    row = db.one(_OLDEST)
    return None if row is None else row[0]


def chain_some(db: Connected, vault: Vault, *, now: Instant, limit: int = TOGETHER) -> int:
    """Chain the oldest lines that are not yet, at most `limit` of them, to the journal; how many they were.

    Both sides of a mandate that was used for the first time are told (`notices`).
    """
    end = db.one(_HOLD)  # who comes second waits here, and finds them chained
    batch = 1 if end is None else end[0] + 1  # the number of the entry that covers them
    lines = db.all(_TAKE, {"batch": batch, "limit": limit})
    if lines:
        subject = Subject(BATCH, str(batch), body=batch_text(lines))
        journal.write(db, vault, Event.USES_CHAINED, subject, by=REGISTER, now=now)
        notices.used(db, (orjson.loads(line[7]) for line in lines), now=now)
    return len(lines)


def batch_text(lines: Iterable[Row]) -> str:
    """The lines of a batch as the journal covers them, in their order."""
    return orjson.dumps(sorted((_covered(line) for line in lines), key=lambda line: line[0])).decode()


def _covered(line: Row) -> Row:
    """A line as the journal covers it: those of logins are written as they were before services reported anything."""
    is_login = all(value is None for value in line[_OF_A_LOGIN:])
    return tuple(line[:_OF_A_LOGIN] if is_login else line)
