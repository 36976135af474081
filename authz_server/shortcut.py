"""The short way of what programs ask: from the edge straight to the function that answers, past Flask.

Flask and werkzeug cost a login more than the database does. What is answered here is what Flask's own views would
answer, by the same functions of the same `Call` (`authz_server.calls`); whatever is not plain (a page, another
method, a body of unknown length, a failure that nobody caught) goes on to Flask. One suite of tests runs against
both ways (`docs/decisions`).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import ClientDisconnected

from authz_server.calls import Call, Handler
from authz_server.edge import FAILED, REFUSED, ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Shortcut"]


class Shortcut:
    """Wraps the application, within the edge. `begin` is what comes before every request."""

    def __init__(
        self,
        inner: "WSGIApplication",
        handlers: Mapping[tuple[str, str], Handler],
        begin: Callable[[], None],
    ) -> None:
        self._inner: Final = inner
        self._handlers: Final = handlers
        self._begin: Final = begin

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        method = environ["REQUEST_METHOD"]
        handler = self._handlers.get((method, path))
        if handler is None or REFUSED in environ:
            return self._inner(environ, start_response)
        body = b""
        if method == "POST":
            if not (length := environ.get("CONTENT_LENGTH")):
                return self._inner(environ, start_response)
            body = environ["wsgi.input"].read(int(length))  # the edge has looked how much that is
            if len(body) < int(length):
                environ[FAILED] = ClientDisconnected()
                return self._inner(environ, start_response)
        environ[ROUTE] = path
        try:
            self._begin()
            answer = handler(Call(environ, body))
        except Exception as failure:
            # what nobody caught is told by Flask, in the one place where that is done
            environ[FAILED] = failure
            answer = None
        if answer is None:
            return self._inner(environ, start_response)
        start_response(answer.line, answer.sent_headers())
        return [answer.body]
