import socket
import time

import pytest

from keys.fetching import Bounds, NotFetched, NotFetchedReason, fetch
from tests.support.answering import answering, ok

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
