"""Notices on their way: handed out to one sender at a time, sent at least once, tried again, and given up in the end.

Whoever sends has a lease: until it ends nobody else is handed the same notices. Who is killed between sending and
saying so leaves them to the next, and they are sent twice. A recipient gets one message for all that is due.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from claims.instants import Instant
from keys.storage import Connected, Row, Statement

__all__ = [
    "KEPT", "LEASE", "LISTED", "Batch", "Notice", "Outcome", "again", "hand_out", "listed", "retry", "settle", "waiting",
]  # fmt: skip


class Outcome(StrEnum):
    """What became of a notice. The words are stable."""

    MAIL = "mail"
    POST = "post"
    GIVEN_UP = "given_up"  # tried until there was no sense in it
    NO_WAY = "no_way"  # no mail address, and no post


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of the outbox."""

    id: str
    at: Instant
    recipient: str
    subject: str
    mandate: str | None
    change: str
    tries: int
    settled_at: Instant | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one recipient is told in one message, oldest first. `sealed` is where and what, for one that is addressed apart."""

    recipient: str
    notices: tuple[Notice, ...]
    sealed: str | None
    until: Instant  # the end of the lease

    def worn(self) -> "Batch | None":
        """Those of it for which there is no sense in trying once more: it went on for three days."""
        return self._some([one for one in self.notices if one.tries > len(_PAUSES)])

    def fresh(self) -> "Batch | None":
        """The others."""
        return self._some([one for one in self.notices if one.tries <= len(_PAUSES)])

    def _some(self, notices: list[Notice]) -> "Batch | None":
        return replace(self, notices=tuple(notices)) if notices else None


LEASE: Final = 300  # seconds that somebody may take to send one message
LISTED: Final = 500  # notices that are listed at a time
KEPT: Final = 400 * 86400  # seconds for which it is known what became of a notice
# Seconds until the next try, after each; there is none after the last.
_PAUSES: Final = (60, 300, 1800, 7200, 21600, 43200, 86400, 86400)
_MOST_LOOKED_AT: Final = 20

_COLUMNS: Final = "id, at, recipient, subject, mandate, change, tries, settled_at, outcome"
_NEXT = Statement(
    "SELECT id, recipient, sealed FROM register_notices WHERE due_at <= :now ORDER BY due_at, id LIMIT 1",
    postgresql="SELECT id, recipient, sealed FROM register_notices WHERE due_at <= :now"
    " ORDER BY due_at, id LIMIT 1 FOR UPDATE",
)
_ANY = Statement("SELECT 1 FROM register_notices WHERE due_at <= :now LIMIT 1")
_LAST_TOLD = Statement(
    "SELECT max(settled_at) FROM register_notices"
    " WHERE recipient = :recipient AND settled_at IS NOT NULL AND outcome IN ('mail', 'post') AND mandate IS NOT NULL"
)
_LATER = Statement(
    "UPDATE register_notices SET due_at = :later WHERE recipient = :recipient AND due_at <= :now AND sealed IS NULL"
)
_TAKE: Final = (
    "UPDATE register_notices SET due_at = :until, holder = :holder, tries = tries + 1"  # noqa: S608 - our own words
    " WHERE {0} AND due_at <= :now RETURNING " + _COLUMNS
)
_TAKE_ALL = Statement(_TAKE.format("recipient = :recipient AND sealed IS NULL"))
_TAKE_ONE = Statement(_TAKE.format("id = :id"))
_SETTLE = Statement(
    "UPDATE register_notices SET due_at = NULL, holder = NULL, settled_at = :now, outcome = :outcome, sealed = NULL"
    " WHERE id = :id AND holder = :holder AND settled_at IS NULL"
)
_AGAIN = Statement(
    "UPDATE register_notices SET due_at = :due_at, holder = NULL WHERE id = :id AND holder = :holder AND settled_at IS NULL"
)
# Who is told beside a person is told when the person was, and not at all where the person could not be.
_WHAT_GOES_BESIDE = (
    " WHERE beside = :recipient AND mandate = :mandate AND change = :change AND at = :at"
    " AND due_at IS NULL AND settled_at IS NULL"
)
_RELEASE = Statement(f"UPDATE register_notices SET due_at = :now{_WHAT_GOES_BESIDE}")  # noqa: S608 - likewise
_GIVE_UP = Statement(
    f"UPDATE register_notices SET settled_at = :now, outcome = :outcome{_WHAT_GOES_BESIDE}"  # noqa: S608 - likewise
)
_LISTED = Statement(
    f"SELECT {_COLUMNS} FROM register_notices WHERE id > :after"  # noqa: S608 - our own words
    " AND (outcome IN ('given_up', 'no_way') OR (:every = 1)) ORDER BY id LIMIT :most"
)
_WAITING = Statement("SELECT count(*) FROM register_notices WHERE due_at IS NOT NULL")
_RETRY = Statement(
    "UPDATE register_notices SET tries = 0, settled_at = NULL, outcome = NULL, due_at = CASE WHEN beside IS NULL"
    " OR EXISTS (SELECT 1 FROM register_notices own WHERE own.recipient = register_notices.beside"
    " AND own.mandate = register_notices.mandate AND own.change = register_notices.change"
    " AND own.at = register_notices.at AND own.outcome IN ('mail', 'post')) THEN :now END"
    " WHERE outcome IN ('given_up', 'no_way') AND mandate IS NOT NULL"
)


def hand_out(db: Connected, holder: str, *, now: Instant, at_most_every: int) -> Batch | None:
    """What is to be sent now, for one recipient, held by `holder` until the lease ends; None where nothing is due.

    Who was told less than `at_most_every` seconds ago is told of the rest later, all at once. What is addressed apart
    (a code) waits for nothing.
    """
    for _ in range(_MOST_LOOKED_AT):
        row = db.one(_NEXT, {"now": now})
        if row is None:
            return None
        id, recipient, sealed = row
        held = {"now": now, "until": now + LEASE, "holder": holder}
        if sealed is not None:
            taken = db.all(_TAKE_ONE, {"id": id, **held})
            return _batch(recipient, taken, sealed, now)
        last = db.one(_LAST_TOLD, {"recipient": recipient})
        if last is not None and last[0] is not None and now < last[0] + at_most_every:
            later = {"recipient": recipient, "now": now, "later": last[0] + at_most_every}
            db.run(_LATER, later)
            continue
        return _batch(recipient, db.all(_TAKE_ALL, {"recipient": recipient, **held}), None, now)
    return None


def settle(db: Connected, batch: Batch, holder: str, outcome: Outcome, *, now: Instant) -> bool:
    """Say what became of it; False where the lease ended meanwhile and it is another's by now."""
    told = outcome in {Outcome.MAIL, Outcome.POST}
    done = 0
    for one in batch.notices:
        if not db.run(_SETTLE, {"id": one.id, "holder": holder, "now": now, "outcome": outcome.value}):
            continue
        done += 1
        if one.mandate is not None:
            beside = {"recipient": one.recipient, "mandate": one.mandate, "change": one.change, "at": one.at}
            if told:
                db.run(_RELEASE, {**beside, "now": now})
            else:
                db.run(_GIVE_UP, {**beside, "now": now, "outcome": outcome.value})
    return done == len(batch.notices)


def again(db: Connected, batch: Batch, holder: str, *, now: Instant) -> None:
    """Try again later, each time after a longer pause. Of `batch` none is worn."""
    # one message for all of them again, when the one that was tried least is to be tried
    due_at = now + _PAUSES[min(one.tries for one in batch.notices) - 1]
    for one in batch.notices:
        db.run(_AGAIN, {"id": one.id, "holder": holder, "due_at": due_at})


def waiting(db: Connected, *, now: Instant) -> bool:
    """Whether something is due: a look, before anything is held."""
    return db.one(_ANY, {"now": now}) is not None


def listed(db: Connected, *, every: bool, after: str = "", most: int = LISTED) -> tuple[list[Notice], int]:
    """Notices that reached nobody, or with `every` all that are known, by id; and how many are on their way."""
    rows = db.all(_LISTED, {"after": after, "every": int(every), "most": most})
    counted = db.one(_WAITING)
    return [_notice(row) for row in rows], 0 if counted is None else int(counted[0])


def retry(db: Connected, *, now: Instant) -> int:
    """Send again what was given up or had no way; how many notices. Codes are asked for anew."""
    return db.run(_RETRY, {"now": now})


def _batch(recipient: str, rows: list[Row], sealed: str | None, now: Instant) -> Batch | None:
    notices = tuple(sorted(map(_notice, rows), key=lambda one: (one.at, one.id)))
    return Batch(recipient, notices, sealed, now + LEASE) if notices else None


def _notice(row: Row) -> Notice:
    id, at, recipient, subject, mandate, change, tries, settled_at, outcome = row
    return Notice(
        id,
        at,
        recipient,
        subject,
        mandate,
        change,
        tries,
        settled_at,
        None if outcome is None else Outcome(outcome),
    )
