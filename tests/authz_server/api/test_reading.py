"""What the API tells of parties, mandates and services; each answer fits its description (`RegisterClient.checked`)."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from claims.assurance import Loa
from claims.question import Question
from claims.register import lookup, resolving, uses
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from claims.representation import Representation
from tests.support.register_client import RegisterClient, a_register_client
from tests.support.small_world import SMALL_WORLD, VAT_RETURN

BSN = "999990019"
KVK = "90000456"


def add(desk: RegisterClient, document: dict[str, Any]) -> None:
    context = desk.context
    with context.database.writing() as db:
        import_world(db, context.vault, document, by=OPERATOR, now=context.clock())


def with_numbers(desk: RegisterClient) -> None:
    """Anna and Bram's own business have numbers that are personal."""
    anna, *_ = SMALL_WORLD["parties"]
    shop = {
        "id": "o5",
        "kind": "organisation",
        "name": "Brams Fietsen",
        "legal_form": "Eenmanszaak",
        "identifiers": {"kvk": "90000999"},
    }
    add(desk, {"parties": [anna | {"identifiers": {"bsn": BSN}}, shop]})


def pages(desk: RegisterClient, address: str, member: str) -> list[dict[str, Any]]:
    """All that the pages of a list hold, by following its links."""
    token = desk.token()
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following is not None:
        answer = desk.get(following, token)
        assert 200 == answer.status_code
        found += answer.get_json()[member]
        link = answer.headers.get("Link")
        assert (link is None) == (answer.get_json()["next"] is None)
        following = None
        if link is not None:
            parts = urlsplit(link.removeprefix("<").partition(">")[0])
            following = f"{parts.path}?{parts.query}"
            assert link.endswith('; rel="next"')
    return found


def test_a_party_by_its_id(desk: RegisterClient) -> None:
    party = desk.get("/api/v1/parties/o1").get_json()["party"]

    assert ("Bakkerij De Korenbloem B.V.", {"kvk": KVK}) == (party["name"], party["identifiers"])


def test_personal_numbers_are_never_told(desk: RegisterClient) -> None:
    with_numbers(desk)

    for id in ("p1", "o5"):
        answer = desk.get(f"/api/v1/parties/{id}")
        assert {} == answer.get_json()["party"]["identifiers"]
        assert not any(number in answer.text for number in (BSN, "90000999"))


def test_a_party_by_its_number_in_a_body(desk: RegisterClient) -> None:
    with_numbers(desk)

    def find(scheme: str, value: str) -> tuple[int, Any]:
        answer = desk.post("/api/v1/parties/find", {"scheme": scheme, "value": value})
        assert value not in answer.text or value == KVK
        return answer.status_code, answer.get_json().get("party", {}).get("id") or answer.get_json()["code"]

    assert (200, "p1") == find("bsn", BSN)
    assert (200, "o1") == find("kvk", KVK)
    assert (200, "o5") == find("kvk", "90000999")
    assert (404, "unknown_party") == find("bsn", "999990020".replace("20", "32"))
    assert (400, "malformed") == find("bsn", "123456789")
    assert (400, "malformed") == find("passport", "X")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        *((f"/api/v1/parties/nobody{rest}", "unknown_party") for rest in (
            "", "/mandates/given", "/mandates/received", "/legal-relations/over", "/legal-relations/held",
            "/restrictions", "/uses",
        )),
        ("/api/v1/mandates/m9", "unknown_mandate"),
        ("/api/v1/mandates/m9/history", "unknown_mandate"),
        ("/api/v1/services/s9", "unknown_service"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_by_its_code(quiet: RegisterClient, address: str, code: str) -> None:
    answer = quiet.get(address)

    assert (404, code) == (answer.status_code, answer.get_json()["code"])


def test_mandates_come_in_pages_from_both_sides(desk: RegisterClient) -> None:
    m1 = SMALL_WORLD["mandates"][0]
    add(desk, {"mandates": [m1 | {"id": f"x{number:02}"} for number in range(12)]})
    ids = {"m1", *(f"x{number:02}" for number in range(12))}

    for side in ("p1/mandates/given", "p2/mandates/received"):
        found = pages(desk, f"/api/v1/parties/{side}?limit=5", "mandates")
        assert ids == {one["id"] for one in found}
        assert 13 == len(found)
        assert {"active"} == {one["state"] for one in found}


def test_a_cursor_is_good_for_its_own_list_alone(desk: RegisterClient) -> None:
    m1 = SMALL_WORLD["mandates"][0]
    add(desk, {"mandates": [m1 | {"id": "x1"}]})
    given = desk.get("/api/v1/parties/p1/mandates/given?limit=1").get_json()["next"]
    assert given

    for address in (
        f"/api/v1/parties/p2/mandates/given?cursor={given}",
        f"/api/v1/parties/p1/mandates/received?cursor={given}",
        f"/api/v1/services?cursor={given}",
        "/api/v1/services?cursor=bm90aGluZw",
        "/api/v1/services?cursor=W10",
        "/api/v1/services?cursor=A",
    ):
        answer = desk.get(address)
        assert (400, "bad_cursor") == (answer.status_code, answer.get_json()["code"]), address


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=101", "limit=-1", "limit=x", "limit=", "limit=1_0", "limit=%D9%A3", "limit=1.0",
        "limit=1&limit=1", "cursor=", "cursor=%00", "cursor=a.b", "cursor=" + "a" * 2049, "unheard_of=1",
        "page=2",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_refused(quiet: RegisterClient, query: str) -> None:
    answer = quiet.get(f"/api/v1/services?{query}")

    assert 400 == answer.status_code
    assert answer.get_json()["code"] in {"malformed", "invalid_request"}
    assert "unheard_of" not in answer.text


def test_a_mandate_and_what_became_of_it(desk: RegisterClient) -> None:
    mandate = desk.get("/api/v1/mandates/m1").get_json()["mandate"]
    assert ("active", "p1", "p2", ["s1"]) == tuple(
        mandate[name] for name in ("state", "represented", "representative", "services")
    )
    desk.post("/api/v1/mandates/m1/suspend", {"reason": "asked by telephone"})
    desk.post("/api/v1/mandates/m1/revoke", {"reason": "asked by letter"})

    history = pages(desk, "/api/v1/mandates/m1/history?limit=1", "history")

    assert [("added", "operator", None), ("suspended", f"client {desk.client_id}", "asked by telephone"),
            ("revoked", f"client {desk.client_id}", "asked by letter")] == [
        (one["event"], one["authority"], one["reason"]) for one in history
    ]  # fmt: skip
    assert {None} == {one["person"] for one in history}


def test_of_a_long_list_of_clients_the_beginning_is_told(desk: RegisterClient) -> None:
    clients = [
        {"id": f"c{number:03}", "kind": "organisation", "name": f"Klant {number}", "identifiers": {}}
        for number in range(130)
    ]
    listed = SMALL_WORLD["mandates"][2] | {
        "id": "m7",
        "clients": {"parties": [one["id"] for one in clients], "groups": []},
    }
    add(desk, {"parties": clients, "mandates": [listed]})

    mandate = desk.get("/api/v1/mandates/m7").get_json()["mandate"]

    assert (100, 30) == (len(mandate["clients"]["parties"]), mandate["clients_left_out"])


def test_legal_relations_and_restrictions(desk: RegisterClient) -> None:
    since = {"services": "*", "from": "2020-01-01T00:00:00Z"}
    relation = {"actions": "*", "assurance": "high", "basis": "sole_signatory", **since}
    add(
        desk,
        {
            "legal_relations": [
                {"id": "l1", "represented": "o2", "representative": "p2", **relation},
                {"id": "l2", "represented": "o1", "representative": "p2", **relation},
            ],
            "restrictions": [{"id": "r1", "party": "p1", "kind": "asset_administration", **since}],
        },
    )

    held = pages(desk, "/api/v1/parties/p2/legal-relations/held?limit=1", "legal_relations")
    over = pages(desk, "/api/v1/parties/o2/legal-relations/over", "legal_relations")

    assert ["l1", "l2"] == [one["id"] for one in held]
    assert ["l1"] == [one["id"] for one in over]
    assert ["r1"] == [
        one["id"] for one in desk.get("/api/v1/parties/p1/restrictions").get_json()["restrictions"]
    ]
    assert [] == pages(desk, "/api/v1/parties/p1/legal-relations/held", "legal_relations")


def test_who_logged_in_for_whom_latest_first(desk: RegisterClient) -> None:
    context, now = desk.context, desk.context.clock()
    with context.database.writing() as db:
        service = lookup.service_by_uri(db, VAT_RETURN)
        assert service is not None
        question = Question("p3", service, now, Loa.SUBSTANTIAL)
        found = resolving.stands(db, question, represented="o1", branch=None, path=("m2", "m3"))
        assert isinstance(found, Representation)
        for second in range(3):
            uses.record(db, found, client="tax", now=now + second)

    told = pages(desk, "/api/v1/parties/o1/uses?limit=2", "uses")

    assert 3 == len(told)
    assert sorted((one["at"] for one in told), reverse=True) == [one["at"] for one in told]
    assert {("p3", "o2", "tax")} == {(one["acting"], one["through"], one["client"]) for one in told}


def test_services(quiet: RegisterClient) -> None:
    assert ["s1", "s2"] == [one["id"] for one in pages(quiet, "/api/v1/services?limit=1", "services")]
    assert VAT_RETURN == quiet.get("/api/v1/services/s2").get_json()["service"]["uri"]


def test_signed_heads_for_whoever_keeps_them_elsewhere(desk: RegisterClient) -> None:
    from authz_server.worker.account import sign_now

    for _ in range(3):
        desk.post("/api/v1/mandates/m1/suspend", {"reason": "x"})
        desk.post("/api/v1/mandates/m1/resume", {"reason": "x"})
        assert sign_now(desk.context)

    told = pages(desk, "/api/v1/journal/heads?limit=2", "heads")

    assert 3 == len(told)
    assert sorted((one["seq"] for one in told), reverse=True) == [one["seq"] for one in told]
    assert desk.get("/api/v1/journal/heads").get_json()["entries"] == told[0]["seq"]


def test_an_id_with_any_visible_sign_stands_in_an_address(desk: RegisterClient) -> None:
    ids = ["a/b", "100%", "a?b#c", "é", "%2F", "find"]
    add(desk, {"parties": [
        {"id": id, "kind": "organisation", "name": id, "identifiers": {}} for id in ids
    ]})  # fmt: skip

    from authz_server.portal.addresses import segment

    for id in ids:
        assert id == desk.get(f"/api/v1/parties/{segment(id)}").get_json()["party"]["id"]


def test_one_client_waits_and_others_do_not(desk: RegisterClient, settings: Any) -> None:
    from authz_server.app import create_app

    slow = create_app(
        settings.model_copy(update={"limits": settings.limits.model_copy(update={"per_client": 2})}),
        clock=desk.context.clock,
    )
    eager, calm = a_register_client(slow), a_register_client(slow)
    token = eager.token()

    statuses = [eager.get("/api/v1/services", token) for _ in range(3)]

    assert 429 == statuses[-1].status_code
    assert ("too_many_requests", True) == (
        statuses[-1].get_json()["code"],
        int(statuses[-1].headers["Retry-After"]) > 0,
    )
    assert 200 == calm.get("/api/v1/services").status_code
    slow.extensions["namens"].database.engine.dispose()
