"""The outermost layer: what a request meets before Flask does, and what every answer carries.

Plain WSGI (PEP 3333), since every request of every login passes here several times and pays for each step: the
issuer's address, an id, the bounds on what is taken, the headers of the answer, one line in the log.
"""

import re
import secrets
import time
from collections.abc import Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from authz_server.config import Settings
from authz_server.events import log_request
from authz_server.limits import Limits

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = [
    "FAILED",
    "FORM_TARGET",
    "IMAGE_SOURCE",
    "REFUSED",
    "REQUEST_ID",
    "RETRY_AFTER",
    "ROUTE",
    "SCRIPTS",
    "Edge",
]

# What is noted in the environment of a request: by the edge for those behind it, and by them for the edge.
REQUEST_ID: Final = "namens.request_id"
REFUSED: Final = "namens.refused"  # the HTTP status with which the edge wants the request answered
RETRY_AFTER: Final = "namens.retry_after"  # seconds, where it is to be refused because it came too soon
FAILED: Final = "namens.failed"  # an exception that nobody caught before Flask, for it to answer
ROUTE: Final = "namens.route"
SCRIPTS: Final = "namens.scripts"  # there where files of ours may run on the page; true where they may ask us
FORM_TARGET: Final = "namens.form_target"
IMAGE_SOURCE: Final = "namens.image_source"

_LONGEST_URL: Final = 16 * 1024
_LARGEST_HEADERS: Final = 32 * 1024
_FOR_A_PLACE: Final = 0.1  # seconds; a body that is under way is there much sooner
_GIVEN_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_OWN_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")
_ECHOES: Final = "/access/"  # AuthZEN 1.0 wants the id of a request back, whoever made it up
_TWO_YEARS: Final = 2 * 365 * 86400
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'self'"
)
_HEADERS: Final = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),  # an address may hold a hint, which other logs than ours keep
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]


class Edge:
    """Wraps the application.

    Every request was made to the issuer's address, whatever `Host` or a proxy says: no name but ours is ever built
    into a URL, and the path of an issuer that has one is where the application begins.
    """

    def __init__(self, inner: "WSGIApplication", settings: Settings, limits: Limits) -> None:
        parts = urlsplit(settings.issuer)
        self._inner: Final = inner
        self._limits: Final = limits
        self._scheme: Final = parts.scheme
        self._host: Final = parts.netloc
        self._path: Final = parts.path
        self._max_body: Final = settings.server.max_body
        # two threads never wait for a body; where there are no more than two, one does
        self._waiting: Final = BoundedSemaphore(max(1, settings.server.threads - 2))
        self._ids_given: Final = settings.server.proxies > 0
        over_tls = [("Strict-Transport-Security", f"max-age={_TWO_YEARS}")] if settings.secure else []
        self._headers: Final = _HEADERS + over_tls

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._ids_given else ""
        request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        environ[REQUEST_ID] = request_id
        if (refused := self._refused(environ)) is not None:
            environ[REFUSED] = refused
        self._place_at_the_issuer(environ)
        shown_id = request_id
        if environ["PATH_INFO"].startswith(_ECHOES):
            theirs = environ.get("HTTP_X_REQUEST_ID", "")
            shown_id = theirs if _OWN_ID.fullmatch(theirs) else request_id
        if wait := self._limits.of_network(environ):
            environ[REFUSED], environ[RETRY_AFTER] = 429, wait
        if REFUSED not in environ and (environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in environ):
            self._take_body(environ)

        def answer(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if not any(name == "Cache-Control" for name, _ in headers):
                headers.append(("Cache-Control", "no-store"))
            headers += self._headers
            headers.append(("Content-Security-Policy", _policy(environ)))
            headers.append(("X-Request-Id", shown_id))
            took = time.perf_counter() - began
            log_request(request_id, environ["REQUEST_METHOD"], environ.get(ROUTE), status[:3], took)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return self._inner(environ, answer)

    def _refused(self, environ: "WSGIEnvironment") -> int | None:
        """The status for what no request of ours needs, before anything reads it."""
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if len(path) + len(query) > _LONGEST_URL:
            return 414
        if sum([len(value) for name, value in environ.items() if name[:5] == "HTTP_"]) > _LARGEST_HEADERS:
            return 431
        if "\0" in path or "%00" in query or not query.isascii():
            return 400  # a URI is ASCII (RFC 3986 2); what is not would have to be guessed at
        length = environ.get("CONTENT_LENGTH")
        if length and (not length.isascii() or not length.isdigit()):
            return 400
        if length and (len(length) > 12 or int(length) > self._max_body):
            return 413
        return None

    def _take_body(self, environ: "WSGIEnvironment") -> None:
        """Wait for the body here, in one of the places for that: who never sends it leaves threads for all others.

        From here on it has a length, also where it came in pieces (RFC 9112 7.1).
        """
        length = environ.pop("CONTENT_LENGTH", "")
        most = int(length) if length else self._max_body + 1
        if not self._waiting.acquire(timeout=_FOR_A_PLACE):
            environ[REFUSED] = 503
            return
        try:
            body = environ["wsgi.input"].read(most)
        finally:
            self._waiting.release()
        if not length:
            del environ["HTTP_TRANSFER_ENCODING"]
            if len(body) > self._max_body:
                environ[REFUSED] = 413
        environ["CONTENT_LENGTH"] = length or str(len(body))
        environ["wsgi.input"] = BytesIO(body)

    def _place_at_the_issuer(self, environ: "WSGIEnvironment") -> None:
        environ["wsgi.url_scheme"] = self._scheme
        environ["HTTP_HOST"] = self._host
        if self._path:
            asked = environ.get("PATH_INFO", "")
            if asked == self._path or asked.startswith(self._path + "/"):
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._path
                environ["PATH_INFO"] = asked[len(self._path) :]


def _policy(environ: "WSGIEnvironment") -> str:
    policy = _POLICY
    if target := environ.get(FORM_TARGET):
        policy += f" {target}"
    if source := environ.get(IMAGE_SOURCE):
        policy = policy.replace("img-src 'self'", f"img-src 'self' {source}")
    if SCRIPTS in environ:
        policy += "; script-src 'self'; connect-src 'self'" if environ[SCRIPTS] else "; script-src 'self'"
    return policy
