"""How many passwords the processes of one server hash at the same time: fewer than there are processors."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Final

__all__ = ["HashingTurns"]


class HashingTurns:
    """At most `count` at once, in whatever processes are forked after this was made.

    Each turn is a locked byte of a file without a name. The lock belongs to a process and goes with it: one that is
    killed while it hashes keeps nobody waiting. Within a process only one thread may take turns.
    """

    def __init__(self, count: int | None = None) -> None:
        """`count` is one less than this machine's processors unless it is said, and at least one."""
        self._count: Final = count or max(1, (os.cpu_count() or 1) - 1)
        self._file: Final = _nameless()

    def close(self) -> None:
        """When the server has ended."""
        self._file.close()

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn, and keep it for the block."""
        turn = self._first()
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, turn)

    def _first(self) -> int:
        for turn in range(self._count):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, turn)
            except BlockingIOError:
                continue
            return turn
        turn = os.getpid() % self._count  # any will do; processes that were forked together differ
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, turn)
        return turn


def _nameless() -> IO[bytes]:
    """A file without a name: in memory where that can be, since a server's disk may be read-only."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("hashing turns"), "r+b")
    return TemporaryFile()
