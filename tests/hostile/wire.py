"""One request as a WSGI server hands it on, however odd, and what came back."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask

__all__ = ["Seen", "Wire", "send"]

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Wire:
    """`path` and `query` as they stand in the request line (each sign one byte); `length` where it is a lie."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] | tuple[()] = ()
    body: bytes = b""
    length: str | None = None

    def with_headers(self, headers: Mapping[str, str]) -> "Wire":
        return replace(self, headers={**dict(self.headers), **headers})

    def environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path.encode("latin-1")).decode("latin-1"),
            "QUERY_STRING": self.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost:8000",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if self.body or self.length is not None or self.method == "POST":
            environ["CONTENT_LENGTH"] = str(len(self.body)) if self.length is None else self.length
        for name, value in dict(self.headers).items():
            key = name.upper().replace("-", "_")
            environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
        return environ


@dataclass(frozen=True)
class Seen:
    """An answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def send(app: Flask, wire: Wire) -> Seen:
    """The answer of the application to it, past every client that would put it right first."""
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
        told.append((status, headers))

    parts: Iterable[bytes] = app.wsgi_app(wire.environ(), start_response)
    try:
        body = b"".join(parts)
    finally:
        if (close := getattr(parts, "close", None)) is not None:
            close()
    (status, headers) = told[-1]
    return Seen(int(status[:3]), headers, body)
