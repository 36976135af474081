"""`namens lists preview | carry-out`: a list of permissions that an organisation gives or asks for, from a CSV file."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from authz_server.commands.documents import ATTACHED
from authz_server.commands.mandates import evidence_told, ready_to_change
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.context import Context
from authz_server.worker.account import sign_when_due
from claims.instants import Instant
from claims.lists.reading import MOST_BYTES
from claims.mandates import Evidence
from claims.offers import Brought
from claims.parties import PartyKind
from claims.register import lookup
from claims.register.actor import OPERATOR
from claims.register.entitling import entitlements
from claims.register.lists_done import carry_out
from claims.register.lists_judged import Listing, Sort
from claims.register.lists_looked import look
from claims.register.lists_told import line_told, looked_faults, told_in_a_line
from keys.storage import Connected

__all__ = ["lists"]

_OPTIONS = (
    click.option("--organisation", required=True, help="Whose list it is: the id of a party."),
    click.option(
        "--sort",
        type=click.Choice([one.value for one in Sort]),
        required=True,
        help="It gives permissions, or asks its clients for them.",
    ),
    click.option("--said-by", required=True, help="Who may say so for it, and did: the id of a person."),
    click.option(
        "--kind", type=click.Choice(ATTACHED), required=True, help="On what evidence that is known."
    ),
    click.option(
        "--reference", required=True, help="By which the evidence is found again. No personal data."
    ),
    click.option("--verifier", required=True, help="Who heard it or looked at it, by a staff number."),
    click.option("--digest", help="SHA-256 of the document, 64 hexadecimal digits."),
)


def _of_a_list(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return click.argument("file", type=click.Path(path_type=Path))(command)


@click.group()
def lists() -> None:
    """Lists of permissions, in CSV files: on the word of who may give or ask for the organisation."""


@lists.command()
@_of_a_list
@command_options
def preview(invocation: Invocation, file: Path, **told: Any) -> None:
    """What would come of each line, and each fault by line and column. Nothing is done."""
    sort, content, evidence = _told(file, told)
    context = invocation.context
    with context.database.reading() as db:
        listing = _listing(context, db, sort, evidence, told, now=context.clock())
        looked = look(listing, sort, content)
    good = [{"line": one.wanted.line, "before": one.before} for one in looked.good]
    faults = looked_faults(looked)
    words = [f"{len(good)} lines are good, {sum(bool(one['before']) for one in good)} of them done before."]
    words += [told_in_a_line(one) for one in faults]
    invocation.print("\n".join(words), {"good": good, "faults": faults})


@lists.command("carry-out")
@_of_a_list
@click.option(
    "--good-lines", is_flag=True, help="Those with which nothing is wrong; else all of them or none."
)
@command_options
def carry_out_(invocation: Invocation, file: Path, good_lines: bool, **told: Any) -> None:
    """Give, or ask for, what the lines say, each once. A code for an employee is printed once."""
    sort, content, evidence = _told(file, told)
    context = ready_to_change(invocation, None)
    with context.database.recording() as db:
        listing = _listing(context, db, sort, evidence, told, now=context.clock())
        looked = look(listing, sort, content)
        faults = looked_faults(looked)
        if not looked.good or (faults and not good_lines):
            raise _faulty([told_in_a_line(one) for one in faults])
        done = carry_out(listing, context.codes, sort, [one.wanted for one in looked.good])
        lines = [line_told(one) for one in done]
        refused = [f"line {one['line']}: {one['why'][0]}" for one in lines if one["why"]]
        if refused and not good_lines:  # nothing of this unit of work is kept
            raise _faulty(refused)
    sign_when_due(context)
    words = [_line(one) for one in lines] + [f"not done: {told_in_a_line(one)}" for one in faults]
    invocation.print("\n".join(words), {"done": lines, "faults": faults})


def _told(file: Path, told: dict[str, Any]) -> tuple[Sort, bytes, Evidence]:
    """The sort of list, what stands in the file, and on what evidence it is brought."""
    evidence = evidence_told(told["kind"], told["reference"], told["verifier"], told["digest"], None)
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)  # some files have no end
    except OSError as failure:
        raise Refused("file_unreadable", f"{file} cannot be read: {failure.strerror}.", None) from None
    return Sort(told["sort"]), content, evidence


def _listing(
    context: Context, db: Connected, sort: Sort, evidence: Evidence, told: dict[str, Any], *, now: Instant
) -> Listing:
    party = lookup.party(db, told["organisation"])
    if party is None or party.kind is not PartyKind.ORGANISATION:
        raise Refused("unknown_party", "There is no organisation with that id.")
    word = Brought(told["said_by"], OPERATOR.authority, replace(evidence, at=now))
    policy = context.settings.evidence.policy
    listing = Listing.of(db, context.vault, party, by=OPERATOR, now=now, policy=policy, brought=word)
    grounds = entitlements(db, listing.facts, word.person, party.id, now=now)
    if not any(one.alone or sort is Sort.GIVE for one in grounds):
        raise Refused("not_entitled", "That person may not say so for that organisation, now.")
    return listing


def _faulty(wrong: list[str]) -> Refused:
    return Refused(
        "list_has_faults",
        "Nothing was done. " + "; ".join(wrong) + ".",
        "Mend these lines, or give --good-lines to do the others.",
    )


def _line(one: dict[str, Any]) -> str:
    code = "" if one["code"] is None else f"  code {one['code']}, until {one['lapses_at']}"
    why = f"  {', '.join(one['why'])}" if one["why"] else ""
    return f"line {one['line']}  {one['outcome']}{why}  {one['offer'] or ''}".rstrip() + code
