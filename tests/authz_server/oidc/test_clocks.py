"""Clocks that differ between servers by seconds, that jump by an hour, and the second in which something ends."""

import pytest
from flask import Flask

from claims.instants import written
from claims.mandates import Mandate
from claims.register import ending
from claims.register.actor import OPERATOR
from tests.authz_server.oidc.test_single_use import refused
from tests.authz_server.oidc.test_standing import REFRESHING, begun, is_stopped, revise
from tests.support.clock import Clock
from tests.support.register import VAULT
from tests.support.relying_party import RelyingParty, a_client, a_representing_client, claims_of
from tests.support.small_world import INCOME_TAX

HOUR = 3600
AROUND = ((-1, True), (0, False), (1, False))  # the end of something, and whether it works then


@pytest.fixture
def bram(world: Flask) -> RelyingParty:
    """Bram, who chose Anna at a client that refreshes."""
    return a_representing_client(world, INCOME_TAX, **REFRESHING)


def test_a_revocation_by_a_server_whose_clock_is_ahead_acts_at_once(bram: RelyingParty, clock: Clock) -> None:
    hint = begun(bram)
    tokens, waiting = bram.tokens(**hint), bram.code(**hint)

    with bram.context.database.writing() as db:
        assert isinstance(ending.revoke(db, VAULT, "m1", by=OPERATOR, now=clock.now + 5), Mandate)

    assert is_stopped(bram, tokens)
    assert "invalid_grant" == refused(bram.redeem(waiting))


def test_a_revocation_that_is_planned_acts_when_it_was_planned(bram: RelyingParty, clock: Clock) -> None:
    tokens = bram.tokens(**begun(bram))
    revise(bram, revoked_at=written(clock.now + 30))

    clock.now += 29
    assert 200 == bram.userinfo(tokens["access_token"]).status_code
    clock.now += 1
    assert is_stopped(bram, tokens)


@pytest.mark.parametrize("behind", [5, HOUR])
def test_a_code_from_the_future_is_redeemed_once(world: Flask, clock: Clock, behind: int) -> None:
    """Made by a server whose clock is ahead, or before the clock was turned back."""
    party = a_client(world, **REFRESHING)
    party.log_in("p2")
    code = party.code()

    clock.now -= behind
    tokens = party.redeem(code).get_json()

    claims = claims_of(tokens["id_token"])
    assert clock.now == claims["iat"]
    assert claims["exp"] > clock.now
    assert party.introspect(tokens["access_token"])["active"]
    assert 200 == party.userinfo(tokens["access_token"]).status_code
    assert "invalid_grant" == refused(party.redeem(code))
    assert {"active": False} == party.introspect(tokens["access_token"])


def test_a_token_from_the_future_works_at_every_server(bram: RelyingParty, clock: Clock) -> None:
    tokens = bram.tokens(**begun(bram))

    clock.now -= 5

    assert 200 == bram.userinfo(tokens["access_token"]).status_code
    assert bram.introspect(tokens["access_token"])["active"]
    again = bram.refresh(tokens["refresh_token"]).get_json()
    assert claims_of(again["access_token"])["iat"] == clock.now


def test_a_clock_that_jumps_forward_ends_a_code_and_the_next_one_works(world: Flask, clock: Clock) -> None:
    party = a_client(world)
    party.log_in("p2")
    code = party.code()

    clock.now += HOUR

    assert "invalid_grant" == refused(party.redeem(code))
    party.log_in("p2")
    assert 200 == party.redeem(party.code()).status_code


def test_each_ends_in_the_second_in_which_it_ends(world: Flask, clock: Clock) -> None:
    party = a_client(world, **REFRESHING)
    party.log_in("p2")
    begun_at = clock.now
    tokens, codes = party.tokens(), [party.code() for _ in AROUND]

    for (second, works), code in zip(AROUND, codes, strict=True):
        clock.now = begun_at + 60 + second
        assert (200 if works else 400) == party.redeem(code).status_code
    for second, works in AROUND:
        clock.now = begun_at + tokens["expires_in"] + second
        assert works == party.introspect(tokens["access_token"])["active"]
        assert (200 if works else 401) == party.userinfo(tokens["access_token"]).status_code
    refresh = tokens["refresh_token"]
    for second, works in AROUND:
        clock.now = begun_at + 1800 + second  # the session's idle time, with which it ends
        answer = party.refresh(refresh)
        assert (200 if works else 400) == answer.status_code
        refresh = answer.get_json().get("refresh_token", refresh)


def test_a_mandate_ends_in_the_second_that_is_its_until(bram: RelyingParty, clock: Clock) -> None:
    until = clock.now + 100
    revise(bram, until=written(until))
    tokens = bram.tokens(**begun(bram))
    assert claims_of(tokens["access_token"])["exp"] == until

    for second, works in AROUND:
        clock.now = until + second
        assert (200 if works else 401) == bram.userinfo(tokens["access_token"]).status_code
        assert works == bram.introspect(tokens["access_token"])["active"]
