"""Every parameter of every endpoint: twice, empty, huge, with control characters, beyond ASCII. Never a 500."""

import logging
from urllib.parse import quote

import pytest
from flask import Flask

from tests.support.relying_party import REDIRECT, VERIFIER, RelyingParty, a_client

AUTHORIZE = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "response_mode",
    "nonce",
    "display",
    "prompt",
    "max_age",
    "ui_locales",
    "claims_locales",
    "id_token_hint",
    "login_hint",
    "acr_values",
    "claims",
    "authorization_details",
    "resource",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "registration",
    "unheard_of",
]
TOKEN = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "resource",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "unheard_of",
]
OTHERS = {
    "/introspect": ["token", "token_type_hint", "client_id"],
    "/revoke": ["token", "token_type_hint", "client_id"],
    "/report": ["token", "action", "reference", "report", "time", "client_id"],
    "/userinfo": ["access_token"],
}
VALUES = {
    "empty": "",
    "space": " ",
    "huge": "a" * 100_000,
    "nul": "a\x00b",
    "newline": "a\r\nSet-Cookie: x=y",
    "escape": "\x1b[2J",
    "beyond ascii": "België €",
    "astral": "💩",
    "bidi": "a\u202eb",
    "quote": "\"'<script>alert(1)</script>\\",
    "percent": "%00%ff%zz",
    "deep": '{"a":' * 2000,
    "json": '{"id_token":{"acr":{"essential":true,"values":[null]}}}',
    "number": "-1",
    "list": "[]",
}
RAW = {"broken utf-8": "%ff%fe", "surrogate": "%ed%a0%80", "half": "%e2%82", "nul": "%00"}


@pytest.fixture
def party(world: Flask) -> RelyingParty:
    world.config["TESTING"] = False
    party = a_client(world, grant_types=["authorization_code", "refresh_token"])
    party.log_in("p2")
    return party


def sane(status: int, text: str) -> None:
    assert status < 500, text
    assert "<script>alert" not in text


@pytest.mark.parametrize("name", AUTHORIZE)
def test_no_parameter_of_the_authorization_endpoint_upsets_it(party: RelyingParty, name: str) -> None:
    good = party.request()
    for value in VALUES.values():
        for answer in (
            party.browser.post("/authorize", data={**good, name: value}),
            party.browser.get("/authorize", query_string={**good, name: value[:8000]}),
        ):
            sane(answer.status_code, answer.get_data(as_text=True))
            location = answer.headers.get("Location", "")
            assert location.isascii()
            assert location.startswith((REDIRECT, "/login/")) or answer.status_code in {400, 413, 414}
    rest = "&".join(f"{other}={quote(value, safe='')}" for other, value in good.items() if other != name)
    for raw in RAW.values():
        answer = party.browser.get(f"/authorize?{rest}&{name}={raw}")
        sane(answer.status_code, answer.get_data(as_text=True))
    twice = party.browser.get(f"/authorize?{rest}&{name}=a&{name}=b")
    sane(twice.status_code, twice.get_data(as_text=True))
    assert "code=" not in twice.headers.get("Location", "")


@pytest.mark.parametrize("name", TOKEN)
def test_no_parameter_of_the_token_endpoint_upsets_it(party: RelyingParty, name: str) -> None:
    for form in (
        {"grant_type": "authorization_code", "redirect_uri": REDIRECT, "code_verifier": VERIFIER},
        {"grant_type": "refresh_token", "refresh_token": "x"},
    ):
        for value in VALUES.values():
            code = {"code": party.code()} if form["grant_type"] == "authorization_code" else {}
            answer = party.post("/token", {**form, **code, name: value})
            sane(answer.status_code, answer.get_data(as_text=True))
            assert "application/json" == answer.mimetype
        body = "&".join(f"{other}={quote(value, safe='')}" for other, value in form.items())
        for raw in [*RAW.values(), f"a&{name}=b"]:
            answer = party.browser.post(
                "/token",
                data=f"{body}&client_id={party.client_id}&{name}={raw}",
                content_type="application/x-www-form-urlencoded",
            )
            sane(answer.status_code, answer.get_data(as_text=True))
            assert 400 <= answer.status_code


@pytest.mark.parametrize("path", OTHERS)
def test_no_parameter_of_the_other_endpoints_upsets_them(party: RelyingParty, path: str) -> None:
    for name in OTHERS[path]:
        for value in VALUES.values():
            form = {"token": "x", name: value}
            for answer in (party.post(path, form), party.browser.post(path, data=form)):
                sane(answer.status_code, answer.get_data(as_text=True))
        for raw in [*RAW.values(), f"a&{name}=b"]:
            answer = party.browser.post(
                path, data=f"{name}={raw}", content_type="application/x-www-form-urlencoded"
            )
            sane(answer.status_code, answer.get_data(as_text=True))


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", "é", ""]
)
@pytest.mark.parametrize("path", ["/authorize", "/token", "/userinfo", "/introspect", "/revoke"])
def test_a_body_that_is_no_form_is_no_parameters(party: RelyingParty, path: str, content_type: str) -> None:
    answer = party.browser.post(
        path, data=b'{"grant_type":"authorization_code"}--x\r\n', content_type=content_type or None
    )

    assert answer.status_code in {400, 401}


def test_other_methods_are_refused(party: RelyingParty) -> None:
    for path in ("/token", "/introspect", "/revoke"):
        assert 405 == party.browser.get(path).status_code
    for path in ("/authorize", "/userinfo"):
        assert 405 == party.browser.delete(path).status_code


def test_a_hundred_and_one_parameters_are_too_many(party: RelyingParty) -> None:
    many = {f"p{number}": "x" for number in range(101)}

    assert 400 == party.browser.post("/token", data=many).status_code
    assert 400 == party.browser.post("/authorize", data={**party.request(), **many}).status_code


def test_t13_no_token_and_no_code_is_logged(party: RelyingParty, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        code = party.code()
        tokens = party.redeem(code).get_json()
        tokens2 = party.refresh(tokens["refresh_token"]).get_json()

    for secret in (
        code,
        party.secret or "-",
        *(one[name] for one in (tokens, tokens2) for name in ("access_token", "id_token", "refresh_token")),
    ):
        assert secret not in caplog.text


@pytest.mark.parametrize("path", ["/authorize", "/token", "/userinfo", "/introspect", "/revoke"])
def test_a_megabyte_is_too_much(party: RelyingParty, path: str) -> None:
    answer = party.browser.post(path, data={"token": "a" * 1_048_576})

    assert 413 == answer.status_code
