"""The pages on which a person says for whom: the choice, who cannot be chosen, and nobody at all.

What was searched for, and where in a list somebody is, stands in the address of the page (`choosing_places`), so that
the browser's Back and a reload show it again.
"""

from flask import Blueprint, Response, request, url_for

from authz_server import support_codes
from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.login import interaction as interactions
from authz_server.login import time_limits, walk
from authz_server.login.arrival import Visit, arrive, prepare, the_context
from authz_server.login.candidates import can_be_named, known_parties, standing
from authz_server.login.choosing_pages import SELF, choose_page, not_listed_page
from authz_server.login.choosing_places import Place, address, here_of, known
from authz_server.login.flow import CANCELLED, NO_REPRESENTATION, Choose, Nobody
from authz_server.login.interaction import Interaction, Picked
from authz_server.login.lines import service_words
from authz_server.login.not_chosen import reasons_for_nobody
from authz_server.login.presenting import Wrong, shown, where_from
from authz_server.login.sessions import Login
from authz_server.login.walk import Walk
from authz_server.pages import page, see_other
from claims.instants import Instant
from claims.parties import cleaned
from claims.register import lookup
from claims.representation import Representation
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("choosing", __name__, url_prefix="/login")
pages.before_request(prepare)
_LONGEST_SEARCH = 200


@pages.get("/<interaction_id>/choose")
def choose(interaction_id: str) -> Response:
    """For whom do you want to do this?"""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if _is_to_choose(looked):
            return choose_page(context, db, looked)
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>/choose")
def chosen(interaction_id: str) -> Response:
    """A search, a way back, or the choice."""
    context = the_context()
    now = context.clock()
    value = request.form.get("represented")
    if time_limits.is_asked():
        return _longer(context, interaction_id, value, now=now)
    wanted = request.form.get("do") or ("choose" if value or not request.form.get("search") else "search")
    if wanted in {"search", "look"}:
        place = Place(_typed_search())
        return _search(context, interaction_id, place, at_once=wanted == "look", now=now)
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        if wanted == "cancel":
            return walk.complete(context, db, visit.interaction, CANCELLED, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if not _is_to_choose(looked):
            return walk.proceed(context, db, looked, now=now)
        return _choose(context, db, looked, value, now=now)


def _longer(context: Context, interaction_id: str, value: str | None, *, now: Instant) -> Response:
    """The same page, or that of what was typed in its search, open for longer; who was picked stays it."""
    with context.database.writing() as db:
        visit = time_limits.given(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if _is_to_choose(looked):
            here, typed = here_of(looked), _typed_search()
            return choose_page(
                context, db, looked, here=here if here.search == typed else Place(typed), value=value
            )
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


def _typed_search() -> str:
    return cleaned(request.form.get("search", "")[:_LONGEST_SEARCH]).strip()


def _search(context: Context, interaction_id: str, place: Place, *, at_once: bool, now: Instant) -> Response:
    """To the page of what is found, or that page `at_once`, for a script, which searches with every pause of who types.

    Nothing is written.
    """
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if _is_to_choose(looked):
            if at_once:
                return choose_page(context, db, looked, here=place)
            return see_other(address(looked, place))
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


def _choose(context: Context, db: Connected, looked: Walk, value: str | None, *, now: Instant) -> Response:
    asked, session = known(looked)
    if not value:
        wrong = Wrong("nothing_chosen", gettext("Choose for whom you want to do this."))
        return choose_page(context, db, looked, wrong=wrong, status=422)
    picked = _picked(looked.interaction, session.login, value)
    chosen_now = standing(db, asked, picked) if picked else None
    if picked is None or chosen_now is None or not _nameable(context, db, chosen_now.representation, looked):
        wrong = Wrong("choice_gone", gettext("That choice is no longer possible. Choose again."))
        return choose_page(context, db, looked, wrong=wrong, status=409)
    interactions.choose(db, looked.interaction, picked)
    return _on(context, db, Visit(looked.interaction, session), now=now)


def _picked(interaction: Interaction, login: Login, value: str) -> Picked | None:
    """The choice that an opaque value stands for; None for one that this page never gave."""
    if value == SELF:
        return Picked(login.person, login.authenticator)
    what = interactions.opened(interaction, login, value)
    if what is None or len(what) < 3 or what[0] is None:
        return None
    path = tuple(link for link in what[2:] if link is not None)
    return Picked(login.person, login.authenticator, what[0], what[1], path)


def _nameable(context: Context, db: Connected, representation: Representation | None, looked: Walk) -> bool:
    if representation is None:
        return True
    parties = known_parties(db, context.vault, [representation])
    return can_be_named(representation, parties, looked.client)


def _is_to_choose(looked: Walk) -> bool:
    """Whether the choice can be made, or, as long as the client was not answered, made again."""
    step = looked.step
    if looked.asked is None or looked.session is None or isinstance(step, Nobody):
        return False
    return looked.situation.chosen is not None or isinstance(step, Choose)


def _on(context: Context, db: Connected, visit: Visit, *, now: Instant) -> Response:
    """To whatever comes next, with what was just kept."""
    interaction = interactions.find(db, visit.interaction.id)
    if interaction is None:
        raise LookupError("an interaction is there until it expires")
    return walk.proceed(context, db, walk.look(context, db, interaction, visit.session, now=now), now=now)


@pages.get("/<interaction_id>/not-listed")
def not_listed(interaction_id: str) -> Response:
    """Who cannot be chosen now, each with the reason and what to do about it."""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if _is_to_choose(looked):
            return not_listed_page(context, db, looked)
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


@pages.get("/<interaction_id>/nobody")
def nobody(interaction_id: str) -> Response:
    """There is nobody to represent: why, and what to do about it."""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        asked = looked.asked
        if asked is not None and isinstance(looked.step, Nobody):
            where_from(visit.interaction)
            service = asked.question.service
            reasons = reasons_for_nobody(context, db, asked)
            return page(
                "login/nobody.html",
                client=shown(looked.client),
                service=service_words(service, lookup.parties(db, [service.provider])),
                reasons=reasons,
                support=support_codes.told("nobody", [one.code for one in reasons]),
                ask=url_for("asking.form", service=service.id),
            )
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>/nobody")
def nobody_return(interaction_id: str) -> Response:
    """Back to the client, without anybody."""
    context = the_context()
    now = context.clock()
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        if visit.interaction.request is None:
            return see_other(url_for("portal.home"))
        return walk.complete(context, db, visit.interaction, NO_REPRESENTATION, now=now)
