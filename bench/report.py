"""What was measured, as a table for people and as JSON for comparing."""

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.lookups import Looked
from bench.measuring import Round
from bench.peers import PEER

OURS = "namens"


def ratio(measured: Mapping[str, Sequence[Round]], to: str = PEER) -> float:
    """CPU per flow, ours to the peer's: the median over rounds that ran one after the other."""
    pairs = zip(measured[OURS], measured[to], strict=True)
    return statistics.median(ours.cpu_ms / theirs.cpu_ms for ours, theirs in pairs)


def flows_table(measured: Mapping[str, Sequence[Round]]) -> str:
    lines = [
        f"{'one flow: authorize, token, UserInfo':<34} {'CPU ms':>7} {'min..max':>13} {'flows/s':>8}"
        f" {'p50 ms':>7} {'p95 ms':>7} {'we : it':>8}"
    ]
    for name, rounds in measured.items():
        cpu = [one.cpu_ms for one in rounds]
        per_second = statistics.median(one.flows / one.seconds for one in rounds)
        p50, p95 = (statistics.median(getattr(one, part) for one in rounds) for part in ("p50_ms", "p95_ms"))
        lines.append(
            f"{name:<34} {statistics.median(cpu):>7.2f} {f'{min(cpu):.2f}..{max(cpu):.2f}':>13}"
            f" {per_second:>8.0f} {p50:>7.1f} {p95:>7.1f} {ratio(measured, name):>8.2f}"
        )
    return "\n".join(lines)


def alone_table(measured: Mapping[str, Mapping[str, Sequence[Round]]]) -> str:
    lines = [f"{'requests alone':<34} {'CPU ms':>8} {'its':>8} {'we : it':>8}"]
    for what, rounds in measured.items():
        ours, its = (statistics.median(one.cpu_ms for one in rounds[name]) for name in (OURS, PEER))
        lines.append(f"{what:<34} {ours:>8.3f} {its:>8.3f} {ratio(rounds):>8.2f}")
    return "\n".join(lines)


def lookups_table(database: str, looked: Looked) -> str:
    lines = [
        f"{database}: {looked.links:,} links, filled in {looked.filled_in:.0f} s, machine at {looked.speed:.0f} units/s",
        f"{'look-up':<44} {'p50 ms':>9} {'p95 ms':>9} {'CPU ms':>9}",
    ]
    for name, took in looked.took.items():
        lines.append(f"{name:<44} {took['p50_ms']:>9.3f} {took['p95_ms']:>9.3f} {took['cpu_ms']:>9.3f}")
    return "\n".join(lines)


def write(
    path: Path,
    flows: Mapping[str, Sequence[Round]],
    alone: Mapping[str, Mapping[str, Sequence[Round]]],
    lookups: Mapping[str, Looked],
) -> None:
    document: dict[str, object] = {
        "machine": {
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "flows": {name: [asdict(one) for one in rounds] for name, rounds in flows.items()},
        "alone": {
            what: {name: [asdict(one) for one in rounds] for name, rounds in of.items()}
            for what, of in alone.items()
        },
        "lookups": {database: asdict(looked) for database, looked in lookups.items()},
    }
    if flows:
        document["cpu_ratio"] = {name: round(ratio(flows, name), 3) for name in flows if name != OURS}
        document["cpu_ratio_alone"] = {what: round(ratio(rounds), 3) for what, rounds in alone.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
