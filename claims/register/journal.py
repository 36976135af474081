"""The account of every change: who, when, on whose authority, logged in how. It is only ever added to.

The database itself refuses to change or delete a row of it (`tables.GUARDS`). It holds opaque ids alone:
no names, no numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from claims.assurance import Loa
from claims.instants import Instant
from claims.register.actor import Actor
from keys.storage import Connected, Statement

__all__ = ["Entry", "Event", "Subject", "of_record", "write", "write_many"]

_ADD = Statement(
    "INSERT INTO register_journal (at, event, kind, record, version, person, on_behalf_of, authority, assurance,"
    " authenticator, reason) VALUES (:at, :event, :kind, :record, :version, :person, :on_behalf_of, :authority,"
    " :assurance, :authenticator, :reason)"
)
_OF_RECORD = Statement(
    "SELECT at, event, kind, record, version, person, on_behalf_of, authority, assurance, authenticator, reason"
    " FROM register_journal WHERE kind = :kind AND record = :record ORDER BY seq"
)


class Event(StrEnum):
    """What happened. The words are stable: the journal is read long after they were written."""

    IMPORTED = "imported"  # the whole of an import
    ADDED = "added"  # a record that was not there
    CHANGED = "changed"  # a new version of a record
    REVOKED = "revoked"
    EXPORTED_PERSONAL_NUMBERS = "exported_personal_numbers"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about: the `kind` of record as in the tables of versions, its id and its new version."""

    kind: str
    record: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the account."""

    at: Instant
    event: Event
    subject: Subject | None
    by: Actor
    reason: str | None


def write(
    db: Connected,
    event: Event,
    subject: Subject | None,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> None:
    """Add one entry."""
    db.run(_ADD, _values(event, subject, by, now, reason))


def write_many(db: Connected, changes: Iterable[tuple[Event, Subject]], *, by: Actor, now: Instant) -> None:
    """Add an entry for each of `changes`."""
    db.many(_ADD, (_values(event, subject, by, now, None) for event, subject in changes))


def of_record(db: Connected, kind: str, record: str) -> list[Entry]:
    """What happened to one record, oldest first."""
    return [
        Entry(
            at=at,
            event=Event(event),
            subject=Subject(kind_, record_, version),
            by=Actor(
                person, on_behalf_of, authority, None if assurance is None else Loa(assurance), authenticator
            ),
            reason=reason,
        )
        for at, event, kind_, record_, version, person, on_behalf_of, authority, assurance, authenticator, reason in (
            db.all(_OF_RECORD, {"kind": kind, "record": record})
        )
    ]


def _values(
    event: Event, subject: Subject | None, by: Actor, now: Instant, reason: str | None
) -> dict[str, object]:
    return {
        "at": now,
        "event": event.value,
        "kind": None if subject is None else subject.kind,
        "record": None if subject is None else subject.record,
        "version": None if subject is None else subject.version,
        "person": by.person,
        "on_behalf_of": by.on_behalf_of,
        "authority": by.authority,
        "assurance": None if by.assurance is None else int(by.assurance),
        "authenticator": by.authenticator,
        "reason": reason,
    }
