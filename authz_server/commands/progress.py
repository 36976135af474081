"""How far a long command is: a bar for whoever looks at a terminal, and nothing for anybody else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from authz_server.commands.options import Invocation

__all__ = ["progress"]

_STEPS: Final = 200  # times that a bar is drawn


@contextmanager
def progress(invocation: Invocation, label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar of `length` on standard error, and how it is told of so much more; none with `--json` or no terminal."""
    if invocation.json or not sys.stderr.isatty():
        yield lambda more: None
        return
    with click.progressbar(
        length=length, label=label, file=sys.stderr, update_min_steps=max(1, length // _STEPS)
    ) as bar:
        yield bar.update
