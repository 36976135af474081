"""An issuer on a loopback port: metadata, key set and introspection, as good or as bad as a test wants them."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

__all__ = ["LocalIssuer", "served"]


@dataclass
class LocalIssuer:
    """What is answered, and what was asked. A test may change all of it while it runs.

    `metadata`, `jwks` and what `introspect` gives are sent as JSON, bytes as they are, with `status`. `metadata` None: those
    of an issuer as it should be. `asked` are method and path of each request, `credentials` the values of `Authorization`
    of those that asked about a token; nothing is held against them.
    """

    url: str = ""
    metadata: Any = None
    jwks: Any = field(default_factory=lambda: {"keys": []})
    status: int = 200
    introspect: Callable[[dict[str, str]], Any] = lambda form: {"active": False}
    asked: list[tuple[str, str]] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, body: bytes, authorization: str | None) -> Any:
        """What is sent to a request; AssertionError where there is nothing at that address."""
        self.asked.append((method, path))
        match method, path:
            case "GET", "/.well-known/openid-configuration":
                return self.metadata if self.metadata is not None else self.described()
            case "GET", "/jwks":
                return self.jwks
            case "POST", "/introspect":
                self.credentials.append(authorization or "")
                return self.introspect({name: value[0] for name, value in parse_qs(body.decode()).items()})
        raise AssertionError(f"nothing is at {method} {path}")

    def described(self, **changes: object) -> dict[str, object]:
        """Its metadata (OpenID Connect Discovery 3), with `changes`."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "introspection_endpoint": f"{self.url}/introspect",
            **changes,
        }


@contextmanager
def served() -> Iterator[LocalIssuer]:
    """It answers at its `url` as long as the block lasts."""
    issuer = LocalIssuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            answer = issuer.answer(self.command, self.path, body, self.headers["Authorization"])
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(issuer.status)
            if issuer.status == 302:
                self.send_header("Location", "/jwks")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: tests speak for themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
