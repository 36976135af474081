"""What everybody may read: discovery on both paths, keys, schemas (conformance DISC, JWK)."""

import json
import sqlite3
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata
from flask import Flask
from jsonschema import Draft202012Validator

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.oidc import discovery
from keys.storage import Database
from tests.support.clock import Clock
from tests.support.relying_party import a_client, a_representing_client
from tests.support.settings import settings_with
from tests.support.small_world import INCOME_TAX

PATHS = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]


@pytest.mark.parametrize("path", PATHS)
def test_disc_01_both_paths_tell_the_same(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)

    assert (200, "application/json") == (answer.status_code, answer.mimetype)
    assert "max-age" in answer.headers["Cache-Control"]
    assert "*" == answer.headers["Access-Control-Allow-Origin"]
    assert discovery.document("http://localhost:8000", registration=False) == answer.get_json()


def test_disc_20_authlibs_own_checks_find_nothing_wrong() -> None:
    document = discovery.document("https://login.example.nl", registration=True)

    OpenIDProviderMetadata(document).validate()
    AuthorizationServerMetadata(document).validate()


def test_disc_03_disc_06_every_address_is_of_the_issuer() -> None:
    issuer = "https://login.example.nl"
    document = discovery.document(issuer, registration=True)

    assert issuer == document["issuer"]
    for name, value in document.items():
        if name.endswith(("_endpoint", "_uri")):
            assert value.startswith(issuer + "/")


@pytest.mark.parametrize("demo", [False, True])
def test_every_address_that_is_named_answers_and_no_other_is_named(
    settings: Settings, clock: Clock, demo: bool
) -> None:
    app = create_app(settings, clock=clock, demo=demo)
    client = app.test_client()
    document: dict[str, Any] = client.get(PATHS[0]).get_json()

    addresses = [value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))]
    addresses += [document["mandate_register"], *document["authorization_details_schemas"].values()]
    answers = {address: client.get(urlsplit(address).path).status_code for address in addresses}

    assert 404 not in answers.values(), answers
    assert demo == ("registration_endpoint" in document)
    # silence would say that they are there (OIDC Discovery 3)
    assert document["request_uri_parameter_supported"] is False
    assert not document.keys() & {
        "pushed_authorization_request_endpoint",
        "dpop_signing_alg_values_supported",
        "backchannel_logout_supported",
        "check_session_iframe",
    }
    app.extensions["namens"].database.engine.dispose()


def test_disc_13_disc_15_disc_23_disc_24_what_is_named_works(world: Flask) -> None:
    document = world.test_client().get(PATHS[0]).get_json()

    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert ["S256"] == document["code_challenge_methods_supported"]
    for algorithm in document["id_token_signing_alg_values_supported"]:
        assert a_client(world, id_token_signed_response_alg=algorithm)
    for method in document["token_endpoint_auth_methods_supported"]:
        more = {"jwks_uri": "https://rp.example.nl/jwks"} if method == "private_key_jwt" else {}
        assert a_client(world, token_endpoint_auth_method=method, **more)


def test_jwk_01_jwk_02_jwk_03_jwk_05_the_keys_are_public_and_each_has_its_own_id(world: Flask) -> None:
    answer = world.test_client().get("/jwks")

    keys = answer.get_json()["keys"]
    assert len(keys) == len({key["kid"] for key in keys}) >= 2
    for key in keys:
        assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "k"}
        assert {"kty", "kid", "alg", "use"} <= key.keys()
        assert "sig" == key["use"]


def test_the_keys_of_the_last_look_are_there_for_as_long_as_they_may_be_kept_while_the_database_is_not(
    world: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.test_client()
    before = client.get("/jwks")
    monkeypatch.setattr(Database, "reading", unavailable)

    clock.now += 100
    stale = client.get("/jwks")
    clock.now += 200
    too_old = client.get("/jwks")

    assert before.data == stale.data
    assert "public, max-age=300" == before.headers["Cache-Control"]
    assert "public, max-age=200" == stale.headers["Cache-Control"]
    assert (503, "2") == (too_old.status_code, too_old.headers["Retry-After"])
    assert "temporarily_unavailable" == too_old.get_json()["error"]


def test_a_process_that_never_saw_its_keys_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "reading", unavailable)

    assert 503 == app.test_client().get("/jwks").status_code


def unavailable(*_: object, **__: object) -> NoReturn:
    """What cannot be had for real: a database that goes away while the process runs."""
    raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.parametrize("path", ["/jwks", PATHS[0], "/schemas/representation-asked.json"])
def test_who_has_it_already_gets_304(world: Flask, path: str) -> None:
    client = world.test_client()
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    other = client.get(path, headers={"If-None-Match": '"other"'})

    assert (304, b"") == (again.status_code, again.data)
    assert 200 == other.status_code
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"]


def test_the_published_schemas_hold_for_what_is_asked_and_granted(world: Flask) -> None:
    client = world.test_client()
    asked, granted = (
        Draft202012Validator(client.get(f"/schemas/representation-{name}.json").get_json())
        for name in ("asked", "granted")
    )
    details = [{"type": "representation", "service": INCOME_TAX, "actions": ["view", "submit"]}]
    party = a_representing_client(world, INCOME_TAX)
    session = party.log_in("p2")

    hint = party.choose(session, "p1", INCOME_TAX)
    tokens = party.tokens(id_token_hint=hint, authorization_details=json.dumps(details))

    asked.validate(details)
    granted.validate(tokens["authorization_details"])


def test_disc_an_issuer_with_a_path_is_found_both_ways(database: Database, clock: Clock) -> None:
    issuer = "https://login.example.nl/namens"
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(settings_with(url, issuer=issuer), clock=clock)
    client = app.test_client()

    for path in (
        "/namens/.well-known/openid-configuration",
        "/namens/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/namens",
    ):
        assert issuer == client.get(path).get_json()["issuer"]
    assert 200 == client.get("/namens/jwks").status_code
    app.extensions["namens"].database.engine.dispose()
