"""The sites of `docs/logging-in.md`, as they stand there, against a provider that is served."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from claims import verify
from claims.verify import Verifier
from keys.storage import Database
from tests.support.clock import Clock
from tests.support.guarded import asked_by_asgi, django_site
from tests.support.relying_party import RelyingParty, a_representing_client
from tests.support.served import end_the_mandate, issuer_of, served_provider
from tests.support.small_world import VAT_RETURN

PAGE = (Path(__file__).parents[3] / "docs" / "logging-in.md").read_text(encoding="utf-8")
CALLBACK = "https://portal.tax.example.nl/callback"
FRAMEWORKS = ("Flask", "Django", "FastAPI")


class Answer(NamedTuple):
    status: int
    location: str
    json: Any


class Browser(Protocol):
    def __call__(self, method: str, address: str) -> Answer: ...


@pytest.fixture
def served(database: Database, clock: Clock) -> Iterator[Flask]:
    with served_provider(database, clock) as app:
        yield app


@pytest.fixture
def party(served: Flask) -> RelyingParty:
    return a_representing_client(served, VAT_RETURN, redirect_uris=[CALLBACK])


@pytest.fixture(params=FRAMEWORKS)
def a_browser(
    request: pytest.FixtureRequest,
    party: RelyingParty,
    served: Flask,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], Browser]:
    """Browsers before one site, in one framework."""

    class AtOurTime(Verifier):
        def __init__(self, *named: Any, **settings: Any) -> None:
            super().__init__(*named, **settings, clock=clock)

    monkeypatch.setattr(verify, "Verifier", AtOurTime)
    names: dict[str, Any] = {"__name__": "shown"}
    shared = code_of("In Python, the same everywhere")
    for published, ours in {
        "https://login.example.nl": issuer_of(served),
        "tax-portal": party.client_id,
        "the secret of the registration": party.secret or "",
    }.items():
        assert f'"{published}"' in shared
        shared = shared.replace(f'"{published}"', repr(ours))
    exec(shared, names)  # noqa: S102
    if request.param == "Django":
        django_site()
    exec(code_of(request.param), names)  # noqa: S102
    return BROWSERS[request.param](names)


def code_of(heading: str) -> str:
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    [code] = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return str(code)


def flask_browsers(names: dict[str, Any]) -> Callable[[], Browser]:
    def browser() -> Browser:
        client = names["app"].test_client()

        def ask(method: str, address: str) -> Answer:
            got = client.open(address, method=method, base_url="https://portal.tax.example.nl")
            return Answer(got.status_code, got.headers.get("Location", ""), got.get_json(silent=True))

        return ask

    return browser


def django_browsers(names: dict[str, Any]) -> Callable[[], Browser]:
    from django.test import Client, override_settings

    here = {
        "ROOT_URLCONF": django_site(*names["urlpatterns"]),
        "MIDDLEWARE": ["django.contrib.sessions.middleware.SessionMiddleware"],
        "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
        "SESSION_COOKIE_SECURE": True,
    }

    def browser() -> Browser:
        client = Client()

        def ask(method: str, address: str) -> Answer:
            with override_settings(**here):
                got = client.generic(method, address, secure=True)
            there = got.headers.get("Content-Type") == "application/json"
            return Answer(
                got.status_code,
                got.headers.get("Location", ""),
                json.loads(got.content) if there else None,
            )

        return ask

    return browser


def fastapi_browsers(names: dict[str, Any]) -> Callable[[], Browser]:
    def browser() -> Browser:
        cookies: list[str] = []

        def ask(method: str, address: str) -> Answer:
            got = asked_by_asgi(names["app"], address, [("Cookie", "; ".join(cookies))], method=method)
            if "set-cookie" in got.headers:
                cookies[:] = [got.headers["set-cookie"].partition(";")[0]]
            there = got.headers.get("content-type") == "application/json"
            return Answer(got.status, got.headers.get("location", ""), got.json if there else None)

        return ask

    return browser


BROWSERS = {"Flask": flask_browsers, "Django": django_browsers, "FastAPI": fastapi_browsers}


def back_from(party: RelyingParty, away: str, **changed: str) -> str:
    """Where the provider sends a browser whose person chose the bakery before; its pages are walked elsewhere."""
    asked = dict(parse_qsl(urlsplit(away).query))
    assert "S256" == asked["code_challenge_method"]
    hint = party.choose(party.log_in("p3"), "o1", VAT_RETURN, ("view", "prepare"))
    details = asked["authorization_details"].replace("}]", ', "actions": ["view", "prepare"]}]')
    chosen = asked | {"prompt": "none", "id_token_hint": hint, "authorization_details": details} | changed
    back: str = party.browser.get("/authorize", query_string=chosen).headers["Location"]
    assert back.startswith(CALLBACK)
    return back.removeprefix("https://portal.tax.example.nl")


def test_who_comes_back_works_for_the_bakery_until_the_mandate_ends(
    a_browser: Callable[[], Browser], party: RelyingParty, served: Flask, clock: Clock
) -> None:
    browser = a_browser()
    away = browser("GET", "/login")
    assert away.status in {302, 303}

    back = browser("GET", back_from(party, away.location))

    assert (200, {"you_work_for": "Bakkerij De Korenbloem B.V."}) == (back.status, back.json)
    done = browser("POST", "/prepare")
    assert (200, {"prepared_for": "Bakkerij De Korenbloem B.V."}) == (done.status, done.json)
    end_the_mandate(served, "m2", clock())
    refused = browser("POST", "/prepare")
    assert (403, {"not_done": "inactive"}) == (refused.status, refused.json)


def test_nobody_else_gets_in_and_nobody_gets_in_twice(
    a_browser: Callable[[], Browser], party: RelyingParty
) -> None:
    browser = a_browser()
    callback = back_from(party, browser("GET", "/login").location)
    other = a_browser()
    no_login = (403, {"not_done": "no_login_of_ours"})

    for stranger in (a_browser(), other):
        assert no_login == stranger("GET", callback)[::2]
        stranger("GET", "/login")
        assert no_login == stranger("GET", callback)[::2]
    assert no_login == browser("GET", callback.replace("iss=", "iss=x"))[::2]
    assert (403, {"not_done": "log_in_first"}) == browser("POST", "/prepare")[::2]
    assert no_login == browser("GET", callback)[::2]  # that login was over with the first try


def test_what_went_wrong_is_told(a_browser: Callable[[], Browser], party: RelyingParty) -> None:
    browser = a_browser()

    nobody = browser("GET", back_from(party, browser("GET", "/login").location, id_token_hint="x"))
    assert 403 == nobody.status
    assert "code" not in nobody.json

    another = browser("GET", back_from(party, browser("GET", "/login").location, nonce="another"))
    assert (403, {"not_done": "nonce_wrong"}) == another[::2]
    code = browser("GET", re.sub("code=[^&]+", "code=x", back_from(party, browser("GET", "/login").location)))
    assert (403, {"not_done": "invalid_grant"}) == code[::2]
