"""Teams over the API, on the word of who may: made, filled, served, emptied and removed."""

from typing import Any

import pytest
from flask import Flask

from claims.register import journal
from tests.support.office_world import (
    ADMINISTRATOR,
    DIRECTOR,
    HEARD,
    NOBODY,
    SEEN,
    lay_office,
    refused,
)
from tests.support.register_client import RegisterClient, a_register_client

TEAMS = "/api/v1/parties/o2/teams"
NORTH = f"{TEAMS}/g1"


@pytest.fixture
def world(world: Flask) -> Flask:
    lay_office(world)
    return world


def done(answer: Any) -> dict[str, Any]:
    assert 200 == answer.status_code, answer.text
    (told,) = answer.get_json().values()
    found: dict[str, Any] = told
    return found


def clients(desk: RegisterClient, team: str) -> list[str]:
    found: list[str] = desk.get(f"{TEAMS}/{team}/clients").get_json()["clients"]
    return found


def test_a_team_is_made_renamed_and_receives_new_clients(desk: RegisterClient) -> None:
    made = done(desk.post(TEAMS, {**DIRECTOR, "name": "South"}))
    path = f"{TEAMS}/{made['id']}"
    renamed = done(desk.post(f"{path}/rename", {**DIRECTOR, "name": "Sea"}))
    receiving = done(desk.post(f"{path}/receive-new", {**DIRECTOR, "receives_new": True}))
    other = done(desk.post(f"{NORTH}/receive-new", {**DIRECTOR, "receives_new": True}))
    late = done(desk.post(f"{path}/receive-new", {**DIRECTOR, "receives_new": False}))

    assert ("South", 0, False) == (made["name"], made["clients"], made["receives_new"])
    assert ("Sea", True, True, False) == (
        renamed["name"],
        receiving["receives_new"],
        other["receives_new"],
        late["receives_new"],
    )
    told = {one["id"]: one["receives_new"] for one in desk.get(TEAMS).get_json()["teams"]}
    assert {"g1": True, "g2": False, made["id"]: False} == told


def test_one_key_makes_one_team(desk: RegisterClient) -> None:
    first = done(desk.post(TEAMS, {**DIRECTOR, "name": "South"}, key="k1"))

    assert first == done(desk.post(TEAMS, {**DIRECTOR, "name": "South"}, key="k1"))
    assert 3 == len(desk.get(TEAMS).get_json()["teams"])


def test_who_is_in_a_team_is_served_by_its_people_at_once_and_no_more_when_taken_out(
    desk: RegisterClient,
) -> None:
    def by(link: str) -> bool:
        answer = desk.post("/api/v1/resolve", question).get_json()
        return any(link in one["path"] for one in answer["representations"])

    question = {
        "acting": "p3",
        "service": "s2",
        "at": "2025-11-25T00:00:00Z",
        "login_assurance": "substantial",
    }
    desk.post("/api/v1/mandates/m3/revoke", {"reason": "so that the team alone is left"})
    assert not by("m4")

    assert 1 == done(desk.post(f"{NORTH}/put-in", {**DIRECTOR, "clients": ["o1"]}))["clients"]
    assert ["o1"] == clients(desk, "g1")
    assert by("m4")
    assert 0 == done(desk.post(f"{NORTH}/take-out", {**DIRECTOR, "clients": ["o1"]}))["clients"]
    assert not by("m4")


def test_g10_who_may_not_give_what_its_people_have_puts_nobody_in_a_team(desk: RegisterClient) -> None:
    """The administrator arranges the income tax alone, and Eva files VAT returns."""
    path = f"{NORTH}/put-in"

    assert (422, "out_of_reach") == refused(desk.post(path, {**ADMINISTRATOR, "clients": ["o1"]}))
    assert (422, "not_entitled") == refused(desk.post(path, {**NOBODY, "clients": ["o1"]}))
    assert (422, "not_entitled") == refused(
        desk.post(path, {"said_by": "o2", "evidence": SEEN, "clients": ["o1"]})
    )
    assert (422, "not_entitled") == refused(
        desk.post(path, {"said_by": "??", "evidence": SEEN, "clients": ["o1"]})
    )
    assert [] == clients(desk, "g1")


def test_g4_evidence_alone_says_whether_it_is_sure_enough(desk: RegisterClient) -> None:
    answer = desk.post(f"{NORTH}/put-in", {"said_by": "p2", "evidence": HEARD, "clients": ["o1"]})
    serving = desk.post(f"{TEAMS}/g2/serve", {"said_by": "p2", "evidence": HEARD, "mandate": "m4"})

    assert (422, "too_weak") == refused(answer) == refused(serving)
    assert "too_weak: needs substantial" == answer.get_json()["errors"][0]["detail"]


def test_g3_serving_less_each_may_say_alone_on_any_evidence(desk: RegisterClient) -> None:
    desk.post(f"{NORTH}/put-in", {**DIRECTOR, "clients": ["o1"]})
    heard = {"said_by": "p1", "evidence": HEARD}

    assert 0 == done(desk.post(f"{NORTH}/take-out", {**heard, "clients": ["o1"]}))["clients"]
    assert (422, "not_entitled") == refused(desk.post(f"{NORTH}/take-out", {**NOBODY, "clients": ["o1"]}))


def test_a_mandate_serves_a_second_team_and_no_more_but_never_none(desk: RegisterClient) -> None:
    served = done(desk.post(f"{TEAMS}/g2/serve", {**DIRECTOR, "mandate": "m4"}))
    assert ["g1", "g2"] == served["clients"]["groups"]
    assert ["m4"] == [one["id"] for one in desk.get(f"{TEAMS}/g2/mandates").get_json()["mandates"]]

    less = done(desk.post(f"{NORTH}/serve-no-more", {**DIRECTOR, "mandate": "m4"}))

    assert ["g2"] == less["clients"]["groups"]
    last = desk.post(f"{TEAMS}/g2/serve-no-more", {**DIRECTOR, "mandate": "m4"})
    assert (409, "last_team") == refused(last)
    assert (404, "unknown_mandate") == refused(desk.post(f"{TEAMS}/g2/serve", {**DIRECTOR, "mandate": "m2"}))
    assert (409, "not_an_employee") == refused(desk.post(f"{NORTH}/serve", {**DIRECTOR, "mandate": "m3"}))


def test_removing_a_team_says_first_what_ends_and_then_ends_it(desk: RegisterClient) -> None:
    told = desk.get(f"{NORTH}/removal").get_json()
    assert {"clients": 0, "go_on": [], "end": ["m4"]} == told
    assert (422, "out_of_reach") == refused(desk.post(f"{NORTH}/remove", ADMINISTRATOR))

    assert told == desk.post(f"{NORTH}/remove", DIRECTOR).get_json()

    assert "revoked" == desk.get("/api/v1/mandates/m4").get_json()["mandate"]["state"]
    assert (404, "unknown_team") == refused(desk.post(f"{NORTH}/remove", DIRECTOR))
    assert ["g2"] == [one["id"] for one in desk.get(TEAMS).get_json()["teams"]]


def test_the_account_says_which_client_brought_it_and_on_what_and_that_no_person_did_it(
    desk: RegisterClient,
) -> None:
    desk.post(f"{NORTH}/put-in", {**DIRECTOR, "clients": ["o1"]})

    with desk.context.database.reading() as db:
        last = journal.of_record(db, "client_group", "g1")[-1]

    assert (None, None, None, None) == (
        last.by.person,
        last.by.on_behalf_of,
        last.by.assurance,
        last.by.authenticator,
    )
    assert f"client {desk.client_id}" == last.by.authority
    assert "the word of p2, on a desk, visit 3, verified by desk 4" == last.reason


def test_what_there_is_not_is_none_to_change(desk: RegisterClient) -> None:
    named = {**DIRECTOR, "name": "South"}
    assert (404, "unknown_party") == refused(desk.post("/api/v1/parties/p2/teams", named))
    assert (404, "unknown_party") == refused(desk.post("/api/v1/parties/nobody/teams", named))
    assert (404, "unknown_team") == refused(desk.post("/api/v1/parties/o1/teams/g1/rename", named))
    assert (422, "not_a_client") == refused(desk.post(f"{NORTH}/put-in", {**DIRECTOR, "clients": ["o9"]}))
    assert (422, "name_holds_a_number") == refused(desk.post(TEAMS, {**DIRECTOR, "name": "999990019"}))
    assert (422, "name_missing") == refused(desk.post(TEAMS, {**DIRECTOR, "name": " "}))


def test_a_client_without_the_scope_changes_no_team(desk: RegisterClient) -> None:
    reading = a_register_client(desk.app, "register:read", "register:support")

    for step in ("rename", "put-in", "take-out", "receive-new", "serve", "serve-no-more", "remove"):
        assert (403, "insufficient_scope") == refused(reading.post(f"{NORTH}/{step}", DIRECTOR))
