"""Log in first, and then see the page of one's own that was asked for."""

from flask import Response, url_for

from authz_server.context import Context
from authz_server.login import cookies
from authz_server.login import interaction as interactions
from authz_server.pages import see_other
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["enter"]


def enter(context: Context, db: Connected, destination: str, *, now: Instant) -> Response:
    """To the login pages, and from there to `destination`, which is an address that we made ourselves."""
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
