"""A real server under malformed HTTP: it answers 4xx or closes, forgets nothing that it holds, and lives on."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.storage import connect
from tests.hostile.counts import over_requests
from tests.hostile.guard import Guard
from tests.hostile.migrated import migrated
from tests.support.serving import environment, free_port, serving

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
HOST = b"Host: localhost\r\n"
MEGABYTE = b"a" * 1_048_576
PATIENCE = 3  # seconds for an answer; a server that waits for the rest of a lie says nothing


@dataclass(frozen=True)
class Served:
    port: int
    guard: Guard


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = Path(tmp_path_factory.mktemp("served"))
    with migrated("sqlite", folder) as url:
        environ = environment(url, "http://localhost:8000")
        port = free_port()
        log = folder / "log"
        with serving(environ, port, log, "--workers", "1") as server:
            engine = connect(url)
            guard = Guard(engine)
            yield Served(port, guard)
            guard.close()
            engine.dispose()
            assert server.process.poll() is None
        assert "Traceback" not in server.log
        assert "panicked" not in server.log


def told(served: Served, raw: bytes, *, slowly: bool = False, patience: float = PATIENCE) -> bytes:
    """What comes back, until the server closes or says nothing more."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=patience) as connection:
        seen = b""
        try:
            if slowly:
                for sign in raw:
                    connection.sendall(bytes([sign]))
            else:
                connection.sendall(raw)
        except OSError:
            pass  # it did not want to hear the rest
        try:
            while part := connection.recv(65536):
                seen += part
                if len(seen) > 1_000_000:
                    break
        except OSError:
            pass
        return seen


def statuses(seen: bytes) -> list[int]:
    lines = [line for line in seen.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    return [int(line.split()[1]) for line in lines]


def lives(served: Served) -> bool:
    answer = told(served, b"GET /health/live HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    return [200] == statuses(answer)


def request(line: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
    return line + b"\r\n" + HOST + headers + b"Connection: close\r\n\r\n" + body


MALFORMED = {
    "a request line of a megabyte": request(b"GET /" + MEGABYTE + b" HTTP/1.1"),
    "a query of twenty thousand": request(b"GET /authorize?state=" + MEGABYTE[:20_000] + b" HTTP/1.1"),
    "a method of a megabyte": request(MEGABYTE + b" / HTTP/1.1"),
    "ten thousand headers": request(b"GET / HTTP/1.1", b"X-A: b\r\n" * 10_000),
    "headers of sixty thousand": request(b"GET /jwks HTTP/1.1", b"X-A: " + MEGABYTE[:60_000] + b"\r\n"),
    "a header of a megabyte": request(b"GET / HTTP/1.1", b"X-A: " + MEGABYTE + b"\r\n"),
    "a header without a name": request(b"GET / HTTP/1.1", b": x\r\n"),
    "a header without a colon": request(b"GET / HTTP/1.1", b"nonsense\r\n"),
    "a header with a nul": request(b"GET / HTTP/1.1", b"X-A: a\x00b\r\n"),
    "a folded header": request(b"GET / HTTP/1.1", b"X-A: a\r\n b\r\n"),
    "a space before the colon": request(b"GET / HTTP/1.1", b"Content-Length : 5\r\n"),
    "no version": b"GET /\r\n\r\n",
    "another version": request(b"GET / HTTP/9.9"),
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
    "http/2 by force": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 50,
    "two spaces": request(b"GET  /  HTTP/1.1"),
    "a nul in the path": request(b"GET /\x00 HTTP/1.1"),
    "a byte beyond ascii in the path": request(b"GET /\xff\xfe HTTP/1.1"),
    "a byte beyond ascii in the query": request(b"GET /logout?\xff=\xfe HTTP/1.1"),
    "broken utf-8 in the path": request(b"GET /portal/for/%ff%c0%80 HTTP/1.1"),
    "a surrogate in the path": request(b"GET /login/%ed%a0%80/choose HTTP/1.1"),
    "a broken percent in the path": request(b"GET /login/%zz%/choose HTTP/1.1"),
    "no path": request(b"GET  HTTP/1.1"),
    "an absolute address": request(b"GET http://evil.example/jwks HTTP/1.1"),
    "connect": request(b"CONNECT evil.example:443 HTTP/1.1"),
    "lengths that differ": request(
        b"POST /token HTTP/1.1", b"Content-Length: 3\r\nContent-Length: 5\r\n", b"a=bcd"
    ),
    "a length and chunks": request(
        b"POST /token HTTP/1.1",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"5\r\na=bcd\r\n0\r\n\r\n",
    ),
    "a negative length": request(b"POST /token HTTP/1.1", FORM + b"Content-Length: -1\r\n"),
    "a length that is none": request(b"POST /token HTTP/1.1", FORM + b"Content-Length: 1e3\r\n", b"x"),
    "a length beyond all numbers": request(
        b"POST /token HTTP/1.1", FORM + b"Content-Length: " + b"9" * 40 + b"\r\n"
    ),
    "a length of a terabyte": request(
        b"POST /token HTTP/1.1", FORM + b"Content-Length: 1099511627776\r\n", b"x"
    ),
    "a body of a megabyte": request(b"POST /token HTTP/1.1", FORM + b"Content-Length: 1048576\r\n", MEGABYTE),
    "a chunk of no size": request(
        b"POST /token HTTP/1.1", FORM + b"Transfer-Encoding: chunked\r\n", b"xyz\r\na\r\n"
    ),
    "a chunk of all sizes": request(
        b"POST /token HTTP/1.1", FORM + b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffffff\r\na\r\n"
    ),
    "chunks of a megabyte": request(
        b"POST /token HTTP/1.1",
        FORM + b"Transfer-Encoding: chunked\r\n",
        b"100000\r\n" + MEGABYTE + b"\r\n0\r\n\r\n",
    ),
    "a chunk without its end": request(
        b"POST /token HTTP/1.1", FORM + b"Transfer-Encoding: chunked\r\n", b"5\r\na=bcdXX0\r\n\r\n"
    ),
    "chunks by another name": request(
        b"POST /token HTTP/1.1", b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"
    ),
    "a header in the address": request(b"GET /authorize?state=a%0d%0aX-Injected:%20yes HTTP/1.1"),
    "a header named twice": request(
        b"POST /token HTTP/1.1",
        b"Authorization: Basic eDp5\r\nAuthorization: Basic YTpi\r\n" + FORM + b"Content-Length: 3\r\n",
        b"a=b",
    ),
    "a thousand cookies": request(b"GET /portal/ HTTP/1.1", b"Cookie: a=b\r\n" * 90),
}
# What says that it will send more and does not is waited for, and then closed on (or the client goes).
WAITED_FOR = {
    "half a request line": b"GET /jw",
    "headers without an end": b"GET / HTTP/1.1\r\n" + HOST,
    "a body that does not come": b"POST /token HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 50\r\n\r\na=b",
    "a chunk that does not come": b"POST /token HTTP/1.1\r\n"
    + HOST
    + FORM
    + b"Transfer-Encoding: chunked\r\n\r\n5\r\na",
}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_is_no_http_is_refused_and_the_server_lives_on(served: Served, what: str) -> None:
    seen = told(served, MALFORMED[what])

    found = statuses(seen)
    assert all(200 <= status < 500 for status in found), (found, seen[:500])
    assert b"X-Injected" not in seen.partition(b"\r\n\r\n")[0]
    if seen and what not in _TAKEN:
        assert all(400 <= status for status in found), (found, seen[:500])
    assert lives(served)
    assert [] == served.guard.changed()


# Odd, and yet a request as any other.
_TAKEN = {"a folded header", "an absolute address", "a thousand cookies", "broken utf-8 in the path"}


def test_who_sends_nothing_more_keeps_nobody_waiting(served: Served) -> None:
    """Thirty connections, more than a process has threads, that say they will go on and do not."""
    held = []
    try:
        for number in range(30):
            connection = socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE)
            connection.sendall(list(WAITED_FOR.values())[number % len(WAITED_FOR)])
            held.append(connection)
        time.sleep(0.3)
        began = time.monotonic()

        assert lives(served)

        assert time.monotonic() - began < PATIENCE
    finally:
        for connection in held:
            connection.close()
    assert lives(served)
    assert [] == served.guard.changed()


def test_who_sends_sign_by_sign_is_answered_too(served: Served) -> None:
    seen = told(served, request(b"GET /jwks HTTP/1.1"), slowly=True)

    assert [200] == statuses(seen)


_LINES = st.sampled_from(
    [
        b"GET /",
        b"POST /token",
        b"POST /introspect",
        b"GET /authorize?",
        b"GET /logout?",
        b"HEAD /jwks",
        b"PUT /revoke",
    ]
)
_PIECES = st.binary(max_size=40) | st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b"\x00",
        b": ",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\n",
        b"0\r\n\r\n",
        b"%ff",
        b"\xff",
    ]
)


@over_requests
@given(
    line=_LINES,
    tail=st.binary(max_size=20),
    headers=st.lists(_PIECES, max_size=6),
    body=st.lists(_PIECES, max_size=4),
)
def test_no_bytes_bring_the_server_down(
    served: Served, line: bytes, tail: bytes, headers: list[bytes], body: list[bytes]
) -> None:
    raw = line + tail + b" HTTP/1.1\r\n" + HOST + b"".join(headers) + b"\r\n\r\n" + b"".join(body)

    seen = told(served, raw, patience=0.05)

    assert all(status < 500 for status in statuses(seen)), (raw, seen[:500])
    assert [] == served.guard.changed()
