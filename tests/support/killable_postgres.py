"""A PostgreSQL cluster of its own, as durable as PostgreSQL is by itself, that a test may kill and start again.

The cluster of the other tests has no durability: there a killed server would lose what it said it had kept. Here
only `fsync` is off, which a machine that loses power misses and a process that is killed does not.
"""

import glob
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.postgres import PostgresMissing, _other_user, _run
from tests.support.serving import free_port

_START_WITHIN = 30.0  # seconds; the processes of a server that was killed must end first


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    binaries: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://namens@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        until = time.monotonic() + _START_WITHIN
        while True:
            try:
                self._ctl("-w", "-l", str(self.folder / "log"), "-o", options, "start")
            except PostgresMissing:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """SIGKILL of the server's first process: the others see it and end where they are."""
        os.kill(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def stop_at_once(self) -> None:
        """An immediate stop: nothing is finished or written, as after a crash."""
        self._ctl("-m", "immediate", "stop")

    def _ctl(self, *arguments: str) -> None:
        _run([str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), *arguments])


@contextmanager
def a_killable_cluster() -> Iterator[Cluster]:
    """A new cluster with an empty database, running; gone afterwards. Raises PostgresMissing."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        raise PostgresMissing("no PostgreSQL: no /usr/lib/postgresql/*/bin/initdb")
    folder = Path(tempfile.mkdtemp(prefix="namens-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _other_user())
        folder.chmod(0o755)
    cluster = Cluster(Path(found[-1]).parent, folder, free_port())
    made = ("-U", "namens", "-A", "trust", "-E", "UTF8", "--no-sync")
    _run([found[-1], "-D", str(folder / "data"), *made])
    cluster.start()
    try:
        yield cluster
    finally:
        with suppress(PostgresMissing):
            cluster.stop_at_once()
        shutil.rmtree(folder, ignore_errors=True)
