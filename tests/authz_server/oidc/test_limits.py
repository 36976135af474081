"""Limits in what a grant gives: in every answer, never wider than granted, and only to who heeds them (R20 to R22)."""

from typing import Any

import pytest
from flask import Flask

from authz_server.oidc import clients
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.clock import Clock
from tests.support.relying_party import RelyingParty, a_representing_client, a_resource, claims_of
from tests.support.small_world import INCOME_TAX, SMALL_WORLD, change

REFRESHING = {"grant_types": ["authorization_code", "refresh_token"]}
HEEDS = ["case", "amount", "days"]
INACTIVE = {"active": False}


def euros(value: str) -> dict[str, Any]:
    return {"amount": {"currency": "EUR", "value": value}}


@pytest.fixture
def limited(world: Flask, clock: Clock) -> Flask:
    """The small world, in which the income tax heeds every limit, and Anna's mandate is for one case up to 1,000 euros."""
    context = world.extensions["namens"]
    with context.database.writing() as db:
        services = [{**SMALL_WORLD["services"][0], "understands": HEEDS}]
        import_world(db, context.vault, {"services": services}, by=OPERATOR, now=clock())
    put(world, clock, {"case": "Z-1", **euros("1000.00")})
    return world


def put(app: Flask, clock: Clock, limits: dict[str, Any] | None) -> None:
    context = app.extensions["namens"]
    with context.database.writing() as db:
        change(db, context.vault, "m1", now=clock(), limits=limits)


@pytest.fixture
def bram(limited: Flask) -> RelyingParty:
    return a_representing_client(limited, INCOME_TAX, representation_restrictions=HEEDS, **REFRESHING)


def tokens_of(party: RelyingParty, **changed: str) -> dict[str, Any]:
    session = party.log_in("p2")
    return party.tokens(id_token_hint=party.choose(session, "p1", INCOME_TAX), **changed)


def limits_in(claims: Any) -> Any:
    return claims["authorization_details"][0].get("limits")


def test_r21_every_answer_carries_the_limits(bram: RelyingParty, limited: Flask) -> None:
    resource = a_resource(limited, INCOME_TAX)
    tokens = tokens_of(bram)
    told = [
        claims_of(tokens["id_token"]),
        claims_of(tokens["access_token"]),
        tokens,
        bram.introspect(tokens["access_token"]),
        bram.userinfo(tokens["access_token"]).get_json(),
    ]
    token = tokens_of(bram, resource=resource.uri)["access_token"]
    told += [claims_of(token), resource.introspect(token)]

    assert [{"case": "Z-1", **euros("1000.00")}] * 7 == [limits_in(one) for one in told]


def test_what_is_not_limited_says_nothing_of_limits(bram: RelyingParty, limited: Flask, clock: Clock) -> None:
    put(limited, clock, None)

    tokens = tokens_of(bram)

    assert "limits" not in claims_of(tokens["access_token"])["authorization_details"][0]


@pytest.mark.parametrize("heeds", [[], ["case"], ["amount", "days"], ["branch", "amount"]])
def test_r20_a_client_that_does_not_heed_every_limit_gets_nothing(limited: Flask, heeds: list[str]) -> None:
    blind = a_representing_client(limited, INCOME_TAX, representation_restrictions=heeds, **REFRESHING)
    session = blind.log_in("p2")

    answer = blind.authorize(id_token_hint=blind.choose(session, "p1", INCOME_TAX))

    assert "error=interaction_required" in answer.headers["Location"]


def test_what_is_made_wider_is_not_wider_in_a_grant(bram: RelyingParty, limited: Flask, clock: Clock) -> None:
    tokens = tokens_of(bram)

    put(limited, clock, {"case": "Z-1", **euros("9000.00")})

    assert {"case": "Z-1", **euros("1000.00")} == limits_in(bram.introspect(tokens["access_token"]))
    renewed = bram.refresh(tokens["refresh_token"]).get_json()
    assert {"case": "Z-1", **euros("1000.00")} == limits_in(claims_of(renewed["access_token"]))

    put(limited, clock, None)

    assert {"case": "Z-1", **euros("1000.00")} == limits_in(bram.introspect(renewed["access_token"]))


def test_what_is_made_narrower_is_narrower_at_once(bram: RelyingParty, limited: Flask, clock: Clock) -> None:
    tokens = tokens_of(bram)

    put(limited, clock, {"case": "Z-1", **euros("10.00")})

    assert {"case": "Z-1", **euros("10.00")} == limits_in(bram.introspect(tokens["access_token"]))
    assert {"case": "Z-1", **euros("10.00")} == limits_in(bram.userinfo(tokens["access_token"]).get_json())


def test_another_case_than_was_granted_ends_the_grant(
    bram: RelyingParty, limited: Flask, clock: Clock
) -> None:
    tokens = tokens_of(bram)

    put(limited, clock, {"case": "Z-2"})

    assert INACTIVE == bram.introspect(tokens["access_token"])
    assert 401 == bram.userinfo(tokens["access_token"]).status_code
    assert "invalid_grant" == bram.refresh(tokens["refresh_token"]).get_json()["error"]


def test_a_mandate_that_is_limited_later_says_nothing_to_a_client_that_does_not_heed_it(
    limited: Flask, clock: Clock
) -> None:
    put(limited, clock, None)
    blind = a_representing_client(limited, INCOME_TAX, **REFRESHING)
    tokens = tokens_of(blind)
    assert blind.introspect(tokens["access_token"])["active"]

    put(limited, clock, euros("10.00"))

    assert INACTIVE == blind.introspect(tokens["access_token"])
    assert "invalid_grant" == blind.refresh(tokens["refresh_token"]).get_json()["error"]


def test_a_client_that_no_longer_declares_it_is_told_nothing(bram: RelyingParty, limited: Flask) -> None:
    tokens = tokens_of(bram)
    context = limited.extensions["namens"]
    with context.database.writing() as db:
        found = clients.find(context, db, bram.client_id)
        assert found is not None
        clients.replace(context, db, found, {**found.metadata, "representation_restrictions": ["amount"]})

    assert INACTIVE == bram.introspect(tokens["access_token"])


def test_r22_a_token_for_one_day_of_the_week_ends_at_midnight(
    bram: RelyingParty, limited: Flask, clock: Clock
) -> None:
    today = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"][
        (clock() // 86400 + 3) % 7
    ]
    put(limited, clock, {"days": [today]})

    tokens = tokens_of(bram)
    claims = claims_of(tokens["access_token"])
    assert {"days": [today]} == limits_in(claims)
    assert claims["authorization_details"][0]["not_after"].endswith(("T22:00:00Z", "T23:00:00Z"))

    clock.now += 86400

    assert INACTIVE == bram.introspect(tokens["access_token"])
