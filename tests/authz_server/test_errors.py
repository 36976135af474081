import sqlite3
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from authz_server.app import create_app
from authz_server.security import csrf
from tests.support.clock import Clock
from tests.support.settings import settings_with

SECRET = "a-very-secret-value"
JSON = {"Accept": "application/json"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.testing = False

    @app.post("/test/read")
    def read() -> str:
        return str(len(request.form))

    @app.post("/test/json")
    def json() -> str:
        return str(request.json)

    @app.get("/test/broken")
    def broken() -> str:
        raise RuntimeError(SECRET)

    @app.get("/test/down")
    def down() -> str:
        raise sqlite3.OperationalError(SECRET)

    csrf.exempt(read)
    csrf.exempt(json)
    return app.test_client()


def test_what_is_not_there_is_said_on_a_page_and_in_json(client: FlaskClient) -> None:
    page, document = client.get("/nowhere"), client.get("/nowhere", headers=JSON)

    assert (404, 404) == (page.status_code, document.status_code)
    assert 'data-code="not_found"' in page.text
    assert "not_found" == document.json["error"]  # type: ignore[index]
    assert document.headers["X-Request-Id"] == document.json["request_id"]  # type: ignore[index]


@pytest.mark.parametrize("path", ["/token/x", "/.well-known/nothing", "/health/nothing"])
def test_machines_get_json_whatever_they_accept(client: FlaskClient, path: str) -> None:
    assert "not_found" == client.get(path).json["error"]  # type: ignore[index]


def test_a_wrong_method_is_answered_with_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/health/live")

    assert 405 == answer.status_code
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/test/read", "/test/json", "/health/live"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data={"a": "x" * 200_000}, headers=JSON)

    assert (413, "request_too_large") == (answer.status_code, answer.json["error"])  # type: ignore[index]


def test_a_body_of_another_kind_is_refused(client: FlaskClient) -> None:
    assert 415 == client.post("/test/json", data="x", headers=JSON).status_code


def test_a_body_that_is_not_what_it_says_is_refused(client: FlaskClient) -> None:
    assert 400 == client.post("/test/json", data="{", content_type="application/json").status_code


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/health/live?" + "x" * 17_000, {}, 414),
        ("/" + "x" * 17_000, {}, 414),
        ("/health/live", {"X-Long": "x" * 33_000}, 431),
        ("/health/live?a=%00", {}, 400),
        ("/health/%00", {}, 400),
    ],
)
def test_what_no_request_of_ours_needs_is_refused(
    client: FlaskClient, path: str, headers: dict[str, str], status: int
) -> None:
    assert status == client.get(path, headers=headers).status_code


def test_what_breaks_inside_is_not_shown_and_not_logged_by_its_text(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/test/broken", headers=JSON)

    assert (500, "server_error") == (answer.status_code, answer.json["error"])  # type: ignore[index]
    assert SECRET not in answer.text
    (record,) = [one for one in caplog.records if one.getMessage() == "failure"]
    assert "builtins.RuntimeError" == record.fields["failure"]  # type: ignore[attr-defined]
    assert "broken" in record.fields["where"][-1]  # type: ignore[attr-defined]
    assert SECRET not in str(record.__dict__) + caplog.text


def test_a_database_that_does_not_answer_is_told_with_when_to_come_back(client: FlaskClient) -> None:
    answer, page = client.get("/test/down", headers=JSON), client.get("/test/down?x=1")

    assert (503, "5") == (answer.status_code, answer.headers["Retry-After"])
    assert SECRET not in answer.text
    assert '<a class="utrecht-link" href="?" id="error-back">' in page.text


def test_no_name_but_the_issuer_s_is_built_into_a_url(app: Flask) -> None:
    @app.get("/test/url")
    def url() -> str:
        return request.base_url

    answer = app.test_client().get(
        "/test/url", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )

    assert "http://localhost:8000/test/url" == answer.text


def test_an_issuer_with_a_path_is_where_the_application_begins(tmp_path: Path, clock: Clock) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db", issuer="https://login.example.nl/namens")
    app = create_app(settings, clock=clock)
    client = app.test_client()

    assert 200 == client.get("/namens/health/live").status_code
    assert 404 == client.get("/namensx/health/live").status_code
    app.extensions["namens"].database.engine.dispose()
