"""Appointments as they are kept, of administrators and at desks: found, held, and changed by somebody (G3).

What is done to one is held by its row, put as a new version, told in the account and to both sides. Whether somebody may
do it is the caller's to know.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Generic, TypeVar

from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.mandates import resumed_at
from claims.organisation import Appointment
from claims.register import journal, notices
from claims.register.actor import Actor
from claims.register.journal import Event
from claims.register.many import ManyStatement
from claims.register.personal import Vault
from claims.register.shelves import Shelf, put, ready
from keys.storage import Connected, Statement

__all__ = ["AppointmentPage", "Kept", "Refused", "Why"]

One = TypeVar("One", Appointment, DeskAppointment)


class Why(StrEnum):
    """Why an appointment was not changed; the codes are stable."""

    UNKNOWN_APPOINTMENT = "unknown_appointment"
    ALREADY_ENDED = "already_ended"
    ALREADY_SUSPENDED = "already_suspended"
    NOT_SUSPENDED = "not_suspended"
    NOT_NARROWER = "not_narrower"
    SUSPENDED_BY_ANOTHER = "suspended_by_another"  # and whoever asks may not resume what they did not suspend


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed."""

    why: Why


@dataclass(frozen=True, slots=True)
class AppointmentPage(Generic[One]):
    """Appointments, and what asks for the next page, None at the end."""

    appointments: tuple[One, ...]
    next: str | None


class Kept(Generic[One]):
    """One kind of appointment in its table.

    `alone` holds what a change must not race with, before anything else is held; `then` does what follows from a change.
    """

    def __init__(
        self,
        shelf: Shelf[One],
        *,
        alone: Callable[[Connected, One], object] | None = None,
        then: Callable[[Connected, Vault, One, Actor, Instant], object] | None = None,
    ) -> None:
        select = f"SELECT body FROM {shelf.table} WHERE"  # noqa: S608 - names of ours alone
        self._shelf: Final[Shelf[One]] = shelf
        self._alone: Final[Callable[[Connected, One], object] | None] = alone
        self._then: Final[Callable[[Connected, Vault, One, Actor, Instant], object] | None] = then
        self._find: Final = Statement(f"{select} id = :id")
        self._hold: Final = Statement(f"{select} id = :id", postgresql=f"{select} id = :id FOR UPDATE")
        self._of_organisation: Final = Statement(
            f"{select} organisation = :party AND id > :after ORDER BY id LIMIT :most"
        )
        self._of_people: Final = ManyStatement(
            f"{select} organisation = :party AND person IN (:ids) ORDER BY id"
        )
        self._of_person: Final = Statement(f"{select} person = :party ORDER BY id")

    def find(self, db: Connected, id: str) -> One | None:
        """The appointment of that id, be it over or not."""
        row = db.one(self._find, {"id": id}) if id.isprintable() else None
        return None if row is None else self._shelf.record(row[0])

    def of_organisation(
        self, db: Connected, party: str, *, after: str | None = None, limit: int = 100
    ) -> AppointmentPage[One]:
        """Those at the organisation, past ones too, by id; `after` is the `next` of a page."""
        place = after if after is not None and after.isprintable() else ""
        rows = db.all(self._of_organisation, {"party": party, "after": place, "most": limit + 1})
        shown = tuple(self._shelf.record(body) for (body,) in rows[:limit])
        return AppointmentPage(shown, shown[-1].id if len(rows) > limit else None)

    def of_person(self, db: Connected, person: str) -> list[One]:
        """Those of the person, past ones too, by id."""
        return [self._shelf.record(body) for (body,) in db.all(self._of_person, {"party": person})]

    def of_people(self, db: Connected, organisation: str, persons: Sequence[str]) -> list[One]:
        """Those of any of these persons at the organisation, past ones too."""
        rows = self._of_people.rows(db, persons, {"party": organisation})
        return [self._shelf.record(body) for (body,) in rows]

    def hold(self, db: Connected, ids: Iterable[str]) -> None:
        """Let nobody else change these appointments until this unit of work ends."""
        for id in sorted(ids):
            db.one(self._hold, {"id": id})

    def end(
        self,
        db: Connected,
        vault: Vault,
        id: str,
        *,
        by: Actor,
        now: Instant,
        reason: str | None = None,
        event: Event = Event.REVOKED,
    ) -> One | Refused:
        """End it from `now` on, on the organisation's side."""
        return self.change(db, vault, id, event, _revoked(now), by=by, now=now, reason=reason)

    def resign(
        self, db: Connected, vault: Vault, id: str, *, by: Actor, now: Instant, reason: str | None = None
    ) -> One | Refused:
        """End it from `now` on, by the person who has it."""
        return self.change(db, vault, id, Event.RENOUNCED, _revoked(now), by=by, now=now, reason=reason)

    def suspend(
        self, db: Connected, vault: Vault, id: str, *, by: Actor, now: Instant, reason: str | None = None
    ) -> One | Refused:
        """Let it hold no more from `now` on, until it is resumed."""

        def suspended(one: One) -> One | Why:
            if one.is_suspended(now):
                return Why.ALREADY_SUSPENDED
            return replace(one, suspended=(*one.suspended, (now, None)))

        return self.change(db, vault, id, Event.SUSPENDED, suspended, by=by, now=now, reason=reason)

    def resume(
        self,
        db: Connected,
        vault: Vault,
        id: str,
        *,
        by: Actor,
        now: Instant,
        reason: str | None = None,
        only_if: Callable[[One], bool] = lambda _: True,
    ) -> One | Refused:
        """Let it hold again from `now` on. `only_if` looks at it once it is held; `SUSPENDED_BY_ANOTHER` where it says no."""

        def resumed(one: One) -> One | Why:
            if not one.is_suspended(now):
                return Why.NOT_SUSPENDED
            if not only_if(one):
                return Why.SUSPENDED_BY_ANOTHER
            return replace(one, suspended=resumed_at(one.suspended, now))

        return self.change(db, vault, id, Event.RESUMED, resumed, by=by, now=now, reason=reason)

    def change(
        self,
        db: Connected,
        vault: Vault,
        id: str,
        event: Event,
        changed: Callable[[One], One | Why],
        *,
        by: Actor,
        now: Instant,
        reason: str | None = None,
    ) -> One | Refused:
        """Make of it what `changed` makes of it; as it is then. One that has ended changes no more."""
        there = self.find(db, id)
        if there is not None and self._alone is not None:
            self._alone(db, there)
        row = db.one(self._hold, {"id": id}) if there is not None else None
        if row is None:
            return Refused(Why.UNKNOWN_APPOINTMENT)
        before = self._shelf.record(row[0])
        if before.has_ended(now):
            return Refused(Why.ALREADY_ENDED)
        after = changed(before)
        if isinstance(after, Why):
            return Refused(after)
        kept = self.keep(db, vault, after, event, by=by, now=now, reason=reason)
        if self._then is not None:
            self._then(db, vault, kept, by, now)
        return kept

    def keep(
        self,
        db: Connected,
        vault: Vault,
        appointment: One,
        event: Event,
        *,
        by: Actor,
        now: Instant,
        reason: str | None = None,
        also: Iterable[str] = (),
    ) -> One:
        """Put it as it is from now on, and tell both sides, and `also` further parties."""
        kept = replace(appointment, recorded_at=now)
        puts = put(db, self._shelf, [ready(self._shelf, kept, now=now)])
        journal.write(db, vault, event, puts[0].subject, by=by, now=now, reason=reason)
        notices.tell_of_appointment(db, kept, event, now=now, also=also)
        return kept


def _revoked(now: Instant) -> Callable[[One], One]:
    def revoked(one: One) -> One:
        return replace(one, revoked_at=now)

    return revoked
