"""The page of one party: who logged in on its behalf, what it has given, and what it was given."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import marks_of
from authz_server.login.sessions import Session
from authz_server.login.support import is_support
from authz_server.pages import error_page, page
from authz_server.portal.acting import page_of
from authz_server.portal.done_words import done_words
from authz_server.portal.entering import somebody
from authz_server.portal.mailing import mail_page_of
from authz_server.portal.mandate_lists import AT_ONCE, lists_of
from authz_server.portal.office_words import appointment_told
from authz_server.portal.paging import further, number
from authz_server.portal.reviewing import review_page_of
from authz_server.portal.use_words import use_words
from authz_server.portal.waiting import waiting_for
from claims.appointing import office_of
from claims.catalogue import Service
from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.organisation import Appointment
from claims.parties import Party, PartyKind
from claims.register import (
    appointing,
    desk_appointing,
    lookup,
    managing,
    reviewing,
    standing_mandates,
)
from claims.register.desks import desks_of
from claims.register.managing import AuthorityPage
from claims.register.may_grant import nobody_may_grant
from claims.register.readable import Readable
from claims.register.visits import desks_of_paths
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("portal", __name__, url_prefix="/portal")


@pages.get("")
@pages.get("/")
def home() -> Response:
    """The page of the person who is logged in."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("portal.home"), now=now)
    with context.database.reading() as db:
        return _page(context, db, session, session.login.person, now=now)


@pages.get("/for/<opaque:party_id>")
def managed(party_id: str) -> Response:
    """The page of a party whose mandates this person may see and end."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("portal.managed", party_id=party_id), now=now)
    if party_id == session.login.person:
        abort(error_page("not_found", 404))
    with context.database.reading() as db:
        return _page(context, db, session, party_id, now=now)


@pages.get("/ended")
def ended() -> Response:
    """What is over, of the person who is logged in."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("portal.ended"), now=now)
    with context.database.reading() as db:
        return _ended_page(context, db, session, session.login.person, now=now)


@pages.get("/for/<opaque:party_id>/ended")
def managed_ended(party_id: str) -> Response:
    """What is over, of a party whose mandates this person may see."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("portal.managed_ended", party_id=party_id), now=now)
    with context.database.reading() as db:
        return _ended_page(context, db, session, party_id, now=now)


def _ended_page(
    context: Context, db: Connected, session: Session, party_id: str, *, now: Instant
) -> Response:
    person = session.login.person
    mine = managing.grounds(db, person, party_id, now)
    if not mine:
        abort(error_page("not_found", 404))
    readable = Readable(db, context.settings.keeping.periods, now)
    lists = lists_of(readable, standing_mandates.over, mine, party_id)
    services = {service.id: service for service in lookup.services(db)}
    providers = {service.provider for service in services.values()}
    parties = with_numbers(db, context.vault, {party_id, person, *lists.named, *providers})
    party = parties[party_id]
    return page(
        "portal/ended.html",
        party=party,
        marks=marks_of(party),
        person=parties[person].name,
        oneself=party_id == person,
        back=page_of(session, party_id),
        **lists.shown(parties, services, now=now),
    )


def _page(context: Context, db: Connected, session: Session, party_id: str, *, now: Instant) -> Response:
    person = session.login.person
    mine = managing.grounds(db, person, party_id, now)
    if not mine:  # whether there is such a party is nobody's business
        abort(error_page("not_found", 404))
    oneself = party_id == person
    others = AuthorityPage((), None)
    if oneself:
        others = managing.managed(db, person, now, after=request.args.get("others"), limit=AT_ONCE)
    readable = Readable(db, context.settings.keeping.periods, now)
    lists = lists_of(readable, standing_mandates.standing, mine, party_id)
    lists = replace(lists, review=reviewing.to_review(db, lists.given.mandates))
    waiting = waiting_for(db, person, party_id, now=now, at_once=AT_ONCE)
    used = readable.uses(party_id, before=number(request.args.get("uses")), limit=AT_ONCE)
    at_desks = desks_of_paths(db, [use.path for use in used.uses])
    services = {service.id: service for service in lookup.services(db)}
    named = {
        *(one.party for one in others.authorities),
        *lists.named,
        *waiting.named,
        *(id for use in used.uses for id in (use.acting, use.through) if id is not None),
        *at_desks.values(),
        *(service.provider for service in services.values()),
    }
    parties = with_numbers(db, context.vault, {party_id, person, *named})
    party = parties.get(party_id)
    if party is None:
        raise LookupError("whoever is logged in is in the register")
    return page(
        "portal/overview.html",
        party=party,
        marks=marks_of(party),
        person=parties[person].name,
        oneself=oneself,
        others=_other_parties(others, parties),
        more_others=further("others", others.next),
        uses=[use_words(use, party, parties, services, at_desks, oneself=oneself) for use in used.uses],
        more_uses=further("uses", used.next),
        done=done_words(readable, request.args.get("done"), request.args.get("mandate"), party_id),
        more_offered=further("offered", waiting.offered.next),
        more_to_party=further("to", waiting.to_party.next),
        mail=mail_page_of(context, session, party, mine[0]),
        office={"alone": waiting.alone} if waiting.give and party.kind is PartyKind.ORGANISATION else None,
        review=review_page_of(db, session, party_id, now=now),
        **_ways_on(db, party, person, now=now),
        **_arranging(db, party, waiting.give, person, services, parties, now=now),
        **lists.shown(parties, services, now=now),
        **waiting.shown(parties, services, now=now),
    )


def _other_parties(others: AuthorityPage, parties: dict[str, Party]) -> list[dict[str, Any]]:
    """Those whose page this person may see too."""
    return [
        {
            "name": parties[one.party].name,
            "marks": marks_of(parties[one.party]),
            "address": url_for("portal.managed", party_id=one.party),
        }
        for one in others.authorities
        if one.party in parties
    ]


def _ways_on(db: Connected, party: Party, person: str, *, now: Instant) -> dict[str, Any]:
    """The addresses of what else there is to see of the party."""
    if party.id == person:
        own: dict[str, Any] = {
            "desk": url_for("desk.home") if desks_of(db, person, now=now) else None,
            "on_a_day": url_for("on_a_day.own"),
            "ended": url_for("portal.ended"),
            "support": url_for("supporting.search") if is_support(db, person) else None,
        }
    else:
        own = {
            "desk": None,
            "on_a_day": url_for("on_a_day.managed", party_id=party.id),
            "ended": url_for("portal.managed_ended", party_id=party.id),
            "support": None,
        }
    is_organisation = party.kind is PartyKind.ORGANISATION
    return {**own, "why": url_for("why.form", party_id=party.id) if is_organisation else None}


def _arranging(
    db: Connected,
    party: Party,
    give: str | None,
    person: str,
    services: dict[str, Service],
    parties: dict[str, Party],
    *,
    now: Instant,
) -> dict[str, Any]:
    """Of an organisation where its people stand, and whether anybody may grant; of oneself what one arranges for others."""
    if party.kind is PartyKind.ORGANISATION:
        people = None if give is None else url_for("staff.people", party_id=party.id)
        return {"people": people, "nobody_left": nobody_may_grant(db, party.id, now=now), "arranges": []}
    every: list[Appointment | DeskAppointment] = [
        *appointing.of_person(db, person),
        *desk_appointing.of_person(db, person),
    ]
    own = [one for one in every if party.id == person and not one.has_ended(now)]
    named = parties | lookup.parties(db, [one.organisation for one in own])
    arranges = [
        appointment_told(one, office_of(one), named[one.organisation].name, services, named, now=now)
        for one in own[:AT_ONCE]
    ]
    return {"people": None, "nobody_left": False, "arranges": arranges}
