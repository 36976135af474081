"""Appointments of administrators in the register: begun from an offer, narrowed, suspended, ended, laid down (G3).

Who may do what to one is told by `within_reach` and `may_resume`; how it is done, by `appointments_kept`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from claims.appointing import arranges, gives_again, is_narrower
from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.desk import DeskAppointment
from claims.granting import Entitlement
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.offers import Offer
from claims.organisation import Appointment
from claims.register import lookup
from claims.register.actor import Actor
from claims.register.appointments_kept import AppointmentPage, Kept, Refused, Why
from claims.register.entitling import entitlements, signatories
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.personal import Vault
from claims.register.shelves import APPOINTMENTS
from keys.storage import Connected

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
    "of_people",
    "of_person",
    "resign",
    "resume",
    "suspend",
    "told_besides",
    "within_reach",
]

_KEPT: Final = Kept(APPOINTMENTS)
find = _KEPT.find
of_organisation = _KEPT.of_organisation
of_people = _KEPT.of_people
of_person = _KEPT.of_person
hold = _KEPT.hold
end = _KEPT.end
resign = _KEPT.resign
suspend = _KEPT.suspend
resume = _KEPT.resume
change = _KEPT.change


@dataclass(frozen=True, slots=True)
class Narrower:
    """What is left of an appointment: each as much as it is now, or less."""

    services: Coverage
    assurance: Loa
    until: Instant | None
    may_grant_chain: bool
    may_appoint: bool
    may_manage_means: bool
    limits: Limits = NO_LIMITS


def within_reach(
    db: Connected, person: str, appointment: Appointment | DeskAppointment, *, now: Instant
) -> Iterator[Entitlement]:
    """By what the person may end, suspend and narrow it, each alone (G3): one of those who sign, or an administrator."""
    services = {one.id: one for one in lookup.services(db)}
    for ground in entitlements(db, StoredFacts(db), person, appointment.organisation, now=now):
        if arranges(ground, appointment, services):
            yield ground


def may_resume(
    db: Connected, person: str, appointment: Appointment | DeskAppointment, *, login: Loa, now: Instant
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

    Who signs for the organisation is told where they did not give it themselves.
    """
    appointment = offer.appointment(level, now)
    if appointment is None:
        return None
    told = told_besides(db, facts, appointment.organisation, by, now=now)
    _KEPT.keep(db, vault, appointment, Event.GIVEN, by=by, now=now, also=told)
    return appointment


def told_besides(
    db: Connected, facts: StoredFacts, organisation: str, by: Actor, *, now: Instant
) -> list[str]:
    """Who signs for the organisation, where its administrator appointed somebody, or a client brought the word: they are told (G3)."""
    if not by.authority.startswith(("appointment ", "client ")):
        return []
    return signatories(db, facts, organisation, now)


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
            limits=left.limits,
        )
        ends_before_it_begins = left.until is not None and left.until <= max(now, one.starts)
        if ends_before_it_begins or not is_narrower(after, one, services):
            return Why.NOT_NARROWER
        return after

    return change(db, vault, id, Event.CHANGED, narrowed, by=by, now=now, reason=reason)
