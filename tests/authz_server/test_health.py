from pathlib import Path

from flask import Flask

from authz_server.app import create_app
from authz_server.config import Settings
from tests.support.clock import Clock
from tests.support.settings import secret, settings_with


def test_it_is_alive_and_ready(app: Flask) -> None:
    client = app.test_client()

    assert {"status": "ok"} == client.get("/health/live").json
    assert {"status": "ok"} == client.get("/health/ready").json


def test_without_a_database_it_is_alive_and_not_ready(tmp_path: Path, clock: Clock) -> None:
    app = create_app(settings_with(f"sqlite:///{tmp_path}/none/namens.db"), clock=clock)
    client = app.test_client()

    answer = client.get("/health/ready")

    assert 200 == client.get("/health/live").status_code
    assert (503, {"status": "unavailable", "failed": ["database"]}) == (answer.status_code, answer.json)
    assert str(tmp_path) not in answer.text


def test_with_a_secret_that_does_not_open_the_keys_it_is_not_ready(
    app: Flask, settings: Settings, clock: Clock
) -> None:
    app.test_client().get("/health/ready")
    secrets = {
        name: secret(number)
        for number, name in enumerate(("seal", "digest", "pairwise", "codes", "session"), 20)
    }
    other = create_app(settings_with(settings.database.url.get_secret_value(), secrets=secrets), clock=clock)

    answer = other.test_client().get("/health/ready")

    assert (503, ["keys"]) == (answer.status_code, answer.json["failed"])  # type: ignore[index]
    other.extensions["namens"].database.engine.dispose()
