"""Removing a team: a page that says what ends by it, and yes."""

from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.i18n import until_words
from authz_server.login.arrival import the_context
from authz_server.pages import error_page, page, see_other
from authz_server.portal.entering import somebody
from authz_server.portal.office import Office, office_of
from authz_server.portal.team_words import refused_words
from authz_server.portal.told import told
from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import lookup, team_removing, teams
from claims.register.team_rights import Refused
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("team_removing", __name__, url_prefix="/portal")
_PATH: Final = "/for/<opaque:party_id>/teams/<opaque:team_id>/remove"


@pages.get(_PATH)
def ask(party_id: str, team_id: str) -> Response:
    """What ends, and what goes on."""
    context = the_context()
    now = context.clock()
    here = url_for("team_removing.ask", party_id=party_id, team_id=team_id)
    session = somebody(context, here, now=now)
    with context.database.reading() as db:
        return _page(db, office_of(db, session, party_id, now=now), team_id, now=now)


@pages.post(_PATH)
def do(party_id: str, team_id: str) -> Response:
    """Yes; or back."""
    context = the_context()
    now = context.clock()
    here = url_for("team_removing.ask", party_id=party_id, team_id=team_id)
    session = somebody(context, here, now=now)
    with context.database.recording() as db:
        office = office_of(db, session, party_id, now=now)
        if request.form.get("answer") != "yes":
            return see_other(url_for("teams.shown", party_id=party_id, team_id=team_id))
        done = team_removing.remove(db, context.vault, party_id, team_id, by=office.by, now=now)
        if isinstance(done, Refused):
            return _page(db, office, team_id, refused=done, now=now)
    return see_other(url_for("teams.listed", party_id=party_id))


def _page(
    db: Connected, office: Office, team_id: str, *, refused: Refused | None = None, now: Instant
) -> Response:
    organisation = office.party.id
    team = teams.find(db, organisation, team_id)
    if team is None:
        abort(error_page("not_found", 404))
    found = team_removing.ends(db, organisation, team_id, now=now)
    services = {one.id: one for one in lookup.services(db)}
    named = {one.representative for one in (*found.go_on, *found.end)}
    parties = lookup.parties(db, named | {one.provider for one in services.values()})

    def row(one: Mandate) -> dict[str, Any]:
        line = told(one, parties.get(one.representative), services, parties, now=now, ways=())
        return {"id": one.id, "name": line.name, "what": line.what, "until": until_words(one.until)}

    back = url_for("teams.shown", party_id=organisation, team_id=team_id)
    return page(
        "portal/team_remove.html",
        200 if refused is None else 409,
        **{**office.frame, "back": back},
        team=team,
        clients=found.clients,
        go_on=[row(one) for one in found.go_on],
        end=[row(one) for one in found.end],
        nothing=found.nothing,
        refused=None if refused is None else refused_words(refused),
        code=None if refused is None else refused.why.value,
    )
