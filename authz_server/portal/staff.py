"""An organisation's own people: who arranges things for it, who may do what, and who leaves (G3).

“Uit dienst” ends all that the organisation gave one person at once, after a page that says what ends and what does not.
"""

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.i18n import gettext
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import marks_of
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.appointing import desk_services
from authz_server.portal.entering import somebody
from authz_server.portal.freezing import permissions_words
from authz_server.portal.office import Office, office_of
from authz_server.portal.office_words import appointment_told
from authz_server.portal.told import told
from authz_server.reviews import mark_what_left
from claims.appointing import office_of as office_of_appointment
from claims.catalogue import Service
from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.mandates import Mandate
from claims.organisation import Appointment
from claims.parties import Party, PartyKind, cleaned
from claims.register import appointing, desk_appointing, leaving, lookup, within_organisation
from claims.register.leaving import Leaving
from claims.register.may_grant import nobody_may_grant
from claims.register.what_people_have import Has, has, have
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("staff", __name__, url_prefix="/portal")
_AT_ONCE: Final = 50
_LONGEST: Final = 100  # signs of a name that is searched for
_LEAVE: Final = "/for/<opaque:party_id>/people/<opaque:person_id>/leave"


@pages.get("/for/<opaque:party_id>/people")
def people(party_id: str) -> Response:
    """Everybody whom the organisation gave something that is not over, and who arranges things for it."""
    return _people_page(party_id, "")


@pages.post("/for/<opaque:party_id>/people")
def searched(party_id: str) -> Response:
    """Those who are searched for: by a form, since a name belongs in no address. Nothing is changed."""
    return _people_page(party_id, cleaned(request.form.get("search", "")[:_LONGEST]).strip())


@pages.get(_LEAVE)
def ask(party_id: str, person_id: str) -> Response:
    """What ends, and what does not."""
    context = the_context()
    now = context.clock()
    here = url_for("staff.ask", party_id=party_id, person_id=person_id)
    session = somebody(context, here, now=now)
    with context.database.reading() as db:
        mine, who = _both(db, session, party_id, person_id, now=now)
        reach = leaving.within(db, session.login.person, party_id, now=now)
        ends = leaving.leaving(db, party_id, person_id, reach, now=now)
        me = lookup.party(db, session.login.person)
        return page(
            "portal/leave.html",
            person="" if me is None else me.name,
            party=mine.party,
            who=who,
            marks=marks_of(who),
            myself=person_id == session.login.person,
            nobody_left=ends.nobody_left,
            ends_nothing=ends.ends.nothing_to_end,
            offers=len(ends.ends.offers),
            offers_beyond=ends.offers_beyond,
            by_law=bool(ends.ends.by_law),
            back=url_for("staff.people", party_id=party_id),
            **_lists(db, ends, mine.party, who, now=now),
        )


@pages.post(_LEAVE)
def do(party_id: str, person_id: str) -> Response:
    """Yes; or back."""
    context = the_context()
    now = context.clock()
    here = url_for("staff.ask", party_id=party_id, person_id=person_id)
    session = somebody(context, here, now=now)
    back = url_for("staff.people", party_id=party_id)
    with context.database.recording() as db:
        mine, _ = _both(db, session, party_id, person_id, now=now)
        if request.form.get("answer") != "yes":
            return see_other(back)
        reach = leaving.within(db, session.login.person, party_id, now=now)
        by = actor_of(session, party_id, mine.grounds[0].authority)
        # of what is over already, nothing ends twice
        gone = leaving.leave(db, context.vault, party_id, person_id, reach, by=by, now=now)
    mark_what_left(context, gone.ends.appointments, now=now)
    if person_id == session.login.person:
        return see_other(url_for("portal.home"))
    return see_other(url_for("staff.people", party_id=party_id, left=person_id))


def _people_page(party_id: str, like: str) -> Response:
    context = the_context()
    now = context.clock()
    here = url_for("staff.people", party_id=party_id)
    session = somebody(context, here, now=now)
    with context.database.reading() as db:
        mine = office_of(db, session, party_id, now=now)
        some = within_organisation.people(db, party_id, like=like, most=_AT_ONCE)
        administrators, further = _administrators(db, party_id, now)
        found = with_numbers(
            db, context.vault, {session.login.person, *some.ids, *(one.person for one in administrators)}
        )
        return page(
            "portal/people.html",
            person=found[session.login.person].name,
            party=mine.party,
            search=like,
            more=some.more,
            nobody_left=nobody_may_grant(db, party_id, now=now),
            appoint=url_for("appointing.form", party_id=party_id) if mine.appoints else None,
            means=url_for("means.used", party_id=party_id) if mine.manages_means else None,
            administrators=_told(db, administrators, found, now=now),
            more_administrators=None
            if further is None
            else url_for("staff.people", party_id=party_id, administrators=further),
            **_desk(db, mine, party_id, now=now),
            people=_lines(db, mine, [found[id] for id in some.ids if id in found], now=now),
            left=_left(db, party_id, request.args.get("left"), now=now),
            here=here,
            back=url_for("portal.managed", party_id=party_id),
        )


def _both(
    db: Connected, session: Session, party_id: str, person_id: str, *, now: Instant
) -> tuple[Office, Party]:
    """The organisation, and one of its people; somebody who is not looks like nobody."""
    mine = office_of(db, session, party_id, now=now)
    who = lookup.party(db, person_id)
    if who is None or who.kind is not PartyKind.PERSON:
        abort(error_page("not_found", 404))
    if not within_organisation.is_one_of(db, party_id, person_id):
        abort(error_page("not_found", 404))
    return mine, who


def _administrators(db: Connected, party_id: str, now: Instant) -> tuple[list[Appointment], str | None]:
    """A page of the appointments that are not over, and where the next begins."""
    found = appointing.of_organisation(db, party_id, after=request.args.get("administrators"), limit=_AT_ONCE)
    return [one for one in found.appointments if not one.has_ended(now)], found.next


def _desk(db: Connected, mine: Office, party_id: str, *, now: Instant) -> dict[str, Any]:
    """Who works at its desk, a page of them, and where somebody is appointed there, by who may."""
    found = desk_appointing.of_organisation(db, party_id, after=request.args.get("desk"), limit=_AT_ONCE)
    standing = [one for one in found.appointments if not one.has_ended(now)]
    services = {one.id: one for one in lookup.services(db)}
    return {
        "desk": _told(db, standing, lookup.parties(db, [one.person for one in standing]), now=now),
        "more_desk": None
        if found.next is None
        else url_for("staff.people", party_id=party_id, desk=found.next),
        "appoint_at_desk": url_for("appointing.desk_form", party_id=party_id)
        if desk_services(services, mine)
        else None,
    }


def _told(
    db: Connected,
    appointments: Sequence[Appointment | DeskAppointment],
    parties: dict[str, Party],
    *,
    now: Instant,
) -> list[Any]:
    services = {one.id: one for one in lookup.services(db)}
    named = parties | lookup.parties(db, [one.provider for one in services.values()])
    return [
        appointment_told(one, office_of_appointment(one), parties[one.person].name, services, named, now=now)
        for one in appointments
        if one.person in parties
    ]


def _lines(db: Connected, mine: Office, people: Sequence[Party], *, now: Instant) -> list[dict[str, Any]]:
    theirs = have(db, mine.party.id, [one.id for one in people], now=now)
    return [_line(mine, one, theirs[one.id]) for one in people]


def _line(mine: Office, who: Party, has: Has) -> dict[str, Any]:
    """One of its people: what they have there, and where they leave; nothing to leave, for who has nothing."""
    marks = []
    if has.mandates:
        marks.append(permissions_words(len(has.mandates)))
    if has.appointments:
        marks.append(gettext("arranges who may do something"))
    if has.at_desk:
        marks.append(gettext("helps people at the desk"))
    if has.by_law:
        marks.append(gettext("by law, or as the trade register says"))
    return {
        "name": who.name,
        "marks": marks_of(who),
        "has": " · ".join(marks) or gettext("nothing any more"),
        "leave": None
        if has.nothing_to_end
        else url_for("staff.ask", party_id=mine.party.id, person_id=who.id),
        "id": who.id,
    }


def _lists(db: Connected, ends: Leaving, party: Party, who: Party, *, now: Instant) -> dict[str, Any]:
    """What ends and what lies beyond this reader's reach, in words."""
    services = {one.id: one for one in lookup.services(db)}
    parties = lookup.parties(db, [one.provider for one in services.values()]) | {party.id: party, who.id: who}
    ending: list[Mandate | Appointment | DeskAppointment] = [
        *ends.ends.mandates,
        *ends.ends.appointments,
        *ends.ends.at_desk,
    ]
    return {
        "ends": [_words(one, services, parties, now=now) for one in ending],
        "beyond": [_words(one, services, parties, now=now) for one in ends.beyond],
    }


def _words(
    one: Mandate | Appointment | DeskAppointment,
    services: dict[str, Service],
    parties: dict[str, Party],
    *,
    now: Instant,
) -> dict[str, str]:
    if not isinstance(one, Mandate):
        office = appointment_told(one, office_of_appointment(one), "", services, parties, now=now)
        return {"id": one.id, "what": office.words, "until": office.until}
    row = told(one, None, services, parties, now=now, ways=())
    return {"id": one.id, "what": row.what, "until": row.until}


def _left(db: Connected, party_id: str, person_id: str | None, *, now: Instant) -> str | None:
    """That somebody left, where that is so: whatever an address says, and whoever wrote it."""
    if person_id is None or not within_organisation.is_one_of(db, party_id, person_id):
        return None
    who = lookup.party(db, person_id)
    if who is None or not has(db, party_id, person_id, now=now).nothing_to_end:
        return None
    return who.name
