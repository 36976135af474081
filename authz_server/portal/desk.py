"""The page of who works at an organisation's desk: whom they help now, and which papers wait there for a second person (G7)."""

from flask import Blueprint, Response, abort, url_for

from authz_server.login.arrival import the_context
from authz_server.pages import error_page, page
from authz_server.portal.entering import somebody_surely
from authz_server.portal.offer_words import words_of
from authz_server.portal.visits import visit_shown
from claims.register import lookup, papers
from claims.register.desks import desks_of

__all__ = ["pages"]

pages = Blueprint("desk", __name__, url_prefix="/portal/desk")


@pages.get("")
def home() -> Response:
    """The desks at which this person works, and what waits there."""
    context = the_context()
    now = context.clock()
    session = somebody_surely(context, url_for("desk.home"), now=now)
    with context.database.reading() as db:
        mine = desks_of(db, session.login.person, now=now)
        if not mine:
            abort(error_page("not_found", 404))
        services = {one.id: one for one in lookup.services(db)}
        organisations = dict.fromkeys(one.organisation for one in mine)
        waiting = {id: papers.waiting_at(db, id, mine, now=now) for id in organisations}
        named = {session.login.person, *organisations, *(one.provider for one in services.values())}
        for offers in waiting.values():
            named |= {id for one in offers for id in (one.represented, one.representative) if id}
        parties = lookup.parties(db, named)
        return page(
            "portal/desk.html",
            person=parties[session.login.person].name,
            visit=visit_shown(db, session.login.person, now=now),
            desks=[
                {
                    "id": id,
                    "name": parties[id].name,
                    "waiting": [
                        {
                            "id": one.id,
                            "from": parties[one.represented].name,
                            "to": parties[one.representative or ""].name,
                            "what": "; ".join(words_of(one, services, parties, now=now)),
                        }
                        for one in offers
                    ],
                }
                for id, offers in waiting.items()
            ],
        )
