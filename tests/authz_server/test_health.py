from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.migrations import upgrading
from tests.support.clock import Clock
from tests.support.settings import secret, settings_with


@pytest.fixture
def migrated(engine: Engine) -> Settings:
    upgrading.upgrade(engine)
    return settings_with(engine.url.render_as_string(hide_password=False))


@contextmanager
def _running(settings: Settings, clock: Clock) -> Iterator[Flask]:
    app = create_app(settings, clock=clock)
    yield app
    app.extensions["namens"].database.engine.dispose()


def test_it_is_alive_and_ready(migrated: Settings, clock: Clock) -> None:
    with _running(migrated, clock) as app:
        client = app.test_client()

        assert {"status": "ok"} == client.get("/health/live").json
        assert {"status": "ok"} == client.get("/health/ready").json


def test_without_a_database_it_is_alive_and_not_ready(tmp_path: Path, clock: Clock) -> None:
    with _running(settings_with(f"sqlite:///{tmp_path}/none/namens.db"), clock) as app:
        client = app.test_client()

        answer = client.get("/health/ready")

        assert 200 == client.get("/health/live").status_code
        assert (503, {"status": "unavailable", "failed": ["database"]}) == (answer.status_code, answer.json)
        assert str(tmp_path) not in answer.text


def test_with_tables_of_another_version_it_is_not_ready(
    migrated: Settings, engine: Engine, clock: Clock
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    with _running(migrated, clock) as app:
        answer = app.test_client().get("/health/ready")

    assert (503, {"status": "unavailable", "failed": ["schema"]}) == (answer.status_code, answer.json)


def test_with_no_tables_it_is_not_ready(engine: Engine, clock: Clock) -> None:
    with _running(settings_with(engine.url.render_as_string(hide_password=False)), clock) as app:
        answer = app.test_client().get("/health/ready")

    assert (503, {"status": "unavailable", "failed": ["schema"]}) == (answer.status_code, answer.json)


def test_with_a_secret_that_does_not_open_the_keys_it_is_not_ready(migrated: Settings, clock: Clock) -> None:
    with _running(migrated, clock) as app:
        app.test_client().get("/health/ready")
    names = ("seal", "digest", "pairwise", "codes", "session")
    secrets = {name: secret(number) for number, name in enumerate(names, 20)}

    with _running(settings_with(migrated.database.url.get_secret_value(), secrets=secrets), clock) as other:
        answer = other.test_client().get("/health/ready")

    assert (503, {"status": "unavailable", "failed": ["keys"]}) == (answer.status_code, answer.json)
