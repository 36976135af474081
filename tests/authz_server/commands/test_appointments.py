"""Who arranges things for an organisation, at a terminal: listed, shown, stopped; and who leaves."""

import json
from pathlib import Path

from authz_server.config import Settings
from tests.authz_server.commands.test_world import DEMO
from tests.support.commands import run_namens


def test_an_appointment_is_listed_shown_and_stopped_with_what_became_of_it(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    listed = run_namens("appointments", "list", "bakery", "--json", settings=settings).json["appointments"]
    assert [("a-bakery-daan", "daan", "bakery")] == [
        (one["id"], one["person"], one["organisation"]) for one in listed
    ]
    why = ("--reason", "asked by letter")
    for act in ("suspend", "resume", "revoke"):
        assert 0 == run_namens("appointments", act, "a-bakery-daan", *why, settings=settings).status
    after = run_namens("appointments", "show", "a-bakery-daan", "--json", settings=settings).json
    words = run_namens("appointments", "show", "a-bakery-daan", settings=settings).out

    assert "revoked" == after["appointment"]["state"]
    assert ["added", "suspended", "resumed", "revoked", "gone_through"] == [
        one["event"] for one in after["history"]
    ]
    assert {("operator", "asked by letter")} == {
        (one["authority"], one["reason"]) for one in after["history"][1:-1]
    }
    assert "revoked by operator" in words
    assert "No appointments." in run_namens("appointments", "list", "bos", settings=settings).out


def test_work_at_a_desk_is_listed_shown_and_stopped_likewise(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    listed = run_namens("appointments", "list", "town", "--json", settings=settings).json
    assert ["d-town-iris", "d-town-otto"] == [one["id"] for one in listed["desk_appointments"]]
    assert "at the desk" in run_namens("appointments", "list", "town", settings=settings).out
    for act in ("suspend", "resume", "revoke"):
        assert 0 == run_namens("appointments", act, "d-town-iris", settings=settings).status
    after = run_namens("appointments", "show", "d-town-iris", "--json", settings=settings).json

    assert ("revoked", "iris") == (after["appointment"]["state"], after["appointment"]["person"])
    assert ["added", "suspended", "resumed", "revoked"] == [one["event"] for one in after["history"]]


def test_what_cannot_be_changed_is_refused_with_its_code(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    def refused(*words: str) -> str:
        ran = run_namens(*words, settings=settings)
        assert 1 == ran.status
        return ran.err.partition(":")[0]

    assert "not_suspended" == refused("appointments", "resume", "a-bakery-daan")
    run_namens("appointments", "revoke", "a-bakery-daan", settings=settings)
    assert "already_ended" == refused("appointments", "revoke", "a-bakery-daan")
    assert "unknown_appointment" == refused("appointments", "show", "nothing")
    assert "unknown_appointment" == refused("appointments", "suspend", "m0001")
    assert "unknown_party" == refused("appointments", "list", "nothing")
    assert "reason_holds_a_number" == refused(
        "appointments", "revoke", "a-peeters-lotte", "--reason", "999997221 called"
    )
    assert "unknown_party" == refused("parties", "leave", "bakery", "anna")
    assert "unknown_party" == refused("parties", "leave", "nothing", "daan")
    assert "reason_holds_a_number" == refused("parties", "leave", "bakery", "daan", "--reason", "999997221")


def test_who_leaves_loses_all_of_it_and_it_is_said_what_stands(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    done = run_namens("parties", "leave", "peeters", "eva", "--json", settings=settings).json
    assert (["m0014"], [], []) == (done["mandates"], done["appointments"], done["offers"])
    assert [] == done["desk_appointments"]
    assert not done["nobody_may_grant"]
    assert (
        "revoked"
        == run_namens("mandates", "show", "m0014", "--json", settings=settings).json["mandate"]["state"]
    )
    stands = run_namens("parties", "leave", "bakery", "carla", settings=settings).out
    assert "ended" in stands
    assert "nothing" in stands
    assert "l-bakery-carla" in stands
    warned = run_namens("parties", "leave", "wind", "saskia", settings=settings).out
    assert "m0022" in warned
    assert "warning: nobody may grant" in warned


def test_what_somebody_gives_is_limited_to_is_listed_and_shown(settings: Settings, tmp_path: Path) -> None:
    run_namens("import", str(DEMO), settings=settings)
    [one] = [one for one in json.loads(DEMO.read_text())["appointments"] if one["id"] == "a-bakery-daan"]
    limits = {"amount": {"currency": "EUR", "value": "1250.00"}, "days": ["monday"]}
    file = tmp_path / "limited.json"
    file.write_text(json.dumps({"appointments": [one | {"limits": limits}]}))
    assert 0 == run_namens("import", str(file), settings=settings).status

    listed = run_namens("appointments", "list", "bakery", settings=settings).out
    shown = run_namens("appointments", "show", "a-bakery-daan", settings=settings).out
    [row] = run_namens("appointments", "list", "bakery", "--json", settings=settings).json["appointments"]

    assert "up to EUR 1250.00 for one act" in listed
    assert "On monday only" in shown
    assert limits == row["limits"]
