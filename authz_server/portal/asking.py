"""Asking for a permission: the helper says for whom and what, and whoever it is about says yes or no."""

from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.login import attempts
from authz_server.login.arrival import the_context
from authz_server.login.presenting import too_many_tries
from authz_server.login.sessions import Session
from authz_server.pages import page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.entering import somebody
from authz_server.portal.helping import MYSELF, by_address, for_whom, offer_to, shown_by_provider
from authz_server.portal.narrowing import heeded, weekday_fields
from authz_server.portal.wishes import new_id, offer_of, wish_of
from claims.catalogue import Service
from claims.instants import Instant
from claims.offers import Offer
from claims.parties import Party, PartyKind
from claims.register import lookup, offering
from claims.register.belonging import organisations_of
from claims.typed_days import typed_day
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("asking", __name__, url_prefix="/portal")
_LONGEST: Final = 40  # characters of a number


@pages.get("/ask")
def form() -> Response:
    """What there is to fill in; for who comes from a service where they may do nothing, its tasks come first."""
    context = the_context()
    now = context.clock()
    service = request.args.get("service")
    session = somebody(context, url_for("asking.form", service=service), now=now)
    with context.database.reading() as db:
        return _form(db, session, now=now)


@pages.get("/asked")
def asked() -> Response:
    """That it was sent, if there was anybody to send it to."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("portal.home"), now=now)
    with context.database.reading() as db:
        person = lookup.party(db, session.login.person)
        return page("portal/asked.html", person=person.name if person else "")


@pages.post("/ask")
def ask() -> Response:
    """Something was asked. Whether anybody is there who can say yes is not told."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("asking.form"), now=now)
    person = session.login.person
    counted = attempts.counted_codes(context.codes, person, request.remote_addr)
    with context.database.reading() as db:
        wish = wish_of(request.form)
        wrong = _checked(db, session, now=now)
        if isinstance(wrong, dict):
            return _form(db, session, wrong=wrong, now=now)
    with context.database.writing() as db:
        if not attempts.tried(db, counted, now=now):
            return _form(db, session, wrong={"number": too_many_tries().text}, status=429, now=now)
    with context.database.recording() as db:
        party = _meant(db, context)
        representative = for_whom(db, session, now=now)
        if party is not None and representative is not None:
            services = [one for one in lookup.services(db) if _can_be_asked(one, party)]
            to_whom = lookup.party(db, representative)
            offer = offer_of(wish, party, person, to_whom, services, offer_id=new_id("of"), now=now)
            if isinstance(offer, Offer):
                by = actor_of(session, representative, "self")
                offering.ask(db, context.vault, offer, by=by, now=now)
    return see_other(url_for("asking.asked"))


def _checked(db: Connected, session: Session, *, now: Instant) -> dict[str, str] | None:
    """What is wrong with what was filled in, whoever it is about."""
    me = lookup.party(db, session.login.person)
    asked = offer_to(me, wish_of(request.form), lookup.services(db), offer_id="", now=now)
    wrong = asked if isinstance(asked, dict) else {}
    if not _number():
        wrong["number"] = gettext("Fill in a number.")
    if for_whom(db, session, now=now) is None:
        wrong["for"] = gettext("Choose for whom you ask this.")
    return wrong or None


def _meant(db: Connected, context: Context) -> Party | None:
    """Who has that number, and was born on that day, where it is a person."""
    born = typed_day(request.form.get("born", ""))
    address_alone = by_address(context)
    for id in lookup.by_number(db, context.vault, _number()):
        party = lookup.party(db, id)
        # without a ground for it a BSN is not asked for, and what is typed all the same finds nobody
        if party is None or (address_alone and party.kind is PartyKind.PERSON):
            continue
        if party.kind is PartyKind.ORGANISATION or (party.born is not None and party.born == born):
            return party
    return None


def _can_be_asked(service: Service, party: Party) -> bool:
    return service.takes_mandates and party.kind in service.represented_kinds


def _number() -> str:
    return request.form.get("number", "").strip()[:_LONGEST]


def _form(
    db: Connected,
    session: Session,
    *,
    wrong: dict[str, str] | None = None,
    status: int = 422,
    now: Instant,
) -> Response:
    """The form as far as it is filled in; numbers and days of birth are typed anew."""
    wish = wish_of(request.form)
    services = sorted((one for one in lookup.services(db) if one.takes_mandates), key=_service_first)
    first = services[0] if services and _service_first(services[0])[0] is False else None
    if first is not None and len(first.tasks) == 1 and request.method == "GET":
        wish = replace(wish, tasks=frozenset({f"{first.id}:{first.tasks[0].id}"}))
    person = lookup.party(db, session.login.person)
    return page(
        "portal/ask.html",
        status if wrong else 200,
        person=person.name if person else "",
        wish=wish,
        wrong=wrong or {},
        organisations=organisations_of(db, session.login.person, now=now),
        picked=request.form.get("for", MYSELF),
        by_address=by_address(the_context()),
        first=None if first is None else shown_by_provider(db, [first], wish.tasks)[0],
        providers=shown_by_provider(db, [one for one in services if one is not first], wish.tasks),
        letter=url_for("letters.form") if the_context().settings.post.folder is not None else None,
        heeded=heeded(services),
        weekdays=weekday_fields(wish.weekdays),
    )


def _service_first(service: Service) -> tuple[bool, str]:
    """The service from which somebody comes before the others."""
    return service.id != request.args.get("service"), service.provider
