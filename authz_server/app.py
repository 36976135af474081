"""The one place where everything is joined: settings, database, keyring, and the parts that answer requests."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from authz_server import errors, events, security
from authz_server.clock import machine_clock
from authz_server.config import Settings
from authz_server.context import Context, join
from authz_server.database import attach
from claims.instants import Instant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["create_app"]

PARTS: Final = ("authz_server.health", "authz_server.oidc", "authz_server.login", "authz_server.portal")
_WITHOUT_KEYS: Final = {"static", "health.live", "health.ready"}


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
    context = join(settings, database, clock=clock or machine_clock, demo=demo)
    app.extensions["namens"] = context
    events.install(app, settings)
    errors.install(app)
    security.install(app, settings)
    app.before_request(_tend_keys(context))
    for part in PARTS:
        try:
            module = import_module(part)
        except ModuleNotFoundError as missing:
            if missing.name != part:
                raise
            continue
        module.build(app, context)
    app.wsgi_app = _AtIssuer(app.wsgi_app, settings.issuer)  # type: ignore[method-assign]
    if settings.server.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.server.proxies)  # type: ignore[method-assign]
    return app


def _tend_keys(context: Context) -> Callable[[], None]:
    """Before a request opens a transaction: see what changed about the keys, and take what step is due."""

    def tend() -> None:
        if request.endpoint is not None and request.endpoint not in _WITHOUT_KEYS:
            context.keyring.tend()

    return tend


class _AtIssuer:
    """Every request was made to the issuer's address, whatever `Host` or a proxy says: no name but ours is ever built
    into a URL, and the path of an issuer that has one is where the application begins."""

    def __init__(self, inner: "WSGIApplication", issuer: str) -> None:
        parts = urlsplit(issuer)
        self._inner = inner
        self._scheme = parts.scheme
        self._host = parts.netloc
        self._path = parts.path

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = self._scheme
        environ["HTTP_HOST"] = self._host
        if self._path:
            asked = environ.get("PATH_INFO", "")
            if asked == self._path or asked.startswith(self._path + "/"):
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._path
                environ["PATH_INFO"] = asked[len(self._path) :]
        return self._inner(environ, start_response)
