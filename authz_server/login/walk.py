"""One request on its way: what is known of it now, what comes next, and how it ends."""

from dataclasses import dataclass, replace
from typing import assert_never

from flask import Response, abort, url_for

from authz_server.asking import AuthorizationRequest
from authz_server.context import Context
from authz_server.login import consents, methods, remembered
from authz_server.login import interaction as interactions
from authz_server.login.arrival import arrive
from authz_server.login.candidates import Asked, anybody, question, standing
from authz_server.login.flow import (
    Authenticate,
    Choose,
    Chosen,
    Confirm,
    Consent,
    Finish,
    Nobody,
    Refuse,
    Situation,
    Step,
    next_step,
)
from authz_server.login.interaction import Interaction
from authz_server.login.sessions import Session
from authz_server.oidc import clients, finish
from authz_server.oidc.clients import Client
from authz_server.outcome import Granted, Outcome
from authz_server.pages import error_page, see_other
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["Walk", "complete", "go_on", "granted", "look", "onwards", "page_of", "proceed"]


@dataclass(frozen=True, slots=True)
class Walk:
    """A waiting authorization request and everything that the next step depends on."""

    interaction: Interaction
    request: AuthorizationRequest
    client: Client
    session: Session | None
    asked: Asked | None
    situation: Situation
    consent_key: str | None

    @property
    def step(self) -> Step:
        """What comes next."""
        return next_step(self.situation)


def look(
    context: Context, db: Connected, interaction: Interaction, session: Session | None, *, now: Instant
) -> Walk:
    """Everything about a waiting authorization request, asked of the register at this moment.

    Where the client was removed meanwhile the request ends here, with a page that says so.
    """
    request = interaction.request
    if request is None:
        raise ValueError("an interaction for a page of our own has no steps")
    client = clients.find(context, db, request.client_id)
    if client is None:
        abort(error_page("unknown_client"))
    situation = Situation(
        request=request,
        began_at=interaction.created_at,
        login=session.login if session else None,
        logged_in_here=session is not None and session.id == interaction.session,
        reachable=methods.reachable(demo=context.demo),
        confirmed=interaction.confirmed,
    )
    if session is None:
        return Walk(interaction, request, client, None, None, situation, None)
    asked = question(db, request.ask, client, session.login, at=now) if request.ask else None
    chosen = _chosen(db, asked, interaction, session)
    if asked is not None and chosen is None:
        situation = replace(situation, anybody=anybody(db, asked))
    consent_key = consents.key(request, session.login.person, chosen)
    situation = replace(
        situation,
        chosen=chosen,
        consent_needed=_consent_needed(db, request, client, interaction, consent_key),
    )
    return Walk(interaction, request, client, session, asked, situation, consent_key)


def _chosen(db: Connected, asked: Asked | None, interaction: Interaction, session: Session) -> Chosen | None:
    if asked is None or interaction.picked is None or not interaction.picked.by(session.login):
        return None
    return standing(db, asked, interaction.picked)


def _consent_needed(
    db: Connected, request: AuthorizationRequest, client: Client, interaction: Interaction, key: str
) -> bool:
    if interaction.consented == key or not consents.asked_for(
        request, registered_itself=not client.by_operator
    ):
        return False
    return "consent" in request.prompt or not consents.given(db, key)


def page_of(step: Step, interaction: Interaction) -> str | None:
    """The address of the page whose turn it is; None where no page is."""
    match step:
        case Authenticate():
            name = "login_methods.authenticate"
        case Choose():
            name = "choosing.choose"
        case Nobody():
            name = "choosing.nobody"
        case Confirm():
            name = "deciding.confirm"
        case Consent():
            name = "deciding.consent"
        case Finish() | Refuse():
            return None
        case _:
            assert_never(step)
    return url_for(name, interaction_id=interaction.id)


def onwards(walk: Walk) -> Response | None:
    """Send the browser to the page whose turn it is; None where it is time to answer the client."""
    address = page_of(walk.step, walk.interaction)
    return None if address is None else see_other(address)


def proceed(context: Context, db: Connected, walk: Walk, *, now: Instant) -> Response:
    """Send the browser to the page whose turn it is, or answer the client. `db` is a writing unit of work."""
    step = walk.step
    if isinstance(step, Refuse):
        return complete(context, db, walk.interaction, step.denied, now=now)
    if isinstance(step, Finish):
        return complete(context, db, walk.interaction, granted(walk), now=now, walk=walk)
    address = page_of(step, walk.interaction)
    assert address is not None  # noqa: S101 - the two steps without a page are answered above
    return see_other(address)


def go_on(context: Context, interaction_id: str, *, now: Instant) -> Response:
    """Go on from a page whose turn it is not, where that means to answer the client: a unit of work of its own."""
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = look(context, db, visit.interaction, visit.session, now=now)
        return proceed(context, db, looked, now=now)


def granted(walk: Walk) -> Granted:
    """The outcome of a walk that has nothing left to ask."""
    session, chosen = walk.session, walk.situation.chosen
    if session is None:
        raise ValueError("nobody is logged in")
    return outcome_of(walk.request, session, chosen)


def outcome_of(request: AuthorizationRequest, session: Session, chosen: Chosen | None) -> Granted:
    """What a person of this session, with this choice, gives the client."""
    login = session.login
    representation = chosen.representation if chosen else None
    for_oneself = chosen is not None and representation is None
    return Granted(
        session_id=session.id,
        acting=login.person,
        login_assurance=login.assurance,
        authenticator=login.authenticator,
        auth_time=login.auth_time,
        scopes=request.scopes,
        representation=representation,
        for_oneself=for_oneself,
        actions=chosen.actions if chosen and for_oneself else (),
    )


def complete(
    context: Context,
    db: Connected,
    interaction: Interaction,
    outcome: Outcome,
    *,
    now: Instant,
    walk: Walk | None = None,
) -> Response:
    """Answer the client, once; who comes second sees that it was answered."""
    request = interaction.request
    if request is None:
        return see_other(url_for("deciding.finished"))
    if not interactions.finish(db, interaction, now=now):  # whose page says so, with the way back
        return see_other(url_for("login_methods.authenticate", interaction_id=interaction.id))
    if walk is not None and isinstance(outcome, Granted):
        _remember(db, walk, outcome, now=now)
    return finish.complete(context, db, request, outcome, now=now)


def _remember(db: Connected, walk: Walk, outcome: Granted, *, now: Instant) -> None:
    request, session = walk.request, walk.session
    if request.ask is None or session is None:
        return
    if outcome.representation is not None:
        remembered.note_use(db, outcome.representation, now=now)
    if walk.client.representation_remember:
        remembered.remember(
            db,
            session=session.id,
            client=request.client_id,
            service=request.ask.service,
            actions=request.ask.actions,
            chosen=outcome.representation,
            now=now,
        )
