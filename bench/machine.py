"""The machine that is measured on: CPU time of process trees, its speed just now, servers that start and end."""

import hashlib
import os
import signal
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 60  # seconds for a server to answer, and again for it to end


class Refused(Exception):
    """The benchmark cannot run here; the text says what is missing or in the way."""


def cpu_of_tree(pid: int) -> float:
    """Seconds of CPU, user and system, that a process and all its descendants have used, those that ended too."""
    used = _used(pid)
    return sum(used.values()) / _TICKS


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    return list(_used(pid))


def _used(pid: int) -> dict[int, int]:
    """The ticks of CPU of a process and all its descendants, each with those of its children that ended."""
    used: dict[int, int] = {}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue  # ended while we looked
        fields = text[text.rindex(")") + 2 :].split()
        number = int(stat.parent.name)
        used[number] = sum(int(field) for field in fields[11:15])
        children[int(fields[1])].append(number)
    found, waiting = {}, [pid]
    while waiting:
        one = waiting.pop()
        found[one] = used.get(one, 0)
        waiting += children[one]
    return found


def speed(cpu: int | None) -> float:
    """How fast the CPU is just now: units of fixed work per CPU second, the best of five short tries.

    Machines that are shared differ by a quarter within the hour: compare figures of one run only.
    """
    before = os.sched_getaffinity(0)
    if cpu is not None:
        os.sched_setaffinity(0, {cpu})
    best = min(_fixed_work() for _ in range(5))
    os.sched_setaffinity(0, before)
    return 1 / best


def _fixed_work() -> float:
    started = time.thread_time()
    counts: dict[int, int] = {}
    for n in range(6000):
        counts[n & 255] = counts.get(n & 127, 0) + n
    block = b"x" * 400
    for _ in range(4000):
        block = hashlib.sha256(block).digest() * 8
    return time.thread_time() - started


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpus() -> tuple[int | None, int | None]:
    """One CPU for the server and another for those who ask it; None where there is no second one."""
    usable = sorted(os.sched_getaffinity(0))
    return (usable[0], usable[1]) if len(usable) > 1 else (None, None)


@contextmanager
def server(
    command: Sequence[str], *, port: int, cpu: int | None, environ: Mapping[str, str], log: Path
) -> Iterator[int]:
    """Run a server on `cpu` until it is done with; gives its process id once it answers on `port`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **environ}, stdout=output, stderr=output, start_new_session=True
        )
    try:
        if cpu is not None:
            os.sched_setaffinity(process.pid, {cpu})
        _await(process, port, log)
        yield process.pid
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    patient_until = time.monotonic() + _PATIENCE
    while time.monotonic() < patient_until:
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise Refused(f"{process.args!r} does not answer on port {port}:\n{log.read_text()[-2000:]}")
