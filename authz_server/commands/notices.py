"""`namens notices list | retry`: whom we could not tell that something changed."""

import click

from authz_server.commands.options import Invocation, command_options
from claims.instants import written
from claims.register import outbox
from claims.register.outbox import Notice

__all__ = ["notices"]


@click.group("notices")
def notices() -> None:
    """Notices to the parties of mandates: by mail, or by post."""


@notices.command("list")
@click.option("--all", "every", is_flag=True, help="Also those that were sent, or are on their way.")
@command_options
def list_(invocation: Invocation, every: bool) -> None:
    """Those that reached nobody, by ids: given up after three days of tries, or with no way to send them."""
    rows: list[dict[str, object]] = []
    after: str | None = ""
    with invocation.database.reading() as db:
        while after is not None:
            found, on_their_way = outbox.listed(db, every=every, after=after)
            rows += [_row(one) for one in found]
            after = found[-1].id if len(found) == outbox.LISTED else None
    lines = [" ".join(str(value) for value in row.values() if value is not None) for row in rows]
    words = [*lines, f"{on_their_way} are on their way."]
    invocation.print("\n".join(words), {"notices": rows, "on_their_way": on_their_way})


@notices.command()
@command_options
def retry(invocation: Invocation) -> None:
    """Send again what reached nobody: once mail or post are set right."""
    context = invocation.context
    with context.database.writing() as db:
        count = outbox.retry(db, now=context.clock())
    invocation.print(f"{count} notices will be sent.", {"retried": count})


def _row(one: Notice) -> dict[str, object]:
    return {
        "at": written(one.at),
        "recipient": one.recipient,
        "mandate": one.mandate,
        "change": one.change,
        "outcome": None if one.outcome is None else one.outcome.value,
        "settled_at": None if one.settled_at is None else written(one.settled_at),
    }
