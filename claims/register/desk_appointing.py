"""Appointments at an organisation's desk in the register: begun from an offer, suspended, ended, laid down (G3, G9).

Who may is told by `appointing.within_reach` and `may_resume`, as of an administrator's. What lets somebody work there no more ends
the visits that rest on it, in the same transaction.
"""

from typing import Final

from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.offers import Offer
from claims.register.actor import Actor
from claims.register.appointing import told_besides
from claims.register.appointments_kept import Kept
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.offers_kept import alone
from claims.register.personal import Vault
from claims.register.shelves import DESK_APPOINTMENTS
from claims.register.visits import end_with_the_work
from keys.storage import Connected

__all__ = [
    "begin",
    "end",
    "find",
    "hold",
    "of_organisation",
    "of_people",
    "of_person",
    "resign",
    "resume",
    "suspend",
]


def _alone(db: Connected, one: DeskAppointment) -> None:
    alone(db, one.person)  # they open no visit meanwhile


def _close_visits(db: Connected, vault: Vault, one: DeskAppointment, by: Actor, now: Instant) -> None:
    end_with_the_work(db, vault, [one.id], by=by, now=now)


def begin(
    db: Connected, vault: Vault, facts: StoredFacts, offer: Offer, *, by: Actor, now: Instant
) -> DeskAppointment | None:
    """Make of the offer, which was given, the appointment at a desk that it is; None where it is no offer of one."""
    appointment = offer.desk_appointment(now)
    if appointment is None:
        return None
    also = told_besides(db, facts, appointment.organisation, by, now=now)
    return _KEPT.keep(db, vault, appointment, Event.GIVEN, by=by, now=now, also=also)


_KEPT: Final = Kept(DESK_APPOINTMENTS, alone=_alone, then=_close_visits)
find = _KEPT.find
of_organisation = _KEPT.of_organisation
of_people = _KEPT.of_people
of_person = _KEPT.of_person
hold = _KEPT.hold
end = _KEPT.end
resign = _KEPT.resign
suspend = _KEPT.suspend
resume = _KEPT.resume
