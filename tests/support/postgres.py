"""A PostgreSQL cluster for the tests: started once per test run, a fresh database per test.

`NAMENS_TEST_POSTGRES` names a running one (an SQLAlchemy URL of a database whose user may create databases).
Without it a private cluster is started from the binaries that Debian's package installs, as another user
where the tests run as root (PostgreSQL refuses root), without durability, and ended with the run.
"""

import atexit
import fcntl
import functools
import glob
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


class PostgresMissing(Exception):
    """There is no PostgreSQL here; the text says what was looked for."""


@contextmanager
def fresh_database(like: str | None = None) -> Iterator[str]:
    """The URL of a new database, empty or `like` the one of that URL; dropped afterwards."""
    server = _server()
    name = "t" + secrets.token_hex(8)
    with psycopg.connect(server, autocommit=True) as connection:
        template = like.rpartition("/")[2] if like else "template1"
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield f"postgresql+psycopg://{server.removeprefix('postgresql://').rpartition('/')[0]}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@functools.cache
def _server() -> str:
    if given := os.environ.get("NAMENS_TEST_POSTGRES"):
        return given.replace("postgresql+psycopg://", "postgresql://")
    return _start()


def _start() -> str:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        raise PostgresMissing(
            "no PostgreSQL: neither NAMENS_TEST_POSTGRES nor /usr/lib/postgresql/*/bin/initdb"
        )
    binaries = Path(found[-1]).parent
    run_id = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run_id is None:
        return _launch(binaries, Path(tempfile.mkdtemp(prefix="namens-pg-")), owner=True)
    # The workers of one run share one cluster: the first starts it, the last one out is whoever holds the lock last.
    shared = Path(tempfile.gettempdir()) / f"namens-pg-{run_id}"
    shared.mkdir(exist_ok=True)
    with open(shared / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        users = shared / "users"
        count = int(users.read_text()) if users.exists() else 0
        url = (shared / "url").read_text() if count else _launch(binaries, shared, owner=False)
        (shared / "url").write_text(url)
        users.write_text(str(count + 1))
    atexit.register(_leave, binaries, shared)
    return url


def _leave(binaries: Path, shared: Path) -> None:
    with open(shared / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        left = int((shared / "users").read_text()) - 1
        (shared / "users").write_text(str(left))
        if left == 0:
            _stop(binaries, shared)


def _launch(binaries: Path, folder: Path, *, owner: bool) -> str:
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, _other_user())
        folder.chmod(0o755)
    _run(
        [str(binaries / "initdb"), "-D", str(data), "-U", "namens", "-A", "trust", "-E", "UTF8", "--no-sync"]
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"
    _run([str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"])
    if owner:
        atexit.register(_stop, binaries, folder)
    return f"postgresql://namens@127.0.0.1:{port}/postgres"


def _stop(binaries: Path, folder: Path) -> None:
    _run([str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"])
    shutil.rmtree(folder, ignore_errors=True)


def _other_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise PostgresMissing("the tests run as root, PostgreSQL refuses root, and there is no user to run it as")


def _run(command: list[str]) -> None:
    user = ["runuser", "-u", _other_user(), "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*user, *command], capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise PostgresMissing(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")
