"""A source register asked over HTTP: what goes out, and what hostile ones get for their answers."""

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from authz_server.sources.http import HttpSource
from claims.sources.told import Answer, NoAnswer, NoAnswerReason
from keys.fetching import Bounds
from tests.support.answering import answering, ok
from tests.support.sources import ANNA, BRAM, COURT, document, identifier, relation

BOUNDS = Bounds(seconds=2, size=4096, private=True)
DRIPPED = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b" " * 500


def asked(answer: bytes | Callable[[socket.socket], None], bounds: Bounds = BOUNDS) -> Answer | NoAnswer:
    with answering(answer) as server:
        return HttpSource(COURT, server.url, "t0ken", bounds).ask(identifier(ANNA))


def said(value: Any) -> bytes:
    return ok(json.dumps(value).encode())


def test_the_party_is_named_in_the_body_and_never_in_the_address() -> None:
    with answering(said(document(relations=[relation()]))) as server:
        told = HttpSource(COURT, server.url, "t0ken", BOUNDS).ask(identifier(ANNA))

    assert isinstance(told, Answer)
    assert ["C1"] == [one.reference for one in told.relations]
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert {"party": {"scheme": "bsn", "number": ANNA}} == json.loads(body)
    assert ANNA.encode() not in head
    assert head.startswith(b"POST /jwks HTTP/1.1\r\n")
    assert b"Authorization: Bearer t0ken\r\n" in head
    assert b"Content-Type: application/json" in head


def test_without_a_token_none_is_shown() -> None:
    with answering(said(document())) as server:
        HttpSource(COURT, server.url, None, BOUNDS).ask(identifier(ANNA))

    assert b"Authorization" not in server.requests[0]


def _drip(connection: socket.socket) -> None:
    for sign in DRIPPED:
        connection.sendall(bytes([sign]))
        time.sleep(0.02)


def _endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
    while True:
        connection.sendall(b"0," * 1000)


STATUS = NoAnswerReason.STATUS
NONSENSE = NoAnswerReason.NOT_UNDERSTOOD
HOSTILE: dict[str, tuple[Any, NoAnswerReason]] = {
    "slow": (_drip, NoAnswerReason.TIMEOUT),
    "silent": (lambda connection: connection.recv(1), NoAnswerReason.TIMEOUT),
    "endless": (_endless, NoAnswerReason.TOO_LARGE),
    "too large": (ok(b" " * 5000), NoAnswerReason.TOO_LARGE),
    "a redirect": (b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", STATUS),
    "not found, which says nothing of the party": (
        b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n",
        STATUS,
    ),
    "empty": (b"HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n", STATUS),
    "refused": (b"HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n", STATUS),
    "too many": (b"HTTP/1.1 429 X\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n", STATUS),
    "broken off": (b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", NONSENSE),
    "no HTTP": (b"hello\r\n\r\n", NONSENSE),
    "nothing at all": (ok(b""), NONSENSE),
    "HTML": (ok(b"<html>"), NONSENSE),
    "no UTF-8": (ok(b'{"party": "\xff"}'), NONSENSE),
    "half a surrogate": (ok(b'{"party": "\\ud800"}'), NONSENSE),
    "a number that is none": (ok(b'{"party": NaN}'), NONSENSE),
    "a number of thousands of digits": (ok(b'{"party": ' + b"9" * 4000 + b"}"), NONSENSE),
    "a member that stands twice": (
        ok(json.dumps(document()).encode().replace(b"{", b'{"known": false, "known": true, ', 1)),
        NONSENSE,
    ),
    "nested without end": (ok(b"[" * 3000), NONSENSE),
    "another party": (said(document(BRAM)), NONSENSE),
    "two answers": (ok(json.dumps(document()).encode() * 2), NONSENSE),
    "a list of answers": (said([document()]), NONSENSE),
    "somebody else's relation": (said(document(relations=[relation(represented=BRAM)])), NONSENSE),
    "one reference twice": (said(document(relations=[relation(), relation()])), NONSENSE),
}


@pytest.mark.parametrize(("answer", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_answer_is_said_to_be_none_within_bounds_and_without_its_words(
    answer: Any, reason: NoAnswerReason
) -> None:
    began = time.monotonic()

    told = asked(answer, Bounds(seconds=0.5, size=4096, private=True))

    assert isinstance(told, NoAnswer)
    assert reason is told.reason
    assert time.monotonic() - began < 5
    assert not any(number in told.detail for number in (ANNA, BRAM, "t0ken"))


def test_nobody_there_is_said_to_be_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    told = HttpSource(COURT, f"http://127.0.0.1:{port}/", None, BOUNDS).ask(identifier(ANNA))

    assert isinstance(told, NoAnswer)
    assert NoAnswerReason.UNREACHABLE is told.reason


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254"])
def test_outside_the_demo_no_address_of_our_own_network_is_spoken_to(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        for scheme in ("http", "https"):
            source = HttpSource(COURT, f"{scheme}://{host}:{port}/", None, Bounds(seconds=1))
            told = source.ask(identifier(ANNA))
            assert isinstance(told, NoAnswer)
            assert NoAnswerReason.UNREACHABLE is told.reason
        with pytest.raises(BlockingIOError):
            server.accept()
