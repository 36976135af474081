"""Lists over the API: looked at with each fault by line and column, carried out whole or not at all, each line once."""

import json
from typing import Any

import pytest
from flask import Flask

from authz_server.context import Context
from claims.register import offering, offers_kept
from claims.register.actor import OPERATOR
from claims.register.offer_judging import Refused, Why
from claims.register.world import import_world
from keys.storage import Statement
from tests.support.register_client import RegisterClient, a_register_client
from tests.support.small_world import SMALL_WORLD

SEEN = {"kind": "desk", "reference": "visit 3", "verifier": "desk 4"}
LISTS = "/api/v1/parties/o1/lists"
OTHER = "/api/v1/parties/o2/lists"
_OFFERS = Statement("SELECT count(*) FROM register_offers")
_KEPT = Statement("SELECT body FROM api_answers")


def asks(text: str, **changed: Any) -> dict[str, Any]:
    return {"said_by": "p1", "evidence": SEEN, "sort": "give", "list": text} | changed


@pytest.fixture
def world(world: Flask) -> Flask:
    """The VAT return can be given; p1 arranges things for the bakery, and p2 binds the accountants."""
    context: Context = world.extensions["namens"]
    services = [
        one | {"offers_mandates": True, "accepts_intermediaries": True, "understands": ["amount"]}
        for one in SMALL_WORLD["services"]
    ]
    whole = {"services": "*", "assurance": "substantial", "from": "2020-01-01T00:00:00Z"}
    administrator = whole | {"id": "a1", "organisation": "o1", "person": "p1", "may_grant_chain": True}
    director = whole | {"id": "l1", "represented": "o2", "representative": "p2", "actions": "*"}
    document = {
        "services": services,
        "appointments": [administrator],
        "legal_relations": [director | {"basis": "sole_signatory"}],
    }
    with context.database.writing() as db:
        import_world(db, context.vault, document, by=OPERATOR, now=context.clock())
    return world


def number_of(party: str) -> str:
    [one] = [one for one in SMALL_WORLD["parties"] if one["id"] == party]
    return str(one["identifiers"]["kvk"])


def list_of(*lines: str, head: str = "kvk;staff number;service;until") -> str:
    return "\n".join([head, *lines]).replace("O1", number_of("o1")).replace("O2", number_of("o2"))


GOOD = list_of("O2;;s2;31-12-2026", ";007;s2;31-12-2026")


def count(desk: RegisterClient) -> int:
    with desk.context.database.reading() as db:
        row = db.one(_OFFERS)
    assert row is not None
    return int(row[0])


def carried(desk: RegisterClient, document: dict[str, Any], path: str = LISTS) -> dict[str, Any]:
    answer = desk.post(path, document)
    assert 200 == answer.status_code, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_list_is_looked_at_and_nothing_is_done(desk: RegisterClient) -> None:
    told = carried(desk, asks(GOOD), f"{LISTS}/preview")

    assert {"good": [{"line": 2, "before": False}, {"line": 3, "before": False}], "faults": []} == told
    assert 0 == count(desk)


def test_each_fault_is_named_by_line_and_column_and_no_value_is_repeated(desk: RegisterClient) -> None:
    text = list_of(
        "O2;;s2;someday", "12345678;;s2;", ";999997221;s2;", "O2;;no-such;", "O2;;s1;", "O2;;s2;", "O2;;s2;"
    )

    answer = desk.post(f"{LISTS}/preview", asks(text))

    told = answer.get_json()["faults"]
    assert [
        (2, "until", "not_a_day"),
        (3, "kvk number", "unknown_organisation"),
        (4, "staff number", "holds_a_bsn"),
        (5, "service", "unknown_service"),
        (6, None, "cannot_be_granted"),
        (8, None, "repeated_line"),
    ] == [(one["line"], one["column"], one["code"]) for one in told]
    assert ["other_kind_of_party at s1"] == told[4]["why"]
    assert 7 == told[5]["repeats"]
    for value in ("someday", "12345678", "999997221", "no-such"):
        assert value not in answer.text


def test_a_column_that_is_not_known_is_not_repeated(desk: RegisterClient) -> None:
    answer = desk.post(f"{LISTS}/preview", asks(list_of("O2;s2;x", head="kvk;service;999997221")))

    assert [("unknown_column", None, 1)] == [
        (one["code"], one["column"], one["line"]) for one in answer.get_json()["faults"]
    ]
    assert "999997221" not in answer.text


def test_g7_a_list_is_carried_out_on_the_word_of_who_may_and_a_code_is_told_once(
    desk: RegisterClient,
) -> None:
    answer = desk.post(LISTS, asks(GOOD), key="one")
    first = answer.get_json()

    assert [(2, "waits"), (3, "waits")] == [(one["line"], one["outcome"]) for one in first["done"]]
    code = first["done"][1]["code"]
    assert code is not None
    again = desk.post(LISTS, asks(GOOD), key="one").get_json()
    assert [None, None] == [one["code"] for one in again["done"]]
    with desk.context.database.reading() as db:
        offer = offers_kept.find(db, first["done"][0]["offer"])
        kept = json.dumps([body for (body,) in db.all(_KEPT)])
    assert offer is not None
    [approval] = offer.approvals
    assert approval.brought is not None
    assert ("p1", f"client {desk.client_id}") == (approval.person, approval.brought.by)
    assert code not in kept
    assert 2 == count(desk)


def test_the_same_list_under_another_key_does_nothing_anew(desk: RegisterClient) -> None:
    carried(desk, asks(GOOD))

    told = carried(desk, asks(GOOD))

    assert ["before", "before"] == [one["outcome"] for one in told["done"]]
    assert 2 == count(desk)


def test_all_or_nothing_unless_the_good_lines_are_asked_for(desk: RegisterClient) -> None:
    text = list_of("O2;;s2;31-12-2026", "O2;;no-such;")

    answer = desk.post(LISTS, asks(text))
    assert (422, "list_has_faults") == (answer.status_code, answer.get_json()["code"])
    assert [("/list", "line 3, column service: unknown_service")] == [
        (one["pointer"], one["detail"]) for one in answer.get_json()["errors"]
    ]
    assert 0 == count(desk)

    told = carried(desk, asks(text, lines="good"))
    assert [(2, "waits")] == [(one["line"], one["outcome"]) for one in told["done"]]
    assert [3] == [one["line"] for one in told["faults"]]


def test_what_is_refused_half_way_undoes_what_was_done_before_it(
    desk: RegisterClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = offering.make
    calls: list[object] = []

    def once(*given: Any, **more: Any) -> object:
        calls.append(given)
        return make(*given, **more) if len(calls) % 2 else Refused(Why.TOO_MANY_OPEN)

    monkeypatch.setattr(offering, "make", once)
    answer = desk.post(LISTS, asks(GOOD), key="undone")

    assert (422, "list_has_faults") == (answer.status_code, answer.get_json()["code"])
    assert ["line 3: too_many_open"] == [one["detail"] for one in answer.get_json()["errors"]]
    assert 0 == count(desk)
    monkeypatch.undo()
    assert (
        200 == desk.post(LISTS, asks(GOOD), key="undone").status_code
    )  # nothing was done: nothing is remembered


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"said_by": "p2"}, 422, "not_entitled"),
        ({"said_by": "nobody"}, 422, "not_entitled"),
        ({"sort": "ask", "said_by": "p2"}, 422, "not_entitled"),
        ({"sort": "take"}, 400, "malformed"),
        ({"list": ""}, 400, "malformed"),
        ({"list": "kvk;service\n\ud800"}, 400, "not_json"),
        ({"list": "\0"}, 422, "list_has_faults"),
        ({"list": "x" * 65_537}, 400, "malformed"),
        ({"lines": "some"}, 400, "malformed"),
        ({"list": "no;such\nlist;here"}, 422, "list_has_faults"),
    ],
)
def test_who_may_not_and_what_is_no_list_is_refused(
    desk: RegisterClient, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = desk.post(LISTS, asks(GOOD, **changed))

    assert (status, code) == (answer.status_code, answer.get_json()["code"])
    assert 0 == count(desk)


@pytest.mark.parametrize("party", ["p1", "nobody"])
def test_a_list_is_an_organisations(desk: RegisterClient, party: str) -> None:
    answer = desk.post(f"/api/v1/parties/{party}/lists", asks(GOOD))

    assert (404, "unknown_party") == (answer.status_code, answer.get_json()["code"])


def test_g7_an_intermediary_asks_and_another_client_brings_the_yes(
    desk: RegisterClient, world: Flask
) -> None:
    text = list_of("O1;s2;10", "12345679;s2;", head="kvk;service;amount")
    document = asks(text, sort="ask", said_by="p2")
    told = carried(desk, document, OTHER)

    # who is asked and nobody look the same
    assert [("asked", None, None)] * 2 == [(o["outcome"], o["offer"], o["code"]) for o in told["done"]]
    with desk.context.database.reading() as db:
        [offer] = offers_kept.open_offers(db, "o1", now=desk.context.clock()).offers
    assert (1_000, "p2") == (offer.limits.amount, offer.taken.person if offer.taken else None)
    other = a_register_client(world, "register:grant", "register:read")
    yes = {"said_by": "p1", "evidence": SEEN}
    done = other.post(f"/api/v1/offers/{offer.id}/approve", yes).get_json()
    assert "given" == done["offer"]["state"]


def test_a_team_is_filled_by_nobody_who_is_not_logged_in(desk: RegisterClient) -> None:
    team = {"id": "g1", "organisation": "o2", "name": "North", "clients": []}
    with desk.context.database.writing() as db:
        import_world(db, desk.context.vault, {"client_groups": [team]}, by=OPERATOR, now=desk.context.clock())
    text = list_of("O1;s2;North", head="kvk;service;team")

    told = carried(desk, asks(text, sort="ask", said_by="p2"), f"{OTHER}/preview")

    assert [("team", "cannot_be_granted")] == [(one["column"], one["code"]) for one in told["faults"]]
