import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.events import configure_logging
from tests.support.clock import Clock


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    configure_logging("INFO")
    yield written
    root.handlers[:], root.level = before


def _read(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_request_is_told_by_its_route_and_never_by_its_url(app: Flask, lines: io.StringIO) -> None:
    answer = app.test_client().get("/health/live?code=secret", headers={"Authorization": "Bearer secret"})

    (line,) = [one for one in _read(lines) if one["event"] == "request"]
    assert ("GET", "/health/live", 200) == (line["method"], line["route"], line["status"])
    assert answer.headers["X-Request-Id"] == line["request_id"]
    assert "secret" not in lines.getvalue()


def test_an_unknown_path_and_an_invented_method_are_not_written_down(app: Flask, lines: io.StringIO) -> None:
    app.test_client().open("/bsn/999990019", method="FOO999990019")

    (line,) = [one for one in _read(lines) if one["event"] == "request"]
    assert ("other", None) == (line["method"], line["route"])
    assert "999990019" not in lines.getvalue()


def test_the_id_of_a_request_is_ours_unless_a_proxy_of_ours_gave_it(
    app: Flask, settings: Settings, clock: Clock
) -> None:
    given = {"X-Request-Id": "abcdef0123456789"}
    behind = settings.model_copy(update={"server": settings.server.model_copy(update={"proxies": 1})})
    proxied = create_app(behind, clock=clock)

    assert "abcdef0123456789" != app.test_client().get("/health/live", headers=given).headers["X-Request-Id"]
    client = proxied.test_client()
    assert "abcdef0123456789" == client.get("/health/live", headers=given).headers["X-Request-Id"]
    odd = client.get("/health/live", headers={"X-Request-Id": 'x"}<script>'}).headers["X-Request-Id"]
    assert odd.isalnum()
    proxied.extensions["namens"].database.engine.dispose()


def test_what_others_log_becomes_json_without_the_text_of_exceptions(lines: io.StringIO) -> None:
    try:
        raise ValueError("999990019")
    except ValueError:
        logging.getLogger("other").exception("it broke")

    (line,) = _read(lines)
    assert ("it broke", "error", "builtins.ValueError") == (line["event"], line["level"], line["failure"])
    assert "999990019" not in lines.getvalue()


def test_authlib_never_gets_to_write_tokens(app: Flask) -> None:
    assert not logging.getLogger("authlib.oauth2").isEnabledFor(logging.DEBUG)


def test_a_key_that_a_server_announces_is_told(app: Flask, clock: Clock, lines: io.StringIO) -> None:
    client = app.test_client()
    for path in ("/jwks", "/mandate-register/jwks"):
        client.get(path)
    clock.now += app.extensions["namens"].settings.keys.rotate_every

    published = client.get("/jwks").json
    of_register = client.get("/mandate-register/jwks").json

    told = {line["kid"] for line in _read(lines) if line["event"] == "key_announced"}
    assert published is not None
    assert of_register is not None
    assert 2 == len(told & {jwk["kid"] for jwk in published["keys"]})
    assert 1 == len(told & {jwk["kid"] for jwk in of_register["keys"]})
    assert 3 == len(told)
