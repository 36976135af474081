"""Appointments, people who leave and blocks over the API: read, and changed once on request."""

import pytest

from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Statement
from tests.support.register_client import RegisterClient

WHY = {"reason": "asked by telephone"}
LEAVE = "/api/v1/parties/o1/people/p3/leave"
MEANS = {"person": "p3", "authenticator": "p3-eid", **WHY}


@pytest.fixture
def office(desk: RegisterClient) -> RegisterClient:
    """Two appointments and a mandate at o1, and a means that was used there."""
    context = desk.context
    shared = {
        "organisation": "o1",
        "services": "*",
        "assurance": "substantial",
        "from": "2025-01-01T00:00:00Z",
        "may_appoint": True,
    }
    document = {
        "appointments": [shared | {"id": f"a{n}", "person": f"p{n}"} for n in (2, 3)],
        "mandates": [
            {
                "id": "m-leave", "represented": "o1", "representative": "p3", "services": "*", "actions": "*",
                "assurance": "low", "from": "2025-01-01T00:00:00Z", "until": "2029-01-01T00:00:00Z",
            }
        ],
    }  # fmt: skip
    with context.database.writing() as db:
        import_world(db, context.vault, document, by=OPERATOR, now=context.clock())
        db.run(
            Statement(
                "INSERT INTO register_means_used (organisation, person, authenticator, first_at, last_at)"
                " VALUES ('o1', 'p3', 'p3-eid', 1, 1)"
            ),
            {},
        )
    return desk


def test_appointments_of_an_organisation_are_read_in_pages(office: RegisterClient) -> None:
    first = office.get("/api/v1/parties/o1/appointments?limit=1").get_json()
    rest = office.get(f"/api/v1/parties/o1/appointments?limit=5&cursor={first['next']}").get_json()

    assert ["a2", "a3"] == [one["id"] for one in (*first["appointments"], *rest["appointments"])]
    assert None is rest["next"]
    assert {"active"} == {one["state"] for one in first["appointments"]}
    assert "unknown_party" == office.get("/api/v1/parties/nobody/appointments").get_json()["code"]
    assert "unknown_appointment" == office.get("/api/v1/appointments/a9").get_json()["code"]
    assert "unknown_appointment" == office.get("/api/v1/appointments/a9/history").get_json()["code"]


def test_an_appointment_is_suspended_resumed_and_ended_by_the_client_that_the_journal_names(
    office: RegisterClient,
) -> None:
    path = "/api/v1/appointments/a2"
    assert "suspended" == office.post(f"{path}/suspend", WHY).get_json()["appointment"]["state"]
    assert "already_suspended" == office.post(f"{path}/suspend", WHY).get_json()["code"]
    office.context.clock.now += 60  # type: ignore[attr-defined]
    assert "active" == office.post(f"{path}/resume", WHY).get_json()["appointment"]["state"]
    assert "not_suspended" == office.post(f"{path}/resume", WHY).get_json()["code"]
    assert "revoked" == office.post(f"{path}/revoke", WHY).get_json()["appointment"]["state"]
    again = office.post(f"{path}/revoke", WHY)
    assert (409, "already_ended") == (again.status_code, again.get_json()["code"])
    unknown = office.post("/api/v1/appointments/a9/revoke", WHY)
    assert (404, "unknown_appointment") == (unknown.status_code, unknown.get_json()["code"])
    number = office.post("/api/v1/appointments/a3/revoke", {"reason": "999997221 called"})
    assert (422, "reason_holds_a_number") == (number.status_code, number.get_json()["code"])

    entries = office.get(f"{path}/history").get_json()["history"]
    assert ["added", "suspended", "resumed", "revoked"] == [one["event"] for one in entries]
    assert {f"client {office.client_id}"} == {one["authority"] for one in entries[1:]}


def test_who_leaves_loses_all_of_it_at_once(office: RegisterClient) -> None:
    done = office.post(LEAVE, WHY).get_json()

    assert (["m-leave"], ["a3"], []) == (done["mandates"], done["appointments"], done["offers"])
    assert [] == done["desk_appointments"]
    assert "revoked" == office.get("/api/v1/mandates/m-leave").get_json()["mandate"]["state"]
    assert [] == office.post(LEAVE, WHY).get_json()["mandates"]
    for path in ("/api/v1/parties/nobody/people/p3/leave", "/api/v1/parties/o1/people/p1/leave"):
        unknown = office.post(path, WHY)
        assert (404, "unknown_party") == (unknown.status_code, unknown.get_json()["code"])
    number = office.post(LEAVE, {"reason": "999997221 called"})
    assert "reason_holds_a_number" == number.get_json()["code"]


def test_a_means_is_blocked_and_let_in_again(office: RegisterClient) -> None:
    path = "/api/v1/parties/o1/blocks"
    before = office.get(path).get_json()["blocks"]
    blocked = office.post(f"{path}/set", MEANS).get_json()["block"]
    assert ("p3", "p3-eid", "o1") == (blocked["person"], blocked["authenticator"], blocked["organisation"])
    assert "already_blocked" == office.post(f"{path}/set", MEANS).get_json()["code"]
    office.context.clock.now += 60  # type: ignore[attr-defined]
    assert "until" in office.post(f"{path}/lift", MEANS).get_json()["block"]
    assert "not_blocked" == office.post(f"{path}/lift", MEANS).get_json()["code"]
    assert "unknown_means" == office.post(f"{path}/set", MEANS | {"authenticator": "x"}).get_json()["code"]
    assert "unknown_party" == office.get("/api/v1/parties/nobody/blocks").get_json()["code"]
    assert "unknown_party" == office.post("/api/v1/parties/nobody/blocks/set", MEANS).get_json()["code"]
    assert "malformed" == office.post(f"{path}/set", MEANS | {"person": "a\nb"}).get_json()["code"]
    assert (
        "reason_holds_a_number"
        == office.post(f"{path}/set", MEANS | {"reason": "999997221"}).get_json()["code"]
    )

    assert len(before) + 1 == len(office.get(path).get_json()["blocks"])


def test_limits_of_an_appointment_are_told(desk: RegisterClient) -> None:
    limits = {"amount": {"currency": "EUR", "value": "1250.00"}, "days": ["monday"]}
    one = {
        "id": "a-limited",
        "organisation": "o1",
        "person": "p2",
        "services": "*",
        "assurance": "low",
        "from": "2026-01-01T00:00:00Z",
        "limits": limits,
    }
    with desk.context.database.writing() as db:
        import_world(db, desk.context.vault, {"appointments": [one]}, by=OPERATOR, now=desk.context.clock())

    told = desk.get("/api/v1/appointments/a-limited").get_json()["appointment"]

    assert limits == told["limits"]
