"""What happened to one mandate, in plain words, for either side."""

from collections.abc import Iterable, Mapping
from typing import Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import Lazy, gettext, lazy_gettext, level_words, moment
from authz_server.login import methods
from authz_server.login.arrival import the_context
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page
from authz_server.portal.acting import page_of
from authz_server.portal.entering import somebody
from authz_server.portal.evidence_words import evidence_words
from authz_server.portal.paging import number
from authz_server.portal.told import told, ways
from claims.assurance import Loa
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party
from claims.register import history, lookup, managing, overview
from claims.register.history import SUPPORT, Happened, Side
from claims.register.journal import Event
from claims.register.managing import Authority
from claims.register.readable import Readable
from claims.register.strengthening import levels_of
from keys.storage import Connected

__all__ = [
    "acting_in",
    "event_words",
    "happened_words",
    "how_words",
    "is_told",
    "method_words",
    "pages",
    "seen_from",
    "sides_of",
    "who_words",
]

pages = Blueprint("history", __name__, url_prefix="/portal")
_AT_ONCE: Final = 50

_EVENTS: Final[dict[Event, Lazy]] = {
    Event.ADDED: lazy_gettext("Written down"),
    Event.CHANGED: lazy_gettext("Changed"),
    Event.GIVEN: lazy_gettext("Given"),
    Event.REVOKED: lazy_gettext("Stopped"),
    Event.RENOUNCED: lazy_gettext("Stopped by who helps"),
    Event.SUSPENDED: lazy_gettext("Stopped for a while"),
    Event.RESUME_APPROVED: lazy_gettext("One of those who sign together says: it may hold again"),
    Event.RESUMED: lazy_gettext("Holds again"),
    Event.FROZEN: lazy_gettext("Everything stopped for a while"),
    Event.LEFT: lazy_gettext("Stopped: does not work there any more"),
    Event.STRENGTHENED: lazy_gettext("Made stronger"),
    Event.CONFIRMED_TOGETHER: lazy_gettext("Signed to make it stronger: others must sign too"),
    Event.EVIDENCE_ATTACHED: lazy_gettext("Evidence added"),
    Event.MARKED_FOR_REVIEW: lazy_gettext("To be looked at: who gave it may do that no longer"),
    Event.REVIEW_APPROVED: lazy_gettext("Looked at by one of those who sign together: it is right"),
    Event.REVIEWED: lazy_gettext("Looked at: it stands"),
    Event.RECORDED: lazy_gettext("Recorded at a desk, from paper"),
    Event.CONFIRMED: lazy_gettext("Confirmed by a second person at the desk"),
    Event.ERASED: lazy_gettext("Older data erased"),
}
_OWN_AFFAIR: Final = frozenset(
    {
        *(Event.MARKED_FOR_REVIEW, Event.REVIEW_APPROVED, Event.REVIEWED),
        *(Event.CONFIRMED_TOGETHER, Event.RESUME_APPROVED),
    }
)
_GIVEN_ON: Final[dict[str, Lazy]] = {
    "letter": lazy_gettext("Given, with the code of a letter"),
    "paper": lazy_gettext("Given, on paper"),
}
_OTHERWISE: Final = lazy_gettext("Changed")
_METHODS: Final[dict[str, Lazy]] = {
    methods.PASSWORD.name: lazy_gettext("user name and password"),
    methods.PRACTICE.name: lazy_gettext("practice login"),
}


@pages.get("/history/<opaque:mandate_id>")
def shown(mandate_id: str) -> Response:
    """The history of a mandate that this person's party gave or was given."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("history.shown", mandate_id=mandate_id), now=now)
    with context.database.reading() as db:
        mandate, authority, side = _within_reach(db, session.login.person, mandate_id, now)
        if not Readable(db, context.settings.keeping.periods, now).shows(mandate):
            abort(error_page("not_found", 404))
        return _page(context, db, session, mandate, authority, side, now=now)


def _page(
    context: Context,
    db: Connected,
    session: Session,
    mandate: Mandate,
    authority: Authority,
    side: Side,
    *,
    now: Instant,
) -> Response:
    person = session.login.person
    given = side is Side.REPRESENTED
    happened = history.of_mandate(db, mandate, before=number(request.args.get("before")), limit=_AT_ONCE)
    services = {service.id: service for service in lookup.services(db)}
    providers = {service.provider for service in services.values()}
    sides = sides_of(mandate)
    named = {*sides.values(), person, *acting_in(happened.entries), *providers}
    parties = lookup.parties(db, named)
    other = parties.get(mandate.representative if given else mandate.represented)
    following = happened.next
    return page(
        "portal/history.html",
        person=parties[person].name,
        oneself=authority.party == person,
        party=parties[authority.party].name,
        mandate=told(mandate, other, services, parties, now=now, ways=ways(mandate, now, given=given)),
        given=given,
        enquire="enquire" in request.args and given,
        entries=[
            {
                "what": happened_words(one, side),
                "when": moment(one.at),
                "who": who_words(one, sides, parties, side, operator=context.settings.operator.name),
                "how": how_words(one, side),
                "levels": _levels(db, mandate, one),
            }
            for one in happened.entries
            if is_told(one.event, side)
        ],
        level=level_words(mandate.assurance),
        evidence=evidence_words(mandate.evidence),
        strengthen=_strengthen(mandate, now) if given else None,
        more=None if following is None else url_for("history.shown", mandate_id=mandate.id, before=following),
        back=page_of(session, authority.party),
    )


def sides_of(mandate: Mandate) -> dict[Side, str]:
    """The party on each side of it."""
    return {Side.REPRESENTED: mandate.represented, Side.REPRESENTATIVE: mandate.representative}


def seen_from(event: Event, side: Side) -> Event:
    """What a side is told that it was: to who helps it is no more than a pause that somebody does not know them."""
    return Event.SUSPENDED if event is Event.FROZEN and side is not Side.REPRESENTED else event


def is_told(event: Event, side: Side) -> bool:
    """Whether that side is told of it: who left an organisation, what it looks at again, and who signed, is its own affair.

    What the register notes for itself alone neither side reads.
    """
    if event is Event.GONE_THROUGH:
        return False
    return side is Side.REPRESENTED or event not in _OWN_AFFAIR


def acting_in(entries: Iterable[Happened]) -> set[str]:
    """The parties that these entries name: who acted, and for whom."""
    return {id for one in entries for id in (one.by.person, one.by.on_behalf_of) if id is not None}


def happened_words(one: Happened, side: Side) -> str:
    """The same of one entry: what nobody logged in to give tells on what it was given."""
    ground = _GIVEN_ON.get(one.by.authority.partition(" ")[0])
    return str(ground) if one.event is Event.GIVEN and ground is not None else event_words(one.event, side)


def event_words(event: Event, side: Side) -> str:
    """What happened, as `side` may know it."""
    return str(_EVENTS.get(seen_from(event, side), _OTHERWISE))


def who_words(
    one: Happened, sides: Mapping[Side, str], parties: dict[str, Party], side: Side, *, operator: str
) -> str:
    """Whose doing it was. One's own people by name; of the other side the party alone, never who acted there.

    That somebody has a legal representative, or which of its people an office lets do something, is theirs to tell.
    """
    if one.by.authority == SUPPORT:
        return gettext("%(operator)s, on request", operator=operator)
    if one.side is Side.NEITHER:
        desk = parties.get(one.by.on_behalf_of or "")
        return operator if desk is None else desk.name
    party = sides[one.side]
    name = parties[party].name if party in parties else ""
    actor = parties.get(one.by.person) if one.by.person is not None else None
    if one.side is not side or actor is None or actor.id == party:
        return name
    return gettext("%(person)s, for %(party)s", person=actor.name, party=name)


def method_words(authenticator: str) -> str:
    """The kind of means that an authenticator is."""
    method = methods.of_authenticator(authenticator)
    return gettext("another way to log in") if method is None else str(_METHODS[method.name])


def how_words(one: Happened, side: Side) -> str | None:
    """How they had logged in: of one's own side by which means, of the other how sure that was."""
    if one.by.assurance is None:
        return None
    level = level_words(one.by.assurance)
    method = methods.of_authenticator(one.by.authenticator or "")
    if one.side is not side or method is None:
        return gettext("how sure we were who it was: %(level)s", level=level)
    return gettext(
        "logged in with: %(method)s; how sure we were who it was: %(level)s",
        method=str(_METHODS[method.name]),
        level=level,
    )


def _levels(db: Connected, mandate: Mandate, one: Happened) -> str | None:
    """How sure it was, and became, where somebody confirmed it."""
    if one.event is not Event.STRENGTHENED or one.version is None:
        return None
    levels = levels_of(db, mandate.id, one.version)
    if levels is None:
        return None
    before, since = (level_words(level) for level in levels)
    return gettext(
        "how sure this permission is: first %(before)s, then %(since)s", before=before, since=since
    )


def _strengthen(mandate: Mandate, now: Instant) -> str | None:
    if mandate.has_ended(now) or mandate.assurance is Loa.HIGH:
        return None
    return url_for("strengthening.ask", mandate_id=mandate.id)


def _within_reach(
    db: Connected, person: str, mandate_id: str, now: Instant
) -> tuple[Mandate, Authority, Side]:
    """The mandate, the ground on which this person may see it, and on which side; an unknown one and another's look alike."""
    found = overview.mandate(db, mandate_id)
    represented, representative = ("", "") if found is None else (found.represented, found.representative)
    for ground in managing.grounds(db, person, represented, now):
        if found is not None and ground.reaches(found):
            return found, ground, Side.REPRESENTED
    for ground in managing.grounds(db, person, representative, now):
        if found is not None and ground.receives(found):
            return found, ground, Side.REPRESENTATIVE
    abort(error_page("not_found", 404))
