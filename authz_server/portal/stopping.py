"""Stopping a mandate, for good or for a while, and letting it hold again: a page that says what it means, one button.

Easier than giving, at any login level (G8). Whoever gave it stops, pauses and resumes it, whoever was given it renounces
it. What another paused those who sign together resume together (G2).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.login.arrival import the_context
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of, page_of
from authz_server.portal.entering import somebody
from authz_server.portal.told import told, ways
from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import ending, lookup, overview, resuming, reviewing, suspending
from claims.register.actor import Actor
from claims.register.managing import Authority
from claims.register.readable import Readable
from claims.register.saying_together import Waits
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("stopping", __name__, url_prefix="/portal")


@dataclass(frozen=True, slots=True)
class _Act:
    """What somebody does to a mandate: who may, and how it is done."""

    within_reach: Callable[[Connected, str, str, Instant], tuple[Mandate, Authority] | None]
    change: Callable[..., object]
    given: bool  # whether it is done by who gave the mandate; else by who was given it

    def own(self, mandate: Mandate) -> str:
        """The party that does it."""
        return mandate.represented if self.given else mandate.representative

    def other(self, mandate: Mandate) -> str:
        """The party on the other side."""
        return mandate.representative if self.given else mandate.represented


_ACTS: Final = {
    "stop": _Act(overview.within_reach, ending.revoke, given=True),
    "pause": _Act(overview.within_reach, suspending.suspend, given=True),
    "resume": _Act(overview.within_reach, resuming.resume_by, given=True),
    "keep": _Act(overview.within_reach, reviewing.keep_by, given=True),
    "renounce": _Act(overview.received_within_reach, ending.renounce, given=False),
}
_PATH: Final = f"/<any({', '.join(_ACTS)}):act>/<opaque:mandate_id>"


@pages.get(_PATH)
def ask(act: str, mandate_id: str) -> Response:
    """What it means."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("stopping.ask", act=act, mandate_id=mandate_id), now=now)
    doing = _ACTS[act]
    with context.database.reading() as db:
        mandate, authority = _within_reach(context, db, doing, session, mandate_id, now=now)
        person = session.login.person
        parties = lookup.parties(db, [mandate.represented, mandate.representative, person])
        services = {service.id: service for service in lookup.services(db)}
        parties |= lookup.parties(db, [service.provider for service in services.values()])
        open_ways = ways(mandate, now, given=doing.given)
        if doing.given and reviewing.is_open(db, mandate.id):
            open_ways = (*open_ways, "keep")
        by = actor_of(session, authority.party, authority.words)
        together = _together(db, mandate, by, now=now) if act == "resume" and act in open_ways else {}
        return page(
            f"portal/{act}.html",
            act=act,
            person=parties[person].name,
            oneself=doing.own(mandate) == person,
            represented=parties[mandate.represented].name,
            helper=parties[mandate.representative].name,
            helps_otherwise=doing.given and _helps_otherwise(db, mandate, now),
            mandate=told(
                mandate, parties.get(doing.other(mandate)), services, parties, now=now, ways=open_ways
            ),
            possible=act in open_ways and together.get("possible", True),
            together=together,
            back=page_of(session, doing.own(mandate)),
        )


@pages.post(_PATH)
def do(act: str, mandate_id: str) -> Response:
    """Yes; or back."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("stopping.ask", act=act, mandate_id=mandate_id), now=now)
    doing = _ACTS[act]
    with context.database.recording() as db:
        mandate, authority = _within_reach(context, db, doing, session, mandate_id, now=now)
        own = doing.own(mandate)
        if request.form.get("answer") != "yes":
            return see_other(page_of(session, own))
        # done by somebody else a moment ago: what was wanted is so
        done = doing.change(
            db, context.vault, mandate_id, by=actor_of(session, authority.party, authority.words), now=now
        )
    if isinstance(done, Waits) and act == "resume":
        return see_other(url_for("stopping.ask", act=act, mandate_id=mandate_id))
    return see_other(page_of(session, own, done=act, mandate=mandate_id))


def _together(db: Connected, mandate: Mandate, by: Actor, *, now: Instant) -> dict[str, Any]:
    """How this person can let it hold again: whether there is anything for them to say, and who says so besides."""
    found = resuming.resumable(db, mandate, by=by, now=now)
    if found is None:
        return {"possible": False, "nobody": True}
    named = lookup.parties(db, [*found.said, *found.who_else])

    def names(ids: Iterable[str]) -> str:
        return ", ".join(named[id].name for id in ids if id in named)

    return {
        "possible": found.alone or by.person not in found.said,
        "alone": found.alone,
        "before": names(one for one in found.said if one != by.person),
        "others": names(found.who_else),
    }


def _within_reach(
    context: Context, db: Connected, act: _Act, session: Session, mandate_id: str, *, now: Instant
) -> tuple[Mandate, Authority]:
    """The mandate, and on what ground this person may do so; an unknown one, another's, one long over look the same."""
    found = act.within_reach(db, session.login.person, mandate_id, now)
    if found is None or not Readable(db, context.settings.keeping.periods, now).shows(found[0]):
        abort(error_page("not_found", 404))
    return found


def _helps_otherwise(db: Connected, mandate: Mandate, now: Instant) -> bool:
    """Whether the same helper has another mandate of the same party that is not over."""
    page = overview.given(db, mandate.represented, limit=1000)
    return any(
        other.representative == mandate.representative
        and other.id != mandate.id
        and other.revoked_at is None
        and (other.until is None or other.until > now)
        for other in page.mandates
    )
