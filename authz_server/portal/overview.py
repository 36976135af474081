"""The page of one party: who logged in on its behalf, what it has given and what it was given."""

from flask import Blueprint, Response, url_for

from authz_server.context import Context
from authz_server.i18n import moment
from authz_server.login import cookies
from authz_server.login import interaction as interactions
from authz_server.login.arrival import the_context, whoever_is_here
from authz_server.login.lines import in_words
from authz_server.login.sessions import Session
from authz_server.pages import page, see_other
from claims.instants import Instant
from claims.register import lookup, uses
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("portal", __name__, url_prefix="/portal")


@pages.get("")
def home() -> Response:
    """The page of the person who is logged in."""
    context = the_context()
    now = context.clock()
    with context.database.writing() as db:
        session = whoever_is_here(context, db, now=now)
        if session is None:
            return to_log_in(context, db, url_for("portal.home"), now=now)
        return _page(context, db, session, session.login.person, now=now)


def to_log_in(context: Context, db: Connected, destination: str, *, now: Instant) -> Response:
    """Log in first, and come back here."""
    browser = cookies.shown_browser(context.settings)
    fresh = interactions.new_browser() if browser is None else None
    interaction_id = interactions.begin(
        db,
        browser=browser or fresh,
        lifetime=context.settings.lifetimes.interaction,
        now=now,
        destination=destination,
    )
    response = see_other(url_for("login_methods.authenticate", interaction_id=interaction_id))
    if fresh is not None:
        cookies.give_browser(response, context.settings, fresh)
    return response


def _page(context: Context, db: Connected, session: Session, party_id: str, *, now: Instant) -> Response:
    party = lookup.party(db, party_id)
    used = uses.of(db, party_id, limit=50)
    parties = lookup.parties(db, [use.acting for use in used.uses])
    services = {service.id: service for service in lookup.services(db)}
    return page(
        "portal/overview.html",
        party=party,
        uses=[
            {
                "who": parties[use.acting].name if use.acting in parties else "",
                "service": in_words(services[use.service].name),
                "when": moment(use.at),
            }
            for use in used.uses
        ],
    )
