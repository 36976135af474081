"""The demo's service providers and registers under hostile requests: a page, whatever comes, and nobody logged in by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from authz_server.clock import machine_clock
from authz_server.demo.registers import PATH
from authz_server.demo.running import Demo
from authz_server.worker.working import Worker
from tests.hostile.answers import sane
from tests.hostile.attacks import Target, attacks
from tests.hostile.counts import over_requests
from tests.hostile.guard import Guard
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


def test_a_slash_too_many_at_the_registers_leads_nowhere(demo: Demo) -> None:
    assert 404 == demo.registers.test_client().get(f"{PATH}//?x=y").status_code


@pytest.fixture(scope="module")
def made(demo: Demo) -> dict[str, Target]:
    return targets(demo)


@pytest.fixture(scope="module")
def guard(demo: Demo) -> Iterator[Guard]:
    guard = Guard(demo.provider.extensions["namens"].database.engine)
    yield guard
    guard.close()
