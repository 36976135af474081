"""An office over the API: its clients, its people, what ends and is asked anew, and what is looked at again."""

from typing import Any

import pytest
from flask import Flask

from authz_server.api.paging import cursor
from authz_server.context import Context
from claims.register import journal
from keys.storage import Statement
from tests.support.office_world import (
    ADMINISTRATOR,
    DIRECTOR,
    HEARD,
    NOBODY,
    SEEN,
    add,
    lay_office,
    refused,
)
from tests.support.register_client import RegisterClient, a_register_client
from tests.support.small_world import SMALL_WORLD

CLIENTS = "/api/v1/parties/o2/clients"
REFERENCE = f"{CLIENTS}/o1/reference"
RENEW = "/api/v1/mandates/m2/renew"
KEEP = "/api/v1/mandates/m4/keep"
MARK = Statement(
    "INSERT INTO register_reviews (mandate, represented, power, marked_at) VALUES ('m4', 'o2', 'relation l7', 1)"
)
BAKER = {"said_by": "p3", "evidence": HEARD}


@pytest.fixture
def world(world: Flask) -> Flask:
    lay_office(world)
    return world


@pytest.fixture
def other(world: Flask) -> RegisterClient:
    return a_register_client(world, "register:grant", "register:read")


def ends(world: Flask, until: str) -> None:
    """The bakery's mandate to the accountants, until then."""
    add(world, mandates=[{**SMALL_WORLD["mandates"][1], "until": until}])


def sign_for_bakery(world: Flask) -> None:
    director = {
        "id": "l3",
        "represented": "o1",
        "representative": "p3",
        "basis": "sole_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }
    add(world, legal_relations=[director])


def mark(desk: RegisterClient) -> None:
    with desk.context.database.writing() as db:
        db.run(MARK, {})


def test_an_office_s_clients_are_read_with_their_teams_and_its_own_reference(desk: RegisterClient) -> None:
    desk.post("/api/v1/parties/o2/teams/g1/put-in", {**DIRECTOR, "clients": ["o1"]})
    noted = desk.post(REFERENCE, {**ADMINISTRATOR, "reference": " 2026 - 12 "}).get_json()["client"]

    told = {"party": "o1", "teams": ["g1"], "reference": "2026 - 12"}
    assert told == noted
    assert [told] == desk.get(CLIENTS).get_json()["clients"]
    for text in ("korenbloem", "90000456", "2026 - 12"):
        assert [told] == desk.post(f"{CLIENTS}/find", {"text": text}).get_json()["clients"]
    assert [] == desk.post(f"{CLIENTS}/find", {"text": "peeters"}).get_json()["clients"]

    emptied = desk.post(REFERENCE, {**ADMINISTRATOR, "reference": ""}).get_json()["client"]
    assert None is emptied["reference"]


def test_a_reference_is_sealed_in_what_is_remembered_of_the_answer_too(
    world: Flask, desk: RegisterClient
) -> None:
    """It stands sealed in its own table: who reads the answers that are kept for a day finds it nowhere."""
    body = {**ADMINISTRATOR, "reference": "Jansen-77"}
    told = [desk.post(REFERENCE, body, key="k1").get_json()["client"]["reference"] for _ in range(2)]

    assert ["Jansen-77", None] == told
    context: Context = world.extensions["namens"]
    with context.database.reading() as db:
        kept = [answer for (answer,) in db.all(Statement("SELECT body FROM api_answers"))]
    assert kept
    assert not [one for one in kept if "Jansen" in one]


def test_a_reference_is_no_number_of_a_person_nor_anybody_s_to_write(desk: RegisterClient) -> None:
    assert (422, "reference_holds_a_number") == refused(
        desk.post(REFERENCE, {**DIRECTOR, "reference": "999990019"})
    )
    assert (422, "reference_too_long") == refused(desk.post(REFERENCE, {**DIRECTOR, "reference": "x" * 61}))
    assert (422, "not_entitled") == refused(desk.post(REFERENCE, {**NOBODY, "reference": "7"}))
    assert (422, "not_a_client") == refused(
        desk.post(f"{CLIENTS}/o9/reference", {**DIRECTOR, "reference": "7"})
    )
    assert (404, "unknown_party") == refused(desk.get("/api/v1/parties/p2/clients"))
    assert (404, "unknown_party") == refused(desk.post("/api/v1/parties/p2/clients/find", {"text": "a"}))


def test_an_organisation_s_people_and_what_would_end_if_one_left(desk: RegisterClient) -> None:
    path = "/api/v1/parties/o2/people"
    assert {"people": ["p1", "p2", "p3"], "more": False} == desk.post(f"{path}/find", {}).get_json()
    assert ["p3"] == desk.post(f"{path}/find", {"name": "smit"}).get_json()["people"]

    told = desk.get(f"{path}/p3/leave").get_json()

    assert ["m3", "m4"] == sorted(told["mandates"])
    assert "active" == desk.get("/api/v1/mandates/m4").get_json()["mandate"]["state"]
    assert told == desk.post(f"{path}/p3/leave", {"reason": "left"}).get_json()
    assert (404, "unknown_party") == refused(desk.get(f"{path}/o1/leave"))
    assert (404, "unknown_party") == refused(desk.post("/api/v1/parties/nobody/people/find", {}))


def test_with_which_means_its_people_came_is_read_in_pages(desk: RegisterClient) -> None:
    now = desk.context.clock()
    rows = [("p3", "p3-eid", now), ("p3", "p3-passkey", now), ("p1", "p1-eid", 1)]
    with desk.context.database.writing() as db:
        for person, authenticator, at in rows:
            db.run(
                Statement(
                    "INSERT INTO register_means_used (organisation, person, authenticator, first_at, last_at)"
                    " VALUES ('o2', :person, :authenticator, :at, :at)"
                ),
                {"person": person, "authenticator": authenticator, "at": at},
            )
    path, found, following = "/api/v1/parties/o2/means?limit=1", [], ""
    for _ in range(3):
        page = desk.get(path + following).get_json()
        found += [one["authenticator"] for one in page["means"]]
        following = f"&cursor={page['next']}"

    assert ["p3-eid", "p3-passkey"] == found  # the third was used too long ago to be told
    assert None is page["next"]


@pytest.mark.parametrize("where", [["p3", "\x00"], ["p3", "\ud800"], ["p3"], ["p3", 1]])
def test_a_cursor_that_somebody_made_is_none(desk: RegisterClient, where: list[object]) -> None:
    made = cursor(["means", "o2"], where)

    assert (400, "bad_cursor") == refused(desk.get(f"/api/v1/parties/o2/means?cursor={made}"))


def test_g5_a_client_is_asked_anew_and_the_other_side_says_yes(
    world: Flask, desk: RegisterClient, other: RegisterClient
) -> None:
    ends(world, "2026-01-25T00:00:00Z")
    sign_for_bakery(world)

    asked = desk.post(RENEW, DIRECTOR).get_json()["offer"]

    assert ("request", "requested", "approval", "o1", "o2") == (
        asked["kind"],
        asked["state"],
        asked["waits_for"],
        asked["represented"],
        asked["representative"],
    )
    assert ("2026-01-25T00:00:00Z", f"client {desk.client_id}") == (
        asked["from"],
        asked["taken"]["brought"]["by"],
    )
    assert (409, "already_asked") == refused(desk.post(RENEW, DIRECTOR))
    path = f"/api/v1/offers/{asked['id']}/approve"
    assert "offered" == desk.post(path, BAKER).get_json()["offer"]["state"]  # by the same hand: not yet given
    again = other.post(f"/api/v1/offers/{asked['id']}/accept", DIRECTOR).get_json()["offer"]
    assert "given" == again["state"]


def test_what_is_not_renewed_says_why(world: Flask, desk: RegisterClient) -> None:
    assert (409, "not_yet") == refused(desk.post(RENEW, DIRECTOR))
    assert (422, "not_entitled") == refused(desk.post(RENEW, NOBODY))
    assert (422, "not_entitled") == refused(desk.post("/api/v1/mandates/m1/renew", DIRECTOR))
    assert (404, "unknown_mandate") == refused(desk.post("/api/v1/mandates/m8/renew", DIRECTOR))
    desk.post("/api/v1/mandates/m2/revoke", {"reason": "asked"})
    assert (409, "stopped") == refused(desk.post(RENEW, DIRECTOR))


def test_g13_a_mandate_is_let_stand_on_the_word_of_who_may_give_it(desk: RegisterClient) -> None:
    assert (409, "not_to_review") == refused(desk.post(KEEP, DIRECTOR))
    mark(desk)
    assert (422, "not_entitled") == refused(desk.post(KEEP, NOBODY))
    assert (422, "not_entitled") == refused(desk.post(KEEP, ADMINISTRATOR))  # of another service

    assert "active" == desk.post(KEEP, DIRECTOR).get_json()["mandate"]["state"]

    assert [] == desk.get("/api/v1/parties/o2/mandates/to-review").get_json()["reviews"]
    with desk.context.database.reading() as db:
        last = journal.of_record(db, "mandate", "m4")[-1]
    assert ("reviewed", None, f"client {desk.client_id}") == (
        last.event.value,
        last.by.person,
        last.by.authority,
    )
    assert "the word of p2, on a desk, visit 3, verified by desk 4" == last.reason


def test_g2_who_sign_together_say_together_that_it_stands(world: Flask, desk: RegisterClient) -> None:
    joint = {
        "represented": "o2",
        "basis": "joint_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }
    both = [{**joint, "id": "l1", "representative": "p2"}, {**joint, "id": "l2", "representative": "p3"}]
    add(world, legal_relations=both)
    mark(desk)
    assert (422, "signed_together") == refused(desk.post(KEEP, DIRECTOR))
    assert (422, "signed_together") == refused(desk.post(KEEP, {**DIRECTOR, "also": [DIRECTOR]}))
    assert (422, "not_entitled") == refused(
        desk.post(KEEP, {**DIRECTOR, "also": [{"said_by": "p1", "evidence": SEEN}]})
    )

    assert 200 == desk.post(KEEP, {**DIRECTOR, "also": [NOBODY]}).status_code

    with desk.context.database.reading() as db:
        last = journal.of_record(db, "mandate", "m4")[-1]
    assert last.reason is not None
    assert ["p2", "p3"] == [part.split(",")[0].split()[-1] for part in last.reason.split("the word of ")[1:]]


def test_who_brought_the_word_on_which_it_was_given_does_not_bring_the_second_look(
    world: Flask, desk: RegisterClient, other: RegisterClient
) -> None:
    document = {
        **DIRECTOR,
        "kind": "party",
        "representative": "p3",
        "services": [{"service": "s2"}],
        "until": "2026-11-25T00:00:00Z",
    }
    offer = desk.post("/api/v1/parties/o2/offers", document).get_json()["offer"]
    other.post(f"/api/v1/offers/{offer['id']}/accept", BAKER)
    mandate = offer["parts"][0]["mandate"]
    with desk.context.database.writing() as db:
        db.run(
            Statement(
                "INSERT INTO register_reviews (mandate, represented, power, marked_at)"
                " VALUES (:mandate, 'o2', 'relation l7', 1)"
            ),
            {"mandate": mandate},
        )
    path = f"/api/v1/mandates/{mandate}/keep"

    assert (409, "same_hand") == refused(desk.post(path, DIRECTOR))
    assert (409, "same_hand") == refused(other.post(path, DIRECTOR))
    third = a_register_client(world, "register:grant")
    assert 200 == third.post(path, DIRECTOR).status_code


def made(answer: Any) -> dict[str, Any]:
    assert 200 == answer.status_code, answer.text
    offer: dict[str, Any] = answer.get_json()["offer"]
    return offer


def test_g7_a_client_comes_in_the_team_that_is_named_with_the_yes(
    world: Flask, desk: RegisterClient, other: RegisterClient
) -> None:
    sign_for_bakery(world)
    document = {
        **BAKER,
        "kind": "party",
        "representative": "o2",
        "services": [{"service": "s2"}],
        "until": "2026-11-25T00:00:00Z",
    }
    offer = made(desk.post("/api/v1/parties/o1/offers", document))
    path = f"/api/v1/offers/{offer['id']}/accept"
    assert (404, "unknown_team") == refused(other.post(path, {**DIRECTOR, "team": "g9"}))
    assert (422, "too_weak") == refused(other.post(path, {"said_by": "p2", "evidence": HEARD, "team": "g1"}))
    assert (422, "out_of_reach") == refused(other.post(path, {**ADMINISTRATOR, "team": "g1"}))

    assert "given" == made(other.post(path, {**DIRECTOR, "team": "g1"}))["state"]

    assert ["o1"] == desk.get("/api/v1/parties/o2/teams/g1/clients").get_json()["clients"]
    with desk.context.database.reading() as db:
        last = journal.of_record(db, "client_group", "g1")[-1]
    assert f"client {other.client_id}" == last.by.authority


def test_a_mandate_is_offered_for_the_clients_of_a_team(desk: RegisterClient) -> None:
    document = {
        **DIRECTOR,
        "kind": "party",
        "representative": "p3",
        "services": [{"service": "s2"}],
        "until": "2026-11-25T00:00:00Z",
        "own_affairs": False,
    }
    path = "/api/v1/parties/o2/offers"

    offer = made(desk.post(path, {**document, "clients": {"groups": ["g1"]}}))

    assert {"parties": [], "groups": ["g1"]} == offer["clients"]
    wrong = desk.post(path, {**document, "clients": {"groups": ["g1", "g9"]}})
    assert (400, "malformed") == refused(wrong)
    assert ["/clients/groups/1"] == [one["pointer"] for one in wrong.get_json()["errors"]]
    asking = {key: value for key, value in document.items() if key not in ("kind", "representative")}
    asked = {**asking, "said_by": "p2", "represented": "o2", "clients": {"groups": ["g1"]}}
    assert (400, "malformed") == refused(desk.post("/api/v1/parties/p2/requests", asked))
