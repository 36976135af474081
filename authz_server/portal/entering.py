"""Who sees a page of their own: the person of this browser's session, or first a login page."""

from flask import Response, abort, url_for

from authz_server.context import Context
from authz_server.login import cookies, sessions
from authz_server.login import interaction as interactions
from authz_server.login.arrival import whoever_is_here
from authz_server.login.methods import reachable
from authz_server.login.sessions import Session
from authz_server.pages import see_other
from claims.assurance import Loa
from claims.instants import Instant

__all__ = ["somebody", "somebody_surely", "to_log_in"]


def somebody(context: Context, destination: str, *, now: Instant) -> Session:
    """The session of this browser; without one the request ends with the way to the login pages.

    From there the person comes back to `destination`, which is an address that we made ourselves. Opens short
    units of work of its own.
    """
    with context.database.reading() as db:
        session = whoever_is_here(context, db, now=now)
    if session is None:
        abort(to_log_in(context, destination, now=now))
    if sessions.is_to_be_noted(session, now=now):
        with context.database.writing() as db:
            sessions.seen(db, session, now=now)
    return session


def somebody_surely(context: Context, destination: str, *, now: Instant) -> Session:
    """The same for pages on which somebody does things for others: logged in at substantial, or as sure as there is here."""
    session = somebody(context, destination, now=now)
    needed = min(Loa.SUBSTANTIAL, reachable(demo=context.demo))
    if session.login.assurance < needed:
        abort(to_log_in(context, destination, now=now, at_least=needed))
    return session


def to_log_in(context: Context, destination: str, *, now: Instant, at_least: Loa | None = None) -> Response:
    """The way to the login pages, for a login of at least that level, and from there to `destination`."""
    browser = cookies.shown_browser(context.settings)
    fresh = interactions.new_browser() if browser is None else None
    with context.database.writing() as db:
        interaction_id = interactions.begin(
            db,
            browser=browser or fresh,
            lifetime=context.settings.lifetimes.interaction,
            now=now,
            destination=destination,
            at_least=at_least,
        )
    response = see_other(url_for("login_methods.authenticate", interaction_id=interaction_id))
    if fresh is not None:
        cookies.give_browser(response, context.settings, fresh)
    return response
