"""Hashing and checking passwords (argon2id, RFC 9106) without holding up anybody else.

A hash takes a tenth of a second and 64 MiB on purpose. It is made by a thread of its own, which gives way
to the threads that issue tokens, and no more than a few requests wait for it: the others are told at once that it is
busy. It is made by that thread alone: argon2's own four lanes are four new threads twelve times a hash, and an
operating system lets a thread that is new go before those that wait.
"""

import os
import threading
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import AbstractContextManager, nullcontext, suppress
from enum import StrEnum
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

__all__ = ["MAXIMUM_LENGTH", "Busy", "PasswordCheck", "Passwords"]

MAXIMUM_LENGTH: Final = 256  # characters; what is longer is not hashed at all
_PATIENCE: Final = 10.0  # seconds that a request waits for its hash
_LESS_URGENT: Final = 19  # where there is no SCHED_IDLE: a hundredth part of what others leave

T = TypeVar("T")


class Busy(Exception):
    """So many people log in just now that this one would wait too long. Nothing was looked at."""


class PasswordCheck(StrEnum):
    """What a typed password turned out to be."""

    RIGHT = "right"
    OUTDATED = "outdated"  # right, but hashed in a way that is no longer ours: hash it anew
    WRONG = "wrong"


class Passwords:
    """Hashes and checks passwords, one at a time; at most `places` requests of this process are waiting.

    Nobody waits longer than `patience` seconds (None: as long as it takes). `turn` is held while one is hashed:
    what the processes of one server share (`authz_server.login.hashing_turns`).
    """

    def __init__(
        self,
        hasher: PasswordHasher | None = None,
        *,
        places: int = 6,
        patience: float | None = _PATIENCE,
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._hasher = hasher or PasswordHasher(parallelism=1)
        self._turn: Final = turn
        self._pool: Final = ThreadPoolExecutor(1, "passwords", initializer=_step_back)
        self._places: Final = threading.BoundedSemaphore(places)
        self._patience: Final = patience
        self._nobodys = _nobodys_hash(self._hasher)

    def hash(self, password: str) -> str:
        """The hash to keep. Raises `Busy`."""
        return self._in_turn(lambda: self._hasher.hash(password))

    def check(self, kept: str | None, password: str) -> PasswordCheck:
        """Whether `password` is the one that `kept` is the hash of; None, for no account, takes as long.

        Raises `Busy`, whatever the password is.
        """
        if len(password) > MAXIMUM_LENGTH:
            return PasswordCheck.WRONG
        return self._in_turn(lambda: self._compare(kept, password))

    def _compare(self, kept: str | None, password: str) -> PasswordCheck:
        try:
            self._hasher.verify(kept or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return PasswordCheck.WRONG
        if kept is None:
            return PasswordCheck.WRONG
        return PasswordCheck.OUTDATED if self._hasher.check_needs_rehash(kept) else PasswordCheck.RIGHT

    def _in_turn(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            waiting = self._pool.submit(self._alone, work)
            try:
                return waiting.result(self._patience)
            except TookTooLong:
                waiting.cancel()
                raise Busy from None
        finally:
            self._places.release()

    def _alone(self, work: Callable[[], T]) -> T:
        with self._turn():
            return work()


def _nobodys_hash(hasher: PasswordHasher) -> str:
    """What no password has for a hash, in the form that hashes are kept in: checking one against it takes as long.

    It is drawn, not made: a process would not begin to answer before it had made one.
    """
    salt, drawn = (
        b64encode(os.urandom(length)).rstrip(b"=").decode() for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2{hasher.type.name.lower()}$v={ARGON2_VERSION}${costs}${salt}${drawn}"


def _step_back() -> None:
    """This thread gives way to all others."""
    with suppress(OSError, AttributeError):  # where threads have no priority of their own, all are alike
        if hasattr(os, "SCHED_IDLE"):
            os.sched_setscheduler(threading.get_native_id(), os.SCHED_IDLE, os.sched_param(0))
        else:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LESS_URGENT)
