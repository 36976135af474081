"""`namens mandates list | show | revoke | suspend | resume | freeze | evidence`: what was given, stopping it, its evidence."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from authz_server.commands.changing import REASON, ready_to_change, refuse_a_bsn, with_reason
from authz_server.commands.documents import ATTACHED, LONGEST, told_digest
from authz_server.commands.limit_lines import limits_behind
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.worker.account import sign_when_due
from claims.instants import Instant, written
from claims.mandates import Evidence, Mandate
from claims.register import ending, evidencing, freezing, lookup, overview, suspending, what_became
from claims.register.actor import OPERATOR
from claims.register.answering import entry_as_json, mandate_as_json, state_of
from claims.register.changing import Changing, Why
from claims.register.changing import Refused as NotChanged
from claims.register.what_became import Change
from keys.storage import Connected

__all__ = ["evidence_told", "mandates", "ready_to_change", "refuse_a_bsn"]

_PAGE = 500
_WHY_NOT = {
    Why.UNKNOWN_MANDATE: ("There is no mandate with that id.", "See: namens mandates list"),
    Why.NOT_A_MANDATE: ("That is a legal relation.", "It changes in the register that it comes from."),
    Why.ALREADY_ENDED: ("That mandate has ended already.", None),
    Why.ALREADY_SUSPENDED: ("That mandate is suspended already.", None),
    Why.NOT_SUSPENDED: ("That mandate is not suspended.", None),
    Why.EVIDENCE_KNOWN: ("That mandate has that evidence already.", "See: namens mandates show ID"),
    Why.TOO_MUCH_EVIDENCE: ("That mandate has as much evidence as it can have.", None),
}


@click.group()
def mandates() -> None:
    """Mandates: who gave what to whom, until when."""


@mandates.command("list")
@click.option("--represented", help="Those that this party gave.")
@click.option("--representative", help="Those that were given to this party.")
@command_options
def list_(invocation: Invocation, represented: str | None, representative: str | None) -> None:
    """Every mandate, or those of one party; ended ones too."""
    context = invocation.context
    now = context.clock()
    with context.database.reading() as db:
        for party in (represented, representative):
            if party is not None and lookup.party(db, party) is None:
                raise Refused("unknown_party", "There is no party with that id.")
        found = _chosen(db, represented, representative)
        rows = [mandate_as_json(mandate, now) for mandate in found]
    words = "\n".join(_line(mandate, now) for mandate in found) or "No mandates."
    invocation.print(words, {"mandates": rows})


@mandates.command()
@click.argument("id")
@command_options
def show(invocation: Invocation, id: str) -> None:
    """One mandate, and what became of it."""
    context = invocation.context
    now = context.clock()
    with context.database.reading() as db:
        mandate = overview.mandate(db, id)
        if mandate is None:
            raise Refused(Why.UNKNOWN_MANDATE, *_WHY_NOT[Why.UNKNOWN_MANDATE])
        changes = what_became.of_mandate(db, id)
    row = mandate_as_json(mandate, now)
    lines = [f"{key}: {_in_words(value)}" for key, value in row.items() if value is not None]
    lines += [_change_in_words(change) for change in changes]
    invocation.print("\n".join(lines), {"mandate": row, "history": [_change_row(one) for one in changes]})


def _change_row(change: Change) -> dict[str, object]:
    return {**entry_as_json(change.entry), "corrects": list(change.corrects)}


def _change_in_words(change: Change) -> str:
    """One line; what was told after the fact says so, since the register may have answered otherwise before."""
    entry = change.entry
    words = f"{written(entry.at)}  {entry.event} by {entry.by.person or entry.by.authority}"
    if not change.corrects:
        return words
    if change.first:
        return f"{words}, after it began"
    return f"{words}, a correction of the past: {', '.join(change.corrects)}"


@mandates.command()
@click.argument("id")
@REASON
@command_options
def freeze(invocation: Invocation, id: str, reason: str | None) -> None:
    """Suspend a mandate, and all else that its party gave to the same representative, at once and everywhere.

    For who says that they do not know the person who helps. Each is resumed for itself: namens mandates resume ID.
    """
    context = ready_to_change(invocation, reason)
    now = context.clock()
    with context.database.recording() as db:
        frozen = freezing.freeze(db, context.vault, id, by=OPERATOR, now=now, reason=reason)
    sign_when_due(context)
    if isinstance(frozen, NotChanged):
        raise Refused(frozen.why, *_WHY_NOT[frozen.why])
    people = f"{'more than ' if frozen.people.more else ''}{frozen.people.people}"
    words = f"{len(frozen.still)} mandates are suspended, from {written(now)} on; people who acted by them: {people}."
    ids = [one.id for one in frozen.still]
    reached = {"people": frozen.people.people, "more_people": frozen.people.more}
    invocation.print("\n".join([words, *ids]), {"mandates": ids, **reached})


@mandates.command()
@click.argument("id")
@click.option("--kind", type=click.Choice(ATTACHED), required=True, help="What it is.")
@click.option("--reference", required=True, help="By which it is found again. No personal data.")
@click.option("--verifier", required=True, help="Who looked at it, by a staff number.")
@click.option("--digest", help="SHA-256 of the document, 64 hexadecimal digits.")
@click.option(
    "--file", type=click.Path(path_type=Path), help="The document itself: its digest is taken, no more."
)
@command_options
def evidence(
    invocation: Invocation,
    id: str,
    kind: str,
    reference: str,
    verifier: str,
    digest: str | None,
    file: Path | None,
) -> None:
    """Attach evidence to a mandate; the document is never kept. Both sides see it in the mandate's history."""
    told = evidence_told(kind, reference, verifier, digest, file)
    context = ready_to_change(invocation, None)
    now = context.clock()
    attached = replace(told, at=now)
    with context.database.recording() as db:
        outcome = evidencing.attach(db, context.vault, id, attached, by=OPERATOR, now=now)
    _told(invocation, outcome, f"{id} has this evidence, from {written(now)} on.")


def _change(change: Changing, done: str, invocation: Invocation, id: str, reason: str | None) -> None:
    context = ready_to_change(invocation, reason)
    now = context.clock()
    with context.database.recording() as db:
        outcome = change(db, context.vault, id, by=OPERATOR, now=now, reason=reason)
    _told(invocation, outcome, f"{id} is {done}, from {written(now)} on.")


for _name, _words, _changing, _done in (
    ("revoke", "End a mandate, at once and everywhere.", ending.revoke, "revoked"),
    (
        "suspend",
        "Stop a mandate for a while, at once and everywhere, until it is resumed.",
        suspending.suspend,
        "suspended",
    ),
    ("resume", "Let a mandate that was suspended hold again.", suspending.resume, "resumed"),
):
    with_reason(mandates, _name, _words, partial(_change, _changing, _done))


def _told(invocation: Invocation, outcome: Mandate | NotChanged, words: str) -> None:
    context = invocation.context
    sign_when_due(context)
    if isinstance(outcome, NotChanged):
        raise Refused(outcome.why, *_WHY_NOT[outcome.why])
    invocation.print(words, {"mandate": mandate_as_json(outcome, context.clock())})


def evidence_told(
    kind: str, reference: str, verifier: str, digest: str | None, file: Path | None
) -> Evidence:
    """The evidence that options name; refused where a text of it is none, or holds a number that passes as a BSN."""
    for text in (reference, verifier):
        refuse_a_bsn(text)
        if not (text.strip() and text.isprintable() and len(text) <= LONGEST):
            raise Refused(
                "not_a_text", "Reference and verifier are each one line.", f"Write at most {LONGEST} signs."
            )
    return Evidence(kind, reference, told_digest(kind, digest, file), verifier)


def _chosen(db: Connected, represented: str | None, representative: str | None) -> list[Mandate]:
    found: list[Mandate] = []
    after: str | None = None
    while True:
        if represented is not None:
            page = overview.given(db, represented, after=after, limit=_PAGE)
        elif representative is not None:
            page = overview.received(db, representative, after=after, limit=_PAGE)
        else:
            page = overview.every(db, after=after, limit=_PAGE)
        found += page.mandates
        if (after := page.next) is None:
            return [one for one in found if representative in (None, one.representative)]


def _line(mandate: Mandate, now: Instant) -> str:
    until = "without end" if mandate.until is None else f"until {written(mandate.until)}"
    return (
        f"{mandate.id}  {state_of(mandate, now)}  {mandate.represented} -> {mandate.representative}"
        f"  {mandate.assurance.word}  {until}{limits_behind(mandate.limits)}"
    )


def _in_words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_in_words(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{key} {_in_words(one)}" for key, one in value.items())
    return str(value)
