"""A browser comes to a page of a waiting request: is it the browser that began it, and who is logged in there?"""

from dataclasses import dataclass

from flask import Response, abort, after_this_request, current_app, g, request

from authz_server.context import Context
from authz_server.i18n import language, prefer
from authz_server.login import cookies, sessions
from authz_server.login import interaction as interactions
from authz_server.login.interaction import Interaction
from authz_server.login.sessions import Login, Session
from authz_server.oidc import clients
from authz_server.pages import ServicePage, error_page
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["Visit", "arrive", "lifetimes", "log_in", "over", "prepare", "the_context", "whoever_is_here"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A waiting request in the browser that began it, and the session in that browser, if there is one."""

    interaction: Interaction
    session: Session | None


def the_context() -> Context:
    """The context of the running application."""
    context: Context = current_app.extensions["namens"]
    return context


def lifetimes(context: Context) -> sessions.Lifetimes:
    """How long sessions live here."""
    configured = context.settings.lifetimes
    return sessions.Lifetimes(idle=configured.session_idle, total=configured.session_total)


def whoever_is_here(context: Context, db: Connected, *, now: Instant) -> Session | None:
    """The session of the browser that makes this request."""
    return sessions.find(db, cookies.shown_session(context.settings), lifetimes(context), now=now)


def prepare() -> None:
    """Before any page of a waiting request: what must be written down for it, apart from what the page does.

    A request that no browser opened yet goes to this one, and the session's use is noted now and then. So a page
    that merely shows something needs a reading unit of work alone.
    """
    interaction_id = (request.view_args or {}).get("interaction_id")
    if interaction_id is None:
        return
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        interaction = interactions.find(db, interaction_id)
        session = whoever_is_here(context, db, now=now)
    noted = session is not None and sessions.is_to_be_noted(session, now=now)
    if interaction is None or (interaction.browser is not None and not noted):
        return
    with context.database.writing() as db:
        if interaction.browser is None:
            browser = cookies.shown_browser(context.settings) or _newly_known(context)
            interactions.claim(db, interaction, browser)
        if session is not None:
            sessions.seen(db, session, now=now)


def arrive(context: Context, db: Connected, interaction_id: str, *, now: Instant) -> Visit:
    """Open a waiting request. What cannot go on in this browser ends here, with a page that says why."""
    interaction = interactions.find(db, interaction_id)
    if interaction is None:
        abort(error_page("interaction_unknown", 404))
    browser = g.get("new_browser") or cookies.shown_browser(context.settings)
    if not interactions.belongs_to(interaction, browser):
        abort(error_page("interaction_elsewhere", 403))
    if interaction.request is not None:
        prefer(interaction.request.ui_locales)
    if interaction.finished_at is not None:
        abort(over(context, db, interaction, "interaction_finished"))
    if interaction.expires_at <= now:
        abort(over(context, db, interaction, "interaction_expired"))
    g.time_limit = interaction
    return Visit(interaction, whoever_is_here(context, db, now=now))


def over(context: Context, db: Connected, interaction: Interaction, code: str) -> Response:
    """The page of a request that is over in the browser that began it: with the way back to where it began."""
    if interaction.request is None:
        return error_page(code, 410, again=interaction.destination)
    client = clients.find(context, db, interaction.request.client_id)
    spoken = language()
    address = client.link("client_uri", spoken) if client is not None and client.by_operator else None
    service = ServicePage(client.name(spoken), address) if client is not None and address else None
    return error_page(code, 410, service=service)


def log_in(context: Context, db: Connected, visit: Visit, login: Login, *, now: Instant) -> Session:
    """Begin the session that this login proves, or raise the one of the same person; either has a new key.

    Another person's session in this browser ends, and with it the choices remembered in it.
    """
    if visit.session is not None and visit.session.login.person == login.person:
        session, key = sessions.step_up(db, visit.session, login)
    else:
        if visit.session is not None:
            sessions.end(db, visit.session.id, now=now)
        session, key = sessions.start(db, login)
    interactions.logged_in(db, visit.interaction, session)

    @after_this_request
    def _with_key(response: Response) -> Response:
        cookies.give_session(response, context.settings, key)
        return response

    return session


def _newly_known(context: Context) -> str:
    browser: str = interactions.new_browser()
    g.new_browser = browser

    @after_this_request
    def _with_browser(response: Response) -> Response:
        cookies.give_browser(response, context.settings, browser)
        return response

    return browser
