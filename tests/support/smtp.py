"""A mail server in a test: takes mail as RFC 5321 says, over TLS or not, and answers what the test wants it to."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.certificates import a_certificate


@dataclass
class MailServer:
    """`answers` are what it says to a verb instead of 250; `taken` what it took, and `said` what it was told."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    trust: ssl.SSLContext | None = None


@contextmanager
def mail_server(folder: Path, *, tls: bool = True, hangs_up_on: str | None = None) -> Iterator[MailServer]:
    """On a port of its own, as `localhost`; with `tls` it offers STARTTLS, with a certificate that `trust` trusts."""
    server = MailServer()
    context: ssl.SSLContext | None = None
    if tls:
        certificate, key = a_certificate(folder, "localhost")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.trust = ssl.create_default_context(cafile=str(certificate))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        threads: list[threading.Thread] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    one = threading.Thread(target=_converse, args=(server, connection, context, hangs_up_on))
                    one.start()
                    threads.append(one)

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()


def _converse(
    server: MailServer, connection: socket.socket, context: ssl.SSLContext | None, hangs_up_on: str | None
) -> None:
    with suppress(OSError, ssl.SSLError):
        connection.settimeout(10)
        connection.sendall(b"220 localhost\r\n")
        lines = connection.makefile("rb")
        while line := lines.readline():
            words = line.decode("latin-1").rstrip("\r\n")
            verb = words.partition(" ")[0].upper()
            server.said.append(words)
            if verb == hangs_up_on:
                break
            if verb == "EHLO":
                offered = b"250-localhost\r\n"
                if isinstance(connection, ssl.SSLSocket):
                    offered += b"250-AUTH PLAIN\r\n"
                elif context is not None:
                    offered += b"250-STARTTLS\r\n"
                connection.sendall(offered + b"250 SIZE 100000\r\n")
            elif verb == "STARTTLS" and context is not None:
                connection.sendall(b"220 go on\r\n")
                lines.close()
                connection = context.wrap_socket(connection, server_side=True)
                lines = connection.makefile("rb")
            elif verb == "DATA" and "DATA" not in server.answers:
                connection.sendall(b"354 go on\r\n")
                mail = []
                while (part := lines.readline()) not in {b".\r\n", b""}:
                    mail.append(part.decode())
                server.taken.append("".join(mail))
                connection.sendall(b"250 taken\r\n")
            else:
                usual = {"AUTH": "235 welcome", "QUIT": "221 goodbye"}.get(verb, "250 fine")
                connection.sendall(f"{server.answers.get(verb, usual)}\r\n".encode())
                if verb == "QUIT":
                    break
        lines.close()
    connection.close()
