"""Giving over the API: a client brings people's words, with evidence. No record says that any of them did anything."""

from typing import Any

import pytest
from flask import Flask

from authz_server.context import Context
from authz_server.reviews import mark_all
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.offers import Offer
from claims.register import accepting, activating, ending, journal, overview, records
from claims.register.activating import Typed
from claims.register.actor import OPERATOR, Actor
from claims.register.world import import_world
from keys.storage import Statement
from tests.support.register_client import RegisterClient, a_register_client
from tests.support.small_world import SMALL_WORLD

DIGEST = "ab" * 32
HEARD = {"kind": "statement", "reference": "call 12", "verifier": "desk 4"}
PAPER = {"kind": "document", "reference": "letter 7", "digest": DIGEST, "verifier": "desk 4"}
SEEN = {"kind": "desk", "reference": "visit 3", "verifier": "desk 4"}
DEED = {"kind": "notarial_deed", "reference": "deed 1", "digest": DIGEST, "verifier": "desk 4"}
OFFERS = "/api/v1/parties/p1/offers"
UNTIL = "2026-11-25T00:00:00Z"
_ANSWERS = Statement("SELECT body FROM api_answers")


def asks(**changed: Any) -> dict[str, Any]:
    """Anna lets Bram do her income tax, and said so on the telephone."""
    return {
        "said_by": "p1",
        "evidence": HEARD,
        "kind": "party",
        "representative": "p2",
        "services": [{"service": "s1"}],
        "until": UNTIL,
    } | changed


@pytest.fixture
def world(world: Flask) -> Flask:
    """The small world, whose services can be given; the accountants have a director and the bakery an administrator."""
    context: Context = world.extensions["namens"]
    offered = [{**one, "offers_mandates": True} for one in SMALL_WORLD["services"]]
    director = {
        "id": "l1",
        "represented": "o2",
        "representative": "p2",
        "basis": "sole_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }
    administrator = {
        "id": "a1",
        "organisation": "o1",
        "person": "p1",
        "services": "*",
        "assurance": "substantial",
        "may_grant_chain": True,
        "from": "2020-01-01T00:00:00Z",
    }
    document = {"services": offered, "legal_relations": [director], "appointments": [administrator]}
    with context.database.writing() as db:
        import_world(db, context.vault, document, by=OPERATOR, now=context.clock())
    return world


@pytest.fixture
def other(world: Flask) -> RegisterClient:
    """A second client."""
    return a_register_client(world, "register:grant", "register:read")


def made(desk: RegisterClient, document: dict[str, Any], address: str = OFFERS) -> dict[str, Any]:
    answer = desk.post(address, document)
    assert 200 == answer.status_code, answer.text
    offer: dict[str, Any] = answer.get_json()["offer"]
    return offer


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def mandate_of(desk: RegisterClient, offer: dict[str, Any]) -> dict[str, Any]:
    told = desk.get(f"/api/v1/mandates/{offer['parts'][0]['mandate']}").get_json()
    mandate: dict[str, Any] = told["mandate"]
    return mandate


def test_a_mandate_comes_of_two_words_that_two_clients_bring(
    desk: RegisterClient, other: RegisterClient
) -> None:
    offer = made(desk, asks())
    assert ("offered", "acceptance") == (offer["state"], offer["waits_for"])
    assert 404 == desk.get(f"/api/v1/mandates/{offer['parts'][0]['mandate']}").status_code

    given = made(other, {"said_by": "p2", "evidence": PAPER}, f"/api/v1/offers/{offer['id']}/accept")

    assert ("given", None) == (given["state"], given["waits_for"])
    mandate = mandate_of(desk, offer)
    assert ("active", "low", "p1", "p2") == (
        mandate["state"],
        mandate["assurance"],
        mandate["represented"],
        mandate["representative"],
    )
    told = {(one["kind"], one.get("digest"), one.get("verifier")) for one in mandate["evidence"]}
    assert {("register", None, None), ("statement", None, "desk 4"), ("document", DIGEST, "desk 4")} == told


def test_no_record_says_that_a_person_did_what_a_client_brought(
    desk: RegisterClient, other: RegisterClient
) -> None:
    offer = made(desk, asks())
    made(other, {"said_by": "p2", "evidence": PAPER}, f"/api/v1/offers/{offer['id']}/accept")

    with desk.context.database.reading() as db:
        entries = journal.of_record(db, "offer", offer["id"])
        entries += journal.of_record(db, "mandate", offer["parts"][0]["mandate"])
    assert {None} == {one.by.person for one in entries}
    assert {None} == {one.by.on_behalf_of for one in entries}
    assert {None} == {one.by.assurance for one in entries}
    assert {f"client {desk.client_id}", f"client {other.client_id}"} == {one.by.authority for one in entries}
    [approval] = offer["approvals"]
    assert "login" not in approval
    assert f"client {desk.client_id}" == approval["brought"]["by"]


def test_who_brought_the_word_of_one_side_does_not_bring_that_of_the_other(desk: RegisterClient) -> None:
    offer = made(desk, asks())

    answer = desk.post(f"/api/v1/offers/{offer['id']}/accept", {"said_by": "p2", "evidence": PAPER})

    assert (409, "same_hand") == refused(answer)
    assert "offered" == desk.get(f"/api/v1/offers/{offer['id']}").get_json()["offer"]["state"]


def test_the_other_side_can_say_yes_on_its_own_page(desk: RegisterClient) -> None:
    offer = made(desk, asks())
    context = desk.context
    by = Actor("p2", None, "self", Loa.LOW, "p2-eid")
    with context.database.recording() as db:
        done = accepting.accept(
            db, context.vault, offer["id"], by=by, now=context.clock(), policy=DEFAULT_POLICY
        )

    assert isinstance(done, Offer)
    assert "low" == mandate_of(desk, offer)["assurance"]


@pytest.mark.parametrize(
    ("evidence", "level"), [(HEARD, "low"), (PAPER, "low"), (SEEN, "substantial"), (DEED, "high")]
)
def test_g4_without_a_login_evidence_alone_says_how_sure_it_is(
    desk: RegisterClient, other: RegisterClient, evidence: dict[str, str], level: str
) -> None:
    offer = made(desk, asks(evidence=evidence))
    made(other, {"said_by": "p2", "evidence": HEARD}, f"/api/v1/offers/{offer['id']}/accept")

    assert level == mandate_of(desk, offer)["assurance"]


def test_g4_it_is_no_surer_than_was_asked_nor_than_what_entitles(
    desk: RegisterClient, other: RegisterClient
) -> None:
    asked = made(desk, asks(evidence=DEED, assurance="substantial"))
    made(other, {"said_by": "p2", "evidence": HEARD}, f"/api/v1/offers/{asked['id']}/accept")
    document = asks(evidence=DEED, services=[{"service": "s2"}])
    bakery = made(desk, document, "/api/v1/parties/o1/offers")  # an appointment at substantial
    made(other, {"said_by": "p2", "evidence": HEARD}, f"/api/v1/offers/{bakery['id']}/accept")

    assert "substantial" == mandate_of(desk, asked)["assurance"]
    assert "substantial" == mandate_of(desk, bakery)["assurance"]


def test_g4_what_is_too_weak_for_its_service_is_refused_with_what_it_takes(desk: RegisterClient) -> None:
    context = desk.context
    sure = {**SMALL_WORLD["services"][0], "offers_mandates": True, "minimum_assurance": "substantial"}
    with context.database.writing() as db:
        import_world(db, context.vault, {"services": [sure]}, by=OPERATOR, now=context.clock())

    answer = desk.post(OFFERS, asks(evidence=PAPER))

    assert (422, "cannot_be_granted") == refused(answer)
    assert [{"pointer": "/services/0", "detail": "too_weak: needs substantial"}] == (
        answer.get_json()["errors"]
    )


def test_g10_the_word_of_who_may_not_say_so_is_worth_nothing(desk: RegisterClient) -> None:
    assert (422, "not_entitled") == refused(desk.post(OFFERS, asks(said_by="p3")))
    assert (422, "not_entitled") == refused(desk.post(OFFERS, asks(said_by="nobody")))
    offer = made(desk, asks())
    path = f"/api/v1/offers/{offer['id']}"
    answer = desk.post(f"{path}/approve", {"said_by": "p1", "evidence": HEARD})
    assert (409, "not_now") == refused(answer)


def test_a_word_that_may_be_said_no_more_counts_no_more(desk: RegisterClient, other: RegisterClient) -> None:
    """G10: between the two words the administrator left."""
    document = asks(services=[{"service": "s2"}], evidence=SEEN)
    offer = made(desk, document, "/api/v1/parties/o1/offers")
    context = desk.context
    gone = {
        "id": "a1",
        "organisation": "o1",
        "person": "p1",
        "services": "*",
        "assurance": "substantial",
        "from": "2020-01-01T00:00:00Z",
        "until": "2021-01-01T00:00:00Z",
    }
    with context.database.writing() as db:
        import_world(db, context.vault, {"appointments": [gone]}, by=OPERATOR, now=context.clock())

    answer = other.post(f"/api/v1/offers/{offer['id']}/accept", {"said_by": "p2", "evidence": HEARD})

    assert (422, "cannot_be_granted") == refused(answer)


def test_g7_an_organisation_accepts_by_who_may_grant_for_it(
    desk: RegisterClient, other: RegisterClient
) -> None:
    document = asks(representative="o2", services=[{"service": "s2"}], further_intermediaries=1)
    offer = made(desk, document, "/api/v1/parties/o1/offers")
    path = f"/api/v1/offers/{offer['id']}/accept"

    assert (422, "not_entitled") == refused(other.post(path, {"said_by": "p3", "evidence": PAPER}))
    assert "given" == made(other, {"said_by": "p2", "evidence": PAPER}, path)["state"]
    assert 1 == mandate_of(desk, offer)["further_intermediaries"]


def test_who_asks_lets_the_other_side_say_yes(desk: RegisterClient, other: RegisterClient) -> None:
    asking = {
        key: value for key, value in asks(said_by="p2").items() if key not in ("kind", "representative")
    }
    request = made(desk, {**asking, "represented": "p1"}, "/api/v1/parties/p2/requests")
    assert ("request", "requested", "approval") == (request["kind"], request["state"], request["waits_for"])
    path = f"/api/v1/offers/{request['id']}"

    by_the_same = made(desk, {"said_by": "p1", "evidence": HEARD}, f"{path}/approve")

    assert ("offered", "acceptance") == (by_the_same["state"], by_the_same["waits_for"])
    assert "given" == made(other, {"said_by": "p2", "evidence": HEARD}, f"{path}/accept")["state"]
    second = made(desk, {**asking, "represented": "p1"}, "/api/v1/parties/p2/requests")
    approved = made(other, {"said_by": "p1", "evidence": HEARD}, f"/api/v1/offers/{second['id']}/approve")
    assert "given" == approved["state"]


def test_nobody_asks_in_the_name_of_another(desk: RegisterClient) -> None:
    asking = {
        key: value for key, value in asks(said_by="p1").items() if key not in ("kind", "representative")
    }

    answer = desk.post("/api/v1/parties/o2/requests", {**asking, "represented": "o1"})

    assert (422, "not_entitled") == refused(answer)


def test_a_code_is_told_once_and_kept_nowhere(desk: RegisterClient) -> None:
    offer = made(desk, asks(kind="code"))
    path = f"/api/v1/offers/{offer['id']}/code"
    word = {"said_by": "p1", "evidence": HEARD}

    first = desk.post(path, word, key="k1").get_json()
    again = desk.post(path, word, key="k1").get_json()

    assert None is again["code"]
    assert first["lapses_at"] == again["lapses_at"]
    with desk.context.database.reading() as db:
        assert not [body for (body,) in db.all(_ANSWERS) if first["code"] in body]
    assert (422, "not_entitled") == refused(desk.post(path, {**word, "said_by": "p2"}))


def test_a_code_that_a_client_had_drawn_is_typed_by_who_is_logged_in(desk: RegisterClient) -> None:
    offer = made(desk, asks(kind="code"))
    context = desk.context
    word = {"said_by": "p1", "evidence": HEARD}
    code = desk.post(f"/api/v1/offers/{offer['id']}/code", word).get_json()["code"]
    typed = Typed(code.replace("-", ""), None, None, "")
    by = Actor("p2", None, "self", Loa.SUBSTANTIAL, "p2-eid")
    with context.database.recording() as db:
        done = activating.redeem(
            db, context.vault, context.codes, typed, "p2", by=by, now=context.clock(), policy=DEFAULT_POLICY
        )

    assert activating.NotRight.WRONG is done  # whoever has the code alone has nothing


def test_a_code_that_works_for_anybody_is_drawn_by_another_hand(
    desk: RegisterClient, other: RegisterClient
) -> None:
    offer = made(desk, asks(kind="code", representative=None))
    path = f"/api/v1/offers/{offer['id']}/code"
    word = {"said_by": "p1", "evidence": HEARD}

    assert (409, "same_hand") == refused(desk.post(path, word))
    assert other.post(path, word).get_json()["code"]


def test_who_brought_the_offer_to_an_employee_does_not_say_who_came(
    desk: RegisterClient, other: RegisterClient
) -> None:
    context = desk.context
    director = {"said_by": "p2", "evidence": HEARD}
    employee = asks(
        said_by="p2", kind="employee", representative=None, services=[{"service": "s2"}], reference="4711"
    )
    offer = made(desk, employee, "/api/v1/parties/o2/offers")
    path = f"/api/v1/offers/{offer['id']}"
    code = desk.post(f"{path}/code", director).get_json()["code"]
    by = Actor("p3", None, "self", Loa.SUBSTANTIAL, "p3-eid")
    with context.database.recording() as db:
        typed = Typed(code.replace("-", ""), None, None, "90000123")
        activating.redeem(
            db, context.vault, context.codes, typed, "p3", by=by, now=context.clock(), policy=DEFAULT_POLICY
        )

    assert (409, "same_hand") == refused(desk.post(f"{path}/confirm", director))
    assert "given" == made(other, director, f"{path}/confirm")["state"]


def test_an_offer_is_declined_on_request(desk: RegisterClient) -> None:
    offer = made(desk, asks())
    path = f"/api/v1/offers/{offer['id']}/decline"

    assert "declined" == made(desk, {"reason": "asked by telephone"}, path)["state"]
    assert (409, "not_now") == refused(desk.post(path, {"reason": "asked by telephone"}))
    assert (404, "unknown_offer") == refused(
        desk.post("/api/v1/offers/nothing/decline", {"reason": "asked by telephone"})
    )


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"kind": "request"}, "/kind"),
        ({"representative": None}, "/representative"),
        ({"kind": "employee", "representative": None, "reference": "4711"}, "/kind"),
        ({"kind": "code", "reference": "4711"}, "/reference"),
        ({"services": []}, "/services"),
        ({"services": [{"service": "s9"}]}, "/services/0/service"),
        ({"services": [{"service": "s1"}, {"service": "s1"}]}, "/services"),
        ({"services": [{"service": "s1", "tasks": ["fly"]}]}, "/services/0/tasks"),
        ({"until": "2026-02-30T00:00:00Z"}, "/until"),
        ({"until": "9999-12-31T23:59:59Z"}, "/until"),
        ({"until": "soon"}, "/until"),
        ({"from": "tomorrow"}, "/from"),
        ({"clients": "all"}, "/clients"),
        ({"own_affairs": False}, "/clients"),
        ({"further_intermediaries": 6}, "/further_intermediaries"),
        ({"assurance": "absolute"}, "/assurance"),
        ({"evidence": {**HEARD, "kind": "gossip"}}, "/evidence/kind"),
        ({"evidence": {**PAPER, "digest": None}}, "/evidence"),
        ({"evidence": {**PAPER, "digest": "AB" * 32}}, "/evidence/digest"),
        ({"evidence": {**HEARD, "verifier": "999990019"}}, "/evidence/verifier"),
        ({"evidence": {**HEARD, "reference": "bsn 9999.90.019"}}, "/evidence/reference"),
        ({"evidence": {**HEARD, "reference": "a\u0000b"}}, "/evidence/reference"),
        ({"evidence": {**HEARD, "at": "2030-01-01T00:00:00Z"}}, "/evidence/at"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named_by_its_place(
    desk: RegisterClient, changed: dict[str, Any], where: str
) -> None:
    answer = desk.post(OFFERS, asks(**changed))

    assert (400, "malformed") == refused(answer)
    assert where in {one["pointer"] for one in answer.get_json()["errors"]}


def test_an_organisation_offers_to_an_employee_by_what_it_knows_them(desk: RegisterClient) -> None:
    address = "/api/v1/parties/o1/offers"
    employee = asks(kind="employee", representative=None, services=[{"service": "s2"}], reference="4711")

    offer = made(desk, employee, address)

    assert "reference" not in offer
    assert "code" == offer["waits_for"]
    for wrong in ("999990019", "9999 90 019"):
        assert (400, "malformed") == refused(desk.post(address, {**employee, "reference": wrong}))
    nothing = asks(own_affairs=False, services=[{"service": "s2"}])
    assert "/own_affairs" == desk.post(address, nothing).get_json()["errors"][0]["pointer"]


@pytest.mark.parametrize(("address", "said_by"), [("/api/v1/parties/nobody/offers", "p1"), (OFFERS, "p1")])
def test_a_party_that_there_is_not(desk: RegisterClient, address: str, said_by: str) -> None:
    answer = desk.post(address, asks(said_by=said_by, representative="nobody"))

    assert (404, "unknown_party") == refused(answer)


def test_g5_dates_are_those_of_the_pages(desk: RegisterClient) -> None:
    def faults(**changed: str) -> list[str]:
        answer = desk.post(OFFERS, asks(**changed))
        return [one["detail"] for one in answer.get_json().get("errors", [])]

    assert ["ends_too_late"] == faults(until="2040-01-01T00:00:00Z")
    assert ["ends_too_soon"] == faults(until="2020-01-01T00:00:00Z")
    assert ["starts_in_the_past"] == faults(**{"from": "2020-01-01T00:00:00Z"})


def test_giving_has_a_scope_of_its_own(world: Flask) -> None:
    reader = a_register_client(world, "register:read", "register:support")

    for path in (OFFERS, "/api/v1/parties/p1/requests", "/api/v1/offers/x/approve", "/api/v1/offers/x/code"):
        assert (403, "insufficient_scope") == refused(reader.post(path, {}))


def test_what_was_given_so_is_ended_by_its_own_side(desk: RegisterClient, other: RegisterClient) -> None:
    offer = made(desk, asks())
    made(other, {"said_by": "p2", "evidence": PAPER}, f"/api/v1/offers/{offer['id']}/accept")
    context = desk.context
    by = Actor("p1", None, "self", Loa.BASIC, "p1-eid")
    with context.database.recording() as db:
        assert overview.within_reach(db, "p1", offer["parts"][0]["mandate"], context.clock())
        ending.revoke(db, context.vault, offer["parts"][0]["mandate"], by=by, now=context.clock())

    assert "revoked" == mandate_of(desk, offer)["state"]


def test_evidence_is_attached_to_a_mandate_that_is_there(desk: RegisterClient) -> None:
    path = "/api/v1/mandates/m1/evidence"

    done = desk.post(path, {"evidence": PAPER}).get_json()["mandate"]

    assert [{**PAPER, "at": "2025-11-25T00:00:00Z"}] == done["evidence"]
    assert "substantial" == done["assurance"]
    assert (409, "evidence_known") == refused(desk.post(path, {"evidence": PAPER}))
    unknown = desk.post("/api/v1/mandates/nothing/evidence", {"evidence": PAPER})
    assert (404, "unknown_mandate") == refused(unknown)
    history = desk.get("/api/v1/mandates/m1/history").get_json()["history"]
    assert ("evidence_attached", f"client {desk.client_id}") == (
        history[-1]["event"],
        history[-1]["authority"],
    )


def test_g13_what_is_to_be_looked_at_again_is_listed(desk: RegisterClient, other: RegisterClient) -> None:
    document = asks(services=[{"service": "s2"}], evidence=SEEN)
    offer = made(desk, document, "/api/v1/parties/o1/offers")
    made(other, {"said_by": "p2", "evidence": HEARD}, f"/api/v1/offers/{offer['id']}/accept")
    address = "/api/v1/parties/o1/mandates/to-review"
    assert [] == desk.get(address).get_json()["reviews"]
    context = desk.context
    gone = {
        "id": "a1",
        "organisation": "o1",
        "person": "p1",
        "services": "*",
        "assurance": "substantial",
        "may_grant_chain": True,
        "from": "2020-01-01T00:00:00Z",
        "until": "2021-01-01T00:00:00Z",
    }
    with context.database.writing() as db:
        import_world(db, context.vault, {"appointments": [gone]}, by=OPERATOR, now=context.clock())
    with context.database.reading() as db:
        row = db.one(Statement("SELECT body FROM register_appointments WHERE id = 'a1'"))
    assert row is not None
    mark_all(context, records.appointment(row[0]), now=context.clock())

    [review] = desk.get(address).get_json()["reviews"]

    assert ("appointment a1", offer["parts"][0]["mandate"], "active") == (
        review["power"],
        review["mandate"]["id"],
        review["mandate"]["state"],
    )
    assert (404, "unknown_party") == refused(desk.get("/api/v1/parties/nobody/mandates/to-review"))


AMOUNT = {"currency": "EUR", "value": "1250.00"}


def heeds_limits(world: Flask, *kinds: str) -> None:
    context: Context = world.extensions["namens"]
    services = [
        {**one, "offers_mandates": True, "understands": list(kinds)} for one in SMALL_WORLD["services"]
    ]
    with context.database.writing() as db:
        import_world(db, context.vault, {"services": services}, by=OPERATOR, now=context.clock())


def test_g11_what_is_given_within_limits_has_them(
    world: Flask, desk: RegisterClient, other: RegisterClient
) -> None:
    heeds_limits(world, "case", "amount", "days")
    limits = {"case": "Z-1", "amount": AMOUNT, "days": ["monday", "friday"]}

    offer = made(desk, asks(limits=limits))
    given = made(other, {"said_by": "p2", "evidence": PAPER}, f"/api/v1/offers/{offer['id']}/accept")

    assert (limits, limits) == (offer["limits"], given["limits"])
    assert limits == mandate_of(desk, offer)["limits"]


def test_r20_a_service_that_does_not_heed_the_limit_is_named(desk: RegisterClient) -> None:
    answer = desk.post(OFFERS, asks(limits={"amount": AMOUNT}))

    assert (422, "cannot_be_granted") == refused(answer)
    assert {"/services/0": "limit_not_heeded"} == {
        one["pointer"]: one["detail"] for one in answer.get_json()["errors"]
    }


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"case": "999990019"},
        {"case": " Z-1"},
        {"amount": {"currency": "EUR", "value": "0.00"}},
        {"days": ["someday"]},
        {"days": ["monday", "2026-12-01"]},
    ],
)
def test_limits_that_are_none_are_named_and_repeat_no_value(
    world: Flask, desk: RegisterClient, limits: dict[str, Any]
) -> None:
    heeds_limits(world, "case", "amount", "days")

    answer = desk.post(OFFERS, asks(limits=limits))

    assert (400, "malformed") == refused(answer)
    assert ["/limits"] == [one["pointer"] for one in answer.get_json()["errors"]]
    assert "999990019" not in answer.text
    assert "someday" not in answer.text


def a_set(desk: RegisterClient, *services: str, id: str = "t1") -> None:
    told = {"id": id, "name": {"nl": "Belasting", "en": "Tax"}, "services": list(services)}
    with desk.context.database.writing() as db:
        import_world(db, desk.context.vault, {"service_sets": [told]}, by=OPERATOR, now=desk.context.clock())


def test_r23_a_set_of_services_is_given_as_a_whole(desk: RegisterClient, other: RegisterClient) -> None:
    a_set(desk, "s1")
    offer = made(desk, asks(services=[], sets=["t1"]))
    assert [("t1", [], "*")] == [(one["set"], one["services"], one["actions"]) for one in offer["parts"]]

    made(other, {"said_by": "p2", "evidence": PAPER}, f"/api/v1/offers/{offer['id']}/accept")

    assert {"set": "t1"} == mandate_of(desk, offer)["services"]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"services": [], "sets": []}, "/services"),
        ({"sets": ["no-such"]}, "/sets/0"),
        ({"sets": ["t1", "t1"]}, "/sets"),
        ({"sets": "t1"}, "/sets"),
        ({"sets": ["x" * 256]}, "/sets/0"),
    ],
)
def test_what_is_wrong_with_sets_is_told_at_its_place(
    desk: RegisterClient, changed: dict[str, Any], where: str
) -> None:
    a_set(desk, "s1")

    answer = desk.post(OFFERS, asks(**changed))

    assert (400, "malformed") == refused(answer)
    assert where in {one["pointer"] for one in answer.get_json()["errors"]}


def test_what_stands_against_a_service_in_a_set_names_the_service(desk: RegisterClient) -> None:
    a_set(desk, "s1", "s2")
    services = [
        {**one, "offers_mandates": one["id"] == "s1", "represented_kinds": ["person"]}
        for one in SMALL_WORLD["services"]
    ]
    with desk.context.database.writing() as db:
        import_world(db, desk.context.vault, {"services": services}, by=OPERATOR, now=desk.context.clock())

    answer = desk.post(OFFERS, asks(services=[], sets=["t1"]))

    assert (422, "cannot_be_granted") == refused(answer)
    told = {(one["pointer"], one["detail"]) for one in answer.get_json()["errors"]}
    assert ("/sets", "service_not_offered at s2") in told
