"""The short way past Flask: what is not plain goes on to Flask, and a failure is told there."""

import io
from typing import Any

import pytest

from authz_server.app import create_app
from authz_server.calls import Answer, Call
from authz_server.edge import FAILED, REFUSED, ROUTE
from authz_server.shortcut import Shortcut


class Asked:
    """A shortcut with one path, and what came of a request to it."""

    def __init__(self, handler=lambda call: Answer(200, [], call.body)) -> None:
        self.to_flask: dict[str, Any] | None = None
        self.status = ""
        self.begun = 0
        self._shortcut = Shortcut(
            self._flask, {("POST", "/token"): handler, ("GET", "/jwks"): handler}, self._begin
        )

    def __call__(self, method: str, path: str, body: bytes = b"", **environ: Any) -> bytes:
        asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(body), **environ}
        return b"".join(self._shortcut(asked, self._start))

    def _begin(self) -> None:
        self.begun += 1

    def _start(self, status: str, _headers: list[tuple[str, str]]) -> Any:
        self.status = status

    def _flask(self, environ, start_response):
        self.to_flask = environ
        start_response("299 Flask", [])
        return [b"flask"]


def test_a_plain_request_is_answered_past_flask():
    asked = Asked()

    assert b"a=1" == asked("POST", "/token", b"a=1 and more", CONTENT_LENGTH="3")

    assert ("200 OK", 1, None) == (asked.status, asked.begun, asked.to_flask)


@pytest.mark.parametrize(
    ("method", "path", "environ"),
    [
        ("GET", "/token", {}),
        ("HEAD", "/jwks", {}),
        ("GET", "/jwks/", {}),
        ("POST", "/elsewhere", {"CONTENT_LENGTH": "0"}),
        ("POST", "/token", {}),  # of unknown length
        ("POST", "/token", {"CONTENT_LENGTH": "3", REFUSED: 413}),
    ],
)
def test_what_is_not_plain_goes_on_to_flask_untouched(method, path, environ):
    asked = Asked()

    assert b"flask" == asked(method, path, b"a=1", **environ)

    assert asked.to_flask is not None
    assert b"a=1" == asked.to_flask["wsgi.input"].read()
    assert 0 == asked.begun


def test_a_handler_that_needs_a_page_leaves_it_to_flask():
    asked = Asked(lambda _: None)

    assert b"flask" == asked("GET", "/jwks")
    assert FAILED not in asked.to_flask


def test_what_nobody_caught_is_told_by_flask():
    def failing(_: Call) -> Answer:
        raise LookupError("inside")

    asked = Asked(failing)

    assert b"flask" == asked("GET", "/jwks")
    assert isinstance(asked.to_flask[FAILED], LookupError)
    assert "/jwks" == asked.to_flask[ROUTE]


def test_a_body_that_breaks_off_is_refused():
    asked = Asked()

    asked("POST", "/token", b"a=1", CONTENT_LENGTH="30")

    assert 400 == asked.to_flask[FAILED].code


def test_a_failure_is_answered_with_its_number_and_without_a_word_of_it(settings, clock, monkeypatch):
    app = create_app(settings, clock=clock)
    monkeypatch.setattr("authz_server.oidc.endpoints.about", lambda *_, **__: 1 // 0)

    answer = app.test_client().get("/userinfo", headers={"Authorization": "Bearer x"})

    assert 500 == answer.status_code
    assert {"error": "server_error", "request_id": answer.headers["X-Request-Id"]} == answer.get_json()
