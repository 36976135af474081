"""An organisation's teams: which clients are in one, whose permissions serve it, and in which new clients land."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import until_words
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import marks_of
from authz_server.pages import error_page, page, see_other
from authz_server.portal.entering import somebody
from authz_server.portal.office import Office, office_of
from authz_server.portal.team_words import refused_words
from authz_server.portal.told import told
from authz_server.portal.wishes import new_id
from claims.instants import Instant
from claims.mandates import Mandate
from claims.organisation import ClientGroup
from claims.parties import Party
from claims.register import changing, lookup, team_mandates, teams
from claims.register.team_rights import Refused
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("teams", __name__, url_prefix="/portal")
_AT_ONCE: Final = 50
_LONGEST: Final = 200
_TEAM_ID: Final = re.compile(r"g-[A-Za-z0-9_-]{22}", re.ASCII)
Changed = ClientGroup | Mandate | Refused | changing.Refused | None


@pages.get("/for/<opaque:party_id>/teams")
def listed(party_id: str) -> Response:
    """The teams."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("teams.listed", party_id=party_id), now=now)
    with context.database.reading() as db:
        return _list_page(db, office_of(db, session, party_id, now=now))


@pages.post("/for/<opaque:party_id>/teams")
def made(party_id: str) -> Response:
    """One more team. Its id stands in the form: who sends it twice makes one."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("teams.listed", party_id=party_id), now=now)
    team = request.form.get("team", "")
    if not _TEAM_ID.fullmatch(team):
        abort(400)
    with context.database.recording() as db:
        office = office_of(db, session, party_id, now=now)
        name = request.form.get("name", "")[:_LONGEST]
        done = teams.make(db, context.vault, party_id, team, name, by=office.by, now=now)
        if isinstance(done, Refused):
            return _list_page(db, office, wrong={"name": refused_words(done)}, name=name)
    return see_other(url_for("teams.shown", party_id=party_id, team_id=team))


@pages.get("/for/<opaque:party_id>/teams/<opaque:team_id>")
def shown(party_id: str, team_id: str) -> Response:
    """One team."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("teams.shown", party_id=party_id, team_id=team_id), now=now)
    with context.database.reading() as db:
        office = office_of(db, session, party_id, now=now)
        return _team_page(context, db, office, _team(db, party_id, team_id), now=now)


@pages.post("/for/<opaque:party_id>/teams/<opaque:team_id>")
def changed(party_id: str, team_id: str) -> Response:
    """It is called otherwise, receives new clients, or serves or is served by somebody more or less."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("teams.shown", party_id=party_id, team_id=team_id), now=now)
    do = _DOES.get(request.form.get("do", ""))
    if do is None:
        abort(400)
    name, step = do
    with context.database.recording() as db:
        office = office_of(db, session, party_id, now=now)
        _team(db, party_id, team_id)
        done = step(db, context, office, team_id, now)
        if isinstance(done, Refused | changing.Refused):
            team = _team(db, party_id, team_id)
            return _team_page(context, db, office, team, wrong={name: refused_words(done)}, now=now)
    return see_other(url_for("teams.shown", party_id=party_id, team_id=team_id))


def _rename(db: Connected, context: Context, office: Office, team: str, now: Instant) -> Changed:
    name = request.form.get("name", "")[:_LONGEST]
    return teams.rename(db, context.vault, office.party.id, team, name, by=office.by, now=now)


def _receive(db: Connected, context: Context, office: Office, team: str, now: Instant) -> Changed:
    policy = context.settings.evidence.policy
    return teams.receive_new(db, context.vault, office.party.id, team, by=office.by, now=now, policy=policy)


def _receive_no_more(db: Connected, context: Context, office: Office, team: str, now: Instant) -> Changed:
    there = teams.find(db, office.party.id, team)
    if there is None or not there.receives_new:  # another team receives them by now: that stays
        return there
    policy = context.settings.evidence.policy
    return teams.receive_new(db, context.vault, office.party.id, None, by=office.by, now=now, policy=policy)


def _take_out(db: Connected, context: Context, office: Office, team: str, now: Instant) -> Changed:
    client = request.form.get("client", "")
    return teams.take_out(db, context.vault, office.party.id, team, [client], by=office.by, now=now)


def _let_serve(db: Connected, context: Context, office: Office, team: str, now: Instant) -> Changed:
    mandate = request.form.get("mandate", "")
    policy = context.settings.evidence.policy
    return team_mandates.let_serve(
        db, context.vault, office.party.id, team, mandate, by=office.by, now=now, policy=policy
    )


def _serve_no_more(db: Connected, context: Context, office: Office, team: str, now: Instant) -> Changed:
    mandate = request.form.get("mandate", "")
    return team_mandates.serve_no_more(
        db, context.vault, office.party.id, team, mandate, by=office.by, now=now
    )


# What a form of the page does, and beside which field stands why not.
_DOES: Final[dict[str, tuple[str, Callable[[Connected, Context, Office, str, Instant], Changed]]]] = {
    "rename": ("name", _rename),
    "receive": ("receives", _receive),
    "receive-no-more": ("receives", _receive_no_more),
    "take-out": ("clients", _take_out),
    "serve": ("mandate", _let_serve),
    "serve-no-more": ("people", _serve_no_more),
}


def _team(db: Connected, party_id: str, team_id: str) -> ClientGroup:
    team = teams.find(db, party_id, team_id)
    if team is None:
        abort(error_page("not_found", 404))
    return team


def _list_page(
    db: Connected, office: Office, *, wrong: dict[str, str] | None = None, name: str = ""
) -> Response:
    found = teams.of_organisation(db, office.party.id)
    return page(
        "portal/teams.html",
        422 if wrong else 200,
        **office.frame,
        teams=[
            {
                "id": one.id,
                "name": one.name,
                "clients": teams.how_many(db, one.id),
                "receives": one.receives_new,
                "address": url_for("teams.shown", party_id=office.party.id, team_id=one.id),
            }
            for one in found
        ],
        new_team=new_id("g"),
        name=name,
        longest=teams.LONGEST_NAME,
        wrong=wrong or {},
    )


def _team_page(
    context: Context,
    db: Connected,
    office: Office,
    team: ClientGroup,
    *,
    wrong: dict[str, str] | None = None,
    now: Instant,
) -> Response:
    organisation = office.party.id
    clients = teams.clients_of(db, team.id, after=request.args.get("clients"), limit=_AT_ONCE)
    people = team_mandates.page(
        db, organisation, team.id, now=now, after=request.args.get("people"), limit=_AT_ONCE
    )
    others = team_mandates.without_team(db, organisation, team.id, now=now)
    services = {one.id: one for one in lookup.services(db)}
    named = {one.representative for one in (*people.mandates, *others)}
    parties = with_numbers(
        db, context.vault, {*clients.ids, *named, *(one.provider for one in services.values())}
    )

    def row(one: Mandate) -> dict[str, Any]:
        line = told(one, parties.get(one.representative), services, parties, now=now, ways=())
        return {"id": one.id, "name": line.name, "what": line.what, "until": until_words(one.until)}

    here = partial(url_for, "teams.shown", party_id=organisation, team_id=team.id)
    return page(
        "portal/team.html",
        422 if wrong else 200,
        **{**office.frame, "back": url_for("teams.listed", party_id=organisation)},
        team=team,
        count=teams.how_many(db, team.id),
        clients=_client_rows(db, organisation, clients.ids, parties, now=now),
        more_clients=here(clients=clients.next) if clients.next else None,
        people=[row(one) for one in people.mandates],
        more_people=here(people=people.next) if people.next else None,
        others=[row(one) for one in others],
        give=url_for("giving.form", party_id=organisation, team=team.id),
        all_clients=url_for("clients.listed", party_id=organisation),
        longest=teams.LONGEST_NAME,
        wrong=wrong or {},
    )


def _client_rows(
    db: Connected, organisation: str, ids: Sequence[str], parties: dict[str, Party], *, now: Instant
) -> list[dict[str, Any]]:
    there = teams.are_clients(db, organisation, ids, now=now)  # others are none any more
    return [
        {
            "id": id,
            "name": parties[id].name,
            "marks": marks_of(parties[id]),
            "address": url_for("clients.shown", party_id=organisation, client_id=id) if id in there else None,
        }
        for id in ids
        if id in parties
    ]
