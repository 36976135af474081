"""How an organisation's people log in on its behalf, and which of those ways it does not want any more (G12).

It sees the kinds of means that were used for it, and never what a person uses in private. One of those who sign blocks
alone, as an administrator does who may; a block is lifted by who needs nobody else for it.
"""

from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import day, gettext
from authz_server.login.arrival import the_context
from authz_server.login.lines import marks_of
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.entering import somebody
from authz_server.portal.history import method_words
from authz_server.portal.office import Office, office_of
from claims.instants import Instant
from claims.parties import Party
from claims.register import lookup, means
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("means", __name__, url_prefix="/portal")
_PATH: Final = "/for/<opaque:party_id>/means"
_AT_ONCE: Final = 100


@pages.get(_PATH)
def used(party_id: str) -> Response:
    """Who logged in how, and what is blocked."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("means.used", party_id=party_id), now=now)
    with context.database.reading() as db:
        return _page(context, db, session, _managed(db, session, party_id, now=now), now=now)


@pages.post(f"{_PATH}/<any(block, lift):act>")
def do(party_id: str, act: str) -> Response:
    """Do not let it be used for the organisation any more, or let it be used again."""
    context = the_context()
    now = context.clock()
    here = url_for("means.used", party_id=party_id)
    session = somebody(context, here, now=now)
    person, authenticator = (request.form.get(name, "") for name in ("person", "means"))
    with context.database.recording() as db:
        mine = _managed(db, session, party_id, now=now)
        ground = next((one for one in mine.grounds if one.may_manage_means and one.alone), None)
        if ground is None and act == "block":  # blocking each of those who sign may do alone (G3)
            ground = next(one for one in mine.grounds if one.may_manage_means)
        if ground is None:
            abort(error_page("not_found", 404))
        by = actor_of(session, party_id, ground.authority)
        changing = means.block if act == "block" else means.lift
        done = changing(db, context.vault, party_id, person, authenticator, by=by, now=now)
        if isinstance(done, means.Refused) and done.why is means.Why.UNKNOWN_MEANS:
            abort(error_page("not_found", 404))
    return see_other(here)  # done by somebody else a moment ago: what was wanted is so


def _managed(db: Connected, session: Session, party_id: str, *, now: Instant) -> Office:
    mine = office_of(db, session, party_id, now=now)
    if not mine.manages_means:
        abort(error_page("not_found", 404))
    return mine


def _page(context: Context, db: Connected, session: Session, mine: Office, *, now: Instant) -> Response:
    organisation = mine.party.id
    after = (request.args.get("person", ""), request.args.get("after", ""))
    legible = all(one.isprintable() for one in after)
    found = means.used(db, organisation, after=after if legible else None, limit=_AT_ONCE)
    periods = context.settings.keeping.periods
    seen = [one for one in found.used if periods.is_readable(one.last_at, now)]
    blocked = {
        (one.person, one.authenticator): one.starts
        for one in means.blocks_of(db, organisation)
        if one.in_force(now)
    }
    people = {session.login.person, *(one.person for one in seen), *(person for person, _ in blocked)}
    parties = lookup.parties(db, people)
    return page(
        "portal/means.html",
        person=parties[session.login.person].name,
        party=mine.party,
        rows=[
            *_blocked_rows(blocked, parties),
            *(
                _row(one.person, one.authenticator, parties, last=one.last_at)
                for one in seen
                if one.person in parties and (one.person, one.authenticator) not in blocked
            ),
        ],
        lifts=mine.lifts_blocks,
        more=None
        if found.next is None
        else url_for("means.used", party_id=organisation, person=found.next[0], after=found.next[1]),
        back=url_for("staff.people", party_id=organisation),
    )


def _blocked_rows(
    blocked: dict[tuple[str, str], Instant], parties: dict[str, Party]
) -> Iterator[dict[str, Any]]:
    for (person, authenticator), since in sorted(blocked.items()):
        if person in parties:
            yield _row(person, authenticator, parties, since=since)


def _row(
    person: str,
    authenticator: str,
    parties: dict[str, Party],
    *,
    last: Instant | None = None,
    since: Instant | None = None,
) -> dict[str, Any]:
    return {
        "person": person,
        "means": authenticator,
        "name": parties[person].name,
        "marks": marks_of(parties[person]),
        "how": method_words(authenticator),
        "when": gettext("last on %(day)s", day=day(last)) if last is not None else "",
        "blocked": gettext("not wanted since %(day)s", day=day(since)) if since is not None else None,
    }
