"""The pages of logging in as they are drawn: the ways to log in, and the practice login of the demo."""

from typing import Any, Final

from flask import Response, url_for

from authz_server import support_codes
from authz_server.context import Context
from authz_server.i18n import level_words
from authz_server.login import methods, walk
from authz_server.login.arrival import Visit
from authz_server.login.authenticating_words import why_log_in
from authz_server.login.flow import Authenticate, Reason
from authz_server.login.interaction import Interaction
from authz_server.login.presenting import Wrong, client_line, where_from
from authz_server.pages import page
from claims.assurance import Loa
from claims.instants import Instant
from claims.parties import cleaned
from keys.storage import Connected

__all__ = ["LONGEST_NAME", "methods_page", "practice_page"]

LONGEST_NAME: Final = 200
_A_NO: Final = frozenset({Reason.STRONGER, Reason.OTHER_MEANS})  # to who is logged in


def methods_page(
    context: Context,
    db: Connected,
    visit: Visit,
    step: Authenticate,
    wrong: Wrong | None = None,
    name: str | None = None,
    status: int = 200,
    *,
    now: Instant,
) -> Response:
    """The ways to log in, with what is asked above them; `wrong` tells what became of the last try."""
    interaction = visit.interaction
    where_from(interaction)
    asked = interaction.request
    line = client_line(context, db, asked) if asked else None
    looked = walk.look(context, db, interaction, visit.session, now=now) if asked else None
    heading, explanation = why_log_in(step, looked, visit, db)
    return page(
        "login/authenticate.html",
        status,
        client=line,
        heading=heading,
        explanation=explanation,
        wrong=wrong,
        username=cleaned(name if name is not None else _expected_name(visit)),
        methods=_offered(context, interaction, step.at_least),
        support=support_codes.told(step.reason) if step.reason in _A_NO else None,
        cancel=url_for("login_methods.cancel", interaction_id=interaction.id)
        if asked or step.reason is Reason.STRONGER
        else None,
        cannot=asked is not None and step.reason is Reason.STRONGER,
    )


def practice_page(
    context: Context,
    db: Connected,
    visit: Visit,
    step: Authenticate,
    wrong: Wrong | None = None,
    person: str | None = None,
    status: int = 200,
    *,
    level: Loa | None = None,
) -> Response:
    """The practice login, with the `level` that was filled in, the one that is asked, or a usual one."""
    interaction = visit.interaction
    where_from(interaction)
    suggested = max(step.at_least or Loa.SUBSTANTIAL, Loa.LOW)
    return page(
        "login/practice.html",
        status,
        client=client_line(context, db, interaction.request) if interaction.request else None,
        wrong=wrong,
        person=cleaned(person if person is not None else _expected_name(visit)),
        level=(level or suggested).word,
        levels=[(level.word, level_words(level)) for level in (Loa.LOW, Loa.SUBSTANTIAL, Loa.HIGH)],
        back=url_for("login_methods.authenticate", interaction_id=interaction.id),
    )


def _offered(context: Context, interaction: Interaction, at_least: Loa | None) -> list[dict[str, Any]]:
    """The ways to log in, each with where its form goes; what is strong enough comes first."""
    offered = sorted(
        methods.offered(demo=context.demo), key=lambda one: at_least is not None and one.reaches < at_least
    )
    return [
        {
            "name": method.name,
            "action": url_for("login_methods.authenticate", interaction_id=interaction.id)
            if method is methods.PASSWORD
            else url_for("login_methods.practice", interaction_id=interaction.id),
            "too_weak": at_least is not None and method.reaches < at_least,
            "best": at_least is not None and method.reaches >= at_least,
        }
        for method in offered
    ]


def _expected_name(visit: Visit) -> str:
    if visit.session is not None:
        return visit.session.login.person
    asked = visit.interaction.request
    return (asked.login_hint or "")[:LONGEST_NAME] if asked else ""
