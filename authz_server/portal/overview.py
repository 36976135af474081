"""The page of one party: who logged in on its behalf, what it has given, and what it was given."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import action_words, gettext, moment
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import in_words, marks_of
from authz_server.login.sessions import Session
from authz_server.login.support import is_support
from authz_server.pages import error_page, page
from authz_server.portal.acting import page_of
from authz_server.portal.entering import somebody
from authz_server.portal.freezing import people_words, permissions_words
from authz_server.portal.mailing import mail_page_of
from authz_server.portal.office_words import appointment_told
from authz_server.portal.reviewing import review_page_of
from authz_server.portal.told import Given, told, ways
from authz_server.portal.waiting import waiting_for
from claims.appointing import office_of
from claims.catalogue import Service
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party, PartyKind
from claims.register import (
    appointing,
    freezing,
    lookup,
    managing,
    overview,
    reviewing,
    standing_mandates,
    uses,
)
from claims.register.desks import desks_of
from claims.register.managing import Authority, AuthorityPage
from claims.register.may_grant import nobody_may_grant
from claims.register.overview import MandatePage
from claims.register.readable import Readable
from claims.register.standing_mandates import Listing
from claims.register.visits import desks_of_paths
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("portal", __name__, url_prefix="/portal")
_AT_ONCE = 50


class _ListOf(Protocol):
    """Mandates that stand, or those that are over (`standing_mandates`)."""

    def __call__(
        self, db: Connected, listing: Listing, party: str, *, now: Instant, after: str | None, limit: int
    ) -> MandatePage: ...


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


@dataclass(frozen=True, slots=True)
class _Lists:
    """What a page shows of the mandates of a party, and who they are about."""

    mine: tuple[Authority, ...]
    given: MandatePage
    received: MandatePage
    review: frozenset[str] = frozenset()  # of what was given, by who has left (G13)

    @property
    def named(self) -> set[str]:
        return {
            *(one.representative for one in self.given.mandates),
            *(one.represented for one in self.received.mandates),
        }

    def shown(
        self, parties: dict[str, Party], services: dict[str, Service], *, now: Instant
    ) -> dict[str, Any]:
        """The rows as the page has them."""

        def row(one: Mandate, other: str, *, given: bool) -> Given:
            reached = any(ground.reaches(one) if given else ground.receives(one) for ground in self.mine)
            open_ways = ways(one, now, given=given) if reached else ()
            marked = given and one.id in self.review
            if marked and reached:
                open_ways = (*open_ways, "keep")
            other_side = parties.get(other)
            return told(
                one, other_side, services, parties, now=now, ways=open_ways, history=reached, review=marked
            )

        return {
            "given": [row(one, one.representative, given=True) for one in self.given.mandates],
            "more_given": _further("given", self.given.next),
            "received": [row(one, one.represented, given=False) for one in self.received.mandates],
            "more_received": _further("received", self.received.next),
        }


def _lists(readable: Readable, list_of: _ListOf, mine: tuple[Authority, ...], party_id: str) -> _Lists:
    def given(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> MandatePage:
        return readable.given(party, after=after, limit=limit)

    def received(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> MandatePage:
        return readable.received(party, after=after, limit=limit)

    db, now = readable.db, readable.now
    return _Lists(
        mine,
        list_of(db, given, party_id, now=now, after=request.args.get("given"), limit=_AT_ONCE),
        list_of(db, received, party_id, now=now, after=request.args.get("received"), limit=_AT_ONCE),
    )


def _ended_page(
    context: Context, db: Connected, session: Session, party_id: str, *, now: Instant
) -> Response:
    person = session.login.person
    mine = managing.grounds(db, person, party_id, now)
    if not mine:
        abort(error_page("not_found", 404))
    readable = Readable(db, context.settings.keeping.periods, now)
    lists = _lists(readable, standing_mandates.over, mine, party_id)
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
        others = managing.managed(db, person, now, after=request.args.get("others"), limit=_AT_ONCE)
    readable = Readable(db, context.settings.keeping.periods, now)
    lists = _lists(readable, standing_mandates.standing, mine, party_id)
    lists = replace(lists, review=reviewing.to_review(db, lists.given.mandates))
    waiting = waiting_for(db, person, party_id, now=now, at_once=_AT_ONCE)
    used = readable.uses(party_id, before=_number(request.args.get("uses")), limit=_AT_ONCE)
    at_desks = desks_of_paths(db, [use.path for use in used.uses])
    services = {service.id: service for service in lookup.services(db)}
    parties = with_numbers(
        db,
        context.vault,
        {
            *(one.party for one in others.authorities),
            party_id,
            person,
            *lists.named,
            *waiting.named,
            *(id for use in used.uses for id in (use.acting, use.through) if id is not None),
            *at_desks.values(),
            *(service.provider for service in services.values()),
        },
    )
    party = parties.get(party_id)
    if party is None:
        raise LookupError("whoever is logged in is in the register")
    return page(
        "portal/overview.html",
        party=party,
        marks=marks_of(party),
        person=parties[person].name,
        oneself=oneself,
        desk=url_for("desk.home") if oneself and desks_of(db, person, now=now) else None,
        others=[
            {
                "name": parties[one.party].name,
                "marks": marks_of(parties[one.party]),
                "address": _address(one.party),
            }
            for one in others.authorities
            if one.party in parties
        ],
        more_others=_further("others", others.next),
        uses=[_use_words(use, party, parties, services, at_desks, oneself=oneself) for use in used.uses],
        more_uses=_further("uses", used.next),
        done=_done(readable, request.args.get("done"), request.args.get("mandate"), party_id),
        on_a_day=url_for("on_a_day.own") if oneself else url_for("on_a_day.managed", party_id=party_id),
        why=url_for("why.ask", party_id=party_id) if party.kind is PartyKind.ORGANISATION else None,
        more_offered=_further("offered", waiting.offered.next),
        more_to_party=_further("to", waiting.to_party.next),
        ended=url_for("portal.ended") if oneself else url_for("portal.managed_ended", party_id=party_id),
        mail=mail_page_of(context, session, party, mine[0]),
        office={"alone": waiting.alone} if waiting.give and party.kind is PartyKind.ORGANISATION else None,
        **_arranging(db, party, waiting.give, person, services, parties, now=now),
        review=review_page_of(db, session, party_id, now=now),
        support=url_for("supporting.search") if oneself and is_support(db, person) else None,
        **lists.shown(parties, services, now=now),
        **waiting.shown(parties, services, now=now),
    )


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
    own = (
        []
        if party.id != person
        else [one for one in appointing.of_person(db, person) if not one.has_ended(now)]
    )
    named = parties | lookup.parties(db, [one.organisation for one in own])
    arranges = [
        appointment_told(one, office_of(one), named[one.organisation].name, services, named, now=now)
        for one in own[:_AT_ONCE]
    ]
    return {"people": None, "nobody_left": False, "arranges": arranges}


def _use_words(
    use: uses.Use,
    party: Party,
    parties: dict[str, Party],
    services: dict[str, Service],
    at_desks: dict[str, str],
    *,
    oneself: bool,
) -> str:
    """Bram de Vries heeft namens u ingelogd bij Belastingen Voorbeeldland, voor: aangifte inkomstenbelasting. …"""
    acting = parties[use.acting].name if use.acting in parties else gettext("Somebody")
    if use.through in parties:
        acting = gettext(
            "%(person)s (%(organisation)s)", person=acting, organisation=parties[use.through].name
        )
    desk = next((at_desks[link] for link in use.path if link in at_desks), None)
    if desk is not None and desk in parties:
        acting = gettext(
            "%(person)s, at the desk of %(organisation)s,", person=acting, organisation=parties[desk].name
        )
    service = services.get(use.service)
    provider = parties.get(service.provider) if service else None
    if use.done is not None:
        what = action_words([use.done])
        return gettext(
            "%(person)s did this on behalf of %(party)s at %(provider)s: %(what)s, for: %(service)s. %(moment)s.",
            person=acting,
            party=gettext("you") if oneself else party.name,
            provider=provider.name if provider else use.client,
            what=what if use.reference is None else f"{what} ({use.reference})",
            service=in_words(service.name) if service else use.service,
            moment=moment(use.at),
        )
    return gettext(
        "%(person)s logged in on behalf of %(party)s at %(provider)s, for: %(service)s. %(moment)s.",
        person=acting,
        party=gettext("you") if oneself else party.name,
        provider=provider.name if provider else use.client,
        service=in_words(service.name) if service else use.service,
        moment=moment(use.at),
    )


def _done(readable: Readable, act: str | None, mandate_id: str | None, party_id: str) -> str | None:
    """What was just done, where that is so: whatever an address says, and whoever wrote it."""
    db, now = readable.db, readable.now
    mandate = overview.mandate(db, mandate_id) if mandate_id else None
    if mandate is None or act is None or party_id not in {mandate.represented, mandate.representative}:
        return None
    if not readable.shows(mandate):
        return None
    given = party_id == mandate.represented
    other = lookup.party(db, mandate.representative if given else mandate.represented)
    name = "" if other is None else other.name
    ended = mandate.has_ended(now)
    match act:
        case "stop" if given and ended:
            return gettext("The permission of %(name)s has stopped.", name=name)
        case "freeze" if given and not ended and mandate.is_suspended(now):
            frozen = freezing.touched(db, mandate, now=now)
            return gettext(
                "Everything that you gave %(name)s stands still: %(mandates)s, %(people)s.",
                name=name,
                mandates=permissions_words(len(frozen.still)),
                people=people_words(frozen.people),
            )
        case "pause" if given and not ended and mandate.is_suspended(now):
            return gettext("The permission of %(name)s has stopped for a while.", name=name)
        case "resume" if given and not ended and not mandate.is_suspended(now):
            return gettext("The permission of %(name)s holds again.", name=name)
        case "keep" if given and not ended and not reviewing.is_open(db, mandate.id):
            return gettext("The permission of %(name)s stays as it is.", name=name)
        case "renounce" if not given and ended:
            return gettext("The help to %(name)s has stopped.", name=name)
    return None


def _address(party_id: str) -> str:
    return url_for("portal.managed", party_id=party_id)


def _further(name: str, place: str | int | None) -> str | None:
    """The address of this page from `place` on, for one of its lists."""
    if place is None or request.endpoint is None:
        return None
    where: dict[str, Any] = {**(request.view_args or {}), name: place}
    return url_for(request.endpoint, **where)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
