import gzip
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from keys import fetching
from keys.fetching import Bounds, NotFetched, NotFetchedReason, fetch
from tests.support.answering import answering, ok
from tests.support.certificates import a_certificate

HERE = Bounds(seconds=2, size=1000, private=True)


def _reason(url: str, bounds: Bounds) -> NotFetchedReason:
    with pytest.raises(NotFetched) as refused:
        fetch(url, bounds)
    return refused.value.reason


def test_an_answer_comes_with_its_headers() -> None:
    with answering(ok(b"{}", "Cache-Control: max-age=60")) as server:
        fetched = fetch(server.url, HERE)

    assert (200, b"{}", "max-age=60") == (fetched.status, fetched.body, fetched.headers["cache-control"])
    assert server.requests[0].startswith(b"GET /jwks HTTP/1.1\r\n")


def test_a_body_can_be_posted_and_another_status_be_allowed() -> None:
    with answering(b"HTTP/1.1 401 No\r\nContent-Length: 1\r\n\r\nx") as server:
        fetched = fetch(
            server.url + "?a=b",
            HERE,
            method="POST",
            body=b"token=1",
            headers={"Authorization": "Basic eA=="},
            statuses=frozenset({401}),
        )

    assert 401 == fetched.status
    assert server.requests[0].startswith(b"POST /jwks?a=b ")
    assert server.requests[0].endswith(b"\r\n\r\ntoken=1")
    assert b"Authorization: Basic eA==" in server.requests[0]


@pytest.mark.parametrize(
    "status", ["301 Moved\r\nLocation: http://127.0.0.1/", "404 No", "500 Oh", "204 Empty"]
)
def test_neither_redirects_nor_errors_are_answers(status: str) -> None:
    with answering(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()) as server:
        assert NotFetchedReason.STATUS is _reason(server.url, HERE)

    assert 1 == len(server.requests)


def test_an_answer_that_is_too_large_is_refused_whatever_it_says_of_itself() -> None:
    with answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000) as server:
        assert NotFetchedReason.TOO_LARGE is _reason(server.url, HERE)
    with answering(ok(b"x" * 1001)) as server:
        assert NotFetchedReason.TOO_LARGE is _reason(server.url, HERE)


def _drip(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * 500:
        connection.sendall(bytes([byte]))
        time.sleep(0.02)


def _silence(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize("behaviour", [_drip, _silence])
def test_time_is_bounded_as_a_whole(behaviour: object) -> None:
    with answering(behaviour) as server:  # type: ignore[arg-type]
        begin = time.monotonic()
        reason = _reason(server.url, Bounds(seconds=0.4, size=1000, private=True))

        assert NotFetchedReason.TIMEOUT is reason
        assert time.monotonic() - begin < 5


@pytest.mark.parametrize("answer", [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx"])
def test_what_is_no_http_is_refused(answer: bytes) -> None:
    with answering(answer) as server:
        assert NotFetchedReason.NOT_HTTP is _reason(server.url, HERE)


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert NotFetchedReason.UNREACHABLE is _reason(f"http://127.0.0.1:{port}/", HERE)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.nl/jwks",
        "file:///etc/passwd",
        "ftp://example.nl/",
        "https://user:pass@example.nl/",
        "https://example.nl/a b",
        "https://example.nl/\r\nX-Header: 1",
        "https://exämple.nl/",
        "https://",
        "https://example.nl:99999/",
        "https://example.nl:0/",
        "https://example.nl:25/",
        "https://example.nl:80/",
        "https://:443/",
        "https://@example.nl/",
        "https://public.example@127.0.0.1/",
        "//example.nl/",
        "gopher://example.nl/",
        "https:/example.nl",
        "https://[::1/",
        "",
    ],
)
def test_only_plain_https_urls_are_fetched(url: str) -> None:
    assert NotFetchedReason.URL is _reason(url, Bounds())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "2001:0:7f00:1::",
        "255.255.255.255",
        "198.18.0.1",
        "240.0.0.1",
        "::",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::7f00:1",
        "fe80::1%1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "4000::1",
    ],
)
def test_addresses_inside_are_never_spoken_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("spoke to it"))

    assert NotFetchedReason.ADDRESS is _reason("https://inside.example.nl/", Bounds())


def test_one_address_inside_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ("93.184.215.14", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("spoke to it"))

    assert NotFetchedReason.ADDRESS is _reason("https://mixed.example.nl/", Bounds())


def test_the_address_that_was_judged_is_the_one_that_is_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken_to: list[object] = []

    def connect(address: object, timeout: float) -> socket.socket:
        spoken_to.append(address)
        raise ConnectionRefusedError

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", connect)

    assert NotFetchedReason.UNREACHABLE is _reason("https://example.nl/", Bounds())
    assert [("93.184.215.14", 443)] == spoken_to


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:a9fe:a9fe]",
    ],
)
def test_however_this_machine_s_address_is_written_nobody_speaks_to_it(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)

        assert _reason(f"https://{host}:{server.getsockname()[1]}/", Bounds(seconds=1)) in {
            NotFetchedReason.ADDRESS,
            NotFetchedReason.UNREACHABLE,  # a resolver that does not know this way of writing
        }
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_name_that_means_another_address_the_second_time_is_resolved_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def resolve(host: object, *_: object, **__: object) -> object:
        asked.append(host)
        address = "93.184.215.14" if asked == ["rebinding.example.nl"] else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    spoken_to: list[object] = []

    def connect(address: object, timeout: float) -> socket.socket:
        spoken_to.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)

    assert NotFetchedReason.UNREACHABLE is _reason("https://rebinding.example.nl/", Bounds())
    assert (["rebinding.example.nl"], [("93.184.215.14", 443)]) == (asked, spoken_to)


def test_a_name_that_takes_long_to_resolve_counts_against_the_same_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [][: answered.wait(5)])
    begin = time.monotonic()

    assert NotFetchedReason.TIMEOUT is _reason("https://slow.example.nl/", Bounds(seconds=0.2))
    assert time.monotonic() - begin < 1
    answered.set()


def _in_turn(*parts: bytes, pause: float = 0) -> Callable[[socket.socket], None]:
    """Sends the last part again and again, until the other side has had enough."""

    def send(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
        while True:
            connection.sendall(parts[-1])
            time.sleep(pause)

    return send


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "a status line": _in_turn(b"HTTP/1.1 200 ", b"O" * 1000),
    "a header": _in_turn(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 1000),
    "headers": _in_turn(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n" * 50),
    "long headers": _in_turn(b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 60_000 + b"\r\n"),
    "interim answers": _in_turn(b"HTTP/1.1 100 Continue\r\n\r\n" * 40),
    "interim answers with headers": _in_turn(b"HTTP/1.1 100 Continue\r\nX: " + b"x" * 60_000 + b"\r\n\r\n"),
    "a body": _in_turn(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000),
    "a body with a length": _in_turn(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n", b"x" * 10_000),
    "chunks": _in_turn(CHUNKED, b"64\r\n" + b"x" * 100 + b"\r\n"),
    "a chunk": _in_turn(CHUNKED + b"ffffffffffff\r\n", b"x" * 10_000),
    "a chunk of less than nothing": _in_turn(CHUNKED + b"-1\r\n", b"x" * 10_000),
    "the length of a chunk": _in_turn(CHUNKED, b"0" * 1000),
    "what follows the chunks": _in_turn(CHUNKED + b"0\r\n", b"X: x\r\n" * 50),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_does_not_end_is_given_up_long_before_the_time_is(what: str) -> None:
    with answering(ENDLESS[what]) as server:
        begin = time.monotonic()
        reason = _reason(server.url, Bounds(seconds=20, size=1000, private=True))

    assert reason in {NotFetchedReason.TOO_LARGE, NotFetchedReason.NOT_HTTP}
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    "answer",
    [
        CHUNKED + b"-5\r\n" + b"x" * 100,
        CHUNKED + b"zz\r\n",
        CHUNKED + b"5\r\nab",
        b"HTTP/1.1 999999999999 OK\r\n\r\n",
        b"HTTP/1.1 -1 OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"\x16\x03\x01\x02\x00" + b"\x00" * 200,
        b"\xff" * 500,
    ],
)
def test_nonsense_is_refused_and_breaks_nothing(answer: bytes) -> None:
    with answering(answer) as server:
        assert NotFetchedReason.NOT_HTTP is _reason(server.url, HERE)


def test_nothing_is_unpacked() -> None:
    packed = gzip.compress(b"{" + b" " * 10_000_000 + b"}")
    with answering(ok(packed, "Content-Encoding: gzip")) as server:
        fetched = fetch(server.url, Bounds(seconds=2, size=100_000, private=True))

    assert packed == fetched.body
    assert b"Accept-Encoding: identity" in server.requests[0]


def _over_tls(folder: Path, name: str, then: bytes) -> Callable[[socket.socket], None]:
    certificate, key = a_certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(4096)
            wrapped.sendall(then)

    return answer


def _trusting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = ssl.create_default_context(cafile=folder / "cert.pem")
    monkeypatch.setattr(fetching, "_tls_context", lambda: trusted)


@pytest.mark.parametrize("whose", ["localhost", "other.example.nl"])
def test_a_certificate_must_be_for_the_name_and_by_somebody_we_trust(
    whose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(_over_tls(tmp_path, whose, ok(b"{}")), reads=False) as server:
        url = f"https://localhost:{server.port}/jwks"
        assert NotFetchedReason.UNREACHABLE is _reason(url, HERE)  # nobody signed it but itself
        _trusting(tmp_path, monkeypatch)
        if whose == "localhost":
            assert b"{}" == fetch(url, HERE).body
        else:
            assert NotFetchedReason.UNREACHABLE is _reason(url, HERE)


def test_time_is_bounded_as_a_whole_also_before_tls_is_there(tmp_path: Path) -> None:
    def drip(connection: socket.socket) -> None:
        for byte in b"\x16\x03\x03\x40\x00" + b"\x00" * 500:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    with answering(drip, reads=False) as server:
        begin = time.monotonic()

        assert NotFetchedReason.TIMEOUT is _reason(
            f"https://localhost:{server.port}/", Bounds(0.4, 1000, True)
        )
        assert time.monotonic() - begin < 1.5


def test_plain_http_where_tls_is_spoken_is_nothing(tmp_path: Path) -> None:
    with answering(ok(b"{}"), reads=False) as server:
        assert NotFetchedReason.UNREACHABLE is _reason(f"https://localhost:{server.port}/", HERE)
