"""The page of one appointment: what it lets the person arrange, or help with at a desk, what happened to it, and stopping it.

Who signs for the organisation, and an administrator who could have given it, end it each alone, at any login level;
who could give it alone now lets it hold again; the person lays it down (G3).
"""

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, Response, request, url_for

from authz_server.context import Context
from authz_server.i18n import moment
from authz_server.login.arrival import the_context
from authz_server.login.sessions import Session
from authz_server.pages import page, see_other
from authz_server.portal.appointment_seen import Seen, frame
from authz_server.portal.appointment_seen import seen as seen_by
from authz_server.portal.entering import somebody
from authz_server.portal.history import event_words, how_words, is_told, who_words
from authz_server.portal.paging import number
from authz_server.reviews import mark_what_left
from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.organisation import Appointment
from claims.register import appointing, desk_appointing, history, lookup
from claims.register.appointing import Refused
from claims.register.history import Side
from claims.register.may_grant import nobody_may_grant
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("appointments", __name__, url_prefix="/portal/appointments")
_AT_ONCE: Final = 50
_Acts = Mapping[str, Callable[..., Appointment | DeskAppointment | Refused]]
_OF_ADMINISTRATORS: Final[_Acts] = {
    "stop": appointing.end,
    "pause": appointing.suspend,
    "resume": appointing.resume,
    "resign": appointing.resign,
}
_AT_DESKS: Final[_Acts] = {
    "stop": desk_appointing.end,
    "pause": desk_appointing.suspend,
    "resume": desk_appointing.resume,
    "resign": desk_appointing.resign,
}
_PATH: Final = f"/<opaque:appointment_id>/<any({', '.join(_OF_ADMINISTRATORS)}):act>"


@pages.get("/<opaque:appointment_id>")
def show(appointment_id: str) -> Response:
    """The appointment."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("appointments.show", appointment_id=appointment_id), now=now)
    with context.database.reading() as db:
        seen = seen_by(context, db, session, appointment_id, now=now)
        return _page(context, db, session, seen, now=now)


@pages.get(_PATH)
def ask(appointment_id: str, act: str) -> Response:
    """What it means."""
    context = the_context()
    now = context.clock()
    here = url_for("appointments.ask", appointment_id=appointment_id, act=act)
    session = somebody(context, here, now=now)
    with context.database.reading() as db:
        seen = seen_by(context, db, session, appointment_id, now=now)
        return page(
            "portal/appointment_act.html",
            act=act,
            possible=act in seen.ways,
            nobody_left=act != "resume" and _would_leave_nobody(db, seen.appointment, now),
            **frame(db, session, seen, now=now),
        )


@pages.post(_PATH)
def do(appointment_id: str, act: str) -> Response:
    """Yes; or back."""
    context = the_context()
    now = context.clock()
    here = url_for("appointments.show", appointment_id=appointment_id)
    session = somebody(context, here, now=now)
    ended: list[Appointment] = []
    with context.database.recording() as db:
        seen = seen_by(context, db, session, appointment_id, now=now)
        # done by somebody else a moment ago: what was wanted is so
        if request.form.get("answer") == "yes" and act in seen.ways:
            done = _acts_of(seen.appointment)[act](
                db, context.vault, appointment_id, by=seen.actor(session, act), now=now
            )
            if isinstance(done, Appointment) and done.has_ended(now):
                ended.append(done)
    mark_what_left(context, ended, now=now)
    return see_other(here)


def _acts_of(one: Appointment | DeskAppointment) -> _Acts:
    return _AT_DESKS if isinstance(one, DeskAppointment) else _OF_ADMINISTRATORS


def _would_leave_nobody(db: Connected, appointment: Appointment | DeskAppointment, now: Instant) -> bool:
    if isinstance(appointment, DeskAppointment) or not appointment.in_force(now):
        return False
    return nobody_may_grant(db, appointment.organisation, now=now, ending=[appointment.id])


def _page(context: Context, db: Connected, session: Session, seen: Seen, *, now: Instant) -> Response:
    one = seen.appointment
    shown = history.of_appointment(
        db,
        one,
        before=number(request.args.get("before")),
        limit=_AT_ONCE,
    )
    acted = {entry.by.person for entry in shown.entries if entry.by.person is not None}
    parties = lookup.parties(db, {one.organisation, one.person, *acted})
    sides = {Side.REPRESENTED: one.organisation, Side.REPRESENTATIVE: one.person}
    operator = context.settings.operator.name
    return page(
        "portal/appointment.html",
        nobody_left=nobody_may_grant(db, one.organisation, now=now) and bool(seen.grounds),
        not_alone=one.is_suspended(now) and "stop" in seen.ways and "resume" not in seen.ways,
        entries=[
            {
                "what": event_words(entry.event, seen.side),
                "when": moment(entry.at),
                "who": who_words(entry, sides, parties, seen.side, operator=operator),
                "how": how_words(entry, seen.side),
            }
            for entry in shown.entries
            if is_told(entry.event, seen.side)
        ],
        more=None
        if shown.next is None
        else url_for("appointments.show", appointment_id=one.id, before=shown.next),
        **frame(db, session, seen, now=now),
    )
