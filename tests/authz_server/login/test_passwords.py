"""Passwords: right, wrong, nobody's; kept as hashes; nobody waits for long."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerificationError, VerifyMismatchError
from argon2.profiles import CHEAPEST

from authz_server.login.passwords import Busy, PasswordCheck, Passwords


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher.from_parameters(CHEAPEST))


def test_the_right_password_is_right_and_another_is_wrong(passwords: Passwords) -> None:
    kept = passwords.hash("namens-demo")

    assert PasswordCheck.RIGHT == passwords.check(kept, "namens-demo")
    assert PasswordCheck.WRONG == passwords.check(kept, "namens-dem0")
    assert PasswordCheck.WRONG == passwords.check(kept, "")
    assert "namens-demo" not in kept


def test_nobodys_password_is_never_right(passwords: Passwords) -> None:
    assert PasswordCheck.WRONG == passwords.check(None, "nobody's password")


class Noticing(PasswordHasher):
    """Tells what it was asked to compare with, and how that ended."""

    compared: list[tuple[str, type[BaseException] | None]]

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        try:
            super().verify(hash, password)
        except VerificationError as failure:
            self.compared.append((str(hash), type(failure)))
            raise
        self.compared.append((str(hash), None))
        return True


@pytest.mark.parametrize(
    "hasher", [Noticing.from_parameters(CHEAPEST), Noticing(1, 64, 2, 24, 20, type=Type.D)]
)
def test_nobodys_password_is_compared_at_the_cost_of_anybodys(hasher: Noticing) -> None:
    hasher.compared = []

    Passwords(hasher).check(None, "namens-demo")

    (compared_with, ended) = hasher.compared[0]
    assert ended is VerifyMismatchError  # it was computed to its end, not refused for its form
    assert extract_parameters(compared_with) == extract_parameters(hasher.hash("namens-demo"))


def test_a_password_that_was_hashed_differently_is_right_and_outdated(passwords: Passwords) -> None:
    weaker = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash("namens-demo")

    assert PasswordCheck.OUTDATED == passwords.check(weaker, "namens-demo")
    assert PasswordCheck.WRONG == passwords.check(weaker, "something else")


def test_what_is_too_long_is_not_hashed(passwords: Passwords) -> None:
    kept = passwords.hash("x" * 1000)

    assert PasswordCheck.WRONG == passwords.check(kept, "x" * 1000)


class SlowHasher(PasswordHasher):
    """Hashes when it is let."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.let, self.begun = threading.Event(), threading.Event()
        self.let.set()
        self.gives_way = False

    def hash(self, password: str | bytes, **more: object) -> str:
        self.begun.set()
        self.let.wait(10)
        self.gives_way = os.sched_getscheduler(threading.get_native_id()) == os.SCHED_IDLE
        return super().hash(password)


@pytest.fixture
def slow() -> SlowHasher:
    return SlowHasher()


def test_who_finds_all_places_taken_is_told_so_at_once(slow: SlowHasher) -> None:
    passwords = Passwords(slow, places=1)
    slow.let.clear()
    slow.begun.clear()
    first = threading.Thread(target=passwords.hash, args=("namens-demo",))
    first.start()
    assert slow.begun.wait(5)

    with pytest.raises(Busy):
        passwords.check(None, "namens-demo")

    slow.let.set()
    first.join()
    assert PasswordCheck.WRONG == passwords.check(None, "namens-demo")


def test_who_would_wait_too_long_is_told_so_and_gives_the_place_back(slow: SlowHasher) -> None:
    passwords = Passwords(slow, places=1, patience=0.05)
    slow.let.clear()

    with pytest.raises(Busy):
        passwords.hash("namens-demo")

    slow.let.set()
    again = Passwords(slow, places=1)
    assert PasswordCheck.RIGHT == again.check(again.hash("namens-demo"), "namens-demo")


def test_hashing_gives_way_to_those_who_asked_for_tokens(slow: SlowHasher) -> None:
    Passwords(slow).hash("namens-demo")

    assert slow.gives_way
    assert os.sched_getscheduler(threading.get_native_id()) != os.SCHED_IDLE


def test_a_hash_is_made_by_one_thread() -> None:
    assert "p=1" in Passwords(patience=None).hash("namens-demo")


def test_a_hash_is_made_when_it_is_the_processs_turn() -> None:
    taken: list[str] = []

    @contextmanager
    def turn() -> Iterator[None]:
        taken.append("begun")
        yield
        taken.append("ended")

    passwords = Passwords(PasswordHasher.from_parameters(CHEAPEST), turn=turn)
    passwords.check(passwords.hash("namens-demo"), "namens-demo")

    assert ["begun", "ended"] * 2 == taken
