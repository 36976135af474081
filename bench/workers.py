"""`python -m bench.workers`: flows a second of one server process and of two, in turn, on SQLite or on PostgreSQL.

The servers may use every processor and share them with those who ask: on a machine with two, two processes do less
than twice the work of one, and how much less is also the asking.
"""

import argparse
import asyncio
import secrets
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg

from bench.machine import Refused
from bench.measuring import Plan, measure
from bench.ours import namens
from bench.target import Wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="processes of each server")
    parser.add_argument("--persons", type=int, default=16, help="who log in at the same time")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--postgresql", help="URL of a server where databases may be made; else SQLite")
    options = parser.parse_args()
    plan = Plan(options.persons, options.rounds, options.seconds, warm_up=3.0, server_cpu=None)
    try:
        with ExitStack() as ending:
            targets = []
            for workers in options.workers:
                folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="namens-bench-")))
                url = _new_database(ending, options.postgresql) if options.postgresql else None
                target, _ = ending.enter_context(namens(folder, None, workers=workers, database=url))
                targets.append(replace(target, name=f"{workers} worker{'s' if workers > 1 else ''}"))
            measured = asyncio.run(measure(targets, plan))
    except (Refused, Wrong) as refused:
        print(f"bench: {refused}", file=sys.stderr)
        return 1
    first = measured[targets[0].name]
    print(
        f"{'flows':<12} {'flows/s':>8} {'min..max':>12} {'CPU ms':>7} {'p50 ms':>7} {'p95 ms':>7} {'to first':>9}"
    )
    for name, rounds in measured.items():
        per_second = [one.flows / one.seconds for one in rounds]
        pairs = zip(per_second, first, strict=True)
        ratio = statistics.median(here / (there.flows / there.seconds) for here, there in pairs)
        cpu, p50, p95 = (
            statistics.median(getattr(one, part) for one in rounds) for part in ("cpu_ms", "p50_ms", "p95_ms")
        )
        print(
            f"{name:<12} {statistics.median(per_second):>8.0f} {f'{min(per_second):.0f}..{max(per_second):.0f}':>12}"
            f" {cpu:>7.2f} {p50:>7.1f} {p95:>7.1f} {ratio:>9.2f}"
        )
    return 0


def _new_database(ending: ExitStack, server: str) -> str:
    """A database of its own on that server, dropped afterwards."""
    name = "bench_" + secrets.token_hex(6)
    plain = server.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")

    def drop() -> None:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    ending.callback(drop)
    return f"postgresql+psycopg://{plain.removeprefix('postgresql://').rpartition('/')[0]}/{name}"


if __name__ == "__main__":
    sys.exit(main())
