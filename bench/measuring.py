"""Rounds of flows, the variants in turn, so that a machine that slows down slows all of them down."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bench.machine import cpu_of_tree, speed
from bench.target import Target, VirtualPerson


@dataclass(frozen=True)
class Round:
    """What one round of one variant cost."""

    flows: int
    seconds: float
    cpu_ms: float  # of the server's whole process tree, per flow
    p50_ms: float
    p95_ms: float
    speed: float  # of the server's CPU, before and after


@dataclass(frozen=True)
class Plan:
    """How long and how often."""

    persons: int
    rounds: int
    seconds: float
    warm_up: float
    server_cpu: int | None


Doing = Callable[[VirtualPerson], Awaitable[None]]


async def measure(
    targets: Sequence[Target], plan: Plan, does: Doing = VirtualPerson.flow
) -> dict[str, list[Round]]:
    """Log everybody in everywhere, warm up, then measure the targets in turn; `does` is what everybody repeats."""
    crowds: dict[str, list[VirtualPerson]] = {}
    for target in targets:
        await target.discover()
        crowds[target.name] = [VirtualPerson(target) for _ in range(plan.persons)]
        for person in crowds[target.name]:
            await person.log_in()
        await _all_at_once(crowds[target.name], plan.warm_up, does)
    measured: dict[str, list[Round]] = {target.name: [] for target in targets}
    for _ in range(plan.rounds):
        for target in targets:
            measured[target.name].append(await _round(target, crowds[target.name], plan, does))
    for crowd in crowds.values():
        for person in crowd:
            person.connection.close()
    return measured


async def _round(target: Target, crowd: list[VirtualPerson], plan: Plan, does: Doing) -> Round:
    fast = speed(plan.server_cpu)
    used, started = cpu_of_tree(target.pid), time.perf_counter()
    took = await _all_at_once(crowd, plan.seconds, does)
    seconds, used = time.perf_counter() - started, cpu_of_tree(target.pid) - used
    took.sort()
    return Round(
        flows=len(took),
        seconds=seconds,
        cpu_ms=used / len(took) * 1000,
        p50_ms=statistics.median(took) * 1000,
        p95_ms=took[int(len(took) * 0.95)] * 1000,
        speed=(fast + speed(plan.server_cpu)) / 2,
    )


async def _all_at_once(crowd: list[VirtualPerson], seconds: float, does: Doing) -> list[float]:
    """Everybody does it again and again for so long; how long it took each time."""
    until = time.perf_counter() + seconds
    took: list[float] = []

    async def again_and_again(person: VirtualPerson) -> None:
        while (started := time.perf_counter()) < until:
            await does(person)
            took.append(time.perf_counter() - started)

    await asyncio.gather(*(again_and_again(person) for person in crowd))
    return took
