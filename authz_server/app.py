"""The one place where everything is joined: settings, database, keyring, and the parts that answer requests."""

from collections.abc import Callable
from importlib import import_module

from flask import Flask

from authz_server.clock import machine_clock
from authz_server.config import Settings
from authz_server.context import Context, join
from authz_server.database import attach
from claims.instants import Instant

__all__ = ["create_app"]

PARTS = ("authz_server.health", "authz_server.oidc", "authz_server.login", "authz_server.portal")


def create_app(
    settings: Settings, *, clock: Callable[[], Instant] | None = None, demo: bool = False
) -> Flask:
    """The provider as a WSGI application; `app.extensions["namens"]` is its `Context`.

    `clock` is the machine's unless a test brings its own. `demo` is true in the `namens demo` process alone.
    """
    app = Flask("authz_server")
    app.config["SECRET_KEY"] = settings.secrets.session.get_secret_value()
    app.config["MAX_CONTENT_LENGTH"] = settings.server.max_body
    database = attach(app, settings)
    context: Context = join(settings, database, clock=clock or machine_clock, demo=demo)
    app.extensions["namens"] = context
    for part in PARTS:
        try:
            module = import_module(part)
        except ModuleNotFoundError as missing:
            if missing.name != part:
                raise
            continue
        module.build(app, context)
    return app
