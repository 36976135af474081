"""Stopping a mandate: one page that says what it means, one button. Easier than giving, at any login level (G8)."""

from flask import Blueprint, Response, abort, request, url_for

from authz_server.login.arrival import the_context
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.entering import somebody
from authz_server.portal.told import told
from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import ending, lookup, overview
from claims.register.actor import Actor
from claims.register.overview import Authority
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("stopping", __name__, url_prefix="/portal")


@pages.get("/stop/<opaque:mandate_id>")
def ask(mandate_id: str) -> Response:
    """What stopping means."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("stopping.ask", mandate_id=mandate_id), now=now)
    with context.database.reading() as db:
        mandate, _ = _within_reach(db, session, mandate_id, now=now)
        parties = lookup.parties(db, [mandate.represented, mandate.representative])
        services = {service.id: service for service in lookup.services(db)}
        parties |= lookup.parties(db, [service.provider for service in services.values()])
        return page(
            "portal/stop.html",
            oneself=mandate.represented == session.login.person,
            represented=parties[mandate.represented].name,
            helper=parties[mandate.representative].name,
            helps_otherwise=_helps_otherwise(db, mandate, now),
            mandate=told(
                mandate, parties.get(mandate.representative), services, parties, now=now, may_stop=True
            ),
            back=_page_of(session, mandate),
        )


@pages.post("/stop/<opaque:mandate_id>")
def stop(mandate_id: str) -> Response:
    """Yes, stop; or back."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("stopping.ask", mandate_id=mandate_id), now=now)
    with context.database.recording() as db:
        mandate, authority = _within_reach(db, session, mandate_id, now=now)
        if request.form.get("answer") != "yes":
            return see_other(_page_of(session, mandate))
        # ended by somebody else a moment ago: what was wanted is so
        ending.revoke(db, context.vault, mandate_id, by=_actor(session, authority), now=now)
    return see_other(_page_of(session, mandate, stopped=mandate_id))


def _within_reach(
    db: Connected, session: Session, mandate_id: str, *, now: Instant
) -> tuple[Mandate, Authority]:
    """The mandate, and on what ground this person may end it; an unknown one and another's look the same."""
    found = overview.within_reach(db, session.login.person, mandate_id, now)
    if found is None:
        abort(error_page("not_found", 404))
    return found


def _actor(session: Session, authority: Authority) -> Actor:
    login = session.login
    return Actor(
        person=login.person,
        on_behalf_of=None if authority.party == login.person else authority.party,
        authority=authority.words,
        assurance=login.assurance,
        authenticator=login.authenticator,
    )


def _helps_otherwise(db: Connected, mandate: Mandate, now: Instant) -> bool:
    """Whether the same helper has another mandate of the same party that is not over."""
    page = overview.given(db, mandate.represented, limit=1000)
    return any(
        other.representative == mandate.representative
        and other.id != mandate.id
        and other.revoked_at is None
        and (other.until is None or other.until > now)
        for other in page.mandates
    )


def _page_of(session: Session, mandate: Mandate, *, stopped: str | None = None) -> str:
    if mandate.represented == session.login.person:
        return url_for("portal.home", stopped=stopped)
    return url_for("portal.managed", party_id=mandate.represented, stopped=stopped)
