"""Where somebody types the code that they were given, and what proves that they know whose it is (G6)."""

from typing import Final

from flask import Blueprint, Response, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.login import attempts
from authz_server.login.arrival import the_context
from authz_server.login.attempts import Counted
from authz_server.login.presenting import Wrong, too_many_tries
from authz_server.login.sessions import Session
from authz_server.pages import page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.entering import somebody
from authz_server.portal.helping import MYSELF, by_address, typed_known_by
from authz_server.portal.offer_words import refused_words
from claims import activation_codes
from claims.instants import Instant
from claims.offers import Offer
from claims.register import activating, lookup
from claims.register.activating import NotRight, Typed
from claims.register.belonging import organisations_of
from claims.typed_days import typed_day
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("activation", __name__, url_prefix="/portal")
_LONGEST: Final = 40  # characters of a number


@pages.get("/code")
def form() -> Response:
    """What there is to type."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("activation.form"), now=now)
    with context.database.reading() as db:
        return _form(db, session, now=now)


@pages.post("/code")
def typed() -> Response:
    """Something was typed: it fits, or it does not, and nobody is told what of it."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("activation.form"), now=now)
    person = session.login.person
    code = activation_codes.read(request.form.get("code", ""))
    with context.database.reading() as db:
        acting_for = organisations_of(db, person, now=now)
        counted = attempts.counted_codes(context.codes, person, request.remote_addr)
        representative = request.form.get("for", MYSELF)
        if code is None:  # a typing error, and no try
            return _form(db, session, wrong=Wrong("typing_error", _typing_error()), now=now)
        if representative != MYSELF and representative not in acting_for:
            return _form(db, session, wrong=Wrong("wrong_code", _wrong()), now=now)
        if attempts.too_many(db, counted, now=now):
            return _form(db, session, wrong=too_many_tries(), status=429, now=now)
    with context.database.writing() as db:
        if not attempts.tried(db, counted, now=now):
            return _form(db, session, wrong=too_many_tries(), status=429, now=now)
    given = Typed(
        code,
        typed_day(request.form.get("born", "")),
        typed_known_by(context),
        request.form.get("number", "").strip()[:_LONGEST],
    )
    party = person if representative == MYSELF else representative
    return _redeemed(context, session, given, party, counted, now=now)


def _redeemed(
    context: Context,
    session: Session,
    given: Typed,
    party: str,
    counted: Counted,
    *,
    now: Instant,
) -> Response:
    with context.database.recording() as db:
        by = actor_of(session, party, "self")
        policy = context.settings.evidence.policy
        done = activating.redeem(
            db, context.vault, context.codes, given, party, by=by, now=now, policy=policy
        )
        if isinstance(done, NotRight):
            return _form(db, session, wrong=Wrong("wrong_code", _wrong()), now=now)
        attempts.right(db, counted)
        if isinstance(done, Offer):
            return see_other(url_for("offers.show", offer_id=done.id))
        services = {one.id: one for one in lookup.services(db)}
        words = " ".join(refused_words(done, services))
        return _form(db, session, wrong=Wrong("cannot_be_granted", words), now=now)


def _form(
    db: Connected, session: Session, *, wrong: Wrong | None = None, status: int = 422, now: Instant
) -> Response:
    """The form; what was typed is not shown again but the code: a number that was mistyped may be somebody's."""
    person = lookup.party(db, session.login.person)
    return page(
        "portal/code.html",
        200 if wrong is None else status,
        person=person.name if person else "",
        organisations=organisations_of(db, session.login.person, now=now),
        by_address=by_address(the_context()),
        code=request.form.get("code", "")[:_LONGEST] if wrong else "",
        picked=request.form.get("for", MYSELF),
        wrong=wrong,
    )


def _typing_error() -> str:
    return gettext("There is a typing error in the code. Look at it once more: it has nine signs.")


def _wrong() -> str:
    return gettext(
        "This is not right. Check the code, the date of birth and the number. "
        "Does it not work? Ask the person that you help for a new code."
    )
