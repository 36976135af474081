"""Log out, also on a client's request (OpenID Connect RP-Initiated Logout 1.0).

Nobody is logged out by a mere link: the person confirms, on a page of ours. The browser goes on to the client
only where an ID token of ours names the client and the address is one that it registered, sign for sign.
"""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, request

from authz_server.context import Context
from authz_server.i18n import gettext, language, prefer
from authz_server.login import cookies, sessions
from authz_server.login.arrival import the_context, whoever_is_here
from authz_server.oidc import clients, hints
from authz_server.pages import error_page, page
from authz_server.security import allow_form_to, csrf
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("logout", __name__)
_FIELDS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a client asks for, checked: `back` is where the browser may go, None for nowhere."""

    back: str | None
    fields: dict[str, str]


@pages.route("/logout", methods=["GET", "POST"])
def ask() -> Response:
    """Do you want to log out?"""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        wanted = _wanted(context, db)
        if isinstance(wanted, Response):
            return wanted
        # the cookie does not come with another site's form: then, too, the person is asked
        if request.method == "GET" and whoever_is_here(context, db, now=now) is None:
            return _on(wanted)
    if wanted.back is not None:
        allow_form_to(wanted.back)
    return page("login/logout.html", fields=wanted.fields)


csrf.exempt(ask)  # a client's own form may post here (section 2): nothing changes by it, a page appears


@pages.post("/logout/done")
def done() -> Response:
    """Yes or no."""
    context = the_context()
    now = context.clock()
    with context.database.recording() as db:
        wanted = _wanted(context, db)
        if isinstance(wanted, Response):
            return wanted
        if request.form.get("answer") != "yes":
            heading = gettext("You are still logged in")
            return page(
                "login/logged_out.html",
                heading=heading,
                id="still-logged-in",
                text=gettext("Nothing was changed."),
            )
        session = whoever_is_here(context, db, now=now)
        if session is not None:
            sessions.end(db, session.id, now=now)
    response = _on(wanted)
    cookies.drop_session(response, context.settings)
    response.delete_cookie(cookies.form_cookie(context.settings), path="/")
    return response


def _wanted(context: Context, db: Connected) -> _Wanted | Response:
    given = {name: value for name in _FIELDS if (value := request.values.get(name))}
    if locales := request.values.get("ui_locales"):  # section 2
        prefer(locales.split()[:10])
        given["ui_locales"] = language()  # for the page after this one
    hint, uri = given.get("id_token_hint"), given.get("post_logout_redirect_uri")
    if hint is None:
        # without an ID token of ours nobody can tell who asks: log out, but go nowhere
        return _Wanted(None, {"ui_locales": given["ui_locales"]} if "ui_locales" in given else {})
    try:
        about = hints.read(context, db, hint, client_id=given.get("client_id"))
    except hints.BadHint:
        return error_page("invalid_id_token_hint")
    if uri is None or about is None:
        return _Wanted(None, given)
    client = clients.find(context, db, about.client_id)
    if client is None or uri not in client.post_logout_redirect_uris:
        return error_page("invalid_post_logout_redirect_uri")
    return _Wanted(_with_state(uri, given.get("state")), given)


def _with_state(uri: str, state: str | None) -> str:
    if state is None:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}state={quote(state, safe='')}"


def _on(wanted: _Wanted) -> Response:
    """To the client, or to the page that says it is done."""
    if wanted.back is None:
        return page(
            "login/logged_out.html",
            heading=gettext("You are logged out"),
            id="logged-out",
            text=gettext("You can close this page."),
        )
    response = Response("", 303, headers={"Cache-Control": "no-store"})
    response.autocorrect_location_header = False
    response.headers["Location"] = wanted.back
    return response
