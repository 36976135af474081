"""What a client does on request: freezing, renouncing, ending a visit, and letting hold again what was suspended so."""

from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from flask import Flask

from claims.assurance import Loa
from claims.desk import DeskVisit, Shown
from claims.evidence import DEFAULT_POLICY
from claims.register import appointing, freezing, journal, suspending, visits
from claims.register.actor import Actor
from tests.support.office_world import add, lay_office, refused
from tests.support.register_client import RegisterClient, a_register_client
from tests.support.small_world import FROM, SMALL_WORLD, UNTIL

WHY = {"reason": "asked by telephone"}
FREEZE = "/api/v1/mandates/m1/freeze"
ANNA = Actor("p1", None, "self", Loa.LOW, "p1-eid")


@pytest.fixture
def world(world: Flask) -> Flask:
    """Anna gave Bram a second mandate; Kees works at the desk of the tax office."""
    lay_office(world)
    second = {**SMALL_WORLD["mandates"][0], "id": "m9"}
    clerk = {"id": "p4", "kind": "person", "name": "Kees Bakker", "born": "1980-01-01", "identifiers": {}}
    tax = {**SMALL_WORLD["services"][0], "offers_mandates": True, "understands": ["desk"]}
    work = {
        "id": "d4",
        "organisation": "o9",
        "person": "p4",
        "services": ["s1"],
        "from": FROM,
        "until": UNTIL,
    }
    add(world, parties=[clerk], mandates=[second], services=[tax], desk_appointments=[work])
    return world


def states(desk: RegisterClient, *ids: str) -> list[str]:
    return [desk.get(f"/api/v1/mandates/{id}").get_json()["mandate"]["state"] for id in ids]


def a_visit(desk: RegisterClient) -> str:
    """Anna came to the desk, and showed her passport to Kees, who is logged in."""
    context = desk.context
    with context.database.recording() as db:
        opened = visits.open_visit(
            db,
            context.vault,
            person="p1",
            service="s1",
            desk="o9",
            shown=Shown.PASSPORT,
            by=Actor("p4", None, "self", Loa.SUBSTANTIAL, "p4-eid"),
            now=context.clock(),
            policy=DEFAULT_POLICY,
        )
    assert isinstance(opened, DeskVisit)
    return opened.id


def test_all_that_somebody_gave_to_one_other_stops_at_once_on_their_request(desk: RegisterClient) -> None:
    told = desk.get(FREEZE).get_json()
    assert {"mandates": ["m1", "m9"], "suspended": [], "people": 1, "more": False} == told

    frozen = desk.post(FREEZE, WHY).get_json()

    assert ["m1", "m9"] == frozen["suspended"]
    assert ["suspended", "suspended", "active"] == states(desk, "m1", "m9", "m2")
    assert (409, "already_suspended") == refused(desk.post(FREEZE, WHY))
    [*_, last] = desk.get("/api/v1/mandates/m9/history").get_json()["history"]
    assert ("frozen", f"client {desk.client_id}", WHY["reason"]) == (
        last["event"],
        last["authority"],
        last["reason"],
    )


def test_what_was_frozen_on_request_holds_again_on_request_one_by_one(desk: RegisterClient) -> None:
    desk.post(FREEZE, WHY)

    desk.post("/api/v1/mandates/m9/resume", WHY)

    assert ["suspended", "active"] == states(desk, "m1", "m9")


@pytest.mark.parametrize("act", ["suspend", "freeze"])
def test_what_a_side_stopped_itself_holds_again_by_its_own_hand_alone(desk: RegisterClient, act: str) -> None:
    context = desk.context
    change: Any = suspending.suspend if act == "suspend" else freezing.freeze
    with context.database.recording() as db:
        change(db, context.vault, "m1", by=ANNA, now=context.clock())

    assert (409, "suspended_by_another") == refused(desk.post("/api/v1/mandates/m1/resume", WHY))
    assert ["suspended"] == states(desk, "m1")


def test_an_appointment_that_the_organisation_suspended_itself_is_its_own_to_let_hold_again(
    desk: RegisterClient,
) -> None:
    context, path = desk.context, "/api/v1/appointments/a1"
    with context.database.recording() as db:
        appointing.suspend(
            db,
            context.vault,
            "a1",
            by=Actor("p2", "o2", "relation l1", Loa.HIGH, "p2-eid"),
            now=context.clock(),
        )

    assert (409, "suspended_by_another") == refused(desk.post(f"{path}/resume", WHY))
    assert "suspended" == desk.get(path).get_json()["appointment"]["state"]


def test_what_the_organisation_suspends_itself_while_it_is_let_hold_again_on_request_stays_suspended(
    desk: RegisterClient,
) -> None:
    """It takes it back and suspends it itself at that very moment: the look and the change are one."""
    context, path = desk.context, "/api/v1/appointments/a1"
    desk.post(f"{path}/suspend", WHY)
    by = Actor("p2", "o2", "relation l1", Loa.HIGH, "p2-eid")
    with ThreadPoolExecutor(1) as pool:
        with context.database.recording() as db:
            for change in (appointing.resume, appointing.suspend):
                change(db, context.vault, "a1", by=by, now=context.clock())
            answer = pool.submit(desk.post, f"{path}/resume", WHY)
            wait([answer], timeout=1)  # it looks, or waits for its turn
        done = answer.result()

    assert (409, "suspended_by_another") == refused(done)
    assert "suspended" == desk.get(path).get_json()["appointment"]["state"]


def test_who_was_given_a_mandate_lays_it_down_on_request(desk: RegisterClient) -> None:
    done = desk.post("/api/v1/mandates/m1/renounce", WHY).get_json()["mandate"]

    assert "revoked" == done["state"]
    [*_, last] = desk.get("/api/v1/mandates/m1/history").get_json()["history"]
    assert "renounced" == last["event"]
    assert (409, "already_ended") == refused(desk.post("/api/v1/mandates/m1/renounce", WHY))


def test_a_visit_is_read_while_it_is_open_and_ended_on_request(desk: RegisterClient) -> None:
    id = a_visit(desk)
    [open_now] = desk.get("/api/v1/parties/o9/visits").get_json()["visits"]
    assert (id, "open", "p4", "p1", "s1", "passport") == (
        open_now["id"],
        open_now["state"],
        open_now["clerk"],
        open_now["represented"],
        open_now["service"],
        open_now["shown"],
    )
    assert [] == desk.get("/api/v1/parties/o2/visits").get_json()["visits"]

    ended = desk.post(f"/api/v1/visits/{id}/end", WHY).get_json()["visit"]

    assert "over" == ended["state"] == desk.get(f"/api/v1/visits/{id}").get_json()["visit"]["state"]
    assert [] == desk.get("/api/v1/parties/o9/visits").get_json()["visits"]
    assert (409, "already_ended") == refused(desk.post(f"/api/v1/visits/{id}/end", WHY))
    history = desk.get(f"/api/v1/visits/{id}/history").get_json()["history"]
    assert [("opened", "p4"), ("closed", None)] == [(one["event"], one["person"]) for one in history]
    assert (f"client {desk.client_id}", WHY["reason"]) == (history[-1]["authority"], history[-1]["reason"])


def test_a_visit_that_was_ended_opens_nothing_any_more(desk: RegisterClient) -> None:
    id = a_visit(desk)
    asked = {"acting": "p4", "service": "s1", "at": "2025-11-25T00:00:00Z", "login_assurance": "substantial"}
    assert [[id]] == [
        one["path"] for one in desk.post("/api/v1/resolve", asked).get_json()["representations"]
    ]

    desk.post(f"/api/v1/visits/{id}/end", WHY)

    assert [] == desk.post("/api/v1/resolve", asked).get_json()["representations"]


def test_what_there_is_not_is_none_to_stop(desk: RegisterClient) -> None:
    assert (404, "unknown_mandate") == refused(desk.get("/api/v1/mandates/m7/freeze"))
    assert (404, "unknown_mandate") == refused(desk.post("/api/v1/mandates/m7/freeze", WHY))
    assert (404, "unknown_mandate") == refused(desk.post("/api/v1/mandates/m7/renounce", WHY))
    assert (404, "unknown_visit") == refused(desk.get("/api/v1/visits/v7"))
    assert (404, "unknown_visit") == refused(desk.get("/api/v1/visits/m1/history"))
    assert (404, "unknown_visit") == refused(desk.post("/api/v1/visits/m1/end", WHY))
    assert (404, "unknown_party") == refused(desk.get("/api/v1/parties/nobody/visits"))
    number = {"reason": "asked by 999990019"}
    for path in (FREEZE, "/api/v1/mandates/m1/renounce", "/api/v1/visits/v7/end"):
        assert (422, "reason_holds_a_number") == refused(desk.post(path, number))


def test_who_brings_words_alone_stops_nothing_on_request(desk: RegisterClient) -> None:
    granting = a_register_client(desk.app, "register:grant", "register:read")

    for path in (FREEZE, "/api/v1/mandates/m1/renounce", "/api/v1/visits/v7/end"):
        assert (403, "insufficient_scope") == refused(granting.post(path, WHY))


def test_one_key_freezes_once(desk: RegisterClient) -> None:
    first, again = (desk.post(FREEZE, WHY, key="k1") for _ in range(2))

    assert (200, first.get_json()) == (again.status_code, again.get_json())
    with desk.context.database.reading() as db:
        events = [one.event.value for one in journal.of_record(db, "mandate", "m1")]
    assert 1 == events.count("frozen")
