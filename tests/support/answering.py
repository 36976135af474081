"""A server on this machine that answers each connection with the bytes that a test wants."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Answering:
    """What came in, and where to reach it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.requests: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/jwks"


@contextmanager
def answering(answer: bytes | Callable[[socket.socket], None], *, reads: bool = True) -> Iterator[Answering]:
    """Answer every connection with `answer`: the bytes as they are, or what the function does with the socket.

    `reads` is false where what comes in is no plain HTTP: then nothing is waited for.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        seen = Answering(server.getsockname()[1])
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                except OSError:
                    return
                with connection:
                    connection.settimeout(2)
                    try:
                        seen.requests.append(_request(connection) if reads else b"")
                        if isinstance(answer, bytes):
                            connection.sendall(answer)
                        else:
                            answer(connection)
                    except OSError:
                        continue

        server.settimeout(0.05)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield seen
        finally:
            over.set()
            thread.join()


def ok(body: bytes, *headers: str) -> bytes:
    """A plain answer with `body`."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received and (part := connection.recv(4096)):
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    while len(body) < length and (part := connection.recv(4096)):
        received += part
        body += part
    return received
