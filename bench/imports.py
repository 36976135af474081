"""Importing and exporting a large register with the commands: time, memory, and how long others wait to write."""

import argparse
import json
import os
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.machine import Refused, speed
from bench.ours import NAMENS, settings_of
from bench.worlds import Record, one_bakery


@dataclass(frozen=True)
class Cost:
    """What one command cost: wall and CPU seconds, the most memory it held, and what a writer beside it waited."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    others_waited: float | None = None


def measure(mandates: int, url: str | None = None) -> dict[str, Cost]:
    """Import so many mandates of twice as many parties, again, and export them; on SQLite, or at `url` (empty)."""
    with tempfile.TemporaryDirectory(prefix="namens-bench-") as name:
        folder = Path(name)
        database = folder / "namens.db"
        environ = settings_of("http://127.0.0.1:9", url or f"sqlite:///{database}")
        world, export = folder / "world.json", folder / "export.json"
        write_world(world, mandates)
        _run(environ, "db", "upgrade")
        costs = {}
        with _writer(None if url else database) as waited:
            first = _run(environ, "import", str(world))
        costs["import"] = Cost(first.seconds, first.cpu_seconds, first.peak_mb, max(waited, default=None))
        costs["the same again"] = _run(environ, "import", str(world))
        costs["export"] = _run(environ, "export", "--personal-numbers", str(export))
        costs["import of the export"] = _run(environ, "import", str(export))
        return costs


def table(costs: Mapping[str, Cost]) -> str:
    lines = [f"{'command':<24} {'seconds':>8} {'CPU s':>8} {'peak MB':>8} {'others waited s':>16}"]
    for name, cost in costs.items():
        waited = "" if cost.others_waited is None else f"{cost.others_waited:.2f}"
        lines.append(
            f"{name:<24} {cost.seconds:>8.1f} {cost.cpu_seconds:>8.1f} {cost.peak_mb:>8.0f} {waited:>16}"
        )
    return "\n".join(lines)


def as_json(costs: Mapping[str, Cost]) -> dict[str, object]:
    return {name: asdict(cost) for name, cost in costs.items()}


def write_world(path: Path, mandates: int) -> None:
    """A world file in which each of so many organisations gives one person a mandate, written as it is made."""
    world = one_bakery(0)
    eva, _, bakery = world["parties"]
    (mandate,) = world["mandates"]

    def parties() -> Iterator[Record]:
        for n in range(mandates):
            kvk = {"kvk": f"{20000000 + n:08}"}
            yield {**bakery, "id": f"o{n}", "name": f"Bedrijf {n} Zoveel B.V.", "identifiers": kvk}
            yield {
                **eva,
                "id": f"p{n}",
                "name": f"Medewerker {n}",
                "identifiers": {"eidas": f"BE/NL/{n:010}"},
            }

    given = (
        {**mandate, "id": f"m{n}", "represented": f"o{n}", "representative": f"p{n}"} for n in range(mandates)
    )
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"services": {json.dumps(world["services"])}')
        for key, first, rest in (("parties", world["parties"], parties()), ("mandates", [mandate], given)):
            file.write(f', "{key}": [\n')
            file.write(",\n".join(map(json.dumps, first)))
            file.writelines(f",\n{json.dumps(record)}" for record in rest)
            file.write("]")
        file.write("}\n")


def _run(environ: Mapping[str, str], *arguments: str) -> Cost:
    """Run a command of ours to its end."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(NAMENS), "--json", *arguments],
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    told = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Refused(f"namens {arguments[0]} ended with {process.returncode}: {told.decode()[-2000:]}")
    seconds = time.perf_counter() - started
    return Cost(round(seconds, 2), round(used.ru_utime + used.ru_stime, 2), round(used.ru_maxrss / 1024, 1))


@contextmanager
def _writer(database: Path | None) -> Iterator[list[float]]:
    """Somebody who writes to the SQLite file all the time, and how long each write waited."""
    waited: list[float] = []
    done = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(str(database), timeout=3600, isolation_level=None)) as raw:
            while not done.wait(0.01):
                started = time.perf_counter()
                raw.execute("BEGIN IMMEDIATE")
                raw.execute("ROLLBACK")
                waited.append(round(time.perf_counter() - started, 2))

    thread = threading.Thread(target=write) if database else None
    if thread:
        thread.start()
    try:
        yield waited
    finally:
        done.set()
        if thread:
            thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
    parser.add_argument("--mandates", type=int, default=100_000)
    parser.add_argument(
        "--database", help="the URL of an empty database; a file of SQLite where it is left out"
    )
    parser.add_argument("--json", type=Path, default=Path("var/bench-imports.json"))
    options = parser.parse_args()
    before = speed(None)
    costs = measure(options.mandates, options.database)
    print(
        f"\n{options.mandates} mandates, {2 * options.mandates} parties; this machine's speed {before:.0f} before, {speed(None):.0f} after"
    )
    print(table(costs))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(as_json(costs), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
