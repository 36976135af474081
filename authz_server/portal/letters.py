"""Asking for a letter: the helper of who cannot log in says for whom and what, and a code goes to that person (G6a).

The answer is the same whoever it is about, and comes before anybody looks whether there is such a person.
"""

from typing import Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.login.arrival import the_context
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.entering import somebody
from authz_server.portal.helping import (
    MYSELF,
    by_address,
    for_whom,
    offer_to,
    shown_by_provider,
    typed_known_by,
)
from authz_server.portal.wishes import new_id, wish_of
from claims.catalogue import Service
from claims.instants import Instant
from claims.parties import PartyKind
from claims.register import letters, lookup
from claims.register.belonging import organisations_of
from claims.register.letters import MOST_ASKED, Asked
from claims.typed_days import typed_day
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("letters", __name__, url_prefix="/portal/letter")
_TOO_MANY: Final = "too_many_letters"
_PERIOD: Final = frozenset({"lasts", "until", "from"})


@pages.get("")
def form() -> Response:
    """What there is to fill in."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("letters.form"), now=now)
    _check_post(context)
    with context.database.reading() as db:
        return _form(db, context, session, now=now)


@pages.get("/asked")
def asked() -> Response:
    """That a letter goes, if there is anybody to write to."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("portal.home"), now=now)
    _check_post(context)
    with context.database.reading() as db:
        person = lookup.party(db, session.login.person)
        return page("portal/letter_asked.html", person=person.name if person else "")


@pages.post("")
def ask() -> Response:
    """Something was asked: it is put aside, whoever it is about."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("letters.form"), now=now)
    _check_post(context)
    with context.database.reading() as db:
        given = _given(db, context, session, now=now)
        if isinstance(given, dict):
            return _form(db, context, session, wrong=given, now=now)
    with context.database.writing() as db:
        representative = given.offer.representative or session.login.person
        by = actor_of(session, representative, "self")
        if letters.ask(db, context.vault, given, by=by, now=now) is not None:
            return _form(db, context, session, too_many=True, now=now)
    return see_other(url_for("letters.asked"))


def _check_post(context: Context) -> None:
    """Where no letters are posted there is no such page."""
    if context.settings.post.folder is None:
        abort(error_page("not_found", 404))


def _given(db: Connected, context: Context, session: Session, *, now: Instant) -> Asked | dict[str, str]:
    """What was filled in, or what is wrong with each field, whoever it is about."""
    representative = for_whom(db, session, now=now)
    helper = None if representative is None else lookup.party(db, representative)
    offer = offer_to(
        helper or lookup.party(db, session.login.person),
        wish_of({name: value for name, value in request.form.items() if _is_asked(name)}),
        _services(db),
        offer_id=new_id("of"),
        now=now,
    )
    wrong = offer if isinstance(offer, dict) else {}
    born, known_by = typed_day(request.form.get("born", "")), typed_known_by(context)
    if born is None:
        wrong["born"] = gettext("Fill in a date like this: 31-12-2027.")
    if known_by is None and by_address(context):
        wrong["postcode"] = gettext("Fill in a postcode like 1234 AB, and a house number.")
    elif known_by is None:
        wrong["number"] = gettext("This is not a citizen service number. It has nine digits.")
    if helper is None:
        wrong["for"] = gettext("Choose for whom you ask this.")
    if wrong or isinstance(offer, dict) or born is None or known_by is None:
        return wrong
    return Asked(offer, born, known_by)


def _is_asked(name: str) -> bool:
    """Whether the form asks that: a letter tells of nothing else, and nothing else is given."""
    return name in _PERIOD or name.startswith("task:")


def _services(db: Connected) -> list[Service]:
    """Those for which a letter is sure enough."""
    level = letters.level_of_letters(the_context().settings.evidence.policy)
    return [
        one
        for one in lookup.services(db)
        if one.takes_mandates and PartyKind.PERSON in one.represented_kinds and one.minimum_assurance <= level
    ]


def _form(
    db: Connected,
    context: Context,
    session: Session,
    *,
    wrong: dict[str, str] | None = None,
    too_many: bool = False,
    now: Instant,
) -> Response:
    """The form as far as it is filled in; what was typed of a person is typed anew."""
    person = lookup.party(db, session.login.person)
    wish = wish_of(request.form)
    return page(
        "portal/letter.html",
        429 if too_many else 422 if wrong else 200,
        person=person.name if person else "",
        wish=wish,
        wrong=wrong or {},
        too_many=_TOO_MANY if too_many else None,
        most=MOST_ASKED,
        organisations=organisations_of(db, session.login.person, now=now),
        picked=request.form.get("for", MYSELF),
        by_address=by_address(context),
        providers=shown_by_provider(db, _services(db), wish.tasks),
    )
