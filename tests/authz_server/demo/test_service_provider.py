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
from tests.support.pages import get
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


def logged_in_for_the_bakery(demo: Demo, browser: FlaskClient) -> None:
    """Eva logs in at the provider's pages, and brings back what the service provider needs."""
    away = urlsplit(browser.post("/inloggen/vat-return-all").headers["Location"])
    page = get(demo.provider.test_client(), f"{away.path}?{away.query}")
    page = by_practice(page, "eva").press("search-submit", search="korenbloem")
    page = choose(page, "Bakkerij De Korenbloem").press("confirm-yes")
    back = urlsplit(page.response.headers["Location"])
    assert 303 == browser.get(f"{back.path}?{back.query}").status_code


def test_a_visit_outlives_its_access_token(demo: Demo, browser: FlaskClient, clock: Clock) -> None:
    logged_in_for_the_bakery(demo, browser)

    for _ in range(3):
        clock.now += 400
        assert "act-done" in browser.post("/doen/submit").text


def test_acts_at_the_same_time_use_a_refresh_token_once(
    demo: Demo, browser: FlaskClient, clock: Clock
) -> None:
    logged_in_for_the_bakery(demo, browser)
    key = browser.get_cookie("dienstenplein-bezoek")
    assert key is not None
    clock.now += 400

    def act(_: int) -> int:
        other = demo.desk.test_client()
        other.set_cookie("dienstenplein-bezoek", key.value)
        return other.post("/doen/submit").status_code

    with ThreadPoolExecutor(8) as threads:
        assert {200} == set(threads.map(act, range(16)))


def test_after_the_session_at_the_provider_nothing_is_done_any_more(
    demo: Demo, browser: FlaskClient, clock: Clock
) -> None:
    logged_in_for_the_bakery(demo, browser)
    clock.now += 9 * 3600  # the session at the provider is over

    answer = browser.post("/doen/submit")

    assert 403 == answer.status_code
    assert 'data-code="inactive"' in answer.text
    assert "De Korenbloem" not in answer.text
