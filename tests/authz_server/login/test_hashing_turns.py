"""No more processes hash at once than there are turns, and who is killed gives the turn back."""

import os
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

import pytest

from authz_server.login.hashing_turns import HashingTurns

_FORKED = get_context("fork")


def _hash(turns: HashingTurns, tell: Connection, seconds: float) -> None:
    with turns.take():
        tell.send((time.monotonic(), time.monotonic() + seconds))
        time.sleep(seconds)


Make = Callable[[int | None], HashingTurns]
Start = Callable[[HashingTurns, float], Connection]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[HashingTurns] = []

    def turns(count: int | None) -> HashingTurns:
        made.append(HashingTurns(count))
        return made[-1]

    yield turns
    for one in made:
        one.close()


@pytest.fixture
def processes() -> Iterator[list[ForkProcess]]:
    """Those that were started, in that order."""
    started: list[ForkProcess] = []
    yield started
    for process in started:
        process.kill()
        process.join()
        process.close()


@pytest.fixture
def start(processes: list[ForkProcess]) -> Iterator[Start]:
    pipes: list[Connection] = []

    def started(turns: HashingTurns, seconds: float) -> Connection:
        here, there = _FORKED.Pipe(duplex=False)
        pipes.append(here)
        processes.append(_FORKED.Process(target=_hash, args=(turns, there, seconds)))
        processes[-1].start()
        there.close()
        return here

    yield started
    for pipe in pipes:
        pipe.close()


@pytest.mark.parametrize("count", [1, 2])
def test_no_more_hash_at_once_than_there_are_turns(make: Make, start: Start, count: int) -> None:
    turns = make(count)

    told = [pipe.recv() for pipe in [start(turns, 0.1) for _ in range(6)]]

    for begun, _ in told:
        assert sum(other <= begun < ended for other, ended in told) <= count


def test_who_is_killed_while_hashing_keeps_nobody_waiting(
    make: Make, start: Start, processes: list[ForkProcess]
) -> None:
    turns = make(1)
    start(turns, 60).recv()
    second = start(turns, 0)
    assert not second.poll(0.2)

    processes[0].kill()

    assert second.poll(10)


def test_a_processor_is_left_for_the_others(
    monkeypatch: pytest.MonkeyPatch, make: Make, start: Start
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    turns = make(None)

    pipes = [start(turns, 60) for _ in range(3)]

    assert pipes[0].poll(10)
    assert pipes[1].poll(10)
    assert not pipes[2].poll(0.2)
