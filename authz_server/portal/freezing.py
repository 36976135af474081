"""Something is wrong: “I do not know this person”, which stops all that they were given, or the softer “I want to ask”.

Both are the represented side's, at any login level.
"""

from typing import Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.i18n import gettext
from authz_server.login.arrival import the_context
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of, page_of
from authz_server.portal.entering import somebody
from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import freezing, lookup, overview
from claims.register.managing import Authority
from claims.register.reach import Reach
from keys.storage import Connected

__all__ = ["pages", "people_words", "permissions_words"]

pages = Blueprint("freezing", __name__, url_prefix="/portal")
_PATH: Final = "/freeze/<opaque:mandate_id>"


@pages.get("/wrong/<opaque:mandate_id>")
def wrong(mandate_id: str) -> Response:
    """What somebody can do who sees a mandate that is not right."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("freezing.wrong", mandate_id=mandate_id), now=now)
    with context.database.reading() as db:
        mandate, _ = _within_reach(db, session, mandate_id, now=now)
        parties = lookup.parties(db, [mandate.representative, session.login.person])
        return page(
            "portal/wrong.html",
            person=parties[session.login.person].name,
            helper=parties[mandate.representative].name,
            freeze=url_for("freezing.ask", mandate_id=mandate_id),
            enquire=url_for("history.shown", mandate_id=mandate_id, enquire=1),
            back=page_of(session, mandate.represented),
        )


@pages.get(_PATH)
def ask(mandate_id: str) -> Response:
    """What it touches: how many mandates, and how many people."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("freezing.ask", mandate_id=mandate_id), now=now)
    with context.database.reading() as db:
        mandate, authority = _within_reach(db, session, mandate_id, now=now)
        person = session.login.person
        parties = lookup.parties(db, [mandate.represented, mandate.representative, person])
        touched = freezing.touched(db, mandate, now=now, within=authority.reaches)
        by = actor_of(session, authority.party, authority.words)
        return page(
            "portal/freeze.html",
            person=parties[person].name,
            oneself=mandate.represented == person,
            represented=parties[mandate.represented].name,
            helper=parties[mandate.representative].name,
            mandates=permissions_words(len(touched.mandates)),
            people=people_words(touched.people),
            possible=not mandate.has_ended(now)
            and any(freezing.adds(db, one, by=by, now=now) for one in touched.mandates),
            back=page_of(session, mandate.represented),
        )


@pages.post(_PATH)
def do(mandate_id: str) -> Response:
    """Yes; or back."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("freezing.ask", mandate_id=mandate_id), now=now)
    with context.database.recording() as db:
        mandate, authority = _within_reach(db, session, mandate_id, now=now)
        if request.form.get("answer") != "yes":
            return see_other(page_of(session, mandate.represented))
        # done by somebody else a moment ago: what was wanted is so
        freezing.freeze(
            db,
            context.vault,
            mandate_id,
            by=actor_of(session, authority.party, authority.words),
            now=now,
            within=authority.reaches,
        )
    return see_other(page_of(session, mandate.represented, done="freeze", mandate=mandate_id))


def permissions_words(count: int) -> str:
    """How many permissions."""
    return gettext("1 permission") if count == 1 else gettext("%(count)s permissions", count=count)


def people_words(reach: Reach) -> str:
    """How many people."""
    if reach.more:
        return gettext("more than %(count)s people", count=reach.people)
    return gettext("1 person") if reach.people == 1 else gettext("%(count)s people", count=reach.people)


def _within_reach(
    db: Connected, session: Session, mandate_id: str, *, now: Instant
) -> tuple[Mandate, Authority]:
    """The mandate, and on what ground this person may do so; an unknown one and another's look the same."""
    found = overview.within_reach(db, session.login.person, mandate_id, now)
    if found is None:
        abort(error_page("not_found", 404))
    return found
