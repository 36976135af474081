"""The page of one appointment: what it lets the person arrange, what happened to it, and ending, pausing, narrowing it.

Who signs for the organisation, and an administrator who could have given it, end it each alone, at any login level;
who could give it alone now lets it hold again; the person lays it down (G3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext, level_words, moment
from authz_server.login.arrival import the_context
from authz_server.login.lines import service_words
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.entering import somebody
from authz_server.portal.history import event_words, how_words, who_words
from authz_server.portal.office_words import appointment_told
from authz_server.portal.offices import ALL, SOME, OfficeWish, coverage_of, office_wish_of
from authz_server.portal.paging import number
from authz_server.reviews import mark_what_left
from claims.appointing import office_of
from claims.assurance import Loa
from claims.catalogue import Service
from claims.granting import Entitlement
from claims.instants import Instant, day_of
from claims.keeping import first_end
from claims.organisation import Appointment
from claims.register import appointing, history, lookup, managing
from claims.register.actor import Actor
from claims.register.appointing import Narrower, Refused
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.history import Side
from claims.register.may_grant import nobody_may_grant
from claims.typed_days import end_of, typed_day
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("appointments", __name__, url_prefix="/portal/appointments")
_AT_ONCE: Final = 50
_ACTS: Final[dict[str, Callable[..., Appointment | Refused]]] = {
    "stop": appointing.end,
    "pause": appointing.suspend,
    "resume": appointing.resume,
    "resign": appointing.resign,
}
_PATH: Final = f"/<opaque:appointment_id>/<any({', '.join(_ACTS)}):act>"


@dataclass(frozen=True, slots=True)
class _Seen:
    """An appointment that this person may see, as its own or as one who arranges something for the organisation."""

    appointment: Appointment
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


@pages.get("/<opaque:appointment_id>")
def show(appointment_id: str) -> Response:
    """The appointment."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("appointments.show", appointment_id=appointment_id), now=now)
    with context.database.reading() as db:
        seen = _seen(context, db, session, appointment_id, now=now)
        return _page(context, db, session, seen, now=now)


@pages.get(_PATH)
def ask(appointment_id: str, act: str) -> Response:
    """What it means."""
    context = the_context()
    now = context.clock()
    here = url_for("appointments.ask", appointment_id=appointment_id, act=act)
    session = somebody(context, here, now=now)
    with context.database.reading() as db:
        seen = _seen(context, db, session, appointment_id, now=now)
        return page(
            "portal/appointment_act.html",
            act=act,
            possible=act in seen.ways,
            nobody_left=act != "resume" and _would_leave_nobody(db, seen.appointment, now),
            **_frame(db, session, seen, now=now),
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
        seen = _seen(context, db, session, appointment_id, now=now)
        # done by somebody else a moment ago: what was wanted is so
        if request.form.get("answer") == "yes" and act in seen.ways:
            done = _ACTS[act](db, context.vault, appointment_id, by=seen.actor(session, act), now=now)
            if isinstance(done, Appointment) and done.has_ended(now):
                ended.append(done)
    mark_what_left(context, ended, now=now)
    return see_other(here)


@pages.get("/<opaque:appointment_id>/narrow")
def narrower(appointment_id: str) -> Response:
    """What may be left of it."""
    context = the_context()
    now = context.clock()
    here = url_for("appointments.narrower", appointment_id=appointment_id)
    session = somebody(context, here, now=now)
    with context.database.reading() as db:
        seen = _seen(context, db, session, appointment_id, now=now)
        return _form(db, session, seen, _as_it_is(seen.appointment), {}, now=now)


@pages.post("/<opaque:appointment_id>/narrow")
def narrow(appointment_id: str) -> Response:
    """Less of it, from now on."""
    context = the_context()
    now = context.clock()
    here = url_for("appointments.narrower", appointment_id=appointment_id)
    session = somebody(context, here, now=now)
    with context.database.recording() as db:
        seen = _seen(context, db, session, appointment_id, now=now)
        filled = office_wish_of(request.form)
        left = _left(db, seen, filled)
        if isinstance(left, dict):
            return _form(db, session, seen, filled, left, now=now)
        if "narrow" in seen.ways:
            by = seen.actor(session, "narrow")
            done = appointing.narrow(db, context.vault, appointment_id, left, by=by, now=now)
            if isinstance(done, Refused) and done.why is appointing.Why.NOT_NARROWER:
                return _form(db, session, seen, filled, {"reach": _not_narrower()}, now=now)
    return see_other(url_for("appointments.show", appointment_id=appointment_id))


def _seen(context: Context, db: Connected, session: Session, appointment_id: str, *, now: Instant) -> _Seen:
    """The appointment, where it is this person's or at an organisation of theirs; an unknown one looks the same."""
    person = session.login.person
    # asked whether there is such an appointment or not: ids can be guessed
    one = appointing.find(db, appointment_id)
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
            ways = ("stop", *(["resume"] if giving else []), "narrow")
        elif reach:
            ways = ("stop", "pause", "narrow")
        if one.person == person:
            ways = (*ways, "resign")
    return _Seen(one, one.person == person, reach, giving, ways)


def _would_leave_nobody(db: Connected, appointment: Appointment, now: Instant) -> bool:
    return appointment.in_force(now) and nobody_may_grant(
        db, appointment.organisation, now=now, ending=[appointment.id]
    )


def _frame(db: Connected, session: Session, seen: _Seen, *, now: Instant) -> dict[str, Any]:
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
        "back": url_for("staff.people", party_id=one.organisation) if arranges else url_for("portal.home"),
    }


def _page(context: Context, db: Connected, session: Session, seen: _Seen, *, now: Instant) -> Response:
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
        ],
        more=None
        if shown.next is None
        else url_for("appointments.show", appointment_id=one.id, before=shown.next),
        **_frame(db, session, seen, now=now),
    )


def _form(
    db: Connected,
    session: Session,
    seen: _Seen,
    filled: OfficeWish,
    wrong: dict[str, str],
    *,
    now: Instant,
) -> Response:
    services = _covered(db, seen.appointment)
    parties = lookup.parties(db, [service.provider for service in services])
    one = seen.appointment
    return page(
        "portal/appointment_narrow.html",
        422 if wrong else 200,
        possible="narrow" in seen.ways,
        appointment=one,
        filled=filled,
        wish=filled.wish,
        wrong=wrong,
        everything=one.services.everything,
        services=[
            {
                "id": service.id,
                "words": service_words(service, parties),
                "chosen": service.id in filled.services,
            }
            for service in services
        ],
        levels=[(level.word, level_words(level)) for level in reversed(Loa) if level <= one.assurance],
        **_frame(db, session, seen, now=now),
    )


def _covered(db: Connected, one: Appointment) -> list[Service]:
    """The services that the person arranges now, as they can be chosen one by one."""
    return [service for service in lookup.services(db) if one.services.covers(service)]


def _as_it_is(one: Appointment) -> OfficeWish:
    """The form filled in with the appointment as it is."""
    form = {
        "reach": ALL if one.services.everything else SOME,
        "level": one.assurance.word,
        "lasts": "date",
        "until": "" if one.until is None else day_of(one.until - 1).strftime("%d-%m-%Y"),
        **{f"service:{id}": "yes" for id in one.services.listed},
        **({"chain": "yes"} if one.may_grant_chain else {}),
        **({"appoint": "yes"} if one.may_appoint else {}),
        **({"means": "yes"} if one.may_manage_means else {}),
    }
    return office_wish_of(form)


def _left(db: Connected, seen: _Seen, filled: OfficeWish) -> Narrower | dict[str, str]:
    """What is left of it by the form, or what is wrong with each field."""
    one = seen.appointment
    wrong: dict[str, str] = {}
    coverage = coverage_of(filled, _covered(db, one))
    if not coverage.everything and not coverage.listed:
        wrong["reach"] = gettext("Choose at least one service.")
    typed = filled.wish.until
    day = typed_day(typed)
    if typed and day is None:
        wrong["until"] = gettext("Fill in a date like this: 31-12-2027.")
    if wrong:
        return wrong
    until = one.until if day is None else end_of(day)
    if one.until is not None and until is not None and day == day_of(one.until - 1):
        until = one.until  # that day as it was: an end that is no midnight stays where it is
    return Narrower(
        services=coverage,
        assurance=filled.level,
        until=until,
        may_grant_chain=filled.chain,
        may_appoint=filled.appoint,
        may_manage_means=filled.means,
    )


def _not_narrower() -> str:
    return gettext(
        "You can only leave less of it here, not more, and not longer. For more, appoint this person once more."
    )
