"""A PostgreSQL of our own for measuring: from the binaries that Debian's package installs, ended with the run.

PostgreSQL refuses root: where the benchmark runs as root, it runs as another user. What a commit waits for is
switched off, since nothing is measured that writes; the rest is as installed but for the memory that a server of
this size would have.
"""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.machine import Refused, free_port

_SETTINGS: Final = (
    "listen_addresses=127.0.0.1",
    "shared_buffers=1GB",
    "max_wal_size=8GB",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database on a server that ends with the block."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        raise Refused(
            "no PostgreSQL: /usr/lib/postgresql/*/bin/initdb is not there (--databases sqlite does without)"
        )
    binaries = Path(found[-1]).parent
    folder = Path(tempfile.mkdtemp(prefix="namens-bench-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _other_user())
    data, port = folder / "data", free_port()
    settings = " ".join(f"-c {setting}" for setting in _SETTINGS)
    try:
        _run(
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "namens",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        control = (str(binaries / "pg_ctl"), "-D", str(data), "-w")
        _run(*control, "-l", str(folder / "log"), "-o", f"-p {port} -k {folder} {settings}", "start")
        try:
            yield f"postgresql+psycopg://namens@127.0.0.1:{port}/postgres"
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _other_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Refused("this runs as root, PostgreSQL refuses root, and there is no user to run it as")


def _run(*command: str) -> None:
    user = ["runuser", "-u", _other_user(), "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*user, *command], capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise Refused(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")
