"""The running demo: the provider and two service providers, each on its own port of this machine, in one process.

Everything listens on the loopback address alone, and answers only requests that name this machine in `Host`:
a web page elsewhere whose name is made to point at 127.0.0.1 gets nothing (DNS rebinding).
"""

import socket
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["LOOPBACK", "Listening", "PortTaken", "here_only"]

LOOPBACK: Final = "127.0.0.1"


class PortTaken(Exception):
    """Somebody listens on that port already."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken")
        self.port = port


class Listening:
    """Ports of this machine, held from the start so that nothing is made for a demo that cannot run."""

    def __init__(self, ports: Iterable[int]) -> None:
        self._sockets: list[socket.socket] = []
        self._servers: list[BaseWSGIServer] = []
        self._threads: list[threading.Thread] = []
        for port in ports:
            try:
                self._sockets.append(_held(port))
            except OSError:
                self.close()
                raise PortTaken(port) from None

    @property
    def ports(self) -> list[int]:
        """The ports, in the order in which they were asked for; a port 0 was given a free one."""
        return [held.getsockname()[1] for held in self._sockets]

    def serve(self, applications: "Iterable[WSGIApplication]") -> None:
        """Answer with these applications, one for each port, until `close`."""
        for held, application in zip(self._sockets, applications, strict=True):
            port = held.getsockname()[1]
            server = make_server(
                LOOPBACK,
                port,
                here_only(application, port),
                threaded=True,
                request_handler=_Quiet,
                fd=held.fileno(),
            )
            thread = threading.Thread(target=server.serve_forever, name=f"port {port}")
            thread.start()
            self._servers.append(server)
            self._threads.append(thread)

    def close(self) -> None:
        """Stop answering, and let the ports go; a second time it does nothing."""
        for server in self._servers:
            server.shutdown()
        for thread in self._threads:
            thread.join()
        for server in self._servers:
            server.server_close()
        for held in self._sockets:
            held.close()
        self._servers, self._threads = [], []


def here_only(application: "WSGIApplication", port: int) -> "WSGIApplication":
    """`application` for those who call it by this machine's own name."""
    hosts = {f"{name}:{port}" for name in ("localhost", LOOPBACK)}
    if port == 80:
        hosts |= {"localhost", LOOPBACK}

    def guarded(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        # an address in absolute form names a host too, which need not be the one in `Host`
        if environ.get("HTTP_HOST") in hosts and environ.get("REQUEST_URI", "/").startswith("/"):
            return application(environ, start_response)
        start_response("421 Misdirected Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [f"This demo answers at http://localhost:{port} only.\n".encode()]

    return guarded


def _held(port: int) -> socket.socket:
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((LOOPBACK, port))
        held.listen(128)
    except BaseException:
        held.close()
        raise
    return held


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request: the provider writes its own log, and the card must stay in view."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        pass
