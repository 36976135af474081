"""An appointment as somebody sees it, of an administrator or at a desk: whose it is to them, and what they can do with it."""

from dataclasses import dataclass
from typing import Any

from flask import abort, url_for

from authz_server.context import Context
from authz_server.login.sessions import Session
from authz_server.pages import error_page
from authz_server.portal.acting import actor_of
from authz_server.portal.office_words import appointment_told
from claims.appointing import office_of
from claims.desk import DeskAppointment
from claims.granting import Entitlement
from claims.instants import Instant
from claims.keeping import first_end
from claims.organisation import Appointment
from claims.register import appointing, desk_appointing, lookup, managing
from claims.register.actor import Actor
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.history import Side
from keys.storage import Connected

__all__ = ["Seen", "frame", "seen"]


@dataclass(frozen=True, slots=True)
class Seen:
    """An appointment that this person may see, as its own or as one who arranges something for the organisation."""

    appointment: Appointment | DeskAppointment
    own: bool
    grounds: tuple[Entitlement, ...]  # by which they may end it
    giving: tuple[Entitlement, ...]  # by which they may let it hold again
    ways: tuple[str, ...]

    @property
    def side(self) -> Side:
        """On which side they see it."""
        return Side.REPRESENTATIVE if self.own and not self.grounds else Side.REPRESENTED

    def actor(self, session: Session, act: str) -> Actor:
        """Who does that, on whose behalf."""
        if act == "resign":
            return actor_of(session, self.appointment.person, "self")
        ground = (self.giving if act == "resume" else self.grounds)[0]
        return actor_of(session, ground.party, ground.authority)


def seen(context: Context, db: Connected, session: Session, appointment_id: str, *, now: Instant) -> Seen:
    """The appointment, where it is this person's or at an organisation of theirs; an unknown one looks the same."""
    person = session.login.person
    # asked whether there is such an appointment or not: ids can be guessed
    one = appointing.find(db, appointment_id) or desk_appointing.find(db, appointment_id)
    ground = managing.authority(db, person, "" if one is None else one.organisation, now)
    if one is None or not (one.person == person or ground is not None):
        abort(error_page("not_found", 404))
    if not context.settings.keeping.periods.is_readable(first_end(one.revoked_at, one.until), now):
        abort(error_page("not_found", 404))
    reach = tuple(appointing.within_reach(db, person, one, now=now))
    level = session.login.assurance
    giving = tuple(appointing.may_resume(db, person, one, login=level, now=now))
    ways: tuple[str, ...] = ()
    if not one.has_ended(now):
        if reach and one.is_suspended(now):
            ways = ("stop", "resume") if giving else ("stop",)
        elif reach:
            ways = ("stop", "pause")
        if reach and isinstance(one, Appointment):
            ways = (*ways, "narrow")
        if one.person == person:
            ways = (*ways, "resign")
    return Seen(one, one.person == person, reach, giving, ways)


def frame(db: Connected, session: Session, seen: Seen, *, now: Instant) -> dict[str, Any]:
    """What every page of an appointment shows."""
    one, person = seen.appointment, session.login.person
    services = {service.id: service for service in lookup.services(db)}
    named = [one.organisation, one.person, person, *(service.provider for service in services.values())]
    parties = lookup.parties(db, named)
    arranges = bool(entitlements(db, StoredFacts(db), person, one.organisation, now=now))
    return {
        "person": parties[person].name,
        "told": appointment_told(
            one, office_of(one), parties[one.person].name, services, parties, now=now, ways=seen.ways
        ),
        "organisation": parties[one.organisation].name,
        "own": seen.own,
        "at_desk": isinstance(one, DeskAppointment),
        "back": url_for("staff.people", party_id=one.organisation) if arranges else url_for("portal.home"),
    }
