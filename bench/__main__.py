"""`make bench`: a full flow of ours against the peer's in turn, then the register's look-ups; a table and JSON."""

import argparse
import asyncio
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench import lookups, report
from bench.machine import Refused, cpus
from bench.measuring import Plan, Round, measure
from bench.ours import namens
from bench.peers import node_oidc_provider
from bench.target import VirtualPerson, Wrong


def main() -> int:
    options = _options()
    flows: dict[str, list[Round]] = {}
    alone: dict[str, dict[str, list[Round]]] = {}
    looked_up: dict[str, lookups.Looked] = {}
    try:
        if not options.no_flows:
            flows, alone = _flows(options)
            print(report.flows_table(flows))
            print(f"\n{report.alone_table(alone)}", flush=True)
        if not options.no_lookups:
            for database in options.databases:
                looked_up[database] = lookups.measure(database, options.links)
                print(f"\n{report.lookups_table(database, looked_up[database])}", flush=True)
    except (Refused, Wrong) as refused:
        print(f"bench: {refused}", file=sys.stderr)
        return 1
    report.write(options.json, flows, alone, looked_up)
    print(f"\nwritten to {options.json}")
    if flows and options.at_most is not None and report.ratio(flows) > options.at_most:
        print(f"bench: more than {options.at_most} times the peer's CPU", file=sys.stderr)
        return 1
    return 0


_ALONE = {
    "refresh": VirtualPerson.refresh,
    "introspection": VirtualPerson.introspect,
    "UserInfo": VirtualPerson.ask_userinfo,
    "discovery and JWKS, both": VirtualPerson.read_published,
}


def _flows(
    options: argparse.Namespace,
) -> tuple[dict[str, list[Round]], dict[str, dict[str, list[Round]]]]:
    """The whole flow of all variants, and each request alone of ours and the peer's."""
    for_servers, for_us = cpus()
    with tempfile.TemporaryDirectory(prefix="namens-bench-") as folder:
        home = Path(folder)
        with (
            namens(home, for_servers) as (ours, ours_alone),
            node_oidc_provider(home, for_servers) as (theirs, theirs_alone),
        ):
            if for_us is not None:
                os.sched_setaffinity(0, {for_us})
            plan = Plan(
                persons=options.persons,
                rounds=options.rounds,
                seconds=options.seconds,
                warm_up=options.warm_up,
                server_cpu=for_servers,
            )
            flows = asyncio.run(measure([ours, *theirs], plan))
            shorter = replace(plan, seconds=plan.seconds / 2, warm_up=plan.warm_up / 3)
            alone = {
                what: asyncio.run(measure([ours_alone, theirs_alone], shorter, does))
                for what, does in _ALONE.items()
            }
            return flows, alone


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--persons", type=int, default=8, help="who log in at the same time")
    parser.add_argument("--rounds", type=int, default=5, help="of every variant, in turn")
    parser.add_argument("--seconds", type=float, default=4.0, help="that a round takes")
    parser.add_argument("--warm-up", type=float, default=3.0, help="seconds before the first round")
    parser.add_argument("--links", type=int, default=1_000_000, help="that the look-ups are made among")
    parser.add_argument("--databases", nargs="+", choices=lookups.DATABASES, default=lookups.DATABASES)
    parser.add_argument("--no-flows", action="store_true")
    parser.add_argument("--no-lookups", action="store_true")
    parser.add_argument("--at-most", type=float, help="fail above this ratio of CPU per flow to the peer's")
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"))
    return parser.parse_args()


sys.exit(main())
