"""An organisation's teams and what of it ends, over the API."""

import pytest

from authz_server.context import Context
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.register_client import RegisterClient
from tests.support.small_world import SMALL_WORLD

_BASE = "/api/v1/parties"


def test_teams_and_who_is_in_them_are_read(desk: RegisterClient) -> None:
    context: Context = desk.app.extensions["namens"]
    groups = [
        {"id": "g1", "organisation": "o2", "name": "North", "clients": ["o1", "p1"], "receives_new": True},
        {"id": "g2", "organisation": "o2", "name": "East", "clients": []},
    ]
    with context.database.writing() as db:
        import_world(db, context.vault, {"client_groups": groups}, by=OPERATOR, now=context.clock())

    teams = desk.get(f"{_BASE}/o2/teams").get_json()["teams"]
    first = desk.get(f"{_BASE}/o2/teams/g1/clients?limit=1").get_json()
    rest = desk.get(f"{_BASE}/o2/teams/g1/clients?limit=1&cursor={first['next']}").get_json()

    assert [("g2", "East", 0, False), ("g1", "North", 2, True)] == [
        (one["id"], one["name"], one["clients"], one["receives_new"]) for one in teams
    ]
    assert ["p1", "o1"] == [*first["clients"], *rest["clients"]]
    assert None is rest["next"]
    assert [] == desk.get(f"{_BASE}/o1/teams").get_json()["teams"]


def test_what_ends_between_two_instants_is_read_in_pages(desk: RegisterClient) -> None:
    given = [one for one in SMALL_WORLD["mandates"] if one["until"]]
    party = given[0]["represented"]
    expected = {one["id"] for one in given if one["represented"] == party}
    path = f"{_BASE}/{party}/endings?from=2000-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&limit=1"
    found, cursor = set(), ""
    while True:
        page = desk.get(path + cursor).get_json()
        found |= {one["id"] for one in page["endings"] if one["which"] == "given"}
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert expected <= found


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nobody/teams", 404, "unknown_party"),
        ("nobody/teams/g1/clients", 404, "unknown_party"),
        ("o1/teams/nothing/clients", 404, "unknown_team"),
        ("nobody/endings?from=2000-01-01T00:00:00Z&until=2100-01-01T00:00:00Z", 404, "unknown_party"),
        ("o1/endings", 400, "malformed"),
        ("o1/endings?from=soon&until=2100-01-01T00:00:00Z", 400, "malformed"),
        ("o1/endings?from=2000-02-31T00:00:00Z&until=2100-01-01T00:00:00Z", 400, "malformed"),
        ("o1/endings?from=2000-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&cursor=x", 400, "bad_cursor"),
    ],
)
def test_what_is_not_there_or_asked_wrongly_is_said(
    quiet: RegisterClient, path: str, status: int, code: str
) -> None:
    answer = quiet.get(f"{_BASE}/{path}")

    assert (status, code) == (answer.status_code, answer.get_json()["code"])
