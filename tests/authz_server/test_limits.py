"""Limits: generous, cheap, of bounded size; told with how long to wait; and nobody pays for another."""

import base64
import timeit
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from authz_server import limits
from authz_server.app import create_app
from authz_server.config.sections import LimitSettings
from authz_server.limits import Limits, Pace, network_of
from keys.storage import Database
from tests.support.clock import Clock
from tests.support.relying_party import a_client
from tests.support.settings import settings_with

MakeApp = Callable[..., Flask]


def test_who_was_quiet_may_come_a_minute_s_worth_at_once_and_then_at_an_even_pace() -> None:
    pace = Pace(60)

    assert [0] * 60 == [pace.wait("a", 1000.0) for _ in range(60)]
    assert 1 == pace.wait("a", 1000.0)
    assert 1 == pace.wait("a", 1000.5)
    assert 0 == pace.wait("a", 1001.0)
    assert 1 == pace.wait("a", 1001.0)
    assert [0] * 60 == [pace.wait("a", 1061.0) for _ in range(60)]


def test_every_key_has_a_pace_of_its_own() -> None:
    pace = Pace(1)

    assert 0 == pace.wait("a", 0.0)
    assert 60 == pace.wait("a", 0.0)
    assert 0 == pace.wait("b", 0.0)


def test_who_is_refused_and_goes_on_asking_waits_no_longer_for_that() -> None:
    pace = Pace(1)
    pace.wait("a", 0.0)
    for moment in range(60):
        pace.wait("a", float(moment))

    assert 0 == pace.wait("a", 60.0)


def test_those_who_were_quiet_for_a_while_are_forgotten_first() -> None:
    pace = Pace(1, most=10)
    for number in range(9):
        pace.wait(f"before {number}", 0.0)
    pace.wait("now", 100.0)
    pace.wait("one more", 100.0)

    assert 2 == len(pace)
    assert 60 == pace.wait("now", 100.0)


def test_a_hundred_thousand_addresses_take_no_more_room_than_is_set_apart() -> None:
    pace = Pace(10, most=1000)

    largest = 0
    for number in range(100_000):
        pace.wait(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 5.0)
        largest = max(largest, len(pace))

    assert 1000 >= largest


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::"),
        ("[2001:db8:1:2::9]:4711", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("not:an:address", "not:an:address"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_an_address_counts_for_its_network(address: str, network: str) -> None:
    assert network == network_of(address)


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_a_limit_costs_next_to_nothing(address: str) -> None:
    """At most 0.02 ms of CPU; the bound is that of the fastest of several tries, for a machine that does more."""
    one = Limits(LimitSettings(per_network=100_000_000, per_client=100_000_000))
    environ = {"PATH_INFO": "/token", "REMOTE_ADDR": address}

    def both() -> None:
        one.of_network(environ)
        one.of_client("a-client")

    assert 0.000_02 > min(timeit.repeat(both, number=1000, repeat=7)) / 1000


@pytest.fixture
def limited(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    """The provider with these limits, on a clock that stands still."""
    monkeypatch.setattr(limits, "monotonic", lambda: float(clock.now))

    def make(*, proxies: int = 0, **given: int) -> Flask:
        app = create_app(
            settings_with(
                database.engine.url.render_as_string(hide_password=False),
                limits=given,
                server={"proxies": proxies},
            ),
            clock=clock,
        )
        app.testing = True
        return app

    return make


def ask(browser: FlaskClient, path: str, address: str = "192.0.2.1", **more: str) -> int:
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    return browser.get(path, environ_overrides={"REMOTE_ADDR": address}, headers=headers).status_code


def test_a_network_that_asks_too_often_is_told_when_to_come_back(limited: MakeApp, clock: Clock) -> None:
    browser = limited(per_network=2).test_client()
    for _ in range(2):
        assert 401 == ask(browser, "/userinfo")

    program = browser.get("/userinfo", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    person = browser.get("/authorize", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})

    assert (429, "30") == (program.status_code, program.headers["Retry-After"])
    assert "too_many_requests" == program.get_json()["error"]
    assert (429, "30") == (person.status_code, person.headers["Retry-After"])
    assert 'data-code="too_many_requests"' in person.text
    assert 401 == ask(browser, "/userinfo", "192.0.2.2")
    clock.now += 30
    assert 401 == ask(browser, "/userinfo")


def test_whether_we_are_well_may_always_be_asked(limited: MakeApp) -> None:
    browser = limited(per_network=1).test_client()

    assert [200] * 5 == [ask(browser, "/health/live") for _ in range(5)]


def test_ipv6_counts_by_the_network_of_a_household(limited: MakeApp) -> None:
    browser = limited(per_network=1).test_client()

    assert 401 == ask(browser, "/userinfo", "2001:db8:0:1::1")
    assert 429 == ask(browser, "/userinfo", "2001:db8:0:1:ffff::2")
    assert 401 == ask(browser, "/userinfo", "2001:db8:0:2::1")


def test_only_as_many_proxies_are_believed_as_are_set(limited: MakeApp) -> None:
    alone = limited(per_network=1).test_client()
    assert 401 == ask(alone, "/userinfo", X_Forwarded_For="198.51.100.1")
    assert 429 == ask(alone, "/userinfo", X_Forwarded_For="198.51.100.2")

    behind_one = limited(per_network=1, proxies=1).test_client()
    assert 401 == ask(behind_one, "/userinfo", X_Forwarded_For="198.51.100.1, 203.0.113.1")
    assert 429 == ask(behind_one, "/userinfo", X_Forwarded_For="198.51.100.2, 203.0.113.1")
    assert 401 == ask(behind_one, "/userinfo", X_Forwarded_For="198.51.100.1, 203.0.113.2")


def test_a_client_that_asks_too_often_is_told_so_and_no_other_is(limited: MakeApp, clock: Clock) -> None:
    app = limited(per_client=2)
    one, other = a_client(app), a_client(app)

    answers = [one.post("/introspect", {"token": "x"}) for _ in range(3)]

    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert "too_many_requests" == answers[2].get_json()["error"]
    assert "30" == answers[2].headers["Retry-After"]
    assert "no-store" == answers[2].headers["Cache-Control"]
    assert 429 == one.redeem("x").status_code
    assert 200 == other.post("/introspect", {"token": "x"}).status_code
    clock.now += 30
    assert 200 == one.post("/introspect", {"token": "x"}).status_code


def test_nobody_uses_up_the_limit_of_a_client_that_they_are_not(limited: MakeApp) -> None:
    one = a_client(limited(per_client=1))
    wrong = base64.b64encode(f"{one.client_id}:wrong".encode()).decode()
    for _ in range(3):
        answer = one.browser.post(
            "/introspect", data={"token": "x"}, headers={"Authorization": f"Basic {wrong}"}
        )
        assert 401 == answer.status_code

    assert 200 == one.post("/introspect", {"token": "x"}).status_code


def test_a_limit_of_nothing_is_none(limited: MakeApp) -> None:
    app = limited(per_network=0, per_client=0)
    one = a_client(app)

    assert {200} == {one.post("/introspect", {"token": "x"}).status_code for _ in range(20)}
