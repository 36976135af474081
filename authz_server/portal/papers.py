"""One paper at a desk: what was signed, who recorded it, and the yes or no of a second person there (G7)."""

from flask import Blueprint, Response, abort, url_for

from authz_server.i18n import gettext, moment
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import marks_of
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.entering import somebody_surely
from authz_server.portal.offer_words import lines_of, refused_words, waits_words
from claims.instants import Instant
from claims.offers import Offer
from claims.register import journal, lookup, papers
from claims.register.desks import at_desk
from claims.register.journal import Event
from claims.register.offer_judging import Refused
from claims.register.offers_kept import find
from claims.register.papers import Paper
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("papers", __name__, url_prefix="/portal/desk/papers")


@pages.get("/<opaque:offer_id>")
def paper(offer_id: str) -> Response:
    """One paper, to who works at its desk."""
    context = the_context()
    now = context.clock()
    session = somebody_surely(context, url_for("papers.paper", offer_id=offer_id), now=now)
    with context.database.reading() as db:
        return _paper_page(db, session, offer_id, now=now)


@pages.post("/<opaque:offer_id>/<any(confirm, refuse):act>")
def act_on(offer_id: str, act: str) -> Response:
    """The second person says that it is right, or somebody that it is not."""
    context = the_context()
    now = context.clock()
    session = somebody_surely(context, url_for("papers.paper", offer_id=offer_id), now=now)
    with context.database.recording() as db:
        _seen(db, session, offer_id, now=now)
        by = actor_of(session, session.login.person, "self")
        if act == "confirm":
            policy = context.settings.evidence.policy
            done = papers.confirm(db, context.vault, offer_id, by=by, now=now, policy=policy)
        else:
            done = papers.refuse(db, context.vault, offer_id, by=by, now=now)
        if isinstance(done, Refused):
            return _paper_page(db, session, offer_id, refused=done, now=now)
    return see_other(url_for("papers.paper", offer_id=offer_id))


def _seen(db: Connected, session: Session, offer_id: str, *, now: Instant) -> tuple[Offer, Paper]:
    """The paper, where this person works at its desk for its services; any other and none look the same."""
    offer, found = find(db, offer_id), papers.paper_of(db, offer_id)
    if offer is None or found is None:
        abort(error_page("not_found", 404))
    services = frozenset(id for part in offer.parts for id in part.services)
    if at_desk(db, session.login.person, found.desk, services, now=now) is None:
        abort(error_page("not_found", 404))
    return offer, found


def _brought(db: Connected, offer_id: str) -> frozenset[Event]:
    """Which of the steps nobody did who was logged in: a client brought the word for it."""
    return frozenset(one.event for one in journal.of_record(db, "offer", offer_id) if one.by.person is None)


def _paper_page(
    db: Connected, session: Session, offer_id: str, *, refused: Refused | None = None, now: Instant
) -> Response:
    offer, found = _seen(db, session, offer_id, now=now)
    services = {one.id: one for one in lookup.services(db)}
    ids = [offer.represented, offer.representative or "", found.desk, found.recorded_by]
    ids += [found.confirmed_by or "", session.login.person, *(one.provider for one in services.values())]
    parties = lookup.parties(db, ids)
    sides = with_numbers(
        db,
        the_context().vault,
        {offer.represented, offer.representative or ""},
    )
    waiting = offer.is_open(now) and offer.waits_for is not None
    brought = _brought(db, offer.id)
    operator = the_context().settings.operator.name

    def name(id: str, event: Event) -> str:
        """Whose word it was; who brought it stands before that."""
        said = parties[id].name
        if event not in brought:
            return said
        return gettext("%(operator)s, on the word of %(name)s", operator=operator, name=said)

    return page(
        "portal/paper_shown.html",
        409 if refused else 200,
        person=parties[session.login.person].name,
        desk=parties[found.desk],
        offer=offer,
        giver=parties[offer.represented].name,
        giver_marks=marks_of(sides[offer.represented]),
        helper=parties[offer.representative or ""].name,
        helper_marks=marks_of(sides[offer.representative or ""]),
        lines=lines_of(offer, services, parties, now=now),
        digest=found.digest,
        checked=found.checked.value,
        recorded_by=name(found.recorded_by, Event.REQUESTED),
        recorded_at=moment(found.recorded_at),
        confirmed_by=name(found.confirmed_by, Event.CONFIRMED) if found.confirmed_by else None,
        confirmed_at=None if found.confirmed_at is None else moment(found.confirmed_at),
        waits=waits_words(offer, given=True) if waiting else None,
        state=offer.state.value if waiting or not offer.state.is_open else "lapsed",
        open=offer.is_open(now) and found.confirmed_at is None,
        own=found.recorded_by == session.login.person,
        wrong=[] if refused is None else refused_words(refused, services),
        code=None if refused is None else refused.why.value,
    )
