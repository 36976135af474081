"""`namens parties forget | mail | leave`: somebody's data, erased where it is due; where they are told; who leaves where."""

import sys
from itertools import chain
from typing import Final

import click

from authz_server.commands.changing import REASON, ready_to_change
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import require_secrets
from authz_server.i18n import LANGUAGES
from authz_server.login import accounts, support
from authz_server.reviews import mark_what_left
from authz_server.worker.account import sign_when_due
from claims.instants import written
from claims.register import addresses, leaving, lookup
from claims.register.actor import OPERATOR
from claims.register.addresses import NotAddressed
from claims.register.forgetting import NAMELESS, NotForgotten, forget
from claims.register.within_organisation import is_one_of

__all__ = ["parties"]

_LONGEST_LINE: Final = 1000

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
    """Erase who the person or sole trader ID is: name, numbers, birth, place, mail address, in every version. For good.

    What it gave and was given stays, told by ids alone; the journal tells that it was done, and still verifies.
    """
    require_secrets(invocation)
    context = invocation.context
    with context.database.recording() as db:
        if id.isprintable() and (accounts.exists(db, id) or support.is_support(db, id)):
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


@parties.command("mail")
@click.argument("id")
@click.option("--language", type=click.Choice(LANGUAGES), help="In which they are mailed; both, if left out.")
@click.option("--remove", is_flag=True, help="They are mailed no more.")
@command_options
def mail_party(invocation: Invocation, id: str, language: str | None, remove: bool) -> None:
    """Mail the party ID at the address on the first line of standard input when something changes.

    You say that it is theirs: no code is asked for. The address of before is told.
    """
    require_secrets(invocation)
    context = invocation.context
    address = "" if remove else _typed()
    with context.database.recording() as db:
        now = context.clock()
        party = lookup.party(db, id) if id.isprintable() else None
        if party is None or party.name == NAMELESS:
            raise Refused("unknown_party", "There is no party with that id.")
        if remove:
            had = addresses.remove(db, context.vault, id, now=now)
        elif addresses.put(db, context.vault, id, address, language=language, now=now) is not None:
            raise Refused(
                NotAddressed.NOT_A_MAIL_ADDRESS,
                "The first line of standard input is no mail address that can be mailed to.",
                "printf '%s' … | namens parties mail ID",
            )
    if remove:
        words = f"{id} is mailed no more." if had else f"{id} had no mail address."
        invocation.print(words, {"party": id, "mailed": False})
        return
    invocation.print(f"{id} is mailed when something changes.", {"party": id, "mailed": True})


@parties.command("leave")
@click.argument("organisation")
@click.argument("person")
@REASON
@command_options
def leave_organisation(invocation: Invocation, organisation: str, person: str, reason: str | None) -> None:
    """End at once all that ORGANISATION gave PERSON, who does not work there any more.

    Mandates and appointments, at its desk too, and what was offered and is open. What the person may do by law stands.
    """
    context = ready_to_change(invocation, reason)
    now = context.clock()
    with context.database.recording() as db:
        known = lookup.party(db, organisation) if organisation.isprintable() else None
        if known is None or not is_one_of(db, organisation, person):
            raise Refused("unknown_party", "There is no such organisation, or that is nobody of it.")
        gone = leaving.leave(
            db, context.vault, organisation, person, leaving.EVERYTHING, by=OPERATOR, now=now, reason=reason
        )
    mark_what_left(context, gone.ends.appointments, now=now)
    sign_when_due(context)
    ended = {
        "mandates": [one.id for one in gone.ends.mandates],
        "appointments": [one.id for one in gone.ends.appointments],
        "desk_appointments": [one.id for one in gone.ends.at_desk],
        "offers": [one.id for one in gone.ends.offers],
    }
    words = [f"ended, from {written(now)} on: {', '.join(chain(*ended.values())) or 'nothing'}"]
    if gone.ends.by_law:
        words.append(f"stands, by law: {', '.join(one.id for one in gone.ends.by_law)}")
    if gone.nobody_left:
        words.append("warning: nobody may grant for this organisation now")
    invocation.print(
        "\n".join(words),
        {
            **ended,
            "relations_that_stand": [one.id for one in gone.ends.by_law],
            "nobody_may_grant": gone.nobody_left,
        },
    )


def _typed() -> str:
    """The first line of standard input."""
    try:
        return sys.stdin.readline(_LONGEST_LINE).strip()
    except UnicodeDecodeError:
        return ""
