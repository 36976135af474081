import socket
from collections.abc import Iterable
from http.client import HTTPConnection
from typing import Any

import pytest

from authz_server.demo.serving import Listening, PortTaken


def hello(environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


def asked(port: int, host: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/", headers={"Host": host})
    with connection.getresponse() as response:
        found = response.status, response.read()
    connection.close()
    return found


def test_who_calls_this_machine_by_its_own_name_is_answered() -> None:
    listening = Listening([0])
    [port] = listening.ports
    listening.serve([hello])

    answers = [asked(port, f"localhost:{port}"), asked(port, f"127.0.0.1:{port}")]
    listening.close()

    assert [(200, b"hello")] * 2 == answers


@pytest.mark.parametrize("host", ["rebound.example", "localhost", "localhost:1", "rebound.example:{port}"])
def test_a_name_that_is_not_this_machines_gets_nothing(host: str) -> None:
    listening = Listening([0])
    [port] = listening.ports
    listening.serve([hello])

    status, body = asked(port, host.format(port=port))
    listening.close()

    assert 421 == status
    assert b"hello" not in body


def test_a_taken_port_is_named_and_no_other_is_kept() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", 0)) as spare:
        port, free = taken.getsockname()[1], spare.getsockname()[1]
        spare.close()

        with pytest.raises(PortTaken, match=str(port)):
            Listening([free, port])

        Listening([free]).close()


def test_after_the_end_nobody_listens() -> None:
    listening = Listening([0])
    [port] = listening.ports
    listening.serve([hello])
    listening.close()

    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=2)
