"""A demo service provider's own behaviour, at the edges of a login."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from authz_server.clock import machine_clock
from authz_server.demo.running import Demo
from tests.hostile.wire import Wire, send
from tests.support.clock import Clock
from tests.support.pages import Page, get
from tests.support.signing_in import by_practice, choose


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(machine_clock())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Demo]:
    running = Demo(Path(tmp_path_factory.mktemp("sp")) / "demo", (0, 0, 0), clock=clock)
    yield running
    running.close()


@pytest.fixture
def browser(demo: Demo) -> FlaskClient:
    return demo.desk.test_client()


def begun(browser: FlaskClient) -> dict[str, list[str]]:
    answer = browser.post("/inloggen/vat-return-all")
    assert 303 == answer.status_code
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def test_it_asks_for_the_actions_of_the_task_with_pkce_for_its_own_api(
    demo: Demo, browser: FlaskClient
) -> None:
    asked = begun(browser)

    assert ["S256"] == asked["code_challenge_method"]
    assert [f"{demo.origins.desk}/api"] == asked["resource"]
    assert '"actions": ["view", "prepare", "submit"]' in asked["authorization_details"][0]


@pytest.mark.parametrize(
    ("spoken", "asked"),
    [
        ("en-GB,en;q=0.9,nl;q=0.5", "en-GB en nl"),
        ("nl", "nl"),
        ("*", "nl"),
        (None, "nl"),
        ("de, %0d&x=y, fr;q=0.1", "de fr"),
    ],
)
def test_the_provider_is_asked_to_speak_as_the_browser_does(
    spoken: str | None, asked: str, browser: FlaskClient
) -> None:
    headers = {} if spoken is None else {"Accept-Language": spoken}

    answer = browser.post("/inloggen/vat-return-all", headers=headers)

    assert [asked] == parse_qs(urlsplit(answer.headers["Location"]).query)["ui_locales"]


def test_no_two_requests_share_a_state_a_nonce_or_a_challenge(browser: FlaskClient) -> None:
    first, second = begun(browser), begun(browser)

    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "unknown_state"),
        ("?state=invented&code=x", "unknown_state"),
        ("?state={state}&code=x", "issuer_wrong"),
        ("?state={state}&code=x&iss=https://evil.example", "issuer_wrong"),
        ("?state={state}&code=x&iss={iss}", "invalid_grant"),
        ("?state={state}&error=access_denied&error_description=cancelled&iss={iss}", "access_denied"),
        ("?state={state}&iss={iss}", "invalid_request"),
        ("?state={state}&error=%3Cscript%3E&iss={iss}", "&lt;script&gt;"),
    ],
)
def test_an_answer_that_is_not_a_login_is_told_and_nothing_more(
    query: str, code: str, demo: Demo, browser: FlaskClient
) -> None:
    asked = begun(browser)

    answer = browser.get("/terug" + query.format(state=asked["state"][0], iss=demo.origins.provider))

    assert 400 == answer.status_code
    assert f'data-code="{code}"' in answer.text
    assert "working-for" not in browser.get("/").text


@pytest.mark.parametrize("query", ["\xff", "state=\xff&code=x", "state=x&error=\xc3\xa9"])
def test_an_address_with_bytes_beyond_ascii_is_told_to_be_none(demo: Demo, query: str) -> None:
    seen = send(demo.desk, Wire("GET", "/terug", query))

    assert 400 == seen.status
    assert 'data-code="invalid_request"' in seen.text


def test_an_answer_is_for_the_browser_that_asked(demo: Demo, browser: FlaskClient) -> None:
    asked = begun(browser)

    answer = demo.desk.test_client().get(
        f"/terug?state={asked['state'][0]}&code=x&iss={demo.origins.provider}"
    )

    assert 'data-code="unknown_state"' in answer.text


def test_an_answer_counts_once(demo: Demo, browser: FlaskClient) -> None:
    state = begun(browser)["state"][0]
    url = f"/terug?state={state}&error=access_denied&iss={demo.origins.provider}"

    assert 'data-code="access_denied"' in browser.get(url).text
    assert 'data-code="unknown_state"' in browser.get(url).text


@pytest.mark.parametrize("path", ["/inloggen/vat-return-all", "/wisselen", "/uitloggen", "/doen/submit"])
def test_another_websites_form_changes_nothing(path: str, browser: FlaskClient) -> None:
    answer = browser.post(path, headers={"Origin": "https://evil.example"})

    assert 403 == answer.status_code
    assert 'data-code="foreign_form"' in answer.text


def test_who_is_not_logged_in_does_nothing(browser: FlaskClient) -> None:
    for path in ("/doen/submit", "/wisselen", "/uitloggen"):
        assert "/" == browser.post(path).headers["Location"]
    assert 405 == browser.get("/doen/submit").status_code
    assert 404 == browser.post("/inloggen/invented").status_code


def test_the_insurer_asks_for_no_actions_in_particular(demo: Demo) -> None:
    answer = demo.insurer.test_client().post("/inloggen/policy")

    [details] = parse_qs(urlsplit(answer.headers["Location"]).query)["authorization_details"]
    assert "actions" not in details


def logged_in_for(
    party: str, demo: Demo, browser: FlaskClient, *, task: str = "vat-return-all", person: str = "eva"
) -> Page:
    """Eva logs in at the provider's pages, and brings back what the service provider needs; the page she sees then."""
    away = urlsplit(browser.post(f"/inloggen/{task}").headers["Location"])
    page = get(demo.provider.test_client(), f"{away.path}?{away.query}")
    page = by_practice(page, person).press("search-submit", search=party)
    page = choose(page, party).press("confirm-yes")
    back = urlsplit(page.response.headers["Location"])
    assert 303 == browser.get(f"{back.path}?{back.query}").status_code
    return get(browser, "/")


def logged_in_for_the_bakery(demo: Demo, browser: FlaskClient) -> Page:
    return logged_in_for("Bakkerij De Korenbloem", demo, browser)


def test_a_visit_outlives_its_access_token(demo: Demo, browser: FlaskClient, clock: Clock) -> None:
    page = logged_in_for_the_bakery(demo, browser)

    for _ in range(3):
        clock.now += 400
        assert "act-done" in page.press("act-submit").ids


def test_an_act_is_done_for_the_party_that_its_page_named_or_not_at_all(
    demo: Demo, browser: FlaskClient
) -> None:
    first = logged_in_for_the_bakery(demo, browser)
    second = logged_in_for("Tuinwerk B.V.", demo, browser)

    refused = first.press("act-submit")

    assert (409, "Er is niets gedaan") == (refused.status, refused.heading)
    assert "other_work" == refused.element("act-refused").attributes["data-code"]
    assert "U werkt nu voor iemand anders" in refused.text
    assert second.element("working-for").text in refused.text
    assert "act-done" in second.press("act-submit").ids


def test_an_act_for_the_same_party_in_another_task_is_not_done_either(
    demo: Demo, browser: FlaskClient
) -> None:
    first = logged_in_for_the_bakery(demo, browser)
    logged_in_for("Bakkerij De Korenbloem", demo, browser, task="vat-return-help")

    assert "other_work" == first.press("act-view").element("act-refused").attributes["data-code"]


def test_an_act_without_the_work_that_it_is_for_is_not_done(demo: Demo, browser: FlaskClient) -> None:
    logged_in_for_the_bakery(demo, browser)

    for form in ({}, {"work": ""}, {"work": "x"}):
        assert 409 == browser.post("/doen/submit", data=form).status_code


def test_the_same_party_chosen_anew_is_the_same_work(demo: Demo, browser: FlaskClient) -> None:
    first = logged_in_for_the_bakery(demo, browser)
    logged_in_for_the_bakery(demo, browser)

    assert "act-done" in first.press("act-submit").ids


def test_acts_at_the_same_time_use_a_refresh_token_once(
    demo: Demo, browser: FlaskClient, clock: Clock
) -> None:
    page = logged_in_for_the_bakery(demo, browser)
    work = next(one.attributes["value"] for one in page.elements if one.attributes.get("name") == "work")
    key = browser.get_cookie("dienstenplein-bezoek")
    assert key is not None
    clock.now += 400

    def act(_: int) -> int:
        other = demo.desk.test_client()
        other.set_cookie("dienstenplein-bezoek", key.value)
        return other.post("/doen/submit", data={"work": work}).status_code

    with ThreadPoolExecutor(8) as threads:
        assert {200} == set(threads.map(act, range(16)))


def test_after_the_session_at_the_provider_nothing_is_done_any_more(
    demo: Demo, browser: FlaskClient, clock: Clock
) -> None:
    page = logged_in_for_the_bakery(demo, browser)
    clock.now += 9 * 3600  # the session at the provider is over

    answer = page.press("act-submit")

    assert 403 == answer.status
    assert 'data-code="inactive"' in answer.html
    assert "De Korenbloem" not in answer.html


def working_at(demo: Demo, browser: FlaskClient, task: str, person: str) -> Page:
    """The same for a company with few candidates, in which nobody searches."""
    away = urlsplit(browser.post(f"/inloggen/{task}").headers["Location"])
    page = get(demo.provider.test_client(), f"{away.path}?{away.query}")
    page = choose(by_practice(page, person), "Loods Zuid").press("confirm-yes")
    back = urlsplit(page.response.headers["Location"])
    assert 303 == browser.get(f"{back.path}?{back.query}").status_code
    return get(browser, "/")


@pytest.mark.parametrize(
    ("case", "done"), [("Z-2026-0417", True), ("Z-2026-0418", False), ("", False), (" Z-2026-0417", False)]
)
def test_r20_an_act_in_another_case_than_the_mandates_is_not_done(
    demo: Demo, browser: FlaskClient, case: str, done: bool
) -> None:
    page = working_at(demo, browser, "permit-all", "fenna")
    assert "Alleen voor zaak Z-2026-0417" in page.element("for-what").text

    answer = page.press("act-apply", case=case)

    assert done is ("act-done" in answer.ids)
    if not done:
        assert "outside_limits" == answer.element("act-refused").attributes["data-code"]


@pytest.mark.parametrize(
    ("amount", "done"),
    [("10.000,00", True), ("10000", True), ("10000,01", False), ("veel", False), ("", False), ("-1", False)],
)
def test_r20_an_act_for_more_than_the_mandates_amount_is_not_done(
    demo: Demo, browser: FlaskClient, amount: str, done: bool
) -> None:
    page = working_at(demo, browser, "policy-all", "joris")
    assert "Tot en met € 10.000,00 per keer" in page.element("for-what").text

    answer = page.press("act-change", amount=amount)

    assert done is ("act-done" in answer.ids)


def test_r20_the_insurers_own_website_was_never_told_of_limits(demo: Demo) -> None:
    away = urlsplit(demo.insurer.test_client().post("/inloggen/policy").headers["Location"])

    page = by_practice(get(demo.provider.test_client(), f"{away.path}?{away.query}"), "joris")

    assert "nobody" in page.ids
    assert "Deze toestemming heeft een grens" in page.text
