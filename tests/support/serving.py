"""A real `namens serve` in a process of its own."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.settings import SECRETS


@dataclass
class Server:
    """A running server: where it is, and after it ended, what it wrote."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: str = field(default="")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def environment(database_url: str, issuer: str, changed: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a complete installation, and of the machine what Python needs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NAMENS_")}
    return (
        kept
        | {"NAMENS_ISSUER": issuer, "NAMENS_DATABASE_URL": database_url}
        | {"NAMENS_PERSONS__BSN_GROUND": "tests"}
        | {f"NAMENS_SECRETS__{name.upper()}": value for name, value in SECRETS.items()}
        | dict(changed or {})
    )


def namens(*arguments: str, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run the installed command to its end."""
    command = [str(Path(sys.executable).parent / "namens"), *arguments]
    return subprocess.run(command, env=dict(environ), capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def serving(
    environ: Mapping[str, str], port: int, log: Path, *arguments: str, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """`namens serve` on `port`, once it answers; told to stop afterwards, and waited for."""
    command = [
        str(Path(sys.executable).parent / "namens"),
        "serve",
        "--bind",
        f"127.0.0.1:{port}",
        *arguments,
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=dict(environ), stdout=output, stderr=output)
        server = Server(f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}", process)
        try:
            _wait(process, server.url, log, tls)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            server.log = log.read_text()


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path, tls: ssl.SSLContext | None) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"namens serve ended with {process.returncode}: {log.read_text()}")
        try:
            with urlopen(f"{url}/health/live", timeout=1, context=tls):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise AssertionError(f"namens serve did not answer: {log.read_text()}")
