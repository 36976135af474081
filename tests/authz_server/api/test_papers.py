"""Papers over the API: one person of the desk recorded, another confirmed, and two clients brought their words (G7)."""

from typing import Any

import pytest
from flask import Flask

from claims.register import journal
from tests.support.office_world import HEARD, add, lay_office, refused
from tests.support.register_client import RegisterClient, a_register_client
from tests.support.small_world import SMALL_WORLD

PAPERS = "/api/v1/parties/o9/papers"
DIGEST = "ab" * 32
ONE, ANOTHER, STRANGER = ({"said_by": id, "evidence": HEARD} for id in ("p4", "p5", "p2"))
SIGNED = {
    **ONE,
    "represented": "p1",
    "representative": "p3",
    "services": [{"service": "s1"}],
    "until": "2026-11-25T00:00:00Z",
    "digest": DIGEST,
    "checked": "identity_document",
}


@pytest.fixture
def world(world: Flask) -> Flask:
    """Two people who work at the desk of the tax office with its income tax."""
    lay_office(world)
    people = [
        {"id": id, "kind": "person", "name": name, "born": "1980-01-01", "identifiers": {}}
        for id, name in (("p4", "Kees Bakker"), ("p5", "Lies de Boer"))
    ]
    work = {"organisation": "o9", "services": ["s1"], "from": "2025-01-01T00:00:00Z"}
    add(world, parties=people)
    add(world, desk_appointments=[{**work, "id": f"d{one['id']}", "person": one["id"]} for one in people])
    return world


@pytest.fixture
def other(world: Flask) -> RegisterClient:
    return a_register_client(world, "register:grant", "register:read")


def recorded(desk: RegisterClient, **changed: Any) -> dict[str, Any]:
    answer = desk.post(PAPERS, SIGNED | changed)
    assert 200 == answer.status_code, answer.text
    offer: dict[str, Any] = answer.get_json()["offer"]
    return offer


def test_g7_a_mandate_comes_of_a_paper_by_two_people_whose_words_two_clients_bring(
    desk: RegisterClient, other: RegisterClient
) -> None:
    offer = recorded(desk)
    assert ("paper", "requested", "second_pair") == (offer["kind"], offer["state"], offer["waits_for"])
    assert [offer["id"]] == [one["offer"] for one in desk.get(PAPERS).get_json()["papers"]]

    given = other.post(f"/api/v1/papers/{offer['id']}/confirm", ANOTHER).get_json()["offer"]

    assert "given" == given["state"]
    mandate = desk.get(f"/api/v1/mandates/{offer['parts'][0]['mandate']}").get_json()["mandate"]
    assert ("active", "substantial", "p1", "p3") == (
        mandate["state"],
        mandate["assurance"],
        mandate["represented"],
        mandate["representative"],
    )
    assert (DIGEST, "o9") in {(one.get("digest"), one.get("verifier")) for one in mandate["evidence"]}
    paper = desk.get(f"/api/v1/papers/{offer['id']}").get_json()["paper"]
    assert ("p4", "p5", DIGEST) == (paper["recorded_by"], paper["confirmed_by"], paper["digest"])
    assert [] == desk.get(PAPERS).get_json()["papers"]


def test_the_account_says_which_client_brought_each_of_the_two_words(
    desk: RegisterClient, other: RegisterClient
) -> None:
    offer = recorded(desk)
    other.post(f"/api/v1/papers/{offer['id']}/confirm", ANOTHER)

    with desk.context.database.reading() as db:
        entries = journal.of_record(db, "mandate", offer["parts"][0]["mandate"])
        entries += journal.of_record(db, "offer", offer["id"])

    told = {(one.event.value, one.by.authority, one.reason) for one in entries if one.event.value != "given"}
    first, second = (f"the word of {id}, on a statement, call 12, verified by desk 4" for id in ("p4", "p5"))
    assert {
        ("recorded", f"client {desk.client_id}", first),
        ("requested", f"client {desk.client_id}", first),
        ("confirmed", f"client {other.client_id}", second),
    } == told
    assert {None} == {one.by.person for one in entries} | {one.by.on_behalf_of for one in entries}


def test_one_client_is_not_both_hands_nor_is_one_person(desk: RegisterClient, other: RegisterClient) -> None:
    offer = recorded(desk)
    path = f"/api/v1/papers/{offer['id']}/confirm"

    assert (409, "same_hand") == refused(desk.post(path, ANOTHER))
    assert (409, "second_person") == refused(other.post(path, ONE))
    assert "requested" == desk.get(f"/api/v1/offers/{offer['id']}").get_json()["offer"]["state"]


def test_who_recorded_or_confirmed_a_paper_does_not_say_yes_for_the_organisation_that_gets_it(
    desk: RegisterClient, other: RegisterClient
) -> None:
    income_tax = {**SMALL_WORLD["services"][0], "offers_mandates": True, "accepts_intermediaries": True}
    add(desk.app, services=[income_tax])
    offer = recorded(desk, representative="o2")
    confirmed = other.post(f"/api/v1/papers/{offer['id']}/confirm", ANOTHER).get_json()["offer"]
    assert ("offered", "acceptance") == (confirmed["state"], confirmed["waits_for"])
    path, director = f"/api/v1/offers/{offer['id']}/accept", {"said_by": "p2", "evidence": HEARD}

    assert (409, "same_hand") == refused(desk.post(path, director))
    assert (409, "same_hand") == refused(other.post(path, director))
    third = a_register_client(desk.app, "register:grant")
    assert "given" == third.post(path, director).get_json()["offer"]["state"]


def test_who_does_not_work_there_records_and_confirms_nothing(
    desk: RegisterClient, other: RegisterClient
) -> None:
    assert (422, "not_entitled") == refused(desk.post(PAPERS, SIGNED | STRANGER))
    assert (422, "not_entitled") == refused(desk.post("/api/v1/parties/o2/papers", SIGNED))
    assert (422, "not_entitled") == refused(desk.post(PAPERS, SIGNED | {"services": [{"service": "s2"}]}))
    offer = recorded(desk)
    path = f"/api/v1/papers/{offer['id']}"
    assert (422, "not_entitled") == refused(other.post(f"{path}/confirm", STRANGER))
    assert (422, "not_entitled") == refused(other.post(f"{path}/refuse", STRANGER))


def test_nobody_records_or_confirms_what_is_about_them(desk: RegisterClient, other: RegisterClient) -> None:
    assert (422, "own_affair") == refused(desk.post(PAPERS, SIGNED | {"represented": "p4"}))
    offer = recorded(desk, representative="p5")
    assert (422, "own_affair") == refused(other.post(f"/api/v1/papers/{offer['id']}/confirm", ANOTHER))


def test_somebody_of_the_desk_says_that_a_paper_is_not_right(
    desk: RegisterClient, other: RegisterClient
) -> None:
    first, second = recorded(desk), recorded(desk)

    withdrawn = desk.post(f"/api/v1/papers/{first['id']}/refuse", ONE).get_json()["offer"]
    declined = other.post(f"/api/v1/papers/{second['id']}/refuse", ANOTHER).get_json()["offer"]

    assert ("withdrawn", "declined") == (withdrawn["state"], declined["state"])
    assert (409, "not_now") == refused(other.post(f"/api/v1/papers/{first['id']}/confirm", ANOTHER))


def test_what_waits_at_a_desk_is_read_in_pages(desk: RegisterClient) -> None:
    offers = {recorded(desk)["id"] for _ in range(3)}

    first = desk.get(f"{PAPERS}?limit=2").get_json()
    rest = desk.get(f"{PAPERS}?limit=2&cursor={first['next']}").get_json()

    assert offers == {one["offer"] for one in (*first["papers"], *rest["papers"])}
    assert (2, None) == (len(first["papers"]), rest["next"])


def test_what_there_is_not_is_none(desk: RegisterClient) -> None:
    assert (404, "unknown_paper") == refused(desk.get("/api/v1/papers/of-none"))
    assert (404, "unknown_offer") == refused(desk.post("/api/v1/papers/of-none/confirm", ONE))
    assert (404, "unknown_party") == refused(desk.get("/api/v1/parties/nobody/papers"))
    assert (404, "unknown_party") == refused(desk.post(PAPERS, SIGNED | {"represented": "nobody"}))
    assert (400, "malformed") == refused(desk.post(PAPERS, SIGNED | {"digest": "ab"}))


def test_one_key_records_one_paper(desk: RegisterClient) -> None:
    first, again = (desk.post(PAPERS, SIGNED, key="k1").get_json() for _ in range(2))

    assert first == again
    assert 1 == len(desk.get(PAPERS).get_json()["papers"])
