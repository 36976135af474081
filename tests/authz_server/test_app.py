import logging

import pytest
from flask import Flask

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from keys.storage import Statement
from tests.support.clock import Clock


def test_the_application_carries_its_context(
    app: Flask, context: Context, settings: Settings, now: int
) -> None:
    assert settings is context.settings
    assert now == context.clock()
    assert not context.demo
    assert {"ES256", "RS256"} == set(context.keyring.current().signing_kids)


def test_id_tokens_verify_for_as_long_as_a_session_may_hint_with_them(context: Context) -> None:
    assert context.settings.lifetimes.session_total == context.keyring.policy.longest_token


@pytest.mark.parametrize("shortcut", [True, False])
def test_a_row_of_the_register_s_key_that_somebody_altered_stops_no_request_that_needs_none(
    settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture, shortcut: bool
) -> None:
    app = create_app(settings, clock=clock, shortcut=shortcut)
    context: Context = app.extensions["namens"]
    browser = app.test_client()
    assert 200 == browser.get("/mandate-register/jwks").status_code
    with context.database.writing() as db:
        db.run(Statement("UPDATE keys_keys SET signs_until = 1 WHERE ring = 'register'"))
    clock.now += 2

    assert 200 == browser.get("/jwks").status_code
    assert 401 == browser.post("/token", data={"grant_type": "authorization_code"}).status_code
    assert 400 == browser.get("/authorize").status_code
    assert [] == [one for one in caplog.records if one.levelno > logging.INFO]
    assert 500 == browser.get("/mandate-register/jwks").status_code
    assert [("key_altered", logging.CRITICAL)] == [
        (one.msg, one.levelno) for one in caplog.records if one.levelno > logging.INFO
    ]
    context.database.engine.dispose()
