"""Does logging in starve the tokens? The token endpoint's latency, first alone, then while many people log in.

    .venv/bin/python -m bench.logins [--logins 20] [--tokens 60] [--seconds 20]

Both are offered at a fixed rate, whatever comes back (an open loop: who waits does not ask less). Two workers, SQLite.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from bench.browsing import send_first_form
from bench.machine import Refused, speed
from bench.ours import namens
from bench.target import Target, VirtualPerson, Wrong
from bench.wire import Connection

_PERSONS = 12  # with a session, who take turns


def main() -> int:
    options = _options()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="namens-bench-") as folder,
            namens(Path(folder), None, workers=2) as (_, target),
        ):
            with suppress(PermissionError):
                os.nice(-10)  # who measures must not be kept waiting by what is measured
            told = asyncio.run(_measure(target, options))
    except (Refused, Wrong) as refused:
        print(f"bench: {refused}", file=sys.stderr)
        return 1
    print(json.dumps(told, indent=2))
    return 0


async def _measure(target: Target, options: argparse.Namespace) -> dict[str, object]:
    await target.discover()
    persons = [VirtualPerson(target) for _ in range(_PERSONS)]
    for person in persons:
        await person.log_in()
    idle = await _tokens(persons, options.tokens, options.seconds / 2)
    # from a process of their own: reading their pages must not hold up the one that measures
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=os.nice, initargs=(20,)) as elsewhere:
        crowd = asyncio.get_running_loop().run_in_executor(
            elsewhere, _crowd, replace(target, keys=None), options.logins, options.seconds
        )
        await asyncio.sleep(3)
        busy = await _tokens(persons, options.tokens, options.seconds - 4)
        came_of_it = await crowd
    for person in persons:
        person.connection.close()
    return {
        "machine_speed": round(speed(None)),
        "tokens_alone_ms": idle,
        "tokens_while_people_log_in_ms": busy,
        "p99_ratio": round(busy["p99"] / idle["p99"], 2),
        "logins_offered_per_second": options.logins,
        "logins": dict(came_of_it),
    }


def _crowd(target: Target, rate: float, seconds: float) -> Counter[str]:
    """People who log in at that rate; what came of it."""
    came_of_it: Counter[str] = Counter()
    asyncio.run(_at_a_rate(rate, seconds, lambda: _log_in(target, came_of_it)))
    return came_of_it


async def _tokens(persons: list[VirtualPerson], rate: float, seconds: float) -> dict[str, float]:
    """Refreshes at that rate, each by the person who has rested longest: milliseconds of the token endpoint."""
    resting: asyncio.Queue[VirtualPerson] = asyncio.Queue()
    for person in persons:
        resting.put_nowait(person)
    took: list[float] = []

    async def one() -> None:
        began = time.perf_counter()  # the wait for a free person counts: it is the server's doing
        person = await resting.get()
        await person.refresh()
        took.append((time.perf_counter() - began) * 1000)
        resting.put_nowait(person)

    await _at_a_rate(rate, seconds, one)
    took.sort()
    return {name: round(took[int(len(took) * part)], 1) for name, part in (("p50", 0.5), ("p99", 0.99))} | {
        "count": len(took)
    }


async def _log_in(target: Target, came_of_it: Counter[str]) -> None:
    connection = Connection(target.issuer)
    began = time.perf_counter()
    try:
        path, *_ = VirtualPerson(target).request()
        status = await send_first_form(connection, path, fields=target.login["fields"], form="login-form")
    except OSError as failure:
        came_of_it[type(failure).__name__] += 1
        return
    finally:
        connection.close()
    came_of_it[
        {303: "logged in", 302: "logged in", 503: "told that it is busy"}.get(status, str(status))
    ] += 1
    came_of_it["longest ms"] = max(came_of_it["longest ms"], round((time.perf_counter() - began) * 1000))


async def _at_a_rate(rate: float, seconds: float, does: Callable[[], Awaitable[None]]) -> None:
    """Begin it every 1/rate seconds, whether the one before has ended or not."""
    began, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        tasks.append(asyncio.ensure_future(does()))
    await asyncio.gather(*tasks)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.logins", description=__doc__)
    parser.add_argument("--logins", type=float, default=20.0, help="offered each second")
    parser.add_argument("--tokens", type=float, default=60.0, help="refreshes each second")
    parser.add_argument("--seconds", type=float, default=20.0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
