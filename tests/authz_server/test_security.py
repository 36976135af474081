from pathlib import Path

import pytest
from flask import Flask, render_template_string, request

from authz_server.app import create_app
from authz_server.security import allow_form_to, allow_own_scripts, csrf
from tests.support.settings import settings_with

_FORM = '<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}"></form>'


@pytest.fixture
def pages(app: Flask) -> Flask:
    @app.get("/test/page")
    def page() -> str:
        return "page"

    @app.get("/test/script")
    def script() -> str:
        allow_own_scripts(asks="asks" in request.args)
        return "page"

    @app.get("/test/to")
    def to() -> str:
        allow_form_to(request.args["uri"])
        return "page"

    @app.route("/test/form", methods=["GET", "POST"])
    def form() -> str:
        return render_template_string(_FORM)

    @app.post("/test/client")
    def client() -> str:
        return "done"

    csrf.exempt(client)
    return app


def test_every_answer_carries_the_headers(pages: Flask) -> None:
    for path in ("/test/page", "/health/live", "/nowhere"):
        headers = pages.test_client().get(path).headers

        assert "nosniff" == headers["X-Content-Type-Options"]
        assert "DENY" == headers["X-Frame-Options"]
        assert "no-store" == headers["Cache-Control"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in headers


def test_over_https_browsers_are_told_to_stay_there_and_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db", issuer="https://login.example.nl")
    app = create_app(settings)

    assert "max-age=63072000" == app.test_client().get("/health/live").headers["Strict-Transport-Security"]
    assert "__Host-namens_form" == app.config["SESSION_COOKIE_NAME"]
    assert app.config["SESSION_COOKIE_SECURE"]
    app.extensions["namens"].database.engine.dispose()


def test_scripts_in_files_of_ours_run_on_the_page_that_asks_for_them_alone(pages: Flask) -> None:
    client = pages.test_client()

    runs, asks, no = (
        client.get(path).headers["Content-Security-Policy"]
        for path in ("/test/script", "/test/script?asks=", "/test/page")
    )

    assert (no + "; script-src 'self'", no + "; script-src 'self'; connect-src 'self'") == (runs, asks)
    assert "script-src" not in no
    assert "default-src 'none'" in no


@pytest.mark.parametrize(
    ("redirect_uri", "allowed"),
    [
        ("https://rp.example.nl/callback?x=1", "https://rp.example.nl"),
        ("http://localhost:8001/callback", "http://localhost:8001"),
        ("http://[::1]:8001/callback", "http://[::1]:8001"),
        ("nl.example.app:/callback", "nl.example.app:"),
    ],
)
def test_a_form_may_end_at_the_client_that_it_serves(pages: Flask, redirect_uri: str, allowed: str) -> None:
    policy = (
        pages.test_client()
        .get("/test/to", query_string={"uri": redirect_uri})
        .headers["Content-Security-Policy"]
    )

    assert policy.endswith(f"form-action 'self' {allowed}")


@pytest.mark.parametrize(
    "odd", ["https://rp.example.nl;script-src *", "https://a b/", "javascript", "", "//x", "*:/"]
)
def test_nothing_else_gets_into_the_policy(pages: Flask, odd: str) -> None:
    policy = pages.test_client().get("/test/to", query_string={"uri": odd}).headers["Content-Security-Policy"]

    assert policy.endswith("form-action 'self'")


def test_a_form_without_its_token_is_refused_with_a_page_that_says_so(pages: Flask) -> None:
    answer = pages.test_client().post("/test/form")

    assert 400 == answer.status_code
    assert 'data-code="form_expired"' in answer.text


def test_a_form_with_its_token_is_taken(pages: Flask) -> None:
    client = pages.test_client()
    token = client.get("/test/form").text.partition('value="')[2].partition('"')[0]

    assert 200 == client.post("/test/form", data={"csrf_token": token}).status_code
    assert 400 == pages.test_client().post("/test/form", data={"csrf_token": token}).status_code


def test_a_client_s_call_needs_no_form_token(pages: Flask) -> None:
    assert "done" == pages.test_client().post("/test/client").text
