"""What was granted is asked again, of that very path, whenever a token is made or used (`claims.md` 4, "The re-check")."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from authz_server.oidc import clients, resources
from claims.assurance import Loa
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.clock import Clock
from tests.support.relying_party import (
    RelyingParty,
    a_client,
    a_representing_client,
    a_resource,
    claims_of,
    header_of,
)
from tests.support.small_world import ENDS, INCOME_TAX, SMALL_WORLD, VAT_RETURN, change

REFRESHING = {"grant_types": ["authorization_code", "refresh_token"]}
REVOKED = "2025-11-25T00:00:00Z"  # the instant at which the tests begin

OWNED = {
    "id": "l1",
    "basis": "owner",
    "services": "*",
    "actions": "*",
    "assurance": "substantial",
    "from": "2020-01-01T00:00:00Z",
}


@pytest.fixture
def bram(world: Flask) -> RelyingParty:
    """Bram, who chose Anna at a client that refreshes."""
    return a_representing_client(world, INCOME_TAX, **REFRESHING)


def begun(party: RelyingParty, level: Loa = Loa.SUBSTANTIAL) -> dict[str, str]:
    session = party.log_in("p2", level)
    return {"id_token_hint": party.choose(session, "p1", INCOME_TAX)}


def revise(party: RelyingParty, **changed: Any) -> None:
    context = party.context
    with context.database.writing() as db:
        change(db, context.vault, "m1", now=context.clock(), **changed)


def add(party: RelyingParty, document: dict[str, Any]) -> None:
    context = party.context
    with context.database.writing() as db:
        import_world(db, context.vault, document, by=OPERATOR, now=context.clock())


def is_stopped(party: RelyingParty, tokens: dict[str, Any]) -> bool:
    """Whether every endpoint of ours refuses: UserInfo, introspection of both tokens, refresh."""
    answers = [
        party.userinfo(tokens["access_token"]).status_code == 401,
        party.introspect(tokens["access_token"]) == {"active": False},
        party.introspect(tokens["refresh_token"]) == {"active": False},
        party.refresh(tokens["refresh_token"]).get_json().get("error") == "invalid_grant",
    ]
    assert len(set(answers)) == 1, answers
    return answers[0]


def test_an_ended_mandate_stops_every_token_at_once(bram: RelyingParty) -> None:
    hint = begun(bram)
    tokens, waiting = bram.tokens(**hint), bram.code(**hint)

    revise(bram, revoked_at=REVOKED)

    assert is_stopped(bram, tokens)
    assert "invalid_grant" == bram.redeem(waiting).get_json()["error"]


def test_the_code_of_an_ended_mandate_is_used_up(bram: RelyingParty) -> None:
    waiting = bram.code(**begun(bram))
    revise(bram, revoked_at=REVOKED)
    bram.redeem(waiting)
    revise(bram)

    assert "invalid_grant" == bram.redeem(waiting).get_json()["error"]


def test_another_path_that_would_do_does_not_take_its_place(bram: RelyingParty) -> None:
    tokens = bram.tokens(**begun(bram))
    (first,) = [one for one in SMALL_WORLD["mandates"] if one["id"] == "m1"]
    add(bram, {"mandates": [{**first, "id": "m1b"}]})

    revise(bram, revoked_at=REVOKED)

    assert is_stopped(bram, tokens)


def test_actions_may_shrink_and_never_grow(bram: RelyingParty) -> None:
    revise(bram, actions=["view", "submit"])
    tokens = bram.tokens(**begun(bram))

    revise(bram, actions=["view"])
    shrunk = bram.introspect(tokens["access_token"])["authorization_details"][0]["actions"]
    refreshed = bram.refresh(tokens["refresh_token"]).get_json()
    revise(bram, actions=["view", "submit"])
    grown = bram.introspect(refreshed["access_token"])["authorization_details"][0]["actions"]

    assert ["view"] == shrunk
    assert ["view"] == claims_of(refreshed["access_token"])["authorization_details"][0]["actions"]
    # what the person agreed to was both: those are back, and nothing beyond them
    assert ["view", "submit"] == grown


def test_an_action_added_later_is_not_granted(bram: RelyingParty) -> None:
    revise(bram, actions=["view"])
    details = f'[{{"type":"representation","service":"{INCOME_TAX}","actions":["view"]}}]'
    session = bram.log_in("p2")
    hint = bram.choose(session, "p1", INCOME_TAX, ("view",))
    tokens = bram.tokens(id_token_hint=hint, authorization_details=details)

    revise(bram, actions=["view", "submit"])

    assert ["view"] == bram.introspect(tokens["access_token"])["authorization_details"][0]["actions"]


def test_a_mandate_left_without_any_granted_action_stops_the_tokens(bram: RelyingParty) -> None:
    revise(bram, actions=["view"])
    session = bram.log_in("p2")
    hint = bram.choose(session, "p1", INCOME_TAX, ("view",))
    details = f'[{{"type":"representation","service":"{INCOME_TAX}","actions":["view"]}}]'
    tokens = bram.tokens(id_token_hint=hint, authorization_details=details)

    revise(bram, actions=["submit"])

    assert is_stopped(bram, tokens)


def test_a_path_that_now_needs_a_stronger_login_stops_the_tokens(bram: RelyingParty) -> None:
    tokens = bram.tokens(**begun(bram, Loa.LOW))
    (service,) = [one for one in SMALL_WORLD["services"] if one["id"] == "s1"]

    add(bram, {"services": [{**service, "minimum_assurance": "substantial"}]})

    assert is_stopped(bram, tokens)


def test_r11_a_path_that_now_needs_other_means_stops_the_tokens(world: Flask) -> None:
    party = a_representing_client(world, VAT_RETURN, representation_actions=["view", "prepare"], **REFRESHING)
    session = party.log_in("p3")
    tokens = party.tokens(id_token_hint=party.choose(session, "o1", VAT_RETURN, ("view", "prepare")))
    assert not is_stopped(
        party,
        {
            **tokens,
            "refresh_token": party.tokens(
                id_token_hint=party.choose(session, "o1", VAT_RETURN, ("view", "prepare"))
            )["refresh_token"],
        },
    )

    add(
        party,
        {"blocks": [{"organisation": "o2", "person": "p3", "authenticator": "p3-eid", "from": REVOKED}]},
    )

    assert is_stopped(party, tokens)


def test_a_business_that_turns_out_to_be_somebodys_own_loses_number_and_name_in_tokens(world: Flask) -> None:
    party = a_representing_client(world, VAT_RETURN, representation_actions=["view", "prepare"], **REFRESHING)
    session = party.log_in("p3")
    tokens = party.tokens(id_token_hint=party.choose(session, "o1", VAT_RETURN, ("view", "prepare")))
    assert "90000456" == deepest(claims_of(tokens["id_token"]))["sub"]

    add(party, {"legal_relations": [OWNED | {"represented": "o1", "representative": "p2"}]})

    refreshed = party.refresh(tokens["refresh_token"]).get_json()
    for told in (
        claims_of(refreshed["id_token"]),
        claims_of(refreshed["access_token"]),
        party.introspect(refreshed["access_token"]),
        party.introspect(tokens["access_token"]),
        party.userinfo(tokens["access_token"]).get_json(),
    ):
        assert "http://localhost:8000/identifiers/pairwise" == deepest(told)["sub_id_type"]
        assert "name" not in deepest(told)
        assert "90000456" not in str(told)


def deepest(claims: dict[str, Any]) -> dict[str, Any]:
    """The represented party, behind its intermediaries."""
    found: dict[str, Any] = claims["represents"]
    while "represents" in found:
        found = found["represents"]
    return found


def test_no_token_outlives_the_mandate(bram: RelyingParty, clock: Clock) -> None:
    clock.now = ENDS - 100
    tokens = bram.tokens(**begun(bram))

    assert 100 == tokens["expires_in"]
    for token in (tokens["id_token"], tokens["access_token"]):
        assert ENDS == claims_of(token)["exp"]
    assert ENDS == bram.introspect(tokens["refresh_token"])["exp"]
    clock.now = ENDS
    assert is_stopped(bram, tokens)


def test_introspection_tells_the_end_that_the_mandate_has_now(bram: RelyingParty, clock: Clock) -> None:
    tokens = bram.tokens(**begun(bram))

    revise(bram, until="2025-11-25T00:01:00Z")

    assert clock.now + 60 == bram.introspect(tokens["access_token"])["exp"]


def test_b19_a_client_that_no_longer_understands_has_no_representation(bram: RelyingParty) -> None:
    tokens = bram.tokens(**begun(bram))
    context = bram.context
    client = clients.find(context, None, bram.client_id)
    assert client is not None
    members = dict(client.metadata) | {"representation": "none", "representation_services": []}
    with context.database.writing() as db:
        clients.replace(context, db, client, members)

    assert is_stopped(bram, tokens)


def test_a_removed_client_has_nothing_left(bram: RelyingParty, world: Flask) -> None:
    tokens = bram.tokens(**begun(bram))
    context = bram.context

    with context.database.writing() as db:
        clients.remove(context, db, bram.client_id, now=context.clock())

    assert 401 == bram.userinfo(tokens["access_token"]).status_code
    assert 401 == bram.refresh(tokens["refresh_token"]).status_code


def test_r17_acting_for_oneself_is_asked_again_too(bram: RelyingParty) -> None:
    session = bram.log_in("p2")
    tokens = bram.tokens(id_token_hint=bram.choose(session, None, INCOME_TAX))
    details = tokens["authorization_details"]

    add(
        bram,
        {
            "restrictions": [
                {"id": "r1", "party": "p2", "kind": "guardianship", "services": "*", "from": REVOKED}
            ]
        },
    )

    assert [
        {
            "type": "representation",
            "service": INCOME_TAX,
            "actions": ["view", "submit"],
            "represented": "self",
        }
    ] == details
    assert "represents" not in tokens
    assert is_stopped(bram, tokens)


def test_a_removed_resource_stops_its_tokens(world: Flask) -> None:
    party, resource = a_client(world, **REFRESHING), a_resource(world, INCOME_TAX)
    party.log_in("p2")
    tokens = party.tokens(resource=resource.uri)
    assert party.introspect(tokens["access_token"])["active"]

    with party.context.database.writing() as db:
        resources.remove(party.context, db, resource.uri)

    assert {"active": False} == party.introspect(tokens["access_token"])
    assert "invalid_grant" == party.refresh(tokens["refresh_token"]).get_json()["error"]


@pytest.mark.parametrize("endpoint", ["token", "refresh", "userinfo", "introspect"])
def test_a_register_that_does_not_answer_consumes_nothing(
    bram: RelyingParty, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one thing here that cannot be had for real: a database that fails between two statements."""
    hint = begun(bram)
    tokens, code = bram.tokens(**hint), bram.code(**hint)
    asks: dict[str, Callable[[], Any]] = {
        "token": lambda: bram.redeem(code),
        "refresh": lambda: bram.refresh(tokens["refresh_token"]),
        "userinfo": lambda: bram.userinfo(tokens["access_token"]),
        "introspect": lambda: bram.post("/introspect", {"token": tokens["access_token"]}),
    }

    def fails(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr("claims.register.resolving.stands", fails)
        answer = asks[endpoint]()

    assert 503 == answer.status_code
    assert int(answer.headers["Retry-After"]) > 0
    assert 200 == asks[endpoint]().status_code


def test_a_register_that_does_not_answer_at_the_authorization_endpoint(
    bram: RelyingParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("claims.register.lookup.service_by_uri", fails)
    from tests.support.relying_party import query_of

    answer = query_of(bram.authorize())

    assert "temporarily_unavailable" == answer["error"]
    assert {"error", "error_description", "state", "iss"} >= answer.keys()


def test_t3_a_refreshed_id_token_keeps_the_time_of_the_login(bram: RelyingParty, clock: Clock) -> None:
    first = bram.tokens(**begun(bram))
    clock.now += 200

    second = bram.refresh(first["refresh_token"]).get_json()

    before, after = claims_of(first["id_token"]), claims_of(second["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "acr", "sid", "txn"):
        assert before[name] == after[name]
    assert after["iat"] == before["iat"] + 200
    assert before["jti"] != after["jti"]
    assert "nonce" not in after
    assert "ES256" == header_of(second["id_token"])["alg"]
