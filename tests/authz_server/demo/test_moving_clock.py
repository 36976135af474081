"""The demo's clock is moved ahead for all of the demo at once, never back, and nowhere else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from authz_server.clock import machine_clock
from authz_server.demo.moving_clock import STEPS, MovingClock
from authz_server.demo.running import Demo
from claims.instants import parse_instant, start_of_day
from tests.authz_server.demo.test_service_provider import logged_in_for_the_bakery
from tests.support.clock import Clock
from tests.support.pages import Page, get
from tests.support.signing_in import by_practice, choose

NOON_BEFORE_SUMMER = parse_instant("2026-03-28T11:00:00Z")
DAY = 86400
KORENBLOEM = "Bakkerij De Korenbloem"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(Path(tmp_path_factory.mktemp("time")) / "demo", (0, 0, 0), clock=Clock(machine_clock()))
    yield running
    running.close()


@pytest.fixture
def browser(demo: Demo) -> FlaskClient:
    return demo.desk.test_client()


def test_it_goes_with_the_machine_s_and_stays_as_far_ahead_as_it_was_moved() -> None:
    machine = Clock(NOON_BEFORE_SUMMER)
    clock = MovingClock(machine)
    assert machine.now == clock()

    assert clock.move(1)
    assert parse_instant("2026-03-29T10:00:00Z") == clock()  # noon again, an hour sooner
    machine.now += 60
    assert clock.move(7)

    assert parse_instant("2026-04-05T10:01:00Z") == clock()


@pytest.mark.parametrize("days", [0, -1, -7, 2, 10**9, -(10**9)])
def test_it_never_goes_back_nor_by_another_step(days: int) -> None:
    clock = MovingClock(Clock(NOON_BEFORE_SUMMER))

    assert not clock.move(days)

    assert NOON_BEFORE_SUMMER == clock()


def test_it_stays_within_this_century() -> None:
    clock = MovingClock(Clock(NOON_BEFORE_SUMMER))

    while clock.move(365):
        pass

    assert start_of_day(date(2099, 1, 1)) < clock() <= start_of_day(date(2100, 1, 1))


def test_moved_by_many_at_once_it_goes_as_far_as_all_of_them_said() -> None:
    clock = MovingClock(Clock(NOON_BEFORE_SUMMER))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(clock.move, [7] * 40))

    assert parse_instant("2027-01-02T11:00:00Z") == clock()  # 280 days, in winter again


def test_moving_it_on_one_website_ends_a_login_on_the_other_and_a_new_one_works(
    demo: Demo, browser: FlaskClient
) -> None:
    page = logged_in_for_the_bakery(demo, browser)
    assert "act-done" in page.press("act-submit").ids
    before = demo.clock()

    moved = get(demo.insurer.test_client(), "/").follow("to-clock").press("clock-7")

    assert "In deze oefenwereld is het nu" in moved.text
    assert abs(demo.clock() - before - 7 * DAY) <= 3600
    assert 'data-code="inactive"' in page.press("act-submit").html
    again = logged_in_for_the_bakery(demo, browser)
    assert "act-done" in again.press("act-submit").ids


def test_after_years_keys_were_followed_by_others_and_mandates_have_ended(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "demo", (0, 0, 0), clock=Clock(machine_clock()))
    try:
        browser = demo.desk.test_client()
        home = get(browser, "/tijd").press("clock-365").press("clock-365")
        assert KORENBLOEM in offered(demo, browser)
        assert "act-done" in chosen(demo, browser).press("act-submit").ids

        home.press("clock-365").press("clock-365")

        assert KORENBLOEM not in offered(demo, browser)
    finally:
        demo.close()


def choosing(demo: Demo, browser: FlaskClient) -> Page:
    away = urlsplit(browser.post("/inloggen/vat-return-all").headers["Location"])
    return by_practice(get(demo.provider.test_client(), f"{away.path}?{away.query}"), "eva")


def offered(demo: Demo, browser: FlaskClient) -> str:
    return choosing(demo, browser).text


def chosen(demo: Demo, browser: FlaskClient) -> Page:
    page = choose(choosing(demo, browser), KORENBLOEM).press("confirm-yes")
    back = urlsplit(page.response.headers["Location"])
    assert 303 == browser.get(f"{back.path}?{back.query}").status_code
    return get(browser, "/")


@pytest.mark.parametrize("days", ["", "0", "-7", "2", "7.0", "٧", "1e1", "9" * 5000])
def test_another_step_is_refused_and_moves_nothing(demo: Demo, browser: FlaskClient, days: str) -> None:
    before = demo.clock()

    answer = browser.post("/tijd", data={"days": days})

    assert 400 == answer.status_code
    assert before == demo.clock()


def test_another_website_s_form_moves_nothing(demo: Demo, browser: FlaskClient) -> None:
    before = demo.clock()

    answers = [
        browser.post("/tijd", data={"days": "7"}, headers={"Origin": origin}).status_code
        for origin in ("https://evil.example", "null", demo.origins.insurer)
    ]

    assert [403, 403, 403] == answers
    assert before == demo.clock()
    assert 200 == browser.get("/tijd?days=7").status_code
    assert before == demo.clock()


def test_outside_the_demo_nothing_moves_a_clock(app: Flask, demo: Demo) -> None:
    for provider in (app, demo.provider):
        for answer in (provider.test_client().get("/tijd"), provider.test_client().post("/tijd")):
            assert answer.status_code in {400, 404}
    assert not isinstance(app.extensions["namens"].clock, MovingClock)
    assert {1, 7, 28, 365} == set(STEPS)
