"""The page of one party: who logged in on its behalf, what it has given, and what it was given."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext, moment
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import in_words, marks_of
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page
from authz_server.portal.entering import somebody
from authz_server.portal.offer_words import waiting_line
from authz_server.portal.offers import is_silent
from authz_server.portal.told import told, ways
from claims.catalogue import Service
from claims.instants import Instant
from claims.parties import Party, PartyKind
from claims.register import lookup, offers_kept, overview, uses
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.overview import Authority
from claims.register.readable import Readable
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("portal", __name__, url_prefix="/portal")
_AT_ONCE = 50


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
    person = session.login.person
    with context.database.reading() as db:
        if party_id == person or all(one.party != party_id for one in overview.manages(db, person, now)):
            # whether there is such a party is nobody's business
            abort(error_page("not_found", 404))
        return _page(context, db, session, party_id, now=now)


def _page(context: Context, db: Connected, session: Session, party_id: str, *, now: Instant) -> Response:
    person = session.login.person
    authorities = overview.manages(db, person, now)
    mine = [one for one in authorities if one.party == party_id]
    oneself = party_id == person
    others, further_others = _some([one for one in authorities if one.party != person] if oneself else [])
    readable = Readable(db, context.settings.keeping.periods, now)
    given = readable.given(party_id, after=request.args.get("given"), limit=_AT_ONCE)
    received = readable.received(party_id, after=request.args.get("received"), limit=_AT_ONCE)
    offered = offers_kept.open_offers(
        db, party_id, now=now, limit=_AT_ONCE, after=request.args.get("offered")
    )
    to_party = offers_kept.given_to(db, party_id, now=now, limit=_AT_ONCE, after=request.args.get("to"))
    used = readable.uses(party_id, before=_number(request.args.get("uses")), limit=_AT_ONCE)
    services = {service.id: service for service in lookup.services(db)}
    parties = with_numbers(
        db,
        context.vault,
        {
            *(one.party for one in others),
            party_id,
            person,
            *(one.representative for one in given.mandates),
            *(one.represented for one in received.mandates),
            *(one.representative for one in offered.offers if one.representative),
            *(one.represented for one in to_party.offers),
            *(id for use in used.uses for id in (use.acting, use.through) if id is not None),
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
        on_a_day=url_for("on_a_day.own") if oneself else url_for("on_a_day.managed", party_id=party_id),
        why=url_for("why.ask", party_id=party_id) if party.kind is PartyKind.ORGANISATION else None,
        others=[
            {
                "name": parties[one.party].name,
                "marks": marks_of(parties[one.party]),
                "address": _address(one.party),
            }
            for one in others
            if one.party in parties
        ],
        more_others=further_others,
        given=[
            told(
                one,
                parties.get(one.representative),
                services,
                parties,
                now=now,
                ways=ways(one, now, given=True) if any(a.reaches(one) for a in mine) else (),
            )
            for one in given.mandates
        ],
        more_given=_further("given", given.next),
        offered=[waiting_line(one, services, parties, given=True, now=now) for one in offered.offers],
        more_offered=_further("offered", offered.next),
        to_party=[
            waiting_line(one, services, parties, given=False, now=now)
            for one in to_party.offers
            if not is_silent(one)
        ],
        more_to_party=_further("to", to_party.next),
        give=_give_address(db, person, party_id, now=now),
        received=[
            told(
                one,
                parties.get(one.represented),
                services,
                parties,
                now=now,
                ways=ways(one, now, given=False) if any(a.receives(one) for a in mine) else (),
            )
            for one in received.mandates
        ],
        more_received=_further("received", received.next),
        uses=[_use_words(use, party, parties, services, oneself=oneself) for use in used.uses],
        more_uses=_further("uses", used.next),
        done=_done(readable, request.args.get("done"), request.args.get("mandate"), party_id),
    )


def _use_words(
    use: uses.Use, party: Party, parties: dict[str, Party], services: dict[str, Service], *, oneself: bool
) -> str:
    """Bram de Vries heeft namens u ingelogd bij Belastingen Voorbeeldland, voor: aangifte inkomstenbelasting. …"""
    acting = parties[use.acting].name if use.acting in parties else gettext("Somebody")
    if use.through in parties:
        acting = gettext(
            "%(person)s (%(organisation)s)", person=acting, organisation=parties[use.through].name
        )
    service = services.get(use.service)
    provider = parties.get(service.provider) if service else None
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
        case "pause" if given and not ended and mandate.is_suspended(now):
            return gettext("The permission of %(name)s has stopped for a while.", name=name)
        case "resume" if given and not ended and not mandate.is_suspended(now):
            return gettext("The permission of %(name)s holds again.", name=name)
        case "renounce" if not given and ended:
            return gettext("The help to %(name)s has stopped.", name=name)
    return None


def _give_address(db: Connected, person: str, party_id: str, *, now: Instant) -> str | None:
    """Where this person gives a permission for the party; None where nothing entitles them to."""
    if party_id == person:
        return url_for("giving.form")
    if not entitlements(db, StoredFacts(db), person, party_id, now=now):
        return None
    return url_for("giving.form", party_id=party_id)


def _address(party_id: str) -> str:
    return url_for("portal.managed", party_id=party_id)


def _further(name: str, place: str | int | None) -> str | None:
    """The address of this page from `place` on, for one of its lists."""
    if place is None or request.endpoint is None:
        return None
    where: dict[str, Any] = {**(request.view_args or {}), name: place}
    return url_for(request.endpoint, **where)


def _some(authorities: list[Authority]) -> tuple[list[Authority], str | None]:
    """A page of them, and the address of the next: a director may have thousands of companies."""
    first = _number(request.args.get("others")) or 0
    last = first + _AT_ONCE
    return authorities[first:last], _further("others", last) if len(authorities) > last else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
