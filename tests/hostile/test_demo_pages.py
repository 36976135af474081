"""The demo's service providers and registers under hostile requests: a page, whatever comes, and nobody logged in by it."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from authz_server.clock import machine_clock
from authz_server.demo.registers import PATH
from authz_server.demo.running import Demo
from authz_server.worker.working import Worker
from tests.authz_server.demo.test_service_provider import logged_in_for_the_bakery
from tests.hostile.answers import sane
from tests.hostile.attacks import Target, attacks
from tests.hostile.counts import over_requests
from tests.hostile.guard import Guard
from tests.hostile.values import JSON
from tests.hostile.wire import send
from tests.support.clock import Clock


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    # its worker writes to the tables that are compared here
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Worker, "start", lambda _: None)
        patch.setattr(Worker, "stop", lambda _: None)
        running = Demo(Path(tmp_path_factory.mktemp("sp")) / "demo", (0, 0, 0), clock=Clock(machine_clock()))
        yield running
        running.close()


def targets(demo: Demo) -> dict[str, Target]:
    visitor = demo.desk.test_client()
    begun = visitor.post("/inloggen/vat-return-all")
    name, _, key = begun.headers["Set-Cookie"].partition(";")[0].partition("=")
    headers = {"Cookie": f"{name}={key}"}
    answer = (("state", "x"), ("code", "y"), ("iss", "z"), ("error", "e"), ("error_description", "d"))
    return {
        "home": Target("GET", "/", (("x", "y"),), headers=headers),
        "back": Target("GET", "/terug", answer, headers=headers),
        "log in": Target("POST", "/inloggen/vat-return-all", (("x", "y"),), "form", headers),
        "another task": Target("POST", "/inloggen/none", (("x", "y"),), "form", headers),
        "act": Target("POST", "/doen/submit", (("x", "y"),), "form", headers),
        "switch": Target("POST", "/wisselen", (("x", "y"),), "form", headers),
        "log out": Target("POST", "/uitloggen", (("x", "y"),), "form"),
        "known": Target("GET", "/weten", (("ui_locales", "en"),), headers=headers),
        "known of the login": Target("GET", "/weten/inlog", (("x", "y"),), headers=headers),
        "try": Target("GET", "/proberen", (("x", "y"),), headers=headers),
        "attempt": Target("POST", "/proberen", (("way", "surer"),), "form", headers),
        "language": Target("POST", "/taal", (("language", "en"), ("back", "/")), "form", headers),
        "clock": Target("POST", "/tijd", (("days", "x"),), "form", headers),
    }


@over_requests
@given(data=st.data())
def test_no_request_upsets_a_service_provider(
    demo: Demo, made: dict[str, Target], guard: Guard, data: st.DataObject
) -> None:
    attack = data.draw(attacks(made))
    desk: Flask = demo.desk

    seen = send(desk, attack.on_its_way(made[attack.on]))

    sane(seen, homes=("/", demo.origins.provider, "http://localhost:8000/"))
    assert b'id="working-for"' not in seen.body
    assert [] == guard.changed()


@over_requests
@given(data=st.data())
def test_no_request_of_who_is_logged_in_upsets_it_or_changes_their_token(
    demo: Demo, at_work: tuple[FlaskClient, dict[str, Target], str], data: st.DataObject
) -> None:
    browser, made, before = at_work
    attack = data.draw(attacks(made))

    seen = send(demo.desk, attack.on_its_way(made[attack.on]))

    sane(seen, homes=("/",))
    assert before == browser.get("/weten").text


@over_requests
@given(data=st.data())
def test_no_request_upsets_the_registers(demo: Demo, guard: Guard, data: st.DataObject) -> None:
    source = demo.prepared.settings.sources["trade"]
    assert source.token is not None
    asks = {"Authorization": f"Bearer {source.token.get_secret_value()}"}
    question = {"party": {"scheme": "kvk", "number": "00436606"}}
    targets = {
        "counter": Target("GET", f"{PATH}/", (("x", "y"),)),
        "strike": Target("POST", f"{PATH}/", (("entry", "x"),), "form"),
        "ask": Target("POST", f"{PATH}/trade", place="json", headers=asks, document=question),
        "another register": Target("POST", f"{PATH}/none", place="json", headers=asks, document=question),
    }
    attack = data.draw(attacks(targets))

    seen = send(demo.registers, attack.on_its_way(targets[attack.on]))

    sane(seen, homes=(f"{PATH}/",))
    assert [] == guard.changed()


@given(claims=JSON, signed=st.sampled_from(["kept", "own", "none", "issuer"]))
def test_whatever_claims_somebody_writes_are_judged_or_said_to_be_none(
    at_work: tuple[FlaskClient, dict[str, Target], str], claims: object, signed: str
) -> None:
    browser, _, before = at_work
    try:
        text = json.dumps(claims)
    except (ValueError, RecursionError):
        return

    answer = browser.post("/proberen", data={"claims": text, "signed": signed})

    assert answer.status_code in (200, 413, 422)
    assert before == browser.get("/weten").text


def test_a_slash_too_many_at_the_registers_leads_nowhere(demo: Demo) -> None:
    assert 404 == demo.registers.test_client().get(f"{PATH}//?x=y").status_code


@pytest.fixture(scope="module")
def made(demo: Demo) -> dict[str, Target]:
    return targets(demo)


@pytest.fixture(scope="module")
def at_work(demo: Demo) -> tuple[FlaskClient, dict[str, Target], str]:
    """Somebody at work, what they can send to try and to be told, and what their page tells of their token."""
    browser = demo.desk.test_client()
    work = logged_in_for_the_bakery(demo, browser)
    key = browser.get_cookie("dienstenplein-bezoek")
    assert key is not None
    headers = {"Cookie": f"dienstenplein-bezoek={key.value}"}
    done = next(one.attributes["value"] for one in work.elements if one.attributes.get("name") == "work")
    written = (("claims", quote('{"sub":"x","represents":{"represents":{}},"exp":1}')), ("signed", "issuer"))
    made = {
        "attempt": Target("POST", "/proberen", (("way", "surer"),), "form", headers),
        "written": Target("POST", "/proberen", written, "form", headers),
        "act": Target(
            "POST", "/doen/prepare", (("work", done), ("turnover", "1"), ("quarter", "1")), "form", headers
        ),
        "known": Target("GET", "/weten", (("ui_locales", "en"),), headers=headers),
        "language": Target("POST", "/taal", (("language", "en"), ("back", "/weten")), "form", headers),
    }
    return browser, made, browser.get("/weten").text


@pytest.fixture(scope="module")
def guard(demo: Demo) -> Iterator[Guard]:
    guard = Guard(demo.provider.extensions["namens"].database.engine)
    yield guard
    guard.close()
