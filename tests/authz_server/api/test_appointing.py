"""Appointments over the API: offered on a word, given by two hands, narrowed and laid down on request."""

from typing import Any

import pytest
from flask import Flask

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.register import activating, journal
from claims.register.activating import Typed
from claims.register.actor import Actor
from keys.storage import Statement
from tests.support.office_world import (
    ADMINISTRATOR,
    DIRECTOR,
    HEARD,
    NOBODY,
    add,
    lay_office,
    refused,
)
from tests.support.register_client import RegisterClient, a_register_client
from tests.support.small_world import SMALL_WORLD

APPOINTMENTS = "/api/v1/parties/o2/appointments"
DESK = "/api/v1/parties/o9/desk-appointments"
UNTIL = "2026-11-25T00:00:00Z"
EVA = {"kind": "party", "representative": "p3", "until": UNTIL}
SHE = {"said_by": "p3", "evidence": HEARD}
WHY = {"reason": "asked by telephone"}
TOLD = Statement("SELECT recipient FROM register_notices WHERE mandate = :record")


@pytest.fixture
def world(world: Flask) -> Flask:
    """The office, and the tax office with a director of its own and a service for which it helps at a desk."""
    lay_office(world)
    director = {
        "id": "l9",
        "represented": "o9",
        "representative": "p2",
        "basis": "sole_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }
    add(world, legal_relations=[director])
    return world


@pytest.fixture
def other(world: Flask) -> RegisterClient:
    return a_register_client(world, "register:grant", "register:read")


def offered(desk: RegisterClient, path: str, document: dict[str, Any]) -> dict[str, Any]:
    answer = desk.post(path, document)
    assert 200 == answer.status_code, answer.text
    offer: dict[str, Any] = answer.get_json()["offer"]
    return offer


def test_g3_an_administrator_is_appointed_by_two_words_that_two_clients_bring(
    desk: RegisterClient, other: RegisterClient
) -> None:
    document = {**DIRECTOR, **EVA, "services": ["s2"], "assurance": "substantial", "may_appoint": True}
    offer = offered(desk, APPOINTMENTS, document)
    path = f"/api/v1/offers/{offer['id']}/accept"
    assert (409, "same_hand") == refused(desk.post(path, SHE))

    assert "given" == offered(other, path, SHE)["state"]

    one = other.get(f"/api/v1/appointments/{offer['office']['appointment']}").get_json()["appointment"]
    assert ("active", "o2", "p3", ["s2"], "substantial", True) == (
        one["state"],
        one["organisation"],
        one["person"],
        one["services"],
        one["assurance"],
        one["may_appoint"],
    )
    with desk.context.database.reading() as db:
        entries = journal.of_record(db, "appointment", one["id"])
    assert {(None, f"client {desk.client_id}")} == {(one.by.person, one.by.authority) for one in entries}


def test_g3_who_signs_is_told_of_an_appointment_that_clients_brought(
    desk: RegisterClient, other: RegisterClient
) -> None:
    offer = offered(desk, APPOINTMENTS, {**DIRECTOR, **EVA, "services": ["s2"]})
    offered(other, f"/api/v1/offers/{offer['id']}/accept", SHE)

    with desk.context.database.reading() as db:
        told = db.all(TOLD, {"record": offer["office"]["appointment"]})

    assert [("o2",), ("p2",), ("p3",)] == sorted(tuple(row) for row in told)


def test_g4_how_sure_an_appointment_is_the_evidence_says(desk: RegisterClient, other: RegisterClient) -> None:
    heard = {"said_by": "p2", "evidence": HEARD}
    offer = offered(desk, APPOINTMENTS, {**heard, **EVA, "services": ["s2"]})
    offered(other, f"/api/v1/offers/{offer['id']}/accept", SHE)

    one = desk.get(f"/api/v1/appointments/{offer['office']['appointment']}").get_json()["appointment"]
    assert "low" == one["assurance"]


def test_g10_nobody_appoints_beyond_what_they_have(desk: RegisterClient) -> None:
    """The administrator may appoint nobody, and Eva is nobody there."""
    document = {**EVA, "services": ["s1"]}

    answer = desk.post(APPOINTMENTS, {**ADMINISTRATOR, **document})

    assert (422, "cannot_be_granted") == refused(answer)
    assert "no_appointing" in {one["detail"] for one in answer.get_json()["errors"]}
    assert (422, "not_entitled") == refused(desk.post(APPOINTMENTS, {**NOBODY, **document}))
    assert [] == desk.get("/api/v1/parties/o2/offers/made").get_json()["offers"]


def test_an_employee_is_appointed_by_a_code_and_confirmed_by_another_hand(
    desk: RegisterClient, other: RegisterClient
) -> None:
    document = {**DIRECTOR, "kind": "employee", "reference": "4711", "services": "*", "until": UNTIL}
    offer = offered(desk, APPOINTMENTS, document)
    assert ("offered", "code") == (offer["state"], offer["waits_for"])

    code = desk.post(f"/api/v1/offers/{offer['id']}/code", DIRECTOR).get_json()["code"]
    context = desk.context
    by = Actor("p3", None, "self", Loa.SUBSTANTIAL, "p3-eid")
    with context.database.recording() as db:
        typed = Typed(code.replace("-", ""), None, None, "90000123")
        activating.redeem(
            db, context.vault, context.codes, typed, "p3", by=by, now=context.clock(), policy=DEFAULT_POLICY
        )
    path = f"/api/v1/offers/{offer['id']}/confirm"

    assert (409, "same_hand") == refused(desk.post(path, DIRECTOR))
    assert "given" == offered(other, path, DIRECTOR)["state"]
    [one] = [one for one in desk.get(APPOINTMENTS).get_json()["appointments"] if one["id"] != "a1"]
    assert ("p3", "*") == (one["person"], one["services"])


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"services": ["s7"]}, "/services/0"),
        ({"services": []}, "/services"),
        ({"services": {"provider": "nobody"}}, "/services/provider"),
        ({"services": {"set": "none"}}, "/services/set"),
        ({"representative": None}, "/representative"),
        ({"reference": "4711"}, "/reference"),
        ({"limits": {"days": []}}, "/limits"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(
    desk: RegisterClient, changed: dict[str, Any], where: str
) -> None:
    answer = desk.post(APPOINTMENTS, {**DIRECTOR, **EVA, "services": ["s2"], **changed})

    assert (400, "malformed") == refused(answer)
    assert where in {one["pointer"] for one in answer.get_json()["errors"]}


def test_an_organisation_that_is_none_appoints_nobody(desk: RegisterClient) -> None:
    document = {**DIRECTOR, **EVA, "services": "*"}
    for party in ("p2", "nobody"):
        for kind in ("appointments", "desk-appointments"):
            answer = desk.post(f"/api/v1/parties/{party}/{kind}", document)
            assert (404, "unknown_party") == refused(answer)


def test_g3_an_appointment_is_narrowed_on_request_and_never_widened(desk: RegisterClient) -> None:
    path = "/api/v1/appointments/a1/narrow"
    assert (409, "not_narrower") == refused(desk.post(path, {**WHY, "may_appoint": True}))
    assert (409, "not_narrower") == refused(desk.post(path, WHY))
    assert (409, "not_narrower") == refused(desk.post(path, {**WHY, "services": "*"}))

    one = desk.post(path, {**WHY, "assurance": "low", "may_grant_chain": False}).get_json()["appointment"]

    assert ("low", ["s1"], None) == (one["assurance"], one["services"], one.get("may_grant_chain"))
    assert (404, "unknown_appointment") == refused(desk.post("/api/v1/appointments/none/narrow", WHY))
    assert (422, "reason_holds_a_number") == refused(desk.post(path, {"reason": "999990019"}))


def test_who_has_an_appointment_lays_it_down_on_request(desk: RegisterClient) -> None:
    one = desk.post("/api/v1/appointments/a1/resign", WHY).get_json()["appointment"]

    assert "revoked" == one["state"]
    [*_, last] = desk.get("/api/v1/appointments/a1/history").get_json()["history"]
    assert ("renounced", f"client {desk.client_id}") == (last["event"], last["authority"])
    assert (409, "already_ended") == refused(desk.post("/api/v1/appointments/a1/resign", WHY))


def test_somebody_is_appointed_at_a_desk_stopped_and_let_work_again(
    desk: RegisterClient, other: RegisterClient
) -> None:
    offer = offered(desk, DESK, {**DIRECTOR, **EVA, "services": {"provider": "o9"}})
    offered(other, f"/api/v1/offers/{offer['id']}/accept", SHE)
    path = f"/api/v1/desk-appointments/{offer['office']['appointment']}"

    states = [desk.get(path).get_json()["appointment"]["state"]]
    states += [
        desk.post(f"{path}/{step}", WHY).get_json()["appointment"]["state"]
        for step in ("suspend", "resume", "revoke")
    ]

    assert ["active", "suspended", "active", "revoked"] == states
    history = desk.get(f"{path}/history").get_json()["history"]
    assert ["given", "suspended", "resumed", "revoked"] == [one["event"] for one in history]
    assert ["o9"] == [one["organisation"] for one in desk.get(f"{DESK}?limit=1").get_json()["appointments"]]
    assert (409, "already_ended") == refused(desk.post(f"{path}/resign", WHY))
    assert (404, "unknown_appointment") == refused(desk.post("/api/v1/desk-appointments/a1/revoke", WHY))
    assert (404, "unknown_appointment") == refused(desk.get("/api/v1/desk-appointments/a1/history"))


def test_a_desk_is_for_the_organisation_s_own_services(desk: RegisterClient) -> None:
    document = {**DIRECTOR, **EVA, "services": ["s2"]}

    answer = desk.post("/api/v1/parties/o2/desk-appointments", document)

    assert (422, "cannot_be_granted") == refused(answer)
    assert ["not_of_this_desk"] == [one["detail"] for one in answer.get_json()["errors"]]
    assert {"o9"} == {one["provider"] for one in SMALL_WORLD["services"]}


def test_who_may_only_bring_words_ends_nobody_s_work(desk: RegisterClient) -> None:
    granting = a_register_client(desk.app, "register:grant")
    supporting = a_register_client(desk.app, "register:support")

    assert (403, "insufficient_scope") == refused(granting.post("/api/v1/appointments/a1/resign", WHY))
    document = {**DIRECTOR, **EVA, "services": ["s2"]}
    assert (403, "insufficient_scope") == refused(supporting.post(APPOINTMENTS, document))


def test_one_key_offers_once(desk: RegisterClient) -> None:
    document = {**DIRECTOR, **EVA, "services": ["s2"]}

    first, again = (desk.post(APPOINTMENTS, document, key="k1").get_json() for _ in range(2))

    assert first == again
    assert 1 == len(desk.get("/api/v1/parties/o2/offers/made").get_json()["offers"])
