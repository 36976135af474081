"""`namens parties forget`: somebody's data, erased where it is due."""

from typing import Final

import click

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import require_secrets
from authz_server.login import accounts
from authz_server.worker.account import sign_when_due
from claims.register.actor import OPERATOR
from claims.register.forgetting import NotForgotten, forget

__all__ = ["parties"]

_WHY_NOT: Final[dict[NotForgotten, tuple[str, str | None]]] = {
    NotForgotten.UNKNOWN_PARTY: ("There is no party with that id.", None),
    NotForgotten.NOT_PERSONAL: (
        "That is an organisation whose data is public.",
        "Only a person, or the business of one, is forgotten.",
    ),
    NotForgotten.STILL_CONCERNED: (
        "A mandate, a legal relation, an appointment or a restriction that is not over concerns that party.",
        "End it first: namens mandates list --represented ID, --representative ID; the others in their own register.",
    ),
}


@click.group("parties")
def parties() -> None:
    """Parties: persons and organisations."""


@parties.command("forget")
@click.argument("id")
@command_options
def forget_party(invocation: Invocation, id: str) -> None:
    """Erase who the person or sole trader ID is: name, numbers, birth, place, in every version. For good.

    What it gave and was given stays, told by ids alone; the journal tells that it was done, and still verifies.
    """
    require_secrets(invocation)
    context = invocation.context
    with context.database.recording() as db:
        if id.isprintable() and accounts.exists(db, id):
            raise Refused(
                "account_open", "Somebody can still log in as that party.", "First: namens accounts close ID"
            )
        why_not = (
            forget(db, context.vault, id, by=OPERATOR, now=context.clock())
            if id.isprintable()
            else NotForgotten.UNKNOWN_PARTY
        )
    if why_not is not None:
        raise Refused(why_not, *_WHY_NOT[why_not])
    sign_when_due(context)
    invocation.print(
        f"{id} is forgotten. Copies of before still know them.", {"party": id, "forgotten": True}
    )
