"""How fresh what source registers told is: when each last answered about each party, and since when it does not.

An answer that says nothing new changes no record and no line of the journal, only its row here. `serial` counts the
answers that landed: whoever asks remembers it, and lands only where nobody else did meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from claims.register.many import ManyStatement
from claims.relations import LegalRelation
from claims.sources.freshness import OLDEST_FOR_GRANTING, Freshness, Liveness, liveness
from keys.storage import Connected, Statement

__all__ = [
    "THE_SOURCE",
    "Seen",
    "Summary",
    "answered",
    "answered_at",
    "ask_soon",
    "clear_source",
    "closable",
    "close",
    "due",
    "enroll",
    "failed",
    "failed_source",
    "forget_party",
    "liveness_of",
    "not_enrolled",
    "seen",
    "summary",
]

THE_SOURCE: Final = ""  # stands for a party in the row of the source as a whole
NOT_ASKED: Final = "not_asked"

_SEEN = Statement(
    "SELECT serial, fetched_at, failed_since, outcome, closed_at, due_at FROM register_source_answers"
    " WHERE register = :register AND party = :party"
)
_ANSWERED = Statement(
    "INSERT INTO register_source_answers (register, party, serial, fetched_at, outcome, due_at)"
    " VALUES (:register, :party, 1, :fetched_at, :outcome, :due_at) ON CONFLICT (register, party) DO UPDATE SET"
    " serial = register_source_answers.serial + 1, fetched_at = excluded.fetched_at, failed_since = NULL,"
    " outcome = excluded.outcome, closed_at = NULL, due_at = excluded.due_at"
    " WHERE register_source_answers.serial = :seen"
)
_FAILED = Statement(
    "INSERT INTO register_source_answers (register, party, serial, failed_since, outcome, due_at)"
    " VALUES (:register, :party, 0, :now, :outcome, :due_at) ON CONFLICT (register, party) DO UPDATE SET"
    " failed_since = COALESCE(register_source_answers.failed_since, excluded.failed_since),"
    " outcome = excluded.outcome, due_at = excluded.due_at WHERE register_source_answers.serial = :seen"
)
_CLEAR = Statement(
    "DELETE FROM register_source_answers WHERE register = :register AND party = ''"  # THE_SOURCE
)
_CLOSE = Statement(
    "UPDATE register_source_answers SET closed_at = :now, serial = serial + 1"
    " WHERE register = :register AND party = :party AND closed_at IS NULL AND serial = :seen"
)
_SOON = Statement(
    "UPDATE register_source_answers SET due_at = :now WHERE register = :register AND party = :party"
)
_ENROLL = Statement(
    "INSERT INTO register_source_answers (register, party, serial, outcome, due_at)"
    " VALUES (:register, :party, 0, :outcome, :now) ON CONFLICT (register, party) DO NOTHING"
)
_THERE = ManyStatement(
    "SELECT party FROM register_source_answers WHERE register = :register AND party IN (:ids)"
)
_DUE = Statement(
    "SELECT party FROM register_source_answers WHERE register = :register AND due_at <= :now AND party <> ''"
    " ORDER BY due_at, party LIMIT :limit"
)
_CLOSABLE = Statement(
    "SELECT party FROM register_source_answers WHERE register = :register AND party <> '' AND (:only = '' OR party = :only)"
    " AND closed_at IS NULL AND (failed_since <= :bound OR (:all_of_it = 1 AND COALESCE(fetched_at, 0) <= :bound))"
    " ORDER BY party LIMIT :limit"
)
_SUMMARY = Statement(
    "SELECT count(*), sum(CASE WHEN COALESCE(fetched_at, 0) < :bound THEN 1 ELSE 0 END), count(failed_since),"
    " count(closed_at), min(fetched_at), max(fetched_at) FROM register_source_answers"
    " WHERE register = :register AND party <> ''"
)
_FORGET = Statement("DELETE FROM register_source_answers WHERE party = :party")


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as somebody saw it: `serial` is nought and `freshness` says nothing where there is none."""

    serial: int
    freshness: Freshness
    due_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """How many parties a source tells of; of these how many have an answer too old, failed last, and are closed."""

    parties: int
    stale: int
    failing: int
    closed: int
    oldest: Instant | None
    latest: Instant | None


def seen(db: Connected, register: str, party: str) -> Seen:
    """How it went with that party; with the source as a whole for `THE_SOURCE`."""
    row = db.one(_SEEN, {"register": register, "party": party})
    if row is None:
        return Seen(0, Freshness())
    serial, fetched_at, failed_since, outcome, closed_at, due_at = row
    return Seen(serial, Freshness(fetched_at, failed_since, outcome, closed_at), due_at)


def answered_at(db: Connected, register: str, party: str) -> Instant | None:
    """When the register last answered about the party, for `claims.sources.freshness.is_live`; None: never."""
    return seen(db, register, party).freshness.fetched_at


def liveness_of(
    db: Connected, relation: LegalRelation, *, now: Instant, max_age: int = OLDEST_FOR_GRANTING
) -> Liveness:
    """How sure it is that the register of `relation` would still tell of it: whoever grants asks for `LIVE` (G4)."""
    register = None if relation.source is None else relation.source.register
    at = None if register is None else answered_at(db, register, relation.represented)
    return liveness(relation, at, now=now, max_age=max_age)


def answered(
    db: Connected,
    register: str,
    party: str,
    *,
    serial: int,
    outcome: str,
    fetched_at: Instant,
    due_at: Instant,
) -> bool:
    """Say that there is an answer, asked for at `fetched_at`; False where another landed since `serial` was seen."""
    values = {"register": register, "party": party, "seen": serial, "outcome": outcome}
    return db.run(_ANSWERED, values | {"fetched_at": fetched_at, "due_at": due_at}) == 1


def failed(
    db: Connected, register: str, party: str, *, serial: int, outcome: str, now: Instant, due_at: Instant
) -> None:
    """Say that there was none, unless one landed since `serial` was seen."""
    values = {"register": register, "party": party, "seen": serial, "outcome": outcome}
    db.run(_FAILED, values | {"now": now, "due_at": due_at})


def failed_source(db: Connected, register: str, *, outcome: str, now: Instant, due_at: Instant) -> None:
    """Say that the source as a whole does not answer; until `due_at` nobody need try."""
    failed(db, register, THE_SOURCE, serial=0, outcome=outcome, now=now, due_at=due_at)


def clear_source(db: Connected, register: str) -> None:
    """Say that it answers."""
    db.run(_CLEAR, {"register": register})


def close(db: Connected, register: str, party: str, *, serial: int, now: Instant) -> bool:
    """Say that what it told of the party is closed; False where an answer landed, or somebody else did so."""
    return db.run(_CLOSE, {"register": register, "party": party, "seen": serial, "now": now}) == 1


def ask_soon(db: Connected, register: str, party: str, *, now: Instant) -> None:
    """Let the party be due now."""
    enroll(db, register, [party], now=now)
    db.run(_SOON, {"register": register, "party": party, "now": now})


def enroll(db: Connected, register: str, parties: Iterable[str], *, now: Instant) -> None:
    """Let the source be asked about these parties from now on."""
    rows = [
        {"register": register, "party": party, "outcome": NOT_ASKED, "now": now} for party in sorted(parties)
    ]
    db.many(_ENROLL, rows)


def not_enrolled(db: Connected, register: str, parties: Iterable[str]) -> set[str]:
    """Those of `parties` that the source is not asked about yet."""
    wanted = sorted(set(parties))
    return set(wanted) - {party for (party,) in _THERE.rows(db, wanted, {"register": register})}


def due(db: Connected, register: str, *, now: Instant, limit: int) -> list[str]:
    """The parties that the source is to be asked about, the longest due first."""
    rows = db.all(_DUE, {"register": register, "now": now, "limit": limit})
    return [party for (party,) in rows]


def closable(
    db: Connected, register: str, *, bound: Instant, limit: int, only: str = THE_SOURCE
) -> list[str]:
    """Parties of which it has not answered since `bound`: one by itself, or each, where the source is gone since then.

    `only` is the one to look at, where not all are.
    """
    gone = seen(db, register, THE_SOURCE).freshness.failed_since
    values = {"register": register, "only": only, "bound": bound, "limit": limit}
    rows = db.all(_CLOSABLE, values | {"all_of_it": int(gone is not None and gone <= bound)})
    return [party for (party,) in rows]


def summary(db: Connected, register: str, *, bound: Instant) -> Summary:
    """The whole of a source; an answer from before `bound` is too old."""
    row = db.one(_SUMMARY, {"register": register, "bound": bound})
    parties, stale, failing, closed, oldest, latest = row or (0, 0, 0, 0, None, None)
    return Summary(parties, stale or 0, failing, closed, oldest, latest)


def forget_party(db: Connected, party: str) -> None:
    """Let no source be asked about the party any more."""
    db.run(_FORGET, {"party": party})
