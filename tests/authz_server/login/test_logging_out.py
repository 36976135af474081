"""Log out: only after a yes, and on to the client only where an ID token of ours names it."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from authz_server.oidc import clients
from tests.support.pages import Page, get, post
from tests.support.relying_party import RelyingParty, claims_of, header_of
from tests.support.signing_in import World, answer_to, by_practice, start
from tests.vectors.tokens import b64, jws, public

BACK = "https://rp.example.nl/bye"


@pytest.fixture
def desk(people: World) -> RelyingParty:
    return people.client(post_logout_redirect_uris=[BACK, BACK + "?from=us"])


def logged_in(desk: RelyingParty, browser: FlaskClient) -> str:
    """An ID token of somebody who has just logged in."""
    answer = answer_to(by_practice(start(desk, browser, prompt="login"), "bram"))
    token: str = desk.redeem(answer["code"]).get_json()["id_token"]
    return token


def ask(browser: FlaskClient, **parameters: str) -> Page:
    return get(browser, "/logout", query_string=parameters)


def is_logged_in(browser: FlaskClient) -> bool:
    return "given-list" in get(browser, "/portal").ids


def test_a_person_logs_out_after_a_yes_and_goes_back_with_the_state_as_it_came(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)
    state = "!\"#$%&'()*,-./:<=>?@[\\]^_`{|}~ a"

    page = ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=BACK, state=state)
    assert is_logged_in(desk.browser)
    answer = page.press("logout-confirm").response

    from urllib.parse import parse_qsl, urlsplit

    location = answer.headers["Location"]
    assert location.startswith(BACK + "?")
    assert [("state", state)] == parse_qsl(urlsplit(location).query)
    assert not is_logged_in(desk.browser)
    silent = desk.authorize(prompt="none")
    assert "error=login_required" in silent.headers["Location"]


def test_without_state_none_is_added_and_an_address_with_a_query_keeps_it(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)
    page = ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=BACK + "?from=us")

    assert BACK + "?from=us" == page.press("logout-confirm").response.headers["Location"]


def test_the_page_lets_its_form_lead_to_the_client(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)
    page = ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=BACK)

    assert "https://rp.example.nl" in page.response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("hinted", [True, False])
def test_ui_locales_choose_the_language_until_the_last_page(desk: RelyingParty, hinted: bool) -> None:
    token = logged_in(desk, desk.browser)
    hint = {"id_token_hint": token} if hinted else {}

    page = ask(desk.browser, ui_locales="fr en-GB nl", **hint)

    assert "Do you want to log out?" == page.heading
    assert "You are logged out" == page.press("logout-confirm").heading
    assert "U bent uitgelogd" == ask(desk.browser, ui_locales="nl", **hint).heading


def test_no_keeps_the_person_logged_in(desk: RelyingParty) -> None:
    logged_in(desk, desk.browser)

    page = ask(desk.browser).press("logout-cancel")

    assert "still-logged-in" in page.ids
    assert is_logged_in(desk.browser)


def test_without_any_parameter_or_with_a_hint_alone_the_page_says_that_it_is_done(desk: RelyingParty) -> None:
    for parameters in ({}, {"state": "x"}, {"id_token_hint": logged_in(desk, desk.browser)}):
        logged_in(desk, desk.browser)
        page = ask(desk.browser, **parameters).press("logout-confirm")
        assert "logged-out" in page.ids
        assert not is_logged_in(desk.browser)


def test_an_address_without_a_hint_leads_nowhere(desk: RelyingParty) -> None:
    logged_in(desk, desk.browser)

    page = ask(desk.browser, post_logout_redirect_uri=BACK, client_id=desk.client_id)

    assert "logged-out" in page.press("logout-confirm").ids


@pytest.mark.parametrize(
    "uri",
    ["https://rp.example.nl/other", BACK + "/", BACK + "?foo=bar", "https://evil.example/", "javascript:x"],
)
def test_an_address_that_is_not_registered_gets_an_error_page(desk: RelyingParty, uri: str) -> None:
    token = logged_in(desk, desk.browser)

    page = ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=uri)

    assert (400, "invalid_post_logout_redirect_uri") == (page.status, page.code)
    assert is_logged_in(desk.browser)


def test_a_hint_that_is_not_ours_or_not_this_clients_gets_an_error_page(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)
    head, body, signature = token.split(".")

    for hint in ("x", f"{head}.{body}.", f"{head}.{body[:-2]}.{signature}", token + "A" * 4):
        page = ask(desk.browser, id_token_hint=hint, post_logout_redirect_uri=BACK)
        assert (400, "invalid_id_token_hint") == (page.status, page.code)
    other = ask(desk.browser, id_token_hint=token, client_id="another", post_logout_redirect_uri=BACK)
    assert "invalid_id_token_hint" == other.code


def test_an_old_hint_still_says_who_asks(desk: RelyingParty, people: World) -> None:
    token = logged_in(desk, desk.browser)
    people.clock.now += 1200

    page = ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=BACK)

    assert BACK == page.press("logout-confirm").response.headers["Location"]


def test_who_is_not_logged_in_is_not_asked(desk: RelyingParty, people: World) -> None:
    token = logged_in(desk, desk.browser)
    stranger = people.browser()

    assert "logged-out" in ask(stranger).ids
    answer = ask(stranger, id_token_hint=token, post_logout_redirect_uri=BACK).response
    assert BACK == answer.headers["Location"]


def test_another_sites_form_only_gets_the_question(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)

    page = post(
        desk.browser, "/logout", {"id_token_hint": token, "post_logout_redirect_uri": BACK, "state": "s"}
    )

    assert "logout-confirm" in page.ids
    assert is_logged_in(desk.browser)
    assert BACK + "?state=s" == page.press("logout-confirm").response.headers["Location"]


def test_a_changed_field_of_our_own_form_is_checked_again(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)
    page = ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=BACK)

    refused = page.press("logout-confirm", post_logout_redirect_uri="https://evil.example")

    assert "invalid_post_logout_redirect_uri" == refused.code
    assert is_logged_in(desk.browser)


def forgeries(token: str, other: str, access_token: str) -> Iterator[tuple[str, str]]:
    """What is no ID token of ours for this client, by what is wrong with it."""
    head, body, seal = token.split(".")
    header, claims = header_of(token), claims_of(token)

    def of(header: dict[str, Any], claims: dict[str, Any], seal: str) -> str:
        return f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}.{seal}"

    yield "without a signature", of(header | {"alg": "none"}, claims, "")
    yield "a signature of zeros", f"{head}.{body}.{b64(bytes(64))}"
    yield "another client's, made ours", of(header, claims_of(other) | {"aud": claims["aud"]}, seal)
    yield "another issuer", of(header, claims | {"iss": "https://evil.example"}, seal)
    yield "signed with a key that is not ours", jws(header, claims)
    yield "that key in its header", jws(header | {"jwk": public("es256")}, claims)
    yield "HS256", jws(header | {"alg": "HS256"}, claims, alg="HS256")
    yield "an access token", access_token
    yield "the signature of another", f"{head}.{body}.{other.split('.')[2]}"


def test_a_forged_hint_leads_nowhere_and_logs_nobody_out(desk: RelyingParty, people: World) -> None:
    other = people.client(post_logout_redirect_uris=["https://other.example.nl/bye"])
    foreign = logged_in(other, desk.browser)
    answer = answer_to(by_practice(start(desk, prompt="login"), "bram"))
    tokens = desk.redeem(answer["code"]).get_json()

    for wrong, hint in forgeries(tokens["id_token"], foreign, tokens["access_token"]):
        asked = {"id_token_hint": hint, "post_logout_redirect_uri": BACK, "client_id": desk.client_id}
        for page in (ask(desk.browser, **asked), post(desk.browser, "/logout", asked)):
            assert (400, "invalid_id_token_hint") == (page.status, page.code), wrong
        form = ask(desk.browser).fields("logout-form") | asked | {"answer": "yes"}
        assert "invalid_id_token_hint" == post(desk.browser, "/logout/done", form).code, wrong
    assert is_logged_in(desk.browser)


def test_an_address_that_another_client_registered_leads_nowhere(desk: RelyingParty, people: World) -> None:
    theirs = "https://other.example.nl/bye"
    other = people.client(post_logout_redirect_uris=[theirs])
    token, foreign = logged_in(desk, desk.browser), logged_in(other, desk.browser)

    for hint, uri in ((token, theirs), (foreign, BACK)):
        page = ask(desk.browser, id_token_hint=hint, post_logout_redirect_uri=uri)
        assert "invalid_post_logout_redirect_uri" == page.code
    assert "invalid_id_token_hint" == ask(desk.browser, id_token_hint=foreign, client_id=desk.client_id).code


ALMOST = [
    "https://rp.example.nl@evil.example/bye",
    "https://rp.example.nl.evil.example/bye",
    "HTTPS://rp.example.nl/bye",
    "https://RP.example.nl/bye",
    "https://rp.example.nl:443/bye",
    "https://rp.example.nl/bye#x",
    "https://rp.example.nl/bye/../x",
    "https://rp.example.nl\\@evil.example/bye",
    "https://rp.example.nl/bye\r\nLocation: https://evil.example",
    " https://rp.example.nl/bye",
    "//rp.example.nl/bye",
    "/bye",
]


def test_an_address_is_compared_sign_for_sign(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)

    for uri in ALMOST:
        for page in (
            ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=uri),
            post(desk.browser, "/logout", {"id_token_hint": token, "post_logout_redirect_uri": uri}),
        ):
            assert (400, "invalid_post_logout_redirect_uri") == (page.status, page.code), uri


def test_an_address_that_is_given_twice_is_checked_whichever_is_read(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)
    evil = "https://evil.example/"

    for first, second in ((BACK, evil), (evil, BACK)):
        query = [
            ("id_token_hint", token),
            ("post_logout_redirect_uri", first),
            ("post_logout_redirect_uri", second),
        ]
        page = get(desk.browser, f"/logout?{urlencode(query)}")
        if "logout-confirm" in page.ids:
            page = page.press("logout-confirm")
        assert not page.response.headers.get("Location", "").startswith(evil)
    token = logged_in(desk, desk.browser)
    form = ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=BACK).fields("logout-form")
    done = post(
        desk.browser,
        f"/logout/done?{urlencode({'post_logout_redirect_uri': evil})}",
        form | {"answer": "yes"},
    )
    assert "invalid_post_logout_redirect_uri" == done.code


def test_nothing_but_our_own_form_logs_anybody_out(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)
    form = ask(desk.browser).fields("logout-form")
    says = form | {"answer": "yes", "id_token_hint": token, "post_logout_redirect_uri": BACK}
    without = {name: value for name, value in says.items() if name != "csrf_token"}

    for path in ("/logout", "/logout/done"):
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
            desk.browser.open(path, method=method, query_string=says)
            desk.browser.open(path, method=method, data=says)
    assert 200 == desk.browser.post("/logout", data=says).status_code  # the question
    assert 400 == desk.browser.post("/logout/done", data=without).status_code

    assert is_logged_in(desk.browser)


def test_the_page_that_asks_may_not_be_framed(desk: RelyingParty) -> None:
    token = logged_in(desk, desk.browser)
    page = ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=BACK)

    assert "frame-ancestors 'none'" in page.response.headers["Content-Security-Policy"]
    assert "DENY" == page.response.headers["X-Frame-Options"]


def test_the_hint_of_a_client_that_was_removed_leads_nowhere(desk: RelyingParty, people: World) -> None:
    token = logged_in(desk, desk.browser)
    with people.context.database.writing() as db:
        clients.remove(people.context, db, desk.client_id, now=people.clock())

    page = ask(desk.browser, id_token_hint=token, post_logout_redirect_uri=BACK)

    assert (400, "invalid_post_logout_redirect_uri") == (page.status, page.code)
    assert is_logged_in(desk.browser)
