"""The pages on which a person says yes or no: to the choice, and to what the client gets."""

from flask import Blueprint, Response, request

from authz_server.asking import AuthorizationRequest
from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.limit_words import or_none
from authz_server.login import consents, walk
from authz_server.login import interaction as interactions
from authz_server.login.arrival import Visit, arrive, prepare, the_context
from authz_server.login.candidates import known_parties
from authz_server.login.flow import CANCELLED, Chosen, Confirm, Consent
from authz_server.login.lines import Line, line_of, oneself_line, service_words
from authz_server.login.presenting import shown, where_from
from authz_server.login.walk import Walk
from authz_server.pages import error_page, page
from claims.instants import Instant
from claims.register import lookup
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("deciding", __name__, url_prefix="/login")
pages.before_request(prepare)


@pages.get("/<interaction_id>/confirm")
def confirm(interaction_id: str) -> Response:
    """You do this for … Is that right?"""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if _is_to_be_confirmed(looked):
            where_from(visit.interaction)
            return page(
                "login/confirm.html",
                client=shown(looked.client),
                service=_service(db, looked),
                chosen=_line(context, db, looked),
                choice=_fingerprint(looked),
            )
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>/confirm")
def confirmed(interaction_id: str) -> Response:
    """Yes, or back to choosing."""
    context = the_context()
    now = context.clock()
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if _is_to_be_confirmed(looked) and request.form.get("choice") == _fingerprint(looked):
            if request.form.get("answer") == "no":
                interactions.clear_choice(db, visit.interaction)
            elif visit.interaction.picked is not None and request.form.get("answer") in {"yes", None}:
                interactions.confirm(db, visit.interaction, visit.interaction.picked)
        return _on(context, db, visit, now=now)


@pages.get("/<interaction_id>/consent")
def consent(interaction_id: str) -> Response:
    """May this client have this?"""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if isinstance(looked.step, Consent):
            where_from(visit.interaction)
            return page(
                "login/consent.html",
                client=shown(looked.client),
                chosen=_line(context, db, looked) if looked.situation.chosen else None,
                gives=_gives(db, looked),
                what=looked.consent_key,
            )
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>/consent")
def consented(interaction_id: str) -> Response:
    """Yes to exactly what the page said, or no."""
    context = the_context()
    now = context.clock()
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        session, key = looked.session, looked.consent_key
        seen = request.form.get("what")
        if isinstance(looked.step, Consent) and session and key and key == seen:
            if request.form.get("answer") != "allow":
                return walk.complete(context, db, visit.interaction, CANCELLED, now=now)
            interactions.consent(db, visit.interaction, key)
            consents.give(db, key, person=session.login.person, client=looked.client.client_id, now=now)
        return _on(context, db, visit, now=now)


@pages.get("/finished")
def finished() -> Response:
    """The same request was answered a moment ago, by another click or tab."""
    return error_page("interaction_finished", 410)


def _is_to_be_confirmed(looked: Walk) -> bool:
    """Its turn, or back from the page after it: the choice still stands, and may still be changed."""
    return isinstance(looked.step, Confirm) or (looked.asked is not None and isinstance(looked.step, Consent))


def _fingerprint(looked: Walk) -> str:
    """What the person saw: a yes to another choice, made in another tab, must not count for this one."""
    return interactions.fingerprint(looked.interaction)


def _on(context: Context, db: Connected, visit: Visit, *, now: Instant) -> Response:
    interaction = interactions.find(db, visit.interaction.id)
    if interaction is None:
        raise LookupError("an interaction is there until it expires")
    return walk.proceed(context, db, walk.look(context, db, interaction, visit.session, now=now), now=now)


def _service(db: Connected, looked: Walk) -> str:
    if looked.asked is None:
        return ""
    service = looked.asked.question.service
    return service_words(service, lookup.parties(db, [service.provider]))


def _line(context: Context, db: Connected, looked: Walk) -> Line:
    chosen: Chosen | None = looked.situation.chosen
    if chosen is None or chosen.representation is None:
        return oneself_line()
    representation = chosen.representation
    return line_of(representation, known_parties(db, context.vault, [representation]))


def _gives(db: Connected, looked: Walk) -> list[str]:
    """What the client gets, in words: nothing that it gets is left out."""
    asked: AuthorizationRequest = looked.request
    gives = [gettext("A number by which it knows you again. Other organisations get another number.")]
    gives.append(gettext("How surely you logged in, and when."))
    chosen = looked.situation.chosen
    if chosen is not None:
        gives.append(gettext("What you may do: %(service)s.", service=_service(db, looked)))
        if chosen.representation is not None:
            gives.append(gettext("For whom you do this, and through whom."))
            if limits := or_none(chosen.representation.limits):
                gives.append(gettext("The limits of your permission: %(limits)s.", limits=limits))
    if "offline_access" in asked.scopes:
        gives.append(gettext("It may go on in your name when you are no longer there, until you stop it."))
    return gives
