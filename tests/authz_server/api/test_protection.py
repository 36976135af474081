"""Only a token of a client of the API opens it, while that stands, and no further than its scopes."""

from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.test import TestResponse

from authz_server import restoring
from authz_server.api import answering
from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.oidc import api_tokens, clients
from authz_server.oidc.register_api import Scope
from tests.support.assertions import JWKS, assertion, shown
from tests.support.clock import Clock
from tests.support.made_keys import with_keys
from tests.support.register_client import ALL, RegisterClient, a_register_client
from tests.support.relying_party import a_client, a_representing_client, a_resource, claims_of, header_of
from tests.support.settings import ISSUER
from tests.support.small_world import INCOME_TAX, lay

ANNA = "/api/v1/parties/p1"


def shows(app: Flask, token: str, address: str = ANNA) -> TestResponse:
    return app.test_client().get(address, headers={"Authorization": f"Bearer {token}"})


def is_refused(answer: TestResponse) -> None:
    assert (401, "invalid_token") == (answer.status_code, answer.get_json()["code"])
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert "the access token is not active" == answer.get_json()["detail"]


def test_a_token_is_for_the_api_and_for_the_client_itself(desk: RegisterClient, now: int) -> None:
    answer = desk.ask().get_json()
    token = answer["access_token"]
    keys = KeySet.import_key_set(desk.browser.get("/jwks").get_json())
    claims = jwt.decode(token, keys, algorithms=["ES256"]).claims

    assert {"access_token", "token_type", "expires_in", "scope"} == set(answer)
    assert "at+jwt" == header_of(token)["typ"]
    assert {
        "iss": ISSUER,
        "aud": f"{ISSUER}/api",
        "sub": desk.client_id,
        "client_id": desk.client_id,
        "azp": desk.client_id,
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        "scope": " ".join(sorted(ALL)),
    } == {name: value for name, value in claims.items() if name != "jti"}


def test_a_client_asks_for_less_and_never_for_more(world: Flask) -> None:
    reader = a_register_client(world, "register:read", "register:resolve")

    assert "register:read" == reader.ask(scope="register:read register:read").get_json()["scope"]
    for more in ("register:support", "openid", "register:read register:support", "offline_access"):
        answer = reader.ask(scope=more)
        assert (400, "invalid_scope") == (answer.status_code, answer.get_json()["error"])


def test_there_is_one_resource_and_never_a_representation(desk: RegisterClient) -> None:
    assert 200 == desk.ask(resource=f"{ISSUER}/api").status_code
    for wrong in (ISSUER, "https://api.tax.example.nl"):
        assert "invalid_target" == desk.ask(resource=wrong).get_json()["error"]
    details = '[{"type":"representation","service":"' + INCOME_TAX + '"}]'
    assert "invalid_request" == desk.ask(authorization_details=details).get_json()["error"]


def test_a_client_of_people_gets_no_token_for_itself(world: Flask) -> None:
    for party in (a_client(world), a_representing_client(world, INCOME_TAX)):
        answer = party.post("/token", {"grant_type": "client_credentials"})
        assert (400, "unauthorized_client") == (answer.status_code, answer.get_json()["error"])


def test_a_client_of_the_api_lets_nobody_log_in(desk: RegisterClient) -> None:
    for grant in ("authorization_code", "refresh_token"):
        answer = desk.ask(grant_type=grant, code="x", refresh_token="x", redirect_uri="https://x.nl/")
        assert "unauthorized_client" == answer.get_json()["error"]
    page = desk.browser.get(
        "/authorize",
        query_string={"client_id": desk.client_id, "response_type": "code", "redirect_uri": "https://x.nl/"},
    )
    assert (400, True) == (page.status_code, "unregistered_redirect_uri" in page.text)


def test_by_a_key_of_its_own(world: Flask, now: int) -> None:
    keyed = a_register_client(world, token_endpoint_auth_method="private_key_jwt", jwks=JWKS)
    form = {"grant_type": "client_credentials", **shown(assertion(keyed.client_id, now=now))}

    first, again = (keyed.browser.post("/token", data=form) for _ in range(2))

    assert 200 == keyed.get(ANNA, first.get_json()["access_token"]).status_code
    assert (401, "invalid_client") == (again.status_code, again.get_json()["error"])


def test_without_a_token_nothing_is_told_but_where_to_get_one(world: Flask) -> None:
    answer = world.test_client().get(ANNA)

    assert 401 == answer.status_code
    told = f'Bearer resource_metadata="{ISSUER}/.well-known/oauth-protected-resource/api"'
    assert told == answer.headers["WWW-Authenticate"]
    metadata = world.test_client().get("/.well-known/oauth-protected-resource/api").get_json()
    assert (f"{ISSUER}/api", [ISSUER]) == (metadata["resource"], metadata["authorization_servers"])
    assert list(ALL) == metadata["scopes_supported"]


def test_a_token_ends_to_the_second(desk: RegisterClient) -> None:
    token = desk.token()
    clock = desk.context.clock

    clock.now += 299  # type: ignore[attr-defined]
    assert 200 == shows(desk.app, token).status_code
    clock.now += 1  # type: ignore[attr-defined]
    is_refused(shows(desk.app, token))


def by_post(who: RegisterClient, path: str, **form: str) -> TestResponse:
    """As this client, by `client_secret_post`."""
    return who.browser.post(
        path, data={"client_id": who.client_id, "client_secret": who.secret or "", **form}
    )


def test_a_revoked_token_is_none_at_once_and_its_own_client_alone_revokes_it(world: Flask) -> None:
    own, stranger = (a_register_client(world, token_endpoint_auth_method="client_secret_post") for _ in "12")
    token, other = (
        by_post(own, "/token", grant_type="client_credentials").get_json()["access_token"] for _ in "12"
    )

    assert 200 == by_post(stranger, "/revoke", token=token).status_code  # which tells nothing
    assert 200 == shows(world, token).status_code
    assert 200 == by_post(own, "/revoke", token=token).status_code
    is_refused(shows(world, token))
    assert 200 == shows(world, other).status_code


def test_with_its_client_a_token_goes_and_does_not_come_back_under_the_same_name(world: Flask) -> None:
    gone = a_register_client(world, client_id="helpdesk")
    token = gone.token()
    context = gone.context
    with context.database.writing() as db:
        clients.remove(context, db, "helpdesk", now=context.clock())
    is_refused(shows(world, token))

    a_register_client(world, client_id="helpdesk")
    is_refused(shows(world, token))


def test_what_a_client_is_registered_for_no_longer_its_tokens_do_no_longer(desk: RegisterClient) -> None:
    token = desk.token()
    context = desk.context
    with context.database.writing() as db:
        client = clients.find(context, db, desk.client_id)
        assert client is not None
        clients.replace(context, db, client, {**client.metadata, "scope": "register:audit"})

    answer = shows(desk.app, token)
    assert (403, "insufficient_scope") == (answer.status_code, answer.get_json()["code"])


def test_a_restored_database_knows_no_token(desk: RegisterClient) -> None:
    token = desk.token()
    with desk.context.database.recording() as db:
        restoring.end_all(db, now=desk.context.clock())

    is_refused(shows(desk.app, token))


def test_a_person_s_token_is_none_of_these_whatever_its_audience(world: Flask) -> None:
    party = a_representing_client(world, INCOME_TAX)
    a_resource(world, INCOME_TAX, uri=f"{ISSUER}/api")  # an operator's mistake
    session = party.log_in("p2")
    hint = party.choose(session, "p1", INCOME_TAX)

    plain = party.tokens(id_token_hint=hint)["access_token"]
    aimed = party.tokens(id_token_hint=hint, resource=f"{ISSUER}/api")["access_token"]

    assert f"{ISSUER}/api" == claims_of(aimed)["aud"]
    for token in (plain, aimed):
        is_refused(shows(world, token))


def test_one_of_these_is_no_person_s_token(desk: RegisterClient) -> None:
    token = desk.token()
    answer = desk.browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert (401, "invalid_token") == (answer.status_code, answer.get_json()["error"])
    resource = a_resource(desk.app, INCOME_TAX)
    assert {"active": False} == resource.introspect(token)
    assert {"active": False} == a_client(desk.app).introspect(token)


def test_its_client_may_ask_whether_a_token_stands(world: Flask, now: int) -> None:
    own = a_register_client(world, token_endpoint_auth_method="client_secret_post")
    token = by_post(own, "/token", grant_type="client_credentials").get_json()["access_token"]

    told = by_post(own, "/introspect", token=token).get_json()

    assert (True, f"{ISSUER}/api", now + 300) == (told["active"], told["aud"], told["exp"])
    assert own.client_id == told["sub"] == told["client_id"]


def test_what_is_no_token_is_refused(world: Flask) -> None:
    for shown_as in ("Basic eDp4", "Bearer", "Bearer ", "DPoP x", "Bearer x.y.z", "x"):
        answer = world.test_client().get(ANNA, headers={"Authorization": shown_as})
        assert (401, "invalid_token") == (answer.status_code, answer.get_json()["code"]), shown_as


def test_a_token_never_stands_in_an_address(desk: RegisterClient) -> None:
    answer = desk.browser.get(ANNA, query_string={"access_token": desk.token()})

    assert (400, "invalid_request") == (answer.status_code, answer.get_json()["code"])


def test_each_operation_wants_its_own_scope(world: Flask) -> None:
    from authz_server.api.operations import EVERY

    tokens = {scope: a_register_client(world, scope).token() for scope in Scope}
    browser = world.test_client()
    for one in EVERY:
        path = (
            one.path.replace("{party}", "p1")
            .replace("{mandate}", "m1")
            .replace("{service}", "s1")
            .replace("{offer}", "of1")
        )
        for scope, token in tokens.items():
            if scope == one.scope:
                continue
            answer = browser.open(
                path,
                method=one.method,
                json={} if one.method == "POST" else None,
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "x"},
            )
            assert (403, "insufficient_scope") == (answer.status_code, answer.get_json()["code"]), path
            assert f'scope="{one.scope}"' in answer.headers["WWW-Authenticate"]


def test_a_token_that_ends_while_a_change_waits_its_turn_changes_nothing(
    desk: RegisterClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first look at the token and the unit of work that makes the change it is revoked."""
    token = desk.token()
    read = answering.key_of

    def meanwhile(*asked: Any) -> Any:
        client = clients.find(desk.context, None, desk.client_id)
        assert client is not None
        with desk.context.database.recording() as db:
            api_tokens.end(db, client, token, now=desk.context.clock())
        return read(*asked)

    monkeypatch.setattr(answering, "key_of", meanwhile)
    answer = desk.browser.post(
        "/api/v1/mandates/m1/revoke",
        json={"reason": "x"},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"},
    )

    is_refused(answer)
    assert "active" == desk.get("/api/v1/mandates/m1").get_json()["mandate"]["state"]


def test_an_issuer_with_a_path_says_where_its_api_is(settings: Settings, clock: Clock, now: int) -> None:
    issuer = "https://login.example.nl/namens"
    app = create_app(settings.model_copy(update={"issuer": issuer}), clock=clock)
    context = app.extensions["namens"]
    with_keys(context)
    with context.database.writing() as db:
        lay(db, context.vault, now=now)
    desk = a_register_client(app)
    browser = app.test_client()

    without = browser.get("/namens/api/v1/services")
    metadata = "/.well-known/oauth-protected-resource/namens/api"
    assert f'resource_metadata="https://login.example.nl{metadata}"' in without.headers["WWW-Authenticate"]
    assert f"{issuer}/api" == browser.get(metadata).get_json()["resource"]
    decisions = browser.get("/.well-known/authzen-configuration/namens").get_json()
    assert (issuer, f"{issuer}/access/v1/evaluation") == (
        decisions["policy_decision_point"],
        decisions["access_evaluation_endpoint"],
    )
    token = desk.token()
    assert f"{issuer}/api" == claims_of(token)["aud"]
    answer = browser.get("/namens/api/v1/services?limit=1", headers={"Authorization": f"Bearer {token}"})
    assert answer.headers["Link"].startswith(f"<{issuer}/api/v1/services?limit=1&cursor=")
    assert 404 == browser.post("/namens/access/v1/nothing").status_code
    context.database.engine.dispose()
