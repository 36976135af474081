"""The small world in every test of the provider, and an hour at which all of it stands."""

import pytest
from flask import Flask

from authz_server.context import Context
from tests.support.small_world import lay


@pytest.fixture
def world(app: Flask, now: int) -> Flask:
    """The provider with the small world in its register."""
    context: Context = app.extensions["namens"]
    with context.database.writing() as db:
        lay(db, context.vault, now=now)
    return app
