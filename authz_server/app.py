"""The one place where everything is joined: settings, database, keyring, and the parts that answer requests."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Request, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter

from authz_server import api, errors, events, health, login, oidc, pages, portal, security, theme
from authz_server.clock import machine_clock
from authz_server.config import Settings
from authz_server.context import Context, join
from authz_server.database import DATABASE_DOWN, attach
from authz_server.edge import FAILED, REFUSED, REQUEST_ID, ROUTE, Edge
from authz_server.shortcut import Shortcut
from claims.instants import Instant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from authz_server.login.hashing_turns import HashingTurns

__all__ = ["create_app"]

_SAFE: Final = {"GET", "HEAD", "OPTIONS"}
_WITHOUT_KEYS: Final = {"static", "health.live", "health.ready", *theme.ENDPOINTS}


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], Instant] | None = None,
    demo: bool = False,
    shortcut: bool = True,
    turns: "HashingTurns | None" = None,
) -> Flask:
    """The provider as a WSGI application; `app.extensions["namens"]` is its `Context`.

    `clock` is the machine's unless a test brings its own. `demo` is true in the `namens demo` process alone.
    `shortcut` is false where a test asks Flask's own views. `turns` are shared with other processes of this server.
    """
    app = _Provider("authz_server")
    app.config["SECRET_KEY"] = settings.secrets.session.get_secret_value()
    app.config["MAX_CONTENT_LENGTH"] = settings.server.max_body
    database = attach(app, settings)
    context = join(settings, database, clock=clock or machine_clock, demo=demo)
    app.extensions["namens"] = context
    events.quieten()
    errors.install(app)
    tend = _tending(context)
    app.before_request(_begin(tend))
    security.install(app, settings)
    pages.build(app, context)
    health.build(app, context)
    login.build(app, context, turns=turns)
    portal.build(app, context)
    handlers = {**oidc.build(app, context), **api.build(app, context)}
    if shortcut:
        app.wsgi_app = Shortcut(app.wsgi_app, handlers, tend)  # type: ignore[method-assign]
    app.wsgi_app = Edge(app.wsgi_app, settings, context.limits)  # type: ignore[method-assign]
    if settings.server.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.server.proxies)  # type: ignore[method-assign]
    return app


class _Provider(Flask):
    """Flask, without what it does for applications that are not like this one, at every request.

    None of our functions is a coroutine, and there is one address. What fails while a failure is being told, and so
    passes every handler, ends here: a server would write its text into the log.
    """

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            answer: Iterable[bytes] = super().wsgi_app(environ, start_response)
        except Exception as failure:
            if self.testing:
                raise
            events.log_failure(failure, request=environ[REQUEST_ID])
            start_response("500 Internal Server Error", [("Content-Length", "0")])
            return []
        return answer

    def log_exception(self, exc_info: object) -> None:
        """Flask's own would name the address; what comes this far is logged above."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """What Flask makes by looking at the environment again: the edge has put the issuer's address there."""
        if request is None:
            return super().create_url_adapter(None)
        environ = request.environ
        request.host = host = environ["HTTP_HOST"]
        return MapAdapter(
            self.url_map,
            host,
            request.root_path,
            "",
            environ["wsgi.url_scheme"],
            request.path,
            request.method,
            request.query_string.decode(errors="replace"),
        )

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def _tending(context: Context) -> Callable[[], None]:
    """Sees to the provider's keys, before a request opens a transaction; one that needs the database finds out that it is down.

    The register's are seen to by the worker and by whoever signs with them: no request fails for those.
    """
    keyring = context.keyring

    def tend() -> None:
        try:
            for kid in keyring.tend():
                events.log_new_key(kid)
        except DATABASE_DOWN:
            pass

    return tend


def _begin(tend: Callable[[], None]) -> Callable[[], Response | None]:
    """Before a request opens a transaction: refuse what the edge refuses, see to the keys, check forms."""

    def begin() -> Response | None:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]
        environ = asked.environ
        rule = asked.url_rule
        environ[ROUTE] = rule.rule if rule else None
        if (status := environ.get(REFUSED)) is not None:
            return errors.refusal(status)
        if (failure := environ.get(FAILED)) is not None:
            raise failure
        if rule is not None and rule.endpoint not in _WITHOUT_KEYS:
            tend()
        if asked.method not in _SAFE:
            security.check_form()
        return None

    return begin
