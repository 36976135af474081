"""Commands that change a record for a reason: their form, and what the reason may hold."""

from collections.abc import Callable
from typing import Final

import click

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import require_secrets
from authz_server.context import Context
from claims.identifiers import holds_a_bsn

__all__ = ["REASON", "ready_to_change", "refuse_a_bsn", "with_reason"]

REASON: Final = click.option("--reason", help="Why, for the journal. No personal data.")


def with_reason(
    group: click.Group, name: str, words: str, do: Callable[[Invocation, str, str | None], None]
) -> None:
    """Give `group` the command `name ID --reason …`, told of with `words`."""

    @group.command(name, help=words)
    @click.argument("id")
    @REASON
    @command_options
    def command(invocation: Invocation, id: str, reason: str | None) -> None:
        do(invocation, id, reason)


def ready_to_change(invocation: Invocation, reason: str | None) -> Context:
    """The context of a command that changes something, for that reason: the secrets are there, and it holds no BSN."""
    if reason is not None:
        refuse_a_bsn(reason)
    require_secrets(invocation)  # the journal is written with them
    return invocation.context


def refuse_a_bsn(reason: str) -> None:
    """Refuse a reason that holds a number that passes as a BSN."""
    if holds_a_bsn(reason):
        raise Refused(
            "reason_holds_a_number",
            "The reason holds a number that is written as a BSN.",
            "Say it without personal data: the journal keeps it for good.",
        )
