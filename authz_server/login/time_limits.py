"""How long a page of a waiting request stays open, told on the page, and more time for who needs it (WCAG 2.2, 2.2.1)."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, request, url_for

from authz_server.context import Context
from authz_server.i18n import local_path, moment
from authz_server.login import interaction as interactions
from authz_server.login.arrival import Visit, arrive, prepare, the_context
from authz_server.login.interaction import Interaction
from authz_server.pages import see_other
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["TimeLimit", "given", "is_asked", "pages"]

pages = Blueprint("time_limits", __name__, url_prefix="/login")
pages.before_request(prepare)
_FIELD = "more_time"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Until when a page stays open, in words, and where its form asks for more; None where no more is to be had.

    A page on which something is filled in asks with its own form, by a button named `field`, and shows that again.
    """

    until: str
    more: str | None
    field: str = _FIELD


@pages.app_context_processor
def _told() -> dict[str, TimeLimit | None]:
    """For the frame of every page: there is something to tell on those of a waiting request alone."""
    interaction: Interaction | None = g.get("time_limit")
    if interaction is None:
        return {"time_limit": None}
    lifetime = the_context().settings.lifetimes.interaction
    more = interaction.expires_at < interactions.longest(interaction, lifetime)
    address = url_for("time_limits.extended", interaction_id=interaction.id)
    return {"time_limit": TimeLimit(moment(interaction.expires_at), address if more else None)}


def is_asked() -> bool:
    """Whether the form of a page was sent to have more time, and for nothing else."""
    return request.form.get(_FIELD) == "yes"


def given(context: Context, db: Connected, interaction_id: str, *, now: Instant) -> Visit:
    """The same visit, with a whole lifetime from now on."""
    visit = arrive(context, db, interaction_id, now=now)
    interactions.extend(db, visit.interaction, context.settings.lifetimes.interaction, now=now)
    return arrive(context, db, interaction_id, now=now)


@pages.post("/<interaction_id>/more-time")
def extended(interaction_id: str) -> Response:
    """More time, and the same page again."""
    context = the_context()
    now = context.clock()
    with context.database.writing() as db:
        given(context, db, interaction_id, now=now)
    own = url_for("login_methods.authenticate", interaction_id=interaction_id)
    back = local_path(request.form.get("back"))
    return see_other(back if back is not None and back.startswith(own) else own)
