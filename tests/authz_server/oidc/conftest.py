"""The small world in every test of the provider, and an hour at which all of it stands."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from authz_server.context import Context
from keys.tables import keys
from tests.support.small_world import lay

_made_before: list[dict[str, Any]] = []


@pytest.fixture
def world(app: Flask, now: int) -> Flask:
    """The provider with the small world in its register, and the keys of the first test that made some."""
    context: Context = app.extensions["namens"]
    with context.database.engine.begin() as connection:
        if _made_before:
            connection.execute(insert(keys), _made_before)
    if not _made_before:
        context.keyring.tend()
        with context.database.engine.begin() as connection:
            _made_before.extend(dict(row) for row in connection.execute(select(keys)).mappings())
    with context.database.writing() as db:
        lay(db, context.vault, now=now)
    return app
