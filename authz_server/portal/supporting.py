"""Support: finds a mandate by the number of a party or by its id, and stops, pauses or resumes it on request (G8).

Whoever is support sees of a party what a request needs: who gave what to whom, and whether it holds. Not who logged in, no
history and no number. That a party was shown stands in the account: of a mandate both sides, at each look. A look counts as
a search does, so that ids are not tried out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import Lazy, gettext, lazy_gettext
from authz_server.login import attempts, support
from authz_server.login.arrival import the_context
from authz_server.login.attempts import Counted
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.entering import somebody
from authz_server.portal.my_data import needed
from authz_server.portal.told import Given, told
from claims.identifiers import holds_a_bsn
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party, cleaned
from claims.register import journal, lookup, managing, on_request, overview, standing_mandates
from claims.register.actor import Actor
from claims.register.changing import Refused, Why
from claims.register.history import SUPPORT, Side
from claims.register.journal import Event, Subject
from claims.register.on_request import Act, KnownBy
from claims.register.standing_mandates import Listing, ended_at
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("supporting", __name__, url_prefix="/portal/support")
_AT_ONCE: Final = 25
_LONGEST: Final = 300  # characters of a reason
_LONGEST_ASKED: Final = 255
_KNOWN_BY: Final[Mapping[KnownBy, Lazy]] = {
    KnownBy.CALLED_BACK: lazy_gettext("I called back on a number that we know"),
    KnownBy.ANSWERED: lazy_gettext("They answered our questions"),
    KnownBy.LETTER: lazy_gettext("A signed letter"),
    KnownBy.DESK: lazy_gettext("They showed an identity document at a desk"),
    KnownBy.COURT: lazy_gettext("A court or another authority asked for it"),
}
_ACT: Final[Mapping[Act, Lazy]] = {
    Act.STOP: lazy_gettext("Stop"),
    Act.PAUSE: lazy_gettext("Stop for a while"),
    Act.RESUME: lazy_gettext("Let it hold again"),
    Act.RENOUNCE: lazy_gettext("Stop helping"),
}


@pages.get("")
def search() -> Response:
    """What to look for."""
    context = the_context()
    now = context.clock()
    session = _support(context, url_for("supporting.search"), now=now)
    with context.database.reading() as db:
        return _search_page(context, db, session)


@pages.post("")
def find() -> Response:
    """What was found: the mandates of the party that has that number, or the one of that id."""
    context = the_context()
    now = context.clock()
    session = _support(context, url_for("supporting.search"), now=now)
    if session.login.assurance < needed(context):
        return see_other(url_for("supporting.search"))
    asked = cleaned(request.form.get("number", "")).strip()[:_LONGEST_ASKED]
    counted, too_many = _counted(context, session, now=now)
    if too_many is not None:
        return too_many
    with context.database.recording() as db:
        mandate = overview.mandate(db, asked)
        parties = [] if mandate is not None else lookup.by_number(db, context.vault, asked.replace(" ", ""))
        if mandate is None and not parties:
            return _search_page(context, db, session, wrong="nothing_found", status=404)
        attempts.right(db, counted)
        if mandate is not None:  # that it is looked at is told there
            return see_other(url_for("supporting.show", mandate_id=mandate.id))
        _tell(context, db, session, parties, now=now)
        return _found_page(context, db, session, parties, now=now)


@pages.get("/<opaque:mandate_id>")
def show(mandate_id: str) -> Response:
    """One mandate, and what can be done with it."""
    context = the_context()
    now = context.clock()
    session = _support(context, url_for("supporting.search"), now=now)
    if session.login.assurance < needed(context):
        return see_other(url_for("supporting.search"))
    counted, too_many = _counted(context, session, now=now)
    if too_many is not None:
        return too_many
    with context.database.recording() as db:
        mandate = _mandate(db, mandate_id)
        attempts.right(db, counted)
        return _mandate_page(context, db, session, mandate, now=now)


@pages.post("/<opaque:mandate_id>")
def do(mandate_id: str) -> Response:
    """What was asked is done."""
    context = the_context()
    now = context.clock()
    session = _support(context, url_for("supporting.search"), now=now)
    if session.login.assurance < needed(context):
        return see_other(url_for("supporting.search"))
    counted, too_many = _counted(context, session, now=now)
    if too_many is not None:
        return too_many
    with context.database.recording() as db:
        mandate = _mandate(db, mandate_id)
        attempts.right(db, counted)
        filled = _filled_in()
        if isinstance(filled, str):
            return _mandate_page(context, db, session, mandate, now=now, wrong=filled, status=422)
        if _is_own(db, session, mandate, now=now):
            return _mandate_page(context, db, session, mandate, now=now, wrong="not_for_oneself", status=403)
        act, side, known_by, why = filled
        by = _actor(session)
        done = on_request.do(db, context.vault, mandate_id, act, side, known_by, why, by=by, now=now)
        # any other: done by somebody else a moment ago, and what was wanted is so
        if done == Refused(Why.SUSPENDED_BY_ANOTHER):
            wrong = Why.SUSPENDED_BY_ANOTHER.value
            return _mandate_page(context, db, session, mandate, now=now, wrong=wrong, status=409)
    return see_other(url_for("supporting.show", mandate_id=mandate_id))


def _counted(context: Context, session: Session, *, now: Instant) -> tuple[Counted, Response | None]:
    """Count a look as a wrong one, until it turns out that there is something; the answer where there were too many."""
    counted = attempts.counted_codes(context.codes, session.login.person, request.remote_addr)
    with context.database.writing() as db:
        if attempts.tried(db, counted, now=now):
            return counted, None
        return counted, _search_page(context, db, session, wrong="too_many_attempts", status=429)


def _tell(context: Context, db: Connected, session: Session, parties: Iterable[str], *, now: Instant) -> None:
    """Write in the account whose permissions are shown to this person."""
    lines = [journal.line(Event.SHOWN_TO_SUPPORT, Subject("party", id)) for id in parties]
    journal.write_many(db, context.vault, lines, by=_actor(session), now=now)


def _actor(session: Session) -> Actor:
    login = session.login
    return Actor(login.person, None, SUPPORT, login.assurance, login.authenticator)


def _filled_in() -> tuple[Act, Side, KnownBy, str] | str:
    """What is to be done, who asked, how they were known, and why; else the code of what is wrong."""
    why = cleaned(request.form.get("why", "")).strip()
    try:
        act, known_by = Act(request.form.get("act", "")), KnownBy[request.form.get("known_by", "").upper()]
    except (ValueError, KeyError):
        return "not_filled_in"
    side = next(side for side, acts in on_request.ACTS.items() if act in acts)
    if not why or len(why) > _LONGEST or not why.isprintable():
        return "not_filled_in"
    return "reason_holds_a_number" if holds_a_bsn(why) else (act, side, known_by, why)


def _support(context: Context, destination: str, *, now: Instant) -> Session:
    """The session of who is support; to anybody else there are no such pages."""
    session = somebody(context, destination, now=now)
    with context.database.reading() as db:
        if not support.is_support(db, session.login.person):
            abort(error_page("not_found", 404))
    return session


def _mandate(db: Connected, mandate_id: str) -> Mandate:
    mandate = overview.mandate(db, mandate_id)
    if mandate is None:
        abort(error_page("not_found", 404))
    return mandate


def _is_own(db: Connected, session: Session, mandate: Mandate, *, now: Instant) -> bool:
    """Whether it is a mandate of their own, or of who they arrange things for: for that they have their own page."""
    person = session.login.person
    return any(
        managing.authority(db, person, party, now) is not None
        for party in (mandate.represented, mandate.representative)
    )


def _search_page(
    context: Context, db: Connected, session: Session, *, wrong: str | None = None, status: int = 200
) -> Response:
    return page(
        "portal/support.html",
        status,
        person=_name(db, session),
        possible=session.login.assurance >= needed(context),
        level=needed(context).word,
        wrong=wrong,
        found=None,
    )


def _found_page(
    context: Context, db: Connected, session: Session, parties: list[str], *, now: Instant
) -> Response:
    named = lookup.parties(db, parties)
    return page(
        "portal/support.html",
        person=_name(db, session),
        possible=True,
        level=None,
        wrong=None,
        found=[
            {
                "name": named[id].name,
                "given": _rows(db, overview.given, id, now=now),
                "received": _rows(db, overview.received, id, now=now),
            }
            for id in parties
            if id in named
        ],
    )


def _rows(db: Connected, listing: Listing, party: str, *, now: Instant) -> dict[str, Any]:
    """The mandates that stand, of one side of a party; the rest is found by a mandate's id."""
    found = standing_mandates.standing(db, listing, party, now=now, after=None, limit=_AT_ONCE)
    given = listing is overview.given
    return {
        "rows": [_told(db, one, now, given=given) for one in found.mandates],
        "more": found.next is not None,
    }


def _told(db: Connected, mandate: Mandate, now: Instant, *, given: bool) -> Given:
    services = {service.id: service for service in lookup.services(db)}
    ids = [mandate.represented, mandate.representative, *(one.provider for one in services.values())]
    parties = lookup.parties(db, ids)
    other = mandate.representative if given else mandate.represented
    return told(mandate, parties.get(other), services, parties, now=now, ways=())


def _mandate_page(
    context: Context,
    db: Connected,
    session: Session,
    mandate: Mandate,
    *,
    now: Instant,
    wrong: str | None = None,
    status: int = 200,
) -> Response:
    sides = [mandate.represented, mandate.representative]
    parties = lookup.parties(db, sides)
    _tell(context, db, session, sides, now=now)
    return page(
        "portal/support_mandate.html",
        status,
        person=_name(db, session),
        id=mandate.id,
        represented=parties[mandate.represented].name,
        mandate=_told(db, mandate, now, given=True),
        acts=[(act.value, str(_ACT[act]), _asked_words(act)) for act in _can(db, mandate, parties, now=now)],
        known_by=[(one.name.lower(), str(words)) for one, words in _KNOWN_BY.items()],
        chosen=request.form,
        wrong=wrong,
    )


def _can(db: Connected, mandate: Mandate, parties: Mapping[str, Party], *, now: Instant) -> tuple[Act, ...]:
    """What can be done with it at this moment."""
    if ended_at(mandate, parties, now) is not None:
        return ()
    if not mandate.is_suspended(now):
        return (Act.STOP, Act.PAUSE, Act.RENOUNCE)
    resumes = (Act.RESUME,) if on_request.may_resume(db, mandate, now=now) else ()
    return (Act.STOP, *resumes, Act.RENOUNCE)


def _asked_words(act: Act) -> str:
    if act is Act.RENOUNCE:
        return gettext("asked by who helps")
    return gettext("asked by the person or the organisation for whom it is")


def _name(db: Connected, session: Session) -> str:
    person = lookup.party(db, session.login.person)
    return "" if person is None else person.name
