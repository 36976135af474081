"""What was in force on one day, for a party: what it had given and what it was given, and what was told of it later."""

from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import day as day_in_words
from authz_server.i18n import gettext
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import marks_of
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page
from authz_server.portal.entering import somebody
from authz_server.portal.paging import further
from authz_server.portal.told import told
from claims.instants import Instant, day_of, start_of_day
from claims.mandates import Mandate
from claims.register import lookup, managing
from claims.register.on_a_day import Known, OnADay
from claims.register.overview import MandatePage
from claims.register.readable import Readable
from claims.typed_days import typed_day
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("on_a_day", __name__, url_prefix="/portal")
_AT_ONCE: Final = 50
_YEARS: Final = range(1900, 2200)


@pages.get("/day")
def own() -> Response:
    """The person's own."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("portal.home"), now=now)
    with context.database.reading() as db:
        return _page(context, db, session, session.login.person, now=now)


@pages.get("/for/<opaque:party_id>/day")
def managed(party_id: str) -> Response:
    """That of a party whose mandates this person may see and end."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("portal.managed", party_id=party_id), now=now)
    person = session.login.person
    with context.database.reading() as db:
        if party_id == person or managing.authority(db, person, party_id, now) is None:
            abort(error_page("not_found", 404))
        return _page(context, db, session, party_id, now=now)


def _page(context: Context, db: Connected, session: Session, party_id: str, *, now: Instant) -> Response:
    person = session.login.person
    typed = request.args.get("day", "")
    day = typed_day(typed)
    if day is not None and day.year not in _YEARS:
        day = None
    on_the_day = OnADay(db, day or day_of(now), now)
    readable = Readable(db, context.settings.keeping.periods, now)
    given = received = MandatePage((), None)
    if day is not None:
        after = request.args.get("given"), request.args.get("received")
        given = readable.given(party_id, after=after[0], limit=_AT_ONCE, among=on_the_day.among)
        received = readable.received(party_id, after=after[1], limit=_AT_ONCE, among=on_the_day.among)
    services = {service.id: service for service in lookup.services(db)}
    parties = with_numbers(
        db,
        context.vault,
        {
            party_id,
            person,
            *(one.representative for one in given.mandates),
            *(one.represented for one in received.mandates),
            *(service.provider for service in services.values()),
        },
    )

    def row(mandate: Mandate, other: str) -> dict[str, Any]:
        shown = told(mandate, parties.get(other), services, parties, now=now, ways=())
        return {"row": shown, "note": _note(on_the_day.known[mandate.id])}

    return page(
        "portal/on_a_day.html",
        party=parties[party_id],
        marks=marks_of(parties[party_id]),
        person=parties[person].name,
        oneself=party_id == person,
        back=url_for("portal.home") if party_id == person else url_for("portal.managed", party_id=party_id),
        chosen=None if day is None else day.isoformat(),
        in_words=None if day is None else day_in_words(start_of_day(day)),
        wrong=day is None and typed != "",
        given=[row(one, one.representative) for one in given.mandates],
        more_given=_further("given", given.next, day),
        received=[row(one, one.represented) for one in received.mandates],
        more_received=_further("received", received.next, day),
    )


def _note(known: Known) -> str | None:
    """What a reader must know beside it; None where the register knew that day what it knows now."""
    match known:
        case Known.SINCE:
            return gettext("We did not know this yet on that day. It was written down later.")
        case Known.NO_LONGER:
            return gettext("We thought so on that day. It was corrected later.")
        case Known.THEN_AND_NOW:
            return None


def _further(name: str, place: str | None, day: date | None) -> str | None:
    return None if day is None else further(name, place, day=day.isoformat())
