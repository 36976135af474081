"""Who calls: one method per client, proved (conformance TOK; traps T9, T11, T16)."""

import base64
import hmac
import json
import socket
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from itertools import islice
from threading import Event
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from joserfc.errors import JoseError
from werkzeug.test import TestResponse

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.oidc import key_sources
from keys.fetching import Bounds
from keys.storage import Database
from tests.support.answering import answering, ok
from tests.support.assertions import EC_KEY, ISSUER, JWKS, OTHER_KEY, RSA_KEY, assertion, shown
from tests.support.clock import Clock
from tests.support.relying_party import REDIRECT, VERIFIER, RelyingParty, a_client, a_resource, claims_of
from tests.support.small_world import INCOME_TAX

REFRESH = {"grant_type": "refresh_token", "refresh_token": "x"}


def basic(name: str, secret: str, *, scheme: str = "Basic") -> dict[str, str]:
    return {"Authorization": f"{scheme} " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def token(party: RelyingParty, form: dict[str, str], headers: dict[str, str] | None = None) -> TestResponse:
    return party.browser.post("/token", data=form, headers=headers or {})


def refused(answer: TestResponse, error: str = "invalid_client", status: int = 401) -> None:
    assert (status, error) == (answer.status_code, answer.get_json()["error"])
    assert "application/json" == answer.mimetype
    assert "no-store" in answer.headers["Cache-Control"]


def proved(answer: TestResponse) -> None:
    """Past authentication: the refresh token is what is wrong."""
    assert (400, "invalid_grant") in {(answer.status_code, answer.get_json()["error"])}


@pytest.fixture
def party(world: Flask) -> RelyingParty:
    return a_client(world, grant_types=["authorization_code", "refresh_token"])


def a_keyed_client(world: Flask) -> RelyingParty:
    return a_client(
        world,
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="private_key_jwt",
        jwks=JWKS,
    )


@pytest.fixture
def keyed(world: Flask) -> RelyingParty:
    """A client that proves itself by `private_key_jwt`."""
    return a_keyed_client(world)


def test_tok_03_name_and_secret_are_form_decoded(party: RelyingParty) -> None:
    secret = party.secret or ""
    everything = "".join(f"%{ord(sign):02X}" for sign in secret)

    proved(token(party, REFRESH, basic(quote(party.client_id), everything)))
    proved(token(party, REFRESH, basic(party.client_id, secret, scheme="bAsIc")))


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + base64.b64encode(b"nocolon").decode(),
        "Basic " + base64.b64encode(b"%FF:%FF").decode(),
        "Basic " + base64.b64encode(b"a\x00b:c").decode(),
        "Basic " + base64.b64encode(b":").decode(),
        "Basic " + base64.b64encode("é:ü".encode()).decode(),
        "Basic " + "A" * 9000,
        "Bearer x",
        "Digest username=x",
    ],
)
def test_t9_a_header_that_is_none_is_refused_with_the_challenge(party: RelyingParty, header: str) -> None:
    answer = token(party, REFRESH, {"Authorization": header})

    refused(answer)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_t9_a_plus_in_the_header_is_a_space(world: Flask) -> None:
    resource = a_resource(world, INCOME_TAX, uri="https://api.tax.example.nl/a+b")
    secret = resource.secret or ""
    browser = world.test_client()

    def asked(name: str) -> int:
        return browser.post("/introspect", data={"token": "x"}, headers=basic(name, secret)).status_code

    assert 200 == asked(quote(resource.uri, safe=""))
    assert 401 == asked(resource.uri)
    # what we give out ourselves needs no encoding, so that nobody has to know
    assert secret == quote(secret, safe="")


def test_a_wrong_secret_and_an_unknown_client_read_the_same(party: RelyingParty) -> None:
    wrong = token(party, REFRESH, basic(party.client_id, "wrong"))
    unknown = token(party, REFRESH, basic("nobody", "wrong"))

    refused(wrong)
    assert wrong.get_json() == unknown.get_json()


def test_tok_04_client_secret_post_is_for_clients_that_are_registered_for_it(world: Flask) -> None:
    refreshing = {"grant_types": ["authorization_code", "refresh_token"]}
    post = a_client(world, token_endpoint_auth_method="client_secret_post", **refreshing)
    by_header = a_client(world, **refreshing)
    assert post.secret
    assert by_header.secret

    proved(token(post, {**REFRESH, "client_id": post.client_id, "client_secret": post.secret}))
    refused(token(post, REFRESH, basic(post.client_id, post.secret)))
    refused(
        token(by_header, {**REFRESH, "client_id": by_header.client_id, "client_secret": by_header.secret})
    )


def test_t16_two_methods_in_one_request_are_refused(party: RelyingParty, now: int) -> None:
    header = basic(party.client_id, party.secret or "")

    refused(token(party, {**REFRESH, "client_secret": "x"}, header), "invalid_request", 400)
    refused(
        token(party, {**REFRESH, **shown(assertion(party.client_id, now=now))}, header),
        "invalid_request",
        400,
    )


def test_t16_the_one_method_that_is_registered_is_tried_and_no_other(world: Flask, now: int) -> None:
    public = a_client(world, token_endpoint_auth_method="none", grant_types=["authorization_code"])
    post = a_client(world, token_endpoint_auth_method="client_secret_post")

    refused(token(public, REFRESH, basic(public.client_id, "")))
    refused(token(public, {**REFRESH, "client_id": public.client_id, "client_secret": "x"}))
    refused(token(post, {**REFRESH, "client_id": post.client_id}))
    # the challenge comes with the header alone (RFC 6749 5.2)
    by_form = token(post, {**REFRESH, "client_id": post.client_id, "client_secret": "x"})
    refused(by_form)
    assert "WWW-Authenticate" not in by_form.headers


def test_a_client_id_beside_the_proof_must_be_the_same(party: RelyingParty) -> None:
    header = basic(party.client_id, party.secret or "")

    proved(token(party, {**REFRESH, "client_id": party.client_id}, header))
    refused(token(party, {**REFRESH, "client_id": "another"}, header))


def test_t11_what_stands_in_the_address_is_not_read(party: RelyingParty) -> None:
    header = basic(party.client_id, party.secret or "")
    answer = party.browser.post(
        "/token?grant_type=refresh_token&refresh_token=x&client_id=y", data={}, headers=header
    )

    refused(answer, "invalid_request", 400)


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke"])
def test_t11_who_calls_is_not_read_from_the_address(party: RelyingParty, path: str) -> None:
    form = {**REFRESH, "token": "x"}
    for query in (
        {"client_id": party.client_id, "client_secret": party.secret or ""},
        {"client_id": party.client_id},
        {**form, "client_id": party.client_id, "client_secret": party.secret or ""},
    ):
        refused(party.browser.post(path, query_string=query, data=form))
    refused(
        party.browser.post(path, query_string=form, headers=basic(party.client_id, party.secret or "")),
        "invalid_request",
        400,
    )


def test_tok_07_a_public_client_names_itself_and_a_confidential_one_does_not_get_by_with_that(
    world: Flask, party: RelyingParty
) -> None:
    public = a_client(
        world, token_endpoint_auth_method="none", grant_types=["authorization_code", "refresh_token"]
    )
    public.log_in("p2")

    assert 200 == public.redeem(public.code()).status_code
    refused(token(party, {**REFRESH, "client_id": party.client_id}))
    refused(token(party, REFRESH))
    refused(token(public, {**REFRESH, "client_id": public.client_id, "client_secret": "x"}))


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256", "Ed25519"])
def test_tok_05_an_assertion_proves_its_client(keyed: RelyingParty, now: int, alg: str) -> None:
    proved(token(keyed, {**REFRESH, **shown(assertion(keyed.client_id, now=now, alg=alg))}))


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_an_assertion_under_the_former_name_of_ed25519_is_refused(keyed: RelyingParty, now: int) -> None:
    refused(token(keyed, {**REFRESH, **shown(assertion(keyed.client_id, now=now, alg="EdDSA"))}))


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/token", [f"{ISSUER}/token"], ["x", ISSUER]])
def test_tok_06_issuer_and_token_endpoint_are_the_audience(
    keyed: RelyingParty, now: int, audience: object
) -> None:
    proved(token(keyed, {**REFRESH, **shown(assertion(keyed.client_id, now=now, aud=audience))}))


def test_an_assertion_without_kid_is_matched_by_its_algorithm(keyed: RelyingParty, now: int) -> None:
    proved(token(keyed, {**REFRESH, **shown(assertion(keyed.client_id, now=now, header={"kid": None}))}))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": None},
        {"sub": None},
        {"iss": "another"},
        {"sub": "another"},
        {"iss": 5, "sub": 5},
        {"iss": ["a"], "sub": ["a"]},
        {"aud": None},
        {"aud": "https://elsewhere.example"},
        {"aud": f"{ISSUER}/"},
        {"aud": []},
        {"aud": [5]},
        {"aud": {"a": 1}},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 10},
        {"exp": -1},
        {"exp": 9e99},
        {"exp": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"iat": "now"},
        {"jti": None},
        {"jti": ""},
        {"jti": 5},
        {"jti": "x" * 300},
        {"key": OTHER_KEY},
        {"header": {"kid": "unknown"}},
        {"header": {"kid": 5}},
        {"header": {"crit": ["exp"], "exp": 1}},
    ],
)
def test_an_assertion_that_is_not_right_is_refused(
    keyed: RelyingParty, now: int, changed: dict[str, Any]
) -> None:
    try:
        made = assertion(keyed.client_id, now=now, **changed)
    except (
        JoseError,
        ValueError,
        TypeError,
    ):  # joserfc refuses to sign some of these headers: sign them by hand
        made = by_hand(keyed.client_id, now, changed["header"])

    refused(token(keyed, {**REFRESH, **shown(made)}))


def by_hand(client_id: str, now: int, header: dict[str, Any]) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"iss": client_id, "sub": client_id, "aud": ISSUER, "jti": "j", "exp": now + 60}
    return f"{part({'alg': 'ES256', **header})}.{part(claims)}.{'A' * 86}"


@pytest.mark.parametrize(
    "made", ["", "x", "a.b", "a.b.c", "e30.e30.", "....", "é.é.é", "eyJhbGciOiJub25lIn0.e30."]
)
def test_what_is_no_assertion_is_refused(keyed: RelyingParty, made: str) -> None:
    refused(token(keyed, {**REFRESH, **shown(made)}))
    refused(token(keyed, {**REFRESH, "client_assertion": made or "x"}))
    refused(token(keyed, {**REFRESH, "client_assertion_type": "saml", "client_assertion": made or "x"}))


def test_none_and_a_shared_secret_do_not_sign(keyed: RelyingParty, now: int) -> None:
    public = EC_KEY.as_pem(private=False)
    signed = by_hand(keyed.client_id, now, {"alg": "HS256"}).rpartition(".")[0]
    mac = hmac.digest(public, signed.encode(), "sha256")

    hs256 = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    refused(token(keyed, {**REFRESH, **shown(hs256)}))
    refused(token(keyed, {**REFRESH, **shown(by_hand(keyed.client_id, now, {"alg": "none"}))}))


def test_a_registered_algorithm_is_the_only_one(world: Flask, now: int) -> None:
    pinned = a_client(
        world,
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="private_key_jwt",
        token_endpoint_auth_signing_alg="PS256",
        jwks=JWKS,
    )

    proved(token(pinned, {**REFRESH, **shown(assertion(pinned.client_id, now=now, alg="PS256"))}))
    refused(token(pinned, {**REFRESH, **shown(assertion(pinned.client_id, now=now, alg="RS256"))}))


def test_an_assertion_works_once_also_when_fifty_come_together(keyed: RelyingParty, now: int) -> None:
    form = {**REFRESH, **shown(assertion(keyed.client_id, now=now))}

    def ask(_: int) -> int:
        while (answer := keyed.app.test_client().post("/token", data=form)).status_code == 503:
            pass  # the machine is busy: nothing was consumed
        return int(answer.status_code)

    with ThreadPoolExecutor(16) as pool:
        statuses = sorted(pool.map(ask, range(50)))

    assert [400] + [401] * 49 == statuses


def test_an_assertion_cannot_be_used_again_as_long_as_it_would_be_valid(
    keyed: RelyingParty, clock: Clock
) -> None:
    form = {**REFRESH, **shown(assertion(keyed.client_id, now=clock.now, jti="one"))}
    proved(token(keyed, form))

    clock.now += 80  # expired, but within what a wrong clock is allowed
    refused(token(keyed, form))


def test_an_assertion_is_spent_too_where_the_details_are_not_those_that_were_granted(
    keyed: RelyingParty, now: int
) -> None:
    keyed.log_in("p2")
    details = '[{"type": "representation", "service": "https://tax.example.nl/services/income-tax"}]'
    form = {
        "grant_type": "authorization_code",
        "code": keyed.code(),
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        **shown(assertion(keyed.client_id, now=now)),
    }

    answer = token(keyed, {**form, "authorization_details": details})

    refused(answer, "invalid_authorization_details", 400)
    refused(token(keyed, form))


def test_two_clients_may_use_the_same_jti(world: Flask, keyed: RelyingParty, now: int) -> None:
    for party in (keyed, a_keyed_client(world)):
        proved(token(party, {**REFRESH, **shown(assertion(party.client_id, now=now, jti="one"))}))


def test_an_assertion_is_spent_at_introspection_and_revocation_too(keyed: RelyingParty, now: int) -> None:
    for path in ("/introspect", "/revoke"):
        form = {"token": "x", **shown(assertion(keyed.client_id, now=now, aud=f"{ISSUER}{path}"))}
        assert 200 == keyed.browser.post(path, data=form).status_code
        refused(keyed.browser.post(path, data=form))


def test_keys_at_a_jwks_uri_that_cannot_be_had_are_a_refusal(world: Flask, now: int) -> None:
    remote = a_client(
        world,
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="private_key_jwt",
        jwks_uri="https://localhost:1/jwks",
    )

    refused(
        token(remote, {**REFRESH, **shown(assertion(remote.client_id, now=now, key=RSA_KEY, alg="RS256"))})
    )


def test_a_token_of_a_client_with_an_assertion_says_nothing_of_its_key(keyed: RelyingParty, now: int) -> None:
    keyed.log_in("p2")
    from tests.support.relying_party import REDIRECT, VERIFIER

    form = {
        "grant_type": "authorization_code",
        "code": keyed.code(),
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        **shown(assertion(keyed.client_id, now=now)),
    }
    answer = token(keyed, form)

    assert "cnf" not in claims_of(answer.get_json()["access_token"])


@pytest.mark.parametrize("grant", ["password", "implicit", "x", "urn:a:b"])
def test_grants_that_are_not_there_are_refused(party: RelyingParty, grant: str) -> None:
    answer = token(party, {"grant_type": grant}, basic(party.client_id, party.secret or ""))

    refused(answer, "unsupported_grant_type", 400)


def test_reg_13_a_grant_that_is_not_registered_is_refused(world: Flask) -> None:
    plain = a_client(world)

    refused(plain.refresh("x"), "unauthorized_client", 400)


def test_reg_09_ref_10_keys_are_fetched_from_a_jwks_uri(
    settings: Settings, clock: Clock, database: Database
) -> None:
    app = create_app(settings, clock=clock, demo=True)  # the demo alone fetches from this very machine
    with answering(ok(json.dumps(JWKS).encode())) as theirs:
        remote = a_client(
            app,
            grant_types=["authorization_code", "refresh_token"],
            token_endpoint_auth_method="private_key_jwt",
            jwks_uri=theirs.url,
        )
        for _ in range(3):
            proved(token(remote, {**REFRESH, **shown(assertion(remote.client_id, now=clock.now))}))

        assert 1 == len(theirs.requests)
    app.extensions["namens"].database.engine.dispose()


def test_a_slow_jwks_uri_keeps_few_threads_and_nobody_else_waits(
    settings: Settings, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        key_sources, "Bounds", partial(Bounds, seconds=30)
    )  # longer than a machine stands still
    app = create_app(settings, clock=clock, demo=True)
    refreshing = {"grant_types": ["authorization_code", "refresh_token"]}
    other = a_client(app, **refreshing)
    may_answer = Event()

    def slow(connection: socket.socket) -> None:
        may_answer.wait(60)
        connection.sendall(ok(json.dumps(JWKS).encode()))

    with answering(slow) as theirs, ThreadPoolExecutor(settings.server.threads) as threads:
        remote = a_client(
            app, token_endpoint_auth_method="private_key_jwt", jwks_uri=theirs.url, **refreshing
        )

        def prove(_: int) -> TestResponse:
            form = {**REFRESH, **shown(assertion(remote.client_id, now=clock.now))}
            return app.test_client().post("/token", data=form)

        fifty = [threads.submit(prove, number) for number in range(50)]
        proved(threads.submit(token, other, REFRESH, basic(other.client_id, other.secret or "")).result(20))
        turned_away = islice(as_completed(fifty, timeout=20), 50 - settings.server.threads // 2)
        assert {503} == {one.result().status_code for one in turned_away}
        may_answer.set()
        answers = [one.result(60) for one in fifty]

        kept = sum(answer.status_code == 400 for answer in answers)
        assert settings.server.threads // 4 + 1 <= kept <= settings.server.threads // 2
        refused(next(one for one in answers if one.status_code == 503), "temporarily_unavailable", 503)
        assert {"2"} == {one.headers["Retry-After"] for one in answers if one.status_code == 503}
        assert 1 == len(theirs.requests)
        proved(prove(0))
    app.extensions["namens"].database.engine.dispose()
