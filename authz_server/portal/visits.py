"""Visits to a desk: who works there says who came, how that was seen and for what, then acts for them at that service."""

from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext, moment
from authz_server.login import attempts
from authz_server.login.arrival import the_context
from authz_server.login.lines import service_words
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.entering import somebody_surely
from authz_server.portal.helping import by_address, typed_known_by
from authz_server.portal.leading_on import destinations
from claims.catalogue import Service
from claims.desk import LONGEST_VISIT, Shown
from claims.instants import Instant
from claims.parties import Party, PartyKind
from claims.register import lookup, visits
from claims.register.desks import desks_of
from claims.register.known_by import who_is
from claims.register.visits import NotOpened
from claims.representation import AT_DESK
from claims.typed_days import typed_day
from keys.storage import Connected

__all__ = ["pages", "visit_shown"]

pages = Blueprint("visits", __name__, url_prefix="/portal/desk")
_MINUTES: Final = LONGEST_VISIT // 60


@pages.get("/<opaque:desk_id>/visit")
def form(desk_id: str) -> Response:
    """What there is to say of who came."""
    context = the_context()
    now = context.clock()
    session = somebody_surely(context, url_for("visits.form", desk_id=desk_id), now=now)
    with context.database.reading() as db:
        return _form(context, db, session, _desk(db, session, desk_id, now=now), now=now)


@pages.post("/<opaque:desk_id>/visit")
def begin(desk_id: str) -> Response:
    """Somebody came: for half an hour at most, who works here acts for them."""
    context = the_context()
    now = context.clock()
    session = somebody_surely(context, url_for("visits.form", desk_id=desk_id), now=now)
    counted = attempts.counted_codes(context.codes, session.login.person, request.remote_addr)
    with context.database.reading() as db:
        desk = _desk(db, session, desk_id, now=now)
        if wrong := _wrong(context, db, session, desk_id, now=now):
            return _form(context, db, session, desk, wrong=wrong, now=now)
    with context.database.writing() as db:
        if not attempts.tried(db, counted, now=now):
            too_many = ("too_many_attempts", _words(None))
            return _form(context, db, session, desk, refused=too_many, status=429, now=now)
    born, known_by = typed_day(request.form.get("born", "")), typed_known_by(context)
    with context.database.recording() as db:
        person = None if born is None or known_by is None else who_is(db, context.vault, born, known_by)
        if person is not None:
            attempts.right(db, counted)
        done = visits.open_visit(
            db,
            context.vault,
            person=person or "",
            service=request.form.get("service", ""),
            desk=desk_id,
            shown=Shown(request.form["shown"]),
            by=actor_of(session, desk_id, "self"),
            now=now,
            policy=context.settings.evidence.policy,
        )
        if isinstance(done, NotOpened):
            return _form(context, db, session, desk, refused=(done.value, _words(done)), now=now)
    return see_other(url_for("desk.home"))


@pages.post("/visits/<opaque:visit_id>/end")
def end(visit_id: str) -> Response:
    """It is over before its time."""
    context = the_context()
    now = context.clock()
    session = somebody_surely(context, url_for("desk.home"), now=now)
    with context.database.recording() as db:
        by = actor_of(session, session.login.person, "self")
        done = visits.close(db, context.vault, visit_id, by=by, now=now)
        if done is NotOpened.NOT_AT_THIS_DESK:
            abort(error_page("not_found", 404))
    return see_other(url_for("desk.home"))


def visit_shown(db: Connected, clerk: str, *, now: Instant) -> dict[str, Any] | None:
    """The visit at which this person helps somebody now, as their page has it."""
    visit = visits.now_with(db, clerk, now=now)
    if visit is None:
        return None
    services = [one for id in visit.services.listed if (one := lookup.service(db, id)) is not None]
    parties = lookup.parties(db, [visit.represented, visit.organisation, *(one.provider for one in services)])
    return {
        "id": visit.id,
        "name": parties[visit.represented].name,
        "what": "; ".join(service_words(one, parties) for one in services),
        "until": moment(visit.until),
        "destinations": destinations(db, services),
    }


def _desk(db: Connected, session: Session, desk_id: str, *, now: Instant) -> Party:
    """The organisation at whose desk this person works; 404 for any other."""
    mine = [one for one in desks_of(db, session.login.person, now=now) if one.organisation == desk_id]
    desk = lookup.party(db, desk_id) if mine else None
    if desk is None:
        abort(error_page("not_found", 404))  # whether there is such a desk is nobody's business
    return desk


def _services(db: Connected, session: Session, desk_id: str, *, now: Instant) -> list[Service]:
    """Those that read what a desk is, and for which this person helps there."""
    mine = [one for one in desks_of(db, session.login.person, now=now) if one.organisation == desk_id]
    return [
        one
        for one in lookup.services(db)
        if AT_DESK in one.understands
        and PartyKind.PERSON in one.represented_kinds
        and any(appointment.services.covers(one) for appointment in mine)
    ]


def _wrong(
    context: Context, db: Connected, session: Session, desk_id: str, *, now: Instant
) -> dict[str, str]:
    """What is wrong with each field, whoever came."""
    form, wrong = request.form, {}
    if typed_day(form.get("born", "")) is None:
        wrong["born"] = gettext("Fill in a date like this: 31-12-2027.")
    if typed_known_by(context) is None and by_address(context):
        wrong["postcode"] = gettext("Fill in a postcode like 1234 AB, and a house number.")
    elif typed_known_by(context) is None:
        wrong["number"] = gettext("This is not a citizen service number. It has nine digits.")
    if form.get("shown") not in set(Shown):
        wrong["shown"] = gettext("Choose which identity document you looked at.")
    if form.get("service") not in {one.id for one in _services(db, session, desk_id, now=now)}:
        wrong["service"] = gettext("Choose for what this person came.")
    if form.get("asked") != "yes":
        wrong["asked"] = gettext("Go on only when this person asked you to do it.")
    return wrong


def _form(
    context: Context,
    db: Connected,
    session: Session,
    desk: Party,
    *,
    wrong: dict[str, str] | None = None,
    refused: tuple[str, str] | None = None,
    status: int = 422,
    now: Instant,
) -> Response:
    """The form as far as it is filled in; what was typed of who came is typed anew."""
    services = _services(db, session, desk.id, now=now)
    person = lookup.party(db, session.login.person)
    parties = lookup.parties(db, [one.provider for one in services])
    return page(
        "portal/visit.html",
        status if wrong or refused else 200,
        person=person.name if person else "",
        desk=desk,
        minutes=_MINUTES,
        wrong=wrong or {},
        refused=refused,
        by_address=by_address(context),
        services=[(one.id, service_words(one, parties)) for one in services],
        picked=request.form.get("service", ""),
        shown=request.form.get("shown", ""),
    )


def _words(why: NotOpened | None) -> str:
    match why:
        case None:
            return gettext("That was tried too often. Wait a quarter of an hour and try again.")
        case NotOpened.UNKNOWN_PERSON:
            return gettext("We do not know a person with this date of birth and this number.")
        case NotOpened.OWN_AFFAIR:
            return gettext("This is about yourself. Let somebody else at the desk help you.")
        case NotOpened.ONE_AT_A_TIME:
            return gettext("You are still helping somebody. End that first.")
        case NotOpened.TOO_WEAK:
            return gettext("This service wants to know more surely who somebody is than a desk can see.")
        case NotOpened.RESTRICTED:
            return gettext("This person cannot arrange this alone. Ask the legal representative.")
        case NotOpened.NO_DESKS | NotOpened.NOT_AT_THIS_DESK | NotOpened.OVER:
            return gettext("You may not do this.")
