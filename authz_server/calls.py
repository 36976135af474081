"""One request of a program and its answer, as values: what the endpoints for programs are functions of.

They are answered in two ways, by a view of Flask and by `authz_server.shortcut` in front of it; reading and answering
are the same in both, and one suite of tests runs against either.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["Answer", "Call", "Handler", "as_response"]

Header = tuple[str, str]
_FORM: Final = "application/x-www-form-urlencoded"
_WITHOUT_BODY: Final = {204, 304}
_REASONS: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Call:
    """A request: its WSGI environment, and the body that was read already (empty where there is none)."""

    __slots__ = ("_environ", "body", "method")

    def __init__(self, environ: "WSGIEnvironment", body: bytes = b"") -> None:
        self._environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.body = body

    def query(self) -> list[tuple[str, str]]:
        """The parameters of the address, in order; what is no UTF-8 reads as U+FFFD."""
        return _pairs(self._environ.get("QUERY_STRING", ""))

    def form(self) -> list[tuple[str, str]]:
        """The parameters of the body, where it is a form (`application/x-www-form-urlencoded`)."""
        kind = self._environ.get("CONTENT_TYPE", "")
        if kind != _FORM and kind.partition(";")[0].strip().lower() != _FORM:
            return []
        return _pairs(self.body.decode("utf-8", "replace"))

    def header(self, name: str) -> str | None:
        """The header of that name (`HTTP_…`, as WSGI writes it); one that was sent twice is joined by a comma."""
        value: str | None = self._environ.get(name)
        return value

    def cookie(self, name: str) -> str | None:
        """The first cookie of that name. Ours need no quoting; one that is quoted is not ours."""
        shown: str = self._environ.get("HTTP_COOKIE", "")
        start = name + "="
        for pair in shown.split(";"):
            pair = pair.strip()
            if pair.startswith(start):
                return pair[len(start) :]
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: status, headers as they are sent (ASCII, without line ends), body."""

    status: int
    headers: list[Header] = field(default_factory=list)
    body: bytes = b""

    @property
    def line(self) -> str:
        """The status as WSGI writes it."""
        return _REASONS[self.status]

    def sent_headers(self) -> list[Header]:
        """The headers, with the length of the body where there may be one (RFC 9110 8.6)."""
        if self.status in _WITHOUT_BODY:
            return list(self.headers)
        return [*self.headers, ("Content-Length", str(len(self.body)))]


Handler = Callable[[Call], Answer | None]
"""Answers a call; None where a person has to be shown a page."""


class _Plain(Response):
    """An answer whose headers go out as they were set, without werkzeug's second look at each of them."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        return self.headers


def as_response(answer: Answer) -> Response:
    """The answer as a view of Flask returns it."""
    response = _Plain(answer.body, answer.status)
    response.headers = Headers(answer.sent_headers())  # these and no `Content-Type` of werkzeug's choice
    return response


def _pairs(text: str) -> list[tuple[str, str]]:
    """`application/x-www-form-urlencoded` (URL Standard 5.1), names without a value included."""
    found = []
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            if "%" in part or "+" in part:
                name, value = unquote_plus(name, errors="replace"), unquote_plus(value, errors="replace")
            found.append((name, value))
    return found
