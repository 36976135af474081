"""Clients that register themselves, in the demo alone (conformance REG; trap T10)."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from tests.support.assertions import JWKS
from tests.support.clock import Clock
from tests.support.relying_party import REDIRECT
from tests.support.small_world import INCOME_TAX, lay

GOOD: dict[str, Any] = {"redirect_uris": [REDIRECT]}


@pytest.fixture
def demo(settings: Settings, clock: Clock) -> Iterator[FlaskClient]:
    """The provider as `namens demo` starts it."""
    app = create_app(settings, clock=clock, demo=True)
    context: Context = app.extensions["namens"]
    with context.database.writing() as db:
        lay(db, context.vault, now=clock.now)
    yield app.test_client()
    context.database.engine.dispose()


def test_reg_14_outside_the_demo_there_is_no_registration(app: Flask) -> None:
    assert 404 == app.test_client().post("/register", json=GOOD).status_code
    assert 404 == app.test_client().get("/register/x").status_code


def test_reg_01_reg_02_reg_03_a_client_registers_itself(demo: FlaskClient) -> None:
    answer = demo.post("/register", json=GOOD)

    made = answer.get_json()
    assert (201, "application/json") == (answer.status_code, answer.mimetype)
    assert len(made["client_secret"]) >= 43
    assert 0 == made["client_secret_expires_at"]
    assert f"http://localhost:8000/register/{made['client_id']}" == made["registration_client_uri"]
    # OpenID Connect Registration 2: RS256 where nothing is said
    assert "RS256" == made["id_token_signed_response_alg"]


def test_reg_04_reg_05_it_reads_and_deletes_its_own_registration(demo: FlaskClient) -> None:
    made, other = (demo.post("/register", json=GOOD).get_json() for _ in range(2))
    address = f"/register/{made['client_id']}"

    def shown(token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}

    own = shown(made["registration_access_token"])
    foreign = shown(other["registration_access_token"])

    assert made["client_id"] == demo.get(address, headers=own).get_json()["client_id"]
    assert "client_secret" not in demo.get(address, headers=own).get_json()
    for headers in ({}, foreign, shown("x"), shown(made["client_secret"]), {"Authorization": "Basic eDp5"}):
        assert 401 == demo.get(address, headers=headers).status_code
        assert 401 == demo.delete(address, headers=headers).status_code
    assert 401 == demo.get("/register/nobody", headers=own).status_code
    assert 204 == demo.delete(address, headers=own).status_code
    assert 401 == demo.get(address, headers=own).status_code


def test_reg_06_what_is_understood_is_taken_and_told_back(demo: FlaskClient) -> None:
    asked = {
        **GOOD,
        "client_name": "Proef",
        "client_name#nl": "Proefbalie",
        "contacts": ["a@example.nl"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [{name: v for name, v in key.items() if name != "kid"} for key in JWKS["keys"]]},
        "id_token_signed_response_alg": "ES256",
        "logo_uri": "https://rp.example.nl/logo.png",
        "policy_uri": "https://rp.example.nl/policy",
        "tos_uri": "https://rp.example.nl/tos",
        "initiate_login_uri": "https://rp.example.nl/start",
        "post_logout_redirect_uris": ["https://rp.example.nl/bye"],
        "subject_type": "pairwise",
        "default_max_age": 3600,
        "require_auth_time": True,
        "representation": "optional",
        "representation_services": [INCOME_TAX],
    }

    answer = demo.post("/register", json=asked)

    assert 201 == answer.status_code, answer.get_json()
    assert asked.items() <= answer.get_json().items()
    assert "client_secret" not in answer.get_json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[1]",
        b"null",
        b"5",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b'{"redirect_uris":[1]}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"scope":1}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"jwks":"x"}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"redirect_uris":[]}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"client_name":"\\ud800"}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"client_name":"a\\u0000b"}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"client_id":"mine"}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"userinfo_signed_response_alg":"ES384"}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"backchannel_logout_uri":"https://rp.example.nl/out"}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"initiate_login_uri":"http://rp.example.nl/start"}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"default_max_age":1e400}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"default_max_age":1.5}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"\\u0000\\"\\\\x":1}',
        b'{"redirect_uris":["https://rp.example.nl/cb"],"grant_types":{"a":1}}',
        b'{"redirect_uris":{"a":1}}',
        b'{"redirect_uris":["http://rp.example.nl/cb"]}',
        b'{"redirect_uris":["https://rp.example.nl/cb#x"]}',
        b'{"redirect_uris":["https://rp.example.nl/c\xc3\xa9"]}',
        b"[" * 60000,
    ],
)
def test_t10_reg_11_what_is_no_registration_is_refused_and_never_an_error_of_ours(
    demo: FlaskClient, body: bytes
) -> None:
    answer = demo.post("/register", data=body, content_type="application/json")

    told = answer.get_json()
    assert 400 == answer.status_code
    assert told["error"] in {"invalid_client_metadata", "invalid_redirect_uri"}
    description = told.get("error_description", "")
    assert all(" " <= sign <= "~" and sign not in '"\\' for sign in description), description


def test_a_form_is_no_registration(demo: FlaskClient) -> None:
    assert 400 == demo.post("/register", data=GOOD).status_code


def test_ru_06_a_fragment_is_refused_by_its_code(demo: FlaskClient) -> None:
    answer = demo.post("/register", json={"redirect_uris": [REDIRECT + "#x"]})

    assert "invalid_redirect_uri" == answer.get_json()["error"]
