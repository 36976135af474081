"""“To look at”: an organisation's mandates that somebody gave who left. Each is let stand, or stopped; several at once (G13).

Each of those who sign together stops one alone, and lets one stand together with others.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import marks_of
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of, page_of
from authz_server.portal.entering import somebody
from authz_server.portal.told import told
from claims.granting import Entitlement
from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import ending, lookup, reviewing
from claims.register.ended_powers import hold
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.overview import mandate as whole_mandate
from claims.register.saying_together import who_else
from keys.storage import Connected

__all__ = ["pages", "review_page_of"]

pages = Blueprint("reviewing", __name__, url_prefix="/portal")
_PATH: Final = "/for/<opaque:party_id>/review"
_AT_ONCE: Final = 25
_CHOSEN: Final = "m:"


@pages.get(_PATH)
def show(party_id: str) -> Response:
    """What is to be looked at."""
    context = the_context()
    now = context.clock()
    session = somebody(context, _address(party_id), now=now)
    with context.database.reading() as db:
        _grounds(db, session, party_id, now=now)
        return _page(context, db, session, party_id, now=now)


@pages.post(_PATH)
def do(party_id: str) -> Response:
    """Those that were chosen stand, or stop."""
    context = the_context()
    now = context.clock()
    session = somebody(context, _address(party_id), now=now)
    answer = request.form.get("answer")
    chosen = sorted(name.removeprefix(_CHOSEN) for name in request.form if name.startswith(_CHOSEN))
    with context.database.recording() as db:
        grounds = _grounds(db, session, party_id, now=now)
        if answer not in ("keep", "stop") or not chosen:
            return _page(context, db, session, party_id, now=now, wrong=True)
        reached = dict(_reached(db, grounds, party_id, chosen))
        hold(db, list(reached))
        for id, ground in sorted(reached.items()):
            by = actor_of(session, party_id, ground.authority)
            # looked at by somebody else a moment ago: what was wanted is so, or was decided
            if answer == "keep":
                reviewing.keep_by(db, context.vault, id, by=by, now=now)
            elif reviewing.is_open(db, id):
                ending.revoke(db, context.vault, id, by=by, now=now)
    return see_other(_address(party_id))


def review_page_of(db: Connected, session: Session, party_id: str, *, now: Instant) -> str | None:
    """Where the party's mandates are looked at again, where there are any; only those who may give see it."""
    if party_id == session.login.person or not reviewing.reviews(db, party_id, now=now, limit=1).reviews:
        return None
    grounds = entitlements(db, StoredFacts(db), session.login.person, party_id, now=now)
    return _address(party_id) if grounds else None


def _reached(
    db: Connected, grounds: list[Entitlement], party_id: str, chosen: list[str]
) -> Iterator[tuple[str, Entitlement]]:
    """Those of the mandates that lie within what this person may give for the party, and by which ground."""
    for id in chosen:
        mandate = whole_mandate(db, id, given_by={party_id})
        ground = None if mandate is None else _ground(grounds, mandate)
        if ground is not None:
            yield id, ground


def _ground(grounds: list[Entitlement], mandate: Mandate) -> Entitlement | None:
    return next(
        (one for one in grounds if all(covered.includes(mandate.services) for covered in one.services)), None
    )


def _grounds(db: Connected, session: Session, party_id: str, *, now: Instant) -> list[Entitlement]:
    """What entitles this person to give for the organisation; any other, and none, look the same."""
    person = session.login.person
    grounds = entitlements(db, StoredFacts(db), person, party_id, now=now)
    if party_id == person or not grounds:
        abort(error_page("not_found", 404))
    return grounds


def _page(
    context: Context, db: Connected, session: Session, party_id: str, *, now: Instant, wrong: bool = False
) -> Response:
    grounds = entitlements(db, StoredFacts(db), session.login.person, party_id, now=now)
    found = reviewing.reviews(db, party_id, now=now, after=request.args.get("after"), limit=_AT_ONCE)
    shown = [one.mandate for one in found.reviews if _ground(grounds, one.mandate) is not None]
    services = {service.id: service for service in lookup.services(db)}
    parties = with_numbers(
        db,
        context.vault,
        {
            *(party_id, session.login.person),
            *(one.representative for one in shown),
            *(service.provider for service in services.values()),
        },
    )
    alone = any(one.alone for one in grounds)
    rows: list[dict[str, Any]] = [
        {
            "said": None if alone else _said(db, party_id, one.id, now=now),
            "field": f"{_CHOSEN}{one.id}",
            "told": told(one, parties.get(one.representative), services, parties, now=now, ways=()),
            "history": url_for("history.shown", mandate_id=one.id),
        }
        for one in shown
    ]
    party = parties[party_id]
    return page(
        "portal/review.html",
        422 if wrong else 200,
        person=parties[session.login.person].name,
        party=party,
        marks=marks_of(party),
        rows=rows,
        together=not alone,
        wrong=wrong,
        more=None if found.next is None else url_for("reviewing.show", party_id=party_id, after=found.next),
        back=page_of(session, party_id),
    )


def _said(db: Connected, party_id: str, mandate_id: str, *, now: Instant) -> str | None:
    """Who of those that sign together said that it is right, and who else may; None where nobody did."""
    said = reviewing.said_so(db, mandate_id)
    if not said:
        return None
    else_ = who_else(db, party_id, said, now=now)
    named = lookup.parties(db, [*said, *else_])

    def names(ids: Iterable[str]) -> str:
        return ", ".join(named[id].name for id in ids if id in named)

    if not else_:
        return gettext(
            "%(people)s said that this is right. Nobody else signs together with them now.",
            people=names(said),
        )
    return gettext(
        "%(people)s said that this is right. Who signs together with them has to say so too: %(others)s.",
        people=names(said),
        others=names(else_),
    )


def _address(party_id: str) -> str:
    return url_for("reviewing.show", party_id=party_id)
