"""Moves what SQLite wrote to its log on into the file, beside the requests and not within them.

A commit appends to the write-ahead log; now and then somebody has to carry that into the database's file and wait for
the disk. SQLite has whichever request makes the log a thousand pages long do so, which then waits some twenty
milliseconds. A thread of each process that serves does it every second; the requests find nothing left to do.
"""

import sqlite3
from threading import Event, Thread
from typing import Final

from keys.storage import Database

__all__ = ["Checkpoints"]

_EVERY: Final = 1.0  # second


class Checkpoints:
    """The thread, from `begin` to `end`. On PostgreSQL, which has its own, there is none."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database
        self._over: Final = Event()
        self._thread: Final = Thread(target=self._go_on, name="checkpoints", daemon=True)

    def begin(self) -> None:
        if self._database.dialect == "sqlite":
            self._thread.start()

    def end(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _go_on(self) -> None:
        while not self._over.wait(_EVERY):
            try:
                self._database.settle()
            except sqlite3.Error:  # another process is at it, or the disk is full: a commit will say so
                continue
