"""What works once works once: codes, refresh tokens, client assertions; and what comes back ends the rest."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from keys.storage import Statement
from tests.support.clock import Clock
from tests.support.relying_party import REDIRECT, VERIFIER, RelyingParty, a_client, a_representing_client
from tests.support.small_world import INCOME_TAX

FIFTY = 50
WITH_REFRESH = {"grant_types": ["authorization_code", "refresh_token"]}


def again(party: RelyingParty) -> Callable[[dict[str, str]], TestResponse]:
    """A token request of the same client, from a browser of its own, until it is answered."""

    def ask(form: dict[str, str]) -> TestResponse:
        one = RelyingParty(party.app, party.client_id, party.secret)
        while (answer := one.post("/token", form)).status_code == 503:
            pass  # the machine is busy: nothing was consumed, and who asks again may be the first after all
        return answer

    return ask


def all_at_once(party: RelyingParty, form: dict[str, str]) -> list[TestResponse]:
    """Fifty times the same token request."""
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(again(party), [form] * FIFTY))


def code_form(code: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }


def refused(answer: TestResponse) -> str:
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    return str(answer.get_json()["error"])


def test_t12_fifty_redemptions_at_once_give_tokens_once_and_then_none_that_lives(world: Flask) -> None:
    party = a_client(world, **WITH_REFRESH)
    party.log_in("p2")

    answers = all_at_once(party, code_form(party.code()))

    (won,) = [answer for answer in answers if answer.status_code == 200]
    assert {"invalid_grant"} == {refused(answer) for answer in answers if answer is not won}
    tokens = won.get_json()
    assert {"active": False} == party.introspect(tokens["access_token"])
    assert 401 == party.userinfo(tokens["access_token"]).status_code
    assert "invalid_grant" == refused(party.refresh(tokens["refresh_token"]))


def test_ref_fifty_refreshes_at_once_give_tokens_once_and_then_none_that_lives(world: Flask) -> None:
    party = a_client(world, **WITH_REFRESH)
    party.log_in("p2")
    first = party.tokens()["refresh_token"]

    answers = all_at_once(party, {"grant_type": "refresh_token", "refresh_token": first})

    (won,) = [answer for answer in answers if answer.status_code == 200]
    assert {"invalid_grant"} == {refused(answer) for answer in answers if answer is not won}
    assert "invalid_grant" == refused(party.refresh(won.get_json()["refresh_token"]))
    assert {"active": False} == party.introspect(won.get_json()["access_token"])


def test_tok_08_tok_09_a_code_that_comes_back_ends_what_came_of_it(world: Flask) -> None:
    party = a_client(world)
    party.log_in("p2")
    code = party.code()
    token = party.redeem(code).get_json()["access_token"]
    assert party.introspect(token)["active"]

    assert "invalid_grant" == refused(party.redeem(code))

    assert {"active": False} == party.introspect(token)
    assert 401 == party.userinfo(token).status_code


def test_tok_11_a_code_of_another_client_is_refused_and_still_works(world: Flask) -> None:
    party, other = a_client(world), a_client(world)
    party.log_in("p2")
    code = party.code()

    assert "invalid_grant" == refused(other.redeem(code))
    assert 200 == party.redeem(code).status_code
    # nor does the other end what came of it
    assert "invalid_grant" == refused(other.redeem(code))
    assert 200 == party.redeem(party.code()).status_code


def test_a_used_code_shown_by_another_client_ends_nothing(world: Flask) -> None:
    party, other = a_client(world), a_client(world)
    party.log_in("p2")
    code = party.code()
    token = party.redeem(code).get_json()["access_token"]

    assert "invalid_grant" == refused(other.redeem(code))

    assert party.introspect(token)["active"]


def test_ref_05_a_refresh_token_of_another_client_is_refused_and_ends_nothing(world: Flask) -> None:
    party, other = a_client(world, **WITH_REFRESH), a_client(world, **WITH_REFRESH)
    party.log_in("p2")
    tokens = party.tokens()

    assert "invalid_grant" == refused(other.refresh(tokens["refresh_token"]))

    second = party.refresh(tokens["refresh_token"])
    assert 200 == second.status_code
    # the used one, shown by the other, is nothing to them
    assert "invalid_grant" == refused(other.refresh(tokens["refresh_token"]))
    assert party.introspect(second.get_json()["access_token"])["active"]


def test_a_refresh_token_that_comes_back_ends_the_grant(world: Flask) -> None:
    party = a_client(world, **WITH_REFRESH)
    party.log_in("p2")
    first = party.tokens()
    second = party.refresh(first["refresh_token"]).get_json()

    assert "invalid_grant" == refused(party.refresh(first["refresh_token"]))

    assert "invalid_grant" == refused(party.refresh(second["refresh_token"]))
    assert {"active": False} == party.introspect(first["access_token"])
    assert {"active": False} == party.introspect(second["access_token"])


_HOLD_GRANTS = Statement("UPDATE oidc_grants SET redirect_uri = redirect_uri")
_HOLD_REFRESH_TOKENS = Statement("UPDATE oidc_refresh_tokens SET grant_id = grant_id")


@contextmanager
def held(party: RelyingParty, rows: Statement, seconds: float) -> Iterator[None]:
    """Nobody can change these rows for a moment: who asks meanwhile has read them and waits to use one up."""
    with party.context.database.writing() as db:
        db.run(rows)
        yield
        time.sleep(seconds)


def test_two_redemptions_that_both_found_the_code_unused_end_what_came_of_it(world: Flask) -> None:
    party = a_client(world, **WITH_REFRESH)
    party.log_in("p2")
    form = code_form(party.code())

    with ThreadPoolExecutor(2) as pool:
        with held(party, _HOLD_GRANTS, 0.1):
            asked = [pool.submit(again(party), form) for _ in range(2)]
        answers = sorted((one.result() for one in asked), key=lambda answer: answer.status_code)

    assert [200, 400] == [answer.status_code for answer in answers]
    tokens = answers[0].get_json()
    assert {"active": False} == party.introspect(tokens["access_token"])
    assert "invalid_grant" == refused(party.refresh(tokens["refresh_token"]))


def test_two_refreshes_that_both_found_the_token_unused_end_what_came_of_it(world: Flask) -> None:
    party = a_client(world, **WITH_REFRESH)
    party.log_in("p2")
    form = {"grant_type": "refresh_token", "refresh_token": party.tokens()["refresh_token"]}

    with ThreadPoolExecutor(2) as pool:
        with held(party, _HOLD_REFRESH_TOKENS, 0.1):
            asked = [pool.submit(again(party), form) for _ in range(2)]
        answers = sorted((one.result() for one in asked), key=lambda answer: answer.status_code)

    assert [200, 400] == [answer.status_code for answer in answers]
    tokens = answers[0].get_json()
    assert {"active": False} == party.introspect(tokens["access_token"])
    assert "invalid_grant" == refused(party.refresh(tokens["refresh_token"]))


PUBLIC = {"token_endpoint_auth_method": "none"}
A_THIEFS: tuple[dict[str, str], ...] = (
    {"code_verifier": "another-verifier-that-is-long-enough-for-rfc-7636-0123"},
    {"code_verifier": "short"},
    {"redirect_uri": "https://thief.example.nl/cb"},
)


@pytest.mark.parametrize("members", [{}, PUBLIC], ids=["confidential", "public"])
def test_a_used_code_with_a_wrong_part_ends_nothing(world: Flask, members: dict[str, str]) -> None:
    party = a_client(world, **WITH_REFRESH, **members)
    party.log_in("p2")
    code = party.code()
    tokens = party.redeem(code).get_json()
    without_verifier = code_form(code)
    del without_verifier["code_verifier"]

    for wrong in A_THIEFS:
        assert "invalid_grant" == refused(party.redeem(code, **wrong))
    assert "invalid_grant" == refused(party.post("/token", without_verifier))

    assert 200 == party.userinfo(tokens["access_token"]).status_code
    assert 200 == party.refresh(tokens["refresh_token"]).status_code


def test_a_used_code_from_somebody_without_the_secret_ends_nothing(world: Flask) -> None:
    party = a_client(world)
    party.log_in("p2")
    code = party.code()
    token = party.redeem(code).get_json()["access_token"]

    assert 401 == party.post("/token", code_form(code), secret="a-guess").status_code

    assert party.introspect(token)["active"]


def test_a_used_code_of_a_public_client_with_its_verifier_ends_what_came_of_it(world: Flask) -> None:
    party = a_client(world, **WITH_REFRESH, **PUBLIC)
    party.log_in("p2")
    code = party.code()
    tokens = party.redeem(code).get_json()

    assert "invalid_grant" == refused(party.redeem(code))

    assert 401 == party.userinfo(tokens["access_token"]).status_code
    assert "invalid_grant" == refused(party.refresh(tokens["refresh_token"]))


def test_a_used_code_ends_what_came_of_it_also_when_it_would_have_expired(world: Flask, clock: Clock) -> None:
    party = a_client(world)
    party.log_in("p2")
    code = party.code()
    token = party.redeem(code).get_json()["access_token"]
    clock.now += 61

    assert "invalid_grant" == refused(party.redeem(code))

    assert {"active": False} == party.introspect(token)


def test_a_code_with_a_wrong_part_is_refused_and_still_works(world: Flask) -> None:
    party = a_client(world)
    party.log_in("p2")
    code = party.code()

    for wrong in A_THIEFS:
        assert "invalid_grant" == refused(party.redeem(code, **wrong))

    assert 200 == party.redeem(code).status_code


def test_a_grant_that_ends_while_it_is_refreshed_gives_nothing_that_lives(world: Flask) -> None:
    party = a_client(world, **WITH_REFRESH)
    party.log_in("p2")
    first = party.tokens()["refresh_token"]
    second = party.refresh(first).get_json()["refresh_token"]

    with ThreadPoolExecutor(2) as pool:
        with held(party, _HOLD_REFRESH_TOKENS, 0.1):
            going_on = pool.submit(again(party), {"grant_type": "refresh_token", "refresh_token": second})
            back = pool.submit(again(party), {"grant_type": "refresh_token", "refresh_token": first})
        answered = going_on.result()

    assert "invalid_grant" == refused(back.result())
    if answered.status_code == 200:
        tokens = answered.get_json()
        assert {"active": False} == party.introspect(tokens["access_token"])
        assert "invalid_grant" == refused(party.refresh(tokens["refresh_token"]))


def test_a_code_lives_sixty_seconds(world: Flask, clock: Clock) -> None:
    party = a_client(world)
    party.log_in("p2")
    in_time, late = party.code(), party.code()

    clock.now += 59
    assert 200 == party.redeem(in_time).status_code
    clock.now += 1
    assert "invalid_grant" == refused(party.redeem(late))


def test_an_access_token_lives_fifteen_minutes_and_five_with_a_representation(
    world: Flask, clock: Clock
) -> None:
    party = a_representing_client(world, INCOME_TAX)
    session = party.log_in("p2")
    hint = party.choose(session, "p1", INCOME_TAX)
    plain = a_client(world)
    plain.log_in("p2")
    own, representing = plain.tokens(), party.tokens(id_token_hint=hint)

    assert (900, 300) == (own["expires_in"], representing["expires_in"])
    clock.now += 299
    assert party.introspect(representing["access_token"])["active"]
    clock.now += 1
    assert {"active": False} == party.introspect(representing["access_token"])
    assert plain.introspect(own["access_token"])["active"]


def test_a_refresh_token_ends_with_the_session_without_offline_access(world: Flask, clock: Clock) -> None:
    from authz_server.login import sessions

    party = a_client(world, **WITH_REFRESH)
    session = party.log_in("p2")
    tokens = party.tokens()
    with party.context.database.writing() as db:
        sessions.end(db, session.id, now=clock.now)

    assert "invalid_grant" == refused(party.refresh(tokens["refresh_token"]))
