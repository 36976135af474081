"""Where an authorization request comes in: with pages (`begin`), or without a word (`silently`)."""

from flask import Response, url_for
from flask import request as browser_request

from authz_server.asking import AuthorizationRequest
from authz_server.calls import Call
from authz_server.context import Context
from authz_server.login import consents, cookies, remembered, sessions
from authz_server.login import interaction as interactions
from authz_server.login.arrival import lifetimes, whoever_is_here
from authz_server.login.candidates import is_meant, question, standing
from authz_server.login.flow import Chosen, asks_the_unreachable, demanded_level
from authz_server.login.interaction import Picked
from authz_server.login.sessions import Session
from authz_server.login.walk import look, outcome_of, proceed
from authz_server.oidc import clients
from authz_server.outcome import Denied, Outcome
from authz_server.pages import see_other
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["begin", "silently"]

# Whatever the reason, the answer is the same: it must not tell whom somebody may represent.
_ASK_THE_PERSON = Denied("interaction_required")
_LOGIN = Denied("login_required")
_CONSENT = Denied("consent_required")


def begin(context: Context, db: Connected, request: AuthorizationRequest, *, now: Instant) -> Response:
    """Keep the request and send the browser to the first page that it needs; or answer, where it needs none.

    `db` is a writing unit of work. The answer sets the browser's cookie where it had none.
    """
    settings = context.settings
    browser = cookies.shown_browser(settings)
    # a form that another site posts comes without our cookies: the first browser that opens the page owns it
    fresh = interactions.new_browser() if browser is None and browser_request.method == "GET" else None
    interaction_id = interactions.begin(
        db, browser=browser or fresh, lifetime=settings.lifetimes.interaction, now=now, request=request
    )
    session = whoever_is_here(context, db, now=now)
    if session is None:
        response = see_other(url_for("login_methods.authenticate", interaction_id=interaction_id))
    else:
        sessions.seen(db, session, now=now)
        interaction = interactions.find(db, interaction_id)
        if interaction is None:
            raise LookupError("an interaction that was just begun is there")
        response = proceed(context, db, look(context, db, interaction, session, now=now), now=now)
    if fresh is not None:
        cookies.give_browser(response, settings, fresh)
    return response


def silently(
    context: Context, db: Connected, request: AuthorizationRequest, call: Call, *, now: Instant
) -> Outcome:
    """The answer to `prompt=none`: what can be granted without asking anybody anything. `call` brought the request.

    Where representation is asked for, every refusal is `interaction_required` (claims.md 4): nobody learns
    from it who is logged in, or whom they may represent. `db` is a writing unit of work.
    """
    shown = call.cookie(cookies.session_cookie(context.settings))
    session = sessions.find(db, shown, lifetimes(context), now=now)
    chosen: Chosen | None = None
    if request.ask is not None and session is not None:
        # also where the login will not do: the time that a refusal takes must not tell which it is
        chosen = _chosen_before(context, db, request, session, now=now)
    if session is None or not _is_enough(request, session, now=now):
        return _ASK_THE_PERSON if request.ask else _LOGIN
    if request.ask is not None and chosen is None:
        return _ASK_THE_PERSON
    if _consent_is_due(context, db, request, session, chosen):
        return _ASK_THE_PERSON if request.ask else _CONSENT
    sessions.seen(db, session, now=now)
    return outcome_of(request, session, chosen)


def _is_enough(request: AuthorizationRequest, session: Session, *, now: Instant) -> bool:
    login = session.login
    if request.hinted_person not in (None, login.person) or asks_the_unreachable(request):
        return False
    if request.max_age is not None and login.auth_time < now - request.max_age:
        return False
    demanded = demanded_level(request)
    return demanded is None or login.assurance >= demanded


def _chosen_before(
    context: Context, db: Connected, request: AuthorizationRequest, session: Session, *, now: Instant
) -> Chosen | None:
    """The party in `id_token_hint`, if chosen before under this key, in this session, and still standing.

    A `represented_hint` beside it must mean the same party.
    """
    client = clients.find(context, db, request.client_id)
    ask = request.ask
    if ask is None or client is None or not client.representation_remember or not request.hinted_person:
        return None
    before = remembered.again(
        db,
        session=session.id,
        client=request.client_id,
        service=ask.service,
        actions=ask.actions,
        represented=request.hinted_represented,
    )
    if before is None or (
        ask.represented_hint and not is_meant(context, db, client, ask.represented_hint, before.represented)
    ):
        return None
    login = session.login
    picked = Picked(login.person, login.authenticator, before.represented, before.branch, before.path)
    chosen = standing(db, question(db, ask, client, login, at=now), picked)
    if chosen is None or chosen.stronger is not None:
        return None
    if chosen.representation is not None and not chosen.representation.permits:
        return None
    return chosen


def _consent_is_due(
    context: Context, db: Connected, request: AuthorizationRequest, session: Session, chosen: Chosen | None
) -> bool:
    client = clients.find(context, db, request.client_id)
    if client is None or not consents.asked_for(request, registered_itself=not client.by_operator):
        return client is None
    return not consents.given(db, consents.key(request, session.login.person, chosen))
