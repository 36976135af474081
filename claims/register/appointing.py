"""Appointments of administrators in the register: begun from an offer, narrowed, suspended, ended, laid down (G3).

Who may do what to one is told by `within_reach`; what is done is held by its row, put as a new version, told in the
account and to both sides.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from claims.appointing import arranges, gives_again, is_narrower
from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.granting import Entitlement
from claims.instants import Instant
from claims.mandates import resumed_at
from claims.offers import Offer
from claims.organisation import Appointment
from claims.register import journal, lookup, notices, records
from claims.register.actor import Actor
from claims.register.entitling import entitlements, signatories
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.personal import Vault
from claims.register.shelves import APPOINTMENTS, put, ready
from keys.storage import Connected, Statement

__all__ = [
    "AppointmentPage",
    "Narrower",
    "Refused",
    "Why",
    "begin",
    "change",
    "end",
    "find",
    "hold",
    "may_resume",
    "narrow",
    "of_organisation",
    "of_person",
    "resign",
    "resume",
    "suspend",
    "within_reach",
]

_FIND = Statement("SELECT body FROM register_appointments WHERE id = :id")
_HOLD = Statement(
    "SELECT body FROM register_appointments WHERE id = :id",
    postgresql="SELECT body FROM register_appointments WHERE id = :id FOR UPDATE",
)
_OF_ORGANISATION = Statement(
    "SELECT body FROM register_appointments WHERE organisation = :party AND id > :after ORDER BY id LIMIT :most"
)
_OF_PERSON = Statement("SELECT body FROM register_appointments WHERE person = :party ORDER BY id")


class Why(StrEnum):
    """Why an appointment was not changed; the codes are stable."""

    UNKNOWN_APPOINTMENT = "unknown_appointment"
    ALREADY_ENDED = "already_ended"
    ALREADY_SUSPENDED = "already_suspended"
    NOT_SUSPENDED = "not_suspended"
    NOT_NARROWER = "not_narrower"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed."""

    why: Why


@dataclass(frozen=True, slots=True)
class Narrower:
    """What is left of an appointment: each as much as it is now, or less."""

    services: Coverage
    assurance: Loa
    until: Instant | None
    may_grant_chain: bool
    may_appoint: bool
    may_manage_means: bool


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """Appointments, and what asks for the next page, None at the end."""

    appointments: tuple[Appointment, ...]
    next: str | None


def find(db: Connected, id: str) -> Appointment | None:
    """The appointment of that id, be it over or not."""
    row = db.one(_FIND, {"id": id}) if id.isprintable() else None
    return None if row is None else records.appointment(row[0])


def of_organisation(
    db: Connected, party: str, *, after: str | None = None, limit: int = 100
) -> AppointmentPage:
    """Those at the organisation, past ones too, by id; `after` is the `next` of a page."""
    place = after if after is not None and after.isprintable() else ""
    rows = db.all(_OF_ORGANISATION, {"party": party, "after": place, "most": limit + 1})
    shown = tuple(records.appointment(body) for (body,) in rows[:limit])
    return AppointmentPage(shown, shown[-1].id if len(rows) > limit else None)


def of_person(db: Connected, person: str) -> list[Appointment]:
    """Those of the person, past ones too, by id."""
    return [records.appointment(body) for (body,) in db.all(_OF_PERSON, {"party": person})]


def within_reach(
    db: Connected, person: str, appointment: Appointment, *, now: Instant
) -> Iterator[Entitlement]:
    """By what the person may end, suspend and narrow it, each alone (G3): one of those who sign, or an administrator."""
    services = {one.id: one for one in lookup.services(db)}
    for ground in entitlements(db, StoredFacts(db), person, appointment.organisation, now=now):
        if arranges(ground, appointment, services):
            yield ground


def may_resume(
    db: Connected, person: str, appointment: Appointment, *, login: Loa, now: Instant
) -> Iterator[Entitlement]:
    """By what the person, logged in at that level, may let it hold again: only who could give it alone now (G3)."""
    services = {one.id: one for one in lookup.services(db)}
    facts = StoredFacts(db)
    both = [*facts.restrictions(appointment.organisation), *facts.restrictions(appointment.person)]
    for ground in entitlements(db, facts, person, appointment.organisation, now=now):
        if gives_again(ground, appointment, services, both, login=login, now=now):
            yield ground


def begin(
    db: Connected, vault: Vault, facts: StoredFacts, offer: Offer, level: Loa, *, by: Actor, now: Instant
) -> Appointment | None:
    """Make of the offer, which was given, the appointment that it is; None where it is no offer of one.

    Who signs for the organisation is told where an administrator gave it.
    """
    appointment = offer.appointment(level, now)
    if appointment is None:
        return None
    told = (
        signatories(db, facts, appointment.organisation, now)
        if by.authority.startswith("appointment ")
        else []
    )
    _keep(db, vault, appointment, Event.GIVEN, by=by, now=now, also=told)
    return appointment


def hold(db: Connected, ids: Iterable[str]) -> None:
    """Let nobody else change these appointments until this unit of work ends."""
    for id in sorted(ids):
        db.one(_HOLD, {"id": id})


def end(
    db: Connected,
    vault: Vault,
    id: str,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
    event: Event = Event.REVOKED,
) -> Appointment | Refused:
    """End it from `now` on, on the organisation's side."""
    return change(db, vault, id, event, _revoked(now), by=by, now=now, reason=reason)


def resign(
    db: Connected, vault: Vault, id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Appointment | Refused:
    """End it from `now` on, by the person who has it."""
    return change(db, vault, id, Event.RENOUNCED, _revoked(now), by=by, now=now, reason=reason)


def suspend(
    db: Connected, vault: Vault, id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Appointment | Refused:
    """Let it hold no more from `now` on, until it is resumed."""

    def suspended(one: Appointment) -> Appointment | Why:
        if one.is_suspended(now):
            return Why.ALREADY_SUSPENDED
        return replace(one, suspended=(*one.suspended, (now, None)))

    return change(db, vault, id, Event.SUSPENDED, suspended, by=by, now=now, reason=reason)


def resume(
    db: Connected, vault: Vault, id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Appointment | Refused:
    """Let it hold again from `now` on."""

    def resumed(one: Appointment) -> Appointment | Why:
        if not one.is_suspended(now):
            return Why.NOT_SUSPENDED
        return replace(one, suspended=resumed_at(one.suspended, now))

    return change(db, vault, id, Event.RESUMED, resumed, by=by, now=now, reason=reason)


def narrow(
    db: Connected,
    vault: Vault,
    id: str,
    left: Narrower,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> Appointment | Refused:
    """Leave of it what `left` says, from `now` on; what is more than there was is refused, and what is as much too."""
    services = {one.id: one for one in lookup.services(db)}

    def narrowed(one: Appointment) -> Appointment | Why:
        after = replace(
            one,
            services=left.services,
            assurance=left.assurance,
            until=left.until,
            may_grant_chain=left.may_grant_chain,
            may_appoint=left.may_appoint,
            may_manage_means=left.may_manage_means,
        )
        ends_before_it_begins = left.until is not None and left.until <= max(now, one.starts)
        if ends_before_it_begins or not is_narrower(after, one, services):
            return Why.NOT_NARROWER
        return after

    return change(db, vault, id, Event.CHANGED, narrowed, by=by, now=now, reason=reason)


def change(
    db: Connected,
    vault: Vault,
    id: str,
    event: Event,
    changed: Callable[[Appointment], Appointment | Why],
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> Appointment | Refused:
    """Make of it what `changed` makes of it; as it is then. One that has ended changes no more.

    Whether `by` may do so is the caller's to know (`within_reach`).
    """
    row = db.one(_HOLD, {"id": id}) if id.isprintable() else None
    if row is None:
        return Refused(Why.UNKNOWN_APPOINTMENT)
    before = records.appointment(row[0])
    if before.has_ended(now):
        return Refused(Why.ALREADY_ENDED)
    after = changed(before)
    if isinstance(after, Why):
        return Refused(after)
    return _keep(db, vault, after, event, by=by, now=now, reason=reason)


def _revoked(now: Instant) -> Callable[[Appointment], Appointment]:
    return lambda one: replace(one, revoked_at=now)


def _keep(
    db: Connected,
    vault: Vault,
    appointment: Appointment,
    event: Event,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
    also: Iterable[str] = (),
) -> Appointment:
    kept = replace(appointment, recorded_at=now)
    puts = put(db, APPOINTMENTS, [ready(APPOINTMENTS, kept, now=now)])
    journal.write(db, vault, event, puts[0].subject, by=by, now=now, reason=reason)
    notices.tell_of_appointment(db, kept, event, now=now, also=also)
    return kept
