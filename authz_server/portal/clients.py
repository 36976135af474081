"""An organisation's clients: the list, searched and downloaded, and one client with its reference, teams and permissions."""

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import marks_of
from authz_server.pages import error_page, page, see_other
from authz_server.portal.entering import somebody
from authz_server.portal.files import csv_file
from authz_server.portal.office import Office, office_of
from authz_server.portal.team_words import reference_words, refused_words
from authz_server.portal.told import Given, told
from claims.catalogue import Service
from claims.formats.naming import is_personal
from claims.instants import Instant
from claims.lists.columns import Column
from claims.mandates import Mandate
from claims.parties import Party, cleaned
from claims.register import client_list, client_references, lookup, overview, teams
from claims.register.client_list import Clients
from claims.register.client_references import NotKept
from claims.register.team_rights import Refused
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("clients", __name__, url_prefix="/portal")
_AT_ONCE: Final = 50
_IN_A_FILE: Final = 5_000
_LONGEST_SEARCH: Final = 200
_MOST_MANDATES: Final = 50  # of one client that its page shows


@pages.get("/for/<opaque:party_id>/clients")
def listed(party_id: str) -> Response:
    """The list, by name."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("clients.listed", party_id=party_id), now=now)
    with context.database.reading() as db:
        office = office_of(db, session, party_id, now=now)
        found = client_list.page(db, party_id, now=now, after=request.args.get("after"), limit=_AT_ONCE)
        return _list_page(context, db, office, found, search="")


@pages.post("/for/<opaque:party_id>/clients")
def searched(party_id: str) -> Response:
    """Those who are searched for: by a form, since a name belongs in no address. Nothing is changed."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("clients.listed", party_id=party_id), now=now)
    search = cleaned(request.form.get("search", "")[:_LONGEST_SEARCH]).strip()
    with context.database.reading() as db:
        office = office_of(db, session, party_id, now=now)
        if not search:
            return see_other(url_for("clients.listed", party_id=party_id))
        after = request.form.get("after") or None
        found = client_list.search(db, context.vault, party_id, search, now=now, after=after, limit=_AT_ONCE)
        return _list_page(context, db, office, found, search=search)


@pages.get("/for/<opaque:party_id>/clients.csv")
def file(party_id: str) -> Response:
    """The list as a file for office programs: five thousand clients at most, from one on."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("clients.listed", party_id=party_id), now=now)
    with context.database.reading() as db:
        office = office_of(db, session, party_id, now=now)
        rows = [
            [
                gettext("Name"),
                gettext("Place"),
                Column.NUMBER.dutch,
                Column.REFERENCE.dutch,
                Column.TEAM.dutch,
            ]
        ]
        after = request.args.get("after")
        while len(rows) <= _IN_A_FILE:
            found = client_list.page(db, party_id, now=now, after=after, limit=500)
            rows += [
                [one["name"], one["place"], one["number"], one["reference"], ", ".join(one["teams"])]
                for one in _rows(context, db, office, found.ids)
            ]
            if (after := found.next) is None:
                break
    return csv_file(rows[: _IN_A_FILE + 1], "clients.csv")


@pages.get("/for/<opaque:party_id>/clients/<opaque:client_id>")
def shown(party_id: str, client_id: str) -> Response:
    """One client."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("clients.shown", party_id=party_id, client_id=client_id), now=now)
    with context.database.reading() as db:
        office = office_of(db, session, party_id, now=now)
        return _client_page(context, db, office, client_id, now=now)


@pages.post("/for/<opaque:party_id>/clients/<opaque:client_id>")
def changed(party_id: str, client_id: str) -> Response:
    """The reference is written down, or the client goes in a team, or out of one."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("clients.shown", party_id=party_id, client_id=client_id), now=now)
    with context.database.recording() as db:
        office = office_of(db, session, party_id, now=now)
        if not teams.are_clients(db, party_id, [client_id], now=now):
            abort(error_page("not_found", 404))
        wrong = _do(context, db, office, client_id, now=now)
        if wrong:
            return _client_page(context, db, office, client_id, wrong=wrong, now=now)
    return see_other(url_for("clients.shown", party_id=party_id, client_id=client_id))


def _do(
    context: Context, db: Connected, office: Office, client: str, *, now: Instant
) -> dict[str, str] | None:
    """What is wrong with which field; None where it was done."""
    organisation, team = office.party.id, request.form.get("team", "")
    match request.form.get("do"):
        case "reference":
            kept = client_references.as_kept(request.form.get("reference", "")[:_LONGEST_SEARCH])
            if isinstance(kept, NotKept):
                return {"reference": reference_words(kept)}
            if kept:
                client_references.put(db, context.vault, organisation, client, kept)
            else:
                client_references.remove(db, organisation, client)
            return None
        case "put-in" if team:
            policy = context.settings.evidence.policy
            done = teams.put_in(
                db, context.vault, organisation, team, [client], by=office.by, now=now, policy=policy
            )
        case "take-out" if team:
            done = teams.take_out(db, context.vault, organisation, team, [client], by=office.by, now=now)
        case "put-in":
            return {"team": gettext("Choose a team.")}
        case _:
            abort(400)
    return {"team": refused_words(done)} if isinstance(done, Refused) else None


def _list_page(context: Context, db: Connected, office: Office, found: Clients, *, search: str) -> Response:
    further = None
    if found.next is not None and not search:
        further = url_for("clients.listed", party_id=office.party.id, after=found.next)
    return page(
        "portal/clients.html",
        **office.frame,
        clients=_rows(context, db, office, found.ids),
        search=search,
        further=further,
        after=found.next if search else None,
        file=url_for("clients.file", party_id=office.party.id, after=request.args.get("after")),
        teams=url_for("teams.listed", party_id=office.party.id),
    )


def _rows(context: Context, db: Connected, office: Office, ids: Sequence[str]) -> list[dict[str, Any]]:
    parties = with_numbers(db, context.vault, ids)
    references = client_references.of_clients(db, context.vault, office.party.id, ids)
    in_teams = teams.teams_of(db, office.party.id, ids)
    return [
        {
            "id": id,
            "name": parties[id].name,
            "place": parties[id].place or "",
            "marks": marks_of(parties[id]),
            "number": _number(parties[id]),
            "reference": references.get(id, ""),
            "teams": [one.name for one in in_teams.get(id, ())],
            "address": url_for("clients.shown", party_id=office.party.id, client_id=id),
        }
        for id in ids
        if id in parties
    ]


def _number(party: Party) -> str:
    """The number that everybody may know; of people and of who trades in person there is none."""
    if is_personal(party):
        return ""
    return next((one.value for one in party.identifiers), "")


def _client_page(
    context: Context,
    db: Connected,
    office: Office,
    client: str,
    *,
    wrong: dict[str, str] | None = None,
    now: Instant,
) -> Response:
    organisation = office.party.id
    if not teams.are_clients(db, organisation, [client], now=now):
        abort(error_page("not_found", 404))
    mandates = overview.between(db, client, organisation, limit=_MOST_MANDATES)
    services = {one.id: one for one in lookup.services(db)}
    parties = with_numbers(db, context.vault, [client, *(one.provider for one in services.values())])
    inside = teams.teams_of(db, organisation, [client]).get(client, [])
    known = {one.id for one in inside}
    reference = client_references.of_clients(db, context.vault, organisation, [client]).get(client, "")
    return page(
        "portal/client.html",
        422 if wrong else 200,
        **{**office.frame, "back": url_for("clients.listed", party_id=organisation)},
        client=parties[client],
        marks=marks_of(parties[client]),
        reference=reference,
        longest=client_references.LONGEST,
        inside=inside,
        outside=[one for one in teams.of_organisation(db, organisation) if one.id not in known],
        mandates=_mandate_rows(mandates, parties, services, now=now),
        renew=url_for("several.shown", party_id=organisation),
        wrong=wrong or {},
    )


def _mandate_rows(
    mandates: Sequence[Mandate], parties: dict[str, Party], services: dict[str, Service], *, now: Instant
) -> list[Given]:
    rows = (told(one, parties.get(one.represented), services, parties, now=now, ways=()) for one in mandates)
    return list(rows)
