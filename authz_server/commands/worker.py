"""`namens worker [--once]`: the work that no request waits for, in a process of its own."""

import signal

import click

from authz_server.commands.options import Invocation, command_options
from authz_server.commands.secrets import claim_all
from authz_server.events import configure_logging, take_hooks
from authz_server.worker.working import Worker

__all__ = ["worker"]


@click.command()
@click.option("--once", is_flag=True, help="One whole round, now; then say what it did, and end.")
@command_options
def worker(invocation: Invocation, once: bool) -> None:
    """Delete what is over, a little at a time, and send notices, until told to stop (SIGTERM, or Ctrl-C).

    `namens serve` does so by itself; where this runs too, one of all processes does it at a time.
    """
    claim_all(invocation)
    configure_logging(invocation.settings.log.level)
    working = Worker(invocation.context)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: working.tell_to_stop())
    if not once:
        take_hooks()
        working.work()
        return
    removed = working.whole_round()
    told = working.tell_all()
    lines = [f"{count} rows of {table}" for table, count in sorted(removed.items())] or ["Nothing was over."]
    lines += [f"{count} messages: {outcome}" for outcome, count in sorted(told.items())]
    invocation.print("\n".join(lines), {"removed": dict(removed), "told": dict(told)})
