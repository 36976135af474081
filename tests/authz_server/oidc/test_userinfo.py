"""UserInfo and the bearer token that it is shown (conformance UI, SCP)."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.relying_party import RelyingParty, a_client, a_resource, claims_of
from tests.support.small_world import INCOME_TAX


@pytest.fixture
def party(world: Flask) -> RelyingParty:
    party = a_client(world)
    party.log_in("p2")
    return party


def challenged(answer: TestResponse, status: int, error: str) -> None:
    assert (status, error) == (answer.status_code, answer.get_json()["error"])
    assert f'error="{error}"' in answer.headers["WWW-Authenticate"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_ui_01_ui_02_ui_03_header_and_form_are_taken(party: RelyingParty) -> None:
    tokens = party.tokens()
    token = tokens["access_token"]
    browser = party.browser

    answers = [
        browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"}),
        browser.get("/userinfo", headers={"Authorization": f"bEARER {token}"}),
        browser.post("/userinfo", headers={"Authorization": f"Bearer {token}"}),
        browser.post("/userinfo", data={"access_token": token}),
    ]

    for answer in answers:
        assert (200, "application/json") == (answer.status_code, answer.mimetype)
        # UI-04
        assert claims_of(tokens["id_token"])["sub"] == answer.get_json()["sub"]


def test_ui_10_a_token_in_the_address_is_refused(party: RelyingParty) -> None:
    token = party.tokens()["access_token"]

    challenged(party.browser.get(f"/userinfo?access_token={token}"), 400, "invalid_request")


def test_a_token_shown_twice_is_refused(party: RelyingParty) -> None:
    token = party.tokens()["access_token"]
    header = {"Authorization": f"Bearer {token}"}

    challenged(
        party.browser.post("/userinfo", data={"access_token": token}, headers=header), 400, "invalid_request"
    )
    challenged(party.browser.post("/userinfo", data={"access_token": [token, token]}), 400, "invalid_request")


def test_who_shows_nothing_is_told_the_scheme_alone(party: RelyingParty) -> None:
    answer = party.browser.get("/userinfo")

    assert (401, "Bearer") == (answer.status_code, answer.headers["WWW-Authenticate"])


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic eDp5", "Bearer x", "Bearer a b", "Bearer é"])
def test_ui_08_what_is_no_token_of_ours_is_refused(party: RelyingParty, header: str) -> None:
    answer = party.browser.get("/userinfo", headers={"Authorization": header.encode().decode("latin-1")})

    challenged(answer, 401, "invalid_token")


def test_an_id_token_is_no_access_token(party: RelyingParty) -> None:
    challenged(party.userinfo(party.tokens()["id_token"]), 401, "invalid_token")


def test_a_token_for_a_resource_is_refused(party: RelyingParty, world: Flask) -> None:
    resource = a_resource(world, INCOME_TAX)

    token = party.tokens(resource=resource.uri)["access_token"]

    assert resource.uri == claims_of(token)["aud"]
    challenged(party.userinfo(token), 401, "invalid_token")


def test_a_token_without_openid_is_not_enough(party: RelyingParty) -> None:
    tokens = party.tokens(scope="profile")

    assert "id_token" not in tokens
    challenged(party.userinfo(tokens["access_token"]), 403, "insufficient_scope")


def test_scp_01_scp_04_a_name_is_for_clients_that_have_a_purpose_and_ask(
    party: RelyingParty, world: Flask
) -> None:
    purposeful = a_client(world, person_names="To greet people by their name")
    purposeful.log_in("p2")
    wish = '{"userinfo":{"name":{"essential":true}},"id_token":{"name":null}}'

    def told(who: RelyingParty, **changed: str) -> tuple[str | None, str | None]:
        tokens = who.tokens(**changed)
        by_userinfo = who.userinfo(tokens["access_token"]).get_json().get("name")
        return claims_of(tokens["id_token"]).get("name"), by_userinfo

    assert (None, "Bram de Vries") == told(purposeful, scope="openid profile")
    assert ("Bram de Vries", "Bram de Vries") == told(purposeful, claims=wish)
    assert (None, None) == told(purposeful)
    assert (None, None) == told(party, scope="openid profile", claims=wish)


def test_idt_10_nothing_is_told_that_was_not_asked_for(party: RelyingParty) -> None:
    claims = claims_of(party.tokens()["id_token"])

    protocol = {"iss", "sub", "aud", "exp", "iat", "nbf", "auth_time", "nonce", "acr", "at_hash"}
    assert protocol | {"jti", "sid", "txn"} == claims.keys()
