"""Leaving an administrator less than they arrange now: fewer services, less sure, shorter, fewer rights besides (G3)."""

from typing import Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext, level_words
from authz_server.login.arrival import the_context
from authz_server.login.lines import service_words
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.appointment_seen import Seen, frame
from authz_server.portal.appointment_seen import seen as seen_by
from authz_server.portal.entering import somebody
from authz_server.portal.narrowing import heeded_in_office, limits_left, weekday_fields
from authz_server.portal.offices import ALL, SOME, OfficeWish, coverage_of, office_wish_of
from claims.assurance import Loa
from claims.catalogue import Service
from claims.instants import Instant, day_of
from claims.limits import WEEKDAYS, amount_text
from claims.organisation import Appointment
from claims.register import appointing, lookup
from claims.register.appointing import Narrower, Refused
from claims.typed_days import end_of, typed_day
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("narrower", __name__, url_prefix="/portal/appointments")
_PATH: Final = "/<opaque:appointment_id>/narrow"


@pages.get(_PATH)
def form(appointment_id: str) -> Response:
    """What may be left of it."""
    context = the_context()
    now = context.clock()
    here = url_for("narrower.form", appointment_id=appointment_id)
    session = somebody(context, here, now=now)
    with context.database.reading() as db:
        seen, one = _narrowable(context, db, session, appointment_id, now=now)
        return _form(db, session, seen, one, _as_it_is(one), {}, now=now)


@pages.post(_PATH)
def narrow(appointment_id: str) -> Response:
    """Less of it, from now on."""
    context = the_context()
    now = context.clock()
    here = url_for("narrower.form", appointment_id=appointment_id)
    session = somebody(context, here, now=now)
    with context.database.recording() as db:
        seen, one = _narrowable(context, db, session, appointment_id, now=now)
        filled = office_wish_of(request.form)
        left = _left(db, one, filled)
        if isinstance(left, dict):
            return _form(db, session, seen, one, filled, left, now=now)
        if "narrow" in seen.ways:
            by = seen.actor(session, "narrow")
            done = appointing.narrow(db, context.vault, appointment_id, left, by=by, now=now)
            if isinstance(done, Refused) and done.why is appointing.Why.NOT_NARROWER:
                return _form(db, session, seen, one, filled, {"reach": _not_narrower()}, now=now)
    return see_other(url_for("appointments.show", appointment_id=appointment_id))


def _narrowable(
    context: Context, db: Connected, session: Session, appointment_id: str, *, now: Instant
) -> tuple[Seen, Appointment]:
    """It, as this person sees it; 404 for work at a desk: that is ended, and given anew."""
    seen = seen_by(context, db, session, appointment_id, now=now)
    if not isinstance(seen.appointment, Appointment):
        abort(error_page("not_found", 404))
    return seen, seen.appointment


def _form(
    db: Connected,
    session: Session,
    seen: Seen,
    one: Appointment,
    filled: OfficeWish,
    wrong: dict[str, str],
    *,
    now: Instant,
) -> Response:
    services = _covered(db, one)
    parties = lookup.parties(db, [service.provider for service in services])
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
        heeded=heeded_in_office(services),
        weekdays=weekday_fields(filled.wish.weekdays),
        levels=[(level.word, level_words(level)) for level in reversed(Loa) if level <= one.assurance],
        **frame(db, session, seen, now=now),
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
        "amount": "" if one.limits.amount is None else amount_text(one.limits.amount).replace(".", ","),
        **{
            f"on:{WEEKDAYS[number]}": "yes"
            for number in (one.limits.days.weekdays if one.limits.days else ())
        },
        **({"chain": "yes"} if one.may_grant_chain else {}),
        **({"appoint": "yes"} if one.may_appoint else {}),
        **({"means": "yes"} if one.may_manage_means else {}),
    }
    return office_wish_of(form)


def _left(db: Connected, one: Appointment, filled: OfficeWish) -> Narrower | dict[str, str]:
    """What is left of it by the form, or what is wrong with each field."""
    wrong: dict[str, str] = {}
    coverage = coverage_of(filled, _covered(db, one))
    if not coverage.everything and not coverage.listed:
        wrong["reach"] = gettext("Choose at least one service.")
    typed = filled.wish.until
    day = typed_day(typed)
    if typed and day is None:
        wrong["until"] = gettext("Fill in a date like this: 31-12-2027.")
    limits, wrong_limits = limits_left(one.limits, filled.wish.amount, filled.wish.weekdays)
    wrong |= wrong_limits
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
        limits=limits,
    )


def _not_narrower() -> str:
    return gettext(
        "You can only leave less of it here, not more, and not longer. For more, appoint this person once more."
    )
