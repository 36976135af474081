"""The provider with the small world, listening in a thread: for what speaks to it over HTTP, under the clock of a test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from authz_server.app import create_app
from authz_server.context import Context
from claims.instants import written
from keys.storage import Database
from tests.support.clock import Clock
from tests.support.settings import settings_with
from tests.support.small_world import change, lay

__all__ = ["end_the_mandate", "issuer_of", "served_provider"]


@contextmanager
def served_provider(database: Database, clock: Clock) -> Iterator[Flask]:
    """On a port of its own that is also its issuer."""
    apps: list[Flask] = []
    server = make_server(
        "127.0.0.1", 0, lambda environ, start: apps[0].wsgi_app(environ, start), threaded=True
    )
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(settings_with(url, issuer=f"http://localhost:{server.server_port}"), clock=clock)
    app.testing = True
    apps.append(app)
    context: Context = app.extensions["namens"]
    with context.database.writing() as db:
        lay(db, context.vault, now=clock())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()
    context.database.engine.dispose()


def issuer_of(app: Flask) -> str:
    context: Context = app.extensions["namens"]
    return context.settings.issuer


def end_the_mandate(app: Flask, id: str, now: int) -> None:
    context: Context = app.extensions["namens"]
    with context.database.writing() as db:
        change(db, context.vault, id, now=now, revoked_at=written(now))
