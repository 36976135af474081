"""`namens demo` as a process of its own, on free ports, as a person at a terminal would start it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMENS = (sys.executable, "-c", "from authz_server.cli import main; main(prog_name='namens')")
PATIENCE = 60


@dataclass(frozen=True)
class RunningDemo:
    """A demo that said it is ready."""

    process: subprocess.Popen[str]
    data: Path
    provider: str
    desk: str
    insurer: str
    seconds: float

    @property
    def ports(self) -> list[int]:
        return [int(origin.rpartition(":")[2]) for origin in (self.provider, self.desk, self.insurer)]

    def interrupt(self) -> int:
        """Ctrl-C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def running_demo(data: Path) -> Iterator[RunningDemo]:
    """Start a demo, wait until it is ready, and end it."""
    ports = free_ports(3)
    began = time.monotonic()
    process = start_demo(data, *ports)
    try:
        told = _first_answer(process)
        yield RunningDemo(
            process, data, told["provider"], told["desk"], told["insurer"], time.monotonic() - began
        )
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE)


def start_demo(data: Path, port: int, rp_port: int, rp2_port: int) -> subprocess.Popen[str]:
    """`namens --json demo …`, which tells in JSON where it runs once it does."""
    options = {"--port": port, "--rp-port": rp_port, "--rp2-port": rp2_port, "--data": data}
    words = [str(word) for option in options.items() for word in option]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NAMENS_")}
    return subprocess.Popen(
        [*NAMENS, "--json", "demo", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
        start_new_session=True,
    )


def free_ports(count: int) -> list[int]:
    """Ports that nobody listened on a moment ago."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def _first_answer(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    impatience = threading.Timer(PATIENCE, process.kill)
    impatience.start()
    text = ""
    try:
        while not text.endswith("}\n"):
            line = process.stdout.readline()
            if not line:
                raise AssertionError(f"the demo did not start: {text}{process.communicate()[1]}")
            text += line
    finally:
        impatience.cancel()
    return json.loads(text)
