"""`python -m bench.endurance`: log in very often, and see whether the server's processes grow by it.

RSS counts what a process shares with others in each of them, PSS shares it out: the sum of the PSS is what the
machine spends.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.machine import Refused, tree
from bench.ours import namens
from bench.target import Target, Unavailable, VirtualPerson, Wrong

_MB = 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """The server's processes after so many flows: pid -> megabytes, the first one's parent first."""

    flows: int
    seconds: float
    rss: dict[int, float]
    pss: dict[int, float]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.endurance", description=__doc__)
    parser.add_argument("--flows", type=int, default=100_000)
    parser.add_argument("--persons", type=int, default=8, help="who log in at the same time")
    parser.add_argument("--workers", type=int, default=1, help="processes of the server")
    parser.add_argument("--samples", type=int, default=20, help="taken on the way")
    parser.add_argument(
        "--at-most", type=float, help="fail where a server process has more MB (RSS) at the end"
    )
    parser.add_argument("--json", type=Path, default=Path("var/endurance.json"))
    options = parser.parse_args()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="namens-bench-") as folder,
            namens(Path(folder), None, workers=options.workers) as (target, _),
        ):
            samples = asyncio.run(_endure(target, options.flows, options.persons, options.samples))
    except (Refused, Wrong) as refused:
        print(f"endurance: {refused}", file=sys.stderr)
        return 1
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps([asdict(sample) for sample in samples], indent=2) + "\n")
    print(_told(samples))
    if options.at_most is not None and max(samples[-1].rss.values()) > options.at_most:
        print(f"endurance: a process has more than {options.at_most} MB", file=sys.stderr)
        return 1
    return 0


async def _endure(target: Target, flows: int, persons: int, often: int) -> list[Sample]:
    await target.discover()
    crowd = [VirtualPerson(target) for _ in range(persons)]
    for person in crowd:
        await person.log_in()
    began = time.perf_counter()
    samples = [_sample(target.pid, 0, began)]
    _print(samples[0])
    for number in range(1, often + 1):
        wanted = flows * number // often
        left = iter(range(wanted - samples[-1].flows))

        async def again_and_again(person: VirtualPerson, left: "object" = left) -> None:
            for _ in left:  # type: ignore[attr-defined]
                while not await _flowed(person):
                    await asyncio.sleep(1)

        await asyncio.gather(*(again_and_again(person) for person in crowd))
        samples.append(_sample(target.pid, wanted, began))
        _print(samples[-1])
    return samples


async def _flowed(person: VirtualPerson) -> bool:
    """One flow; false where the server was too busy for it, as it may be on a machine that does other work."""
    try:
        await person.flow()
    except Unavailable as busy:
        print(f"{'':>8} {busy}", flush=True)
        return False
    return True


def _sample(pid: int, flows: int, began: float) -> Sample:
    rss, pss = {}, {}
    for one in tree(pid):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        kept = {line.split(":")[0]: int(line.split()[1]) * 1024 / _MB for line in lines[1:]}
        rss[one], pss[one] = round(kept["Rss"], 1), round(kept["Pss"], 1)
    return Sample(flows, round(time.perf_counter() - began, 1), rss, pss)


def _print(sample: Sample) -> None:
    shown = "  ".join(f"{sample.rss[pid]:>6.1f} {sample.pss[pid]:>6.1f}" for pid in sample.rss)
    print(
        f"{sample.flows:>8} flows {sample.seconds:>7.0f} s   RSS, PSS in MB of each process: {shown}",
        flush=True,
    )


def _told(samples: Sequence[Sample]) -> str:
    half = samples[len(samples) // 2]
    grown = {pid: round(samples[-1].rss[pid] - half.rss[pid], 1) for pid in half.rss}
    return f"grown in the second half, MB of RSS of each process: {list(grown.values())}"


if __name__ == "__main__":
    sys.exit(main())
