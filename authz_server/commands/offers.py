"""`namens offers list | show | withdraw | decline`: what is offered or asked for and not given yet, and ending it on request."""

from functools import partial
from typing import Protocol

import click

from authz_server.commands.changing import ready_to_change, with_reason
from authz_server.commands.limit_lines import limits_behind
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.worker.account import sign_when_due
from claims.instants import Instant, written
from claims.offers import Offer
from claims.register import declining, journal, lookup, offers_kept
from claims.register.actor import OPERATOR, Actor
from claims.register.answering import entry_as_json
from claims.register.offer_judging import Refused as NotChanged
from claims.register.offer_judging import Why
from claims.register.offer_records import document_of
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["offers"]

_PAGE = 500
_UNKNOWN = ("There is no offer with that id.", "See: namens offers list")


@click.group()
def offers() -> None:
    """Mandates that are offered or asked for, and not given yet."""


@offers.command("list")
@click.option("--party", help="Those that this party offered, was offered, or asked for.")
@command_options
def list_(invocation: Invocation, party: str | None) -> None:
    """What is open: of everybody, or of one party."""
    context = invocation.context
    now = context.clock()
    with context.database.reading() as db:
        if party is not None and lookup.party(db, party) is None:
            raise Refused("unknown_party", "There is no party with that id.")
        found = _open(db, party, now)
    words = "\n".join(_line(offer) for offer in found) or "Nothing is open."
    invocation.print(words, {"offers": [_row(offer, now) for offer in found]})


@offers.command()
@click.argument("id")
@command_options
def show(invocation: Invocation, id: str) -> None:
    """One offer, and what became of it."""
    context = invocation.context
    now = context.clock()
    with context.database.reading() as db:
        offer = offers_kept.find(db, id)
        if offer is None:
            raise Refused(Why.UNKNOWN_OFFER, *_UNKNOWN)
        history = [entry_as_json(one) for one in journal.of_record(db, "offer", id)]
    row = _row(offer, now)
    lines = [f"{key}: {value}" for key, value in row.items()]
    lines += [f"{one['at']}  {one['event']} by {one['person'] or one['authority']}" for one in history]
    invocation.print("\n".join(lines), {"offer": row, "history": history})


class _Closing(Protocol):
    """A step that ends an offer."""

    def __call__(
        self,
        db: Connected,
        vault: Vault,
        offer_id: str,
        *,
        by: Actor,
        now: Instant,
        reason: str | None = None,
    ) -> Offer | NotChanged: ...


def _close(close: _Closing, word: str, invocation: Invocation, id: str, reason: str | None) -> None:
    context = ready_to_change(invocation, reason)
    now = context.clock()
    with context.database.recording() as db:
        done = close(db, context.vault, id, by=OPERATOR, now=now, reason=reason)
    sign_when_due(context)
    if isinstance(done, NotChanged):
        if done.why is Why.UNKNOWN_OFFER:
            raise Refused(done.why, *_UNKNOWN)
        raise Refused(done.why, "That offer is over already.", f"See: namens offers show {id}")
    invocation.print(f"{id} is {word}, from {written(now)} on.", {"offer": _row(done, now)})


for _name, _words, _closing, _word in (
    (
        "withdraw",
        "Take an offer back, on request of the party that made it.",
        declining.withdraw,
        "withdrawn",
    ),
    (
        "decline",
        "Say no to an offer, a question or a letter, on request of the party that got it.",
        declining.decline,
        "declined",
    ),
):
    with_reason(offers, _name, _words, partial(_close, _closing, _word))


def _open(db: Connected, party: str | None, now: Instant) -> list[Offer]:
    found: dict[str, Offer] = {}
    reads = (offers_kept.every_open,) if party is None else (offers_kept.open_offers, offers_kept.given_to)
    for read in reads:
        after: str | None = None
        while True:
            page = read(db, party or "", now=now, after=after, limit=_PAGE)
            found |= {one.id: one for one in page.offers}
            if (after := page.next) is None:
                break
    return [found[id] for id in sorted(found)]


def _row(offer: Offer, now: Instant) -> dict[str, object]:
    row = document_of(offer)
    if offer.state.is_open and not offer.is_open(now):
        row["state"] = "lapsed"
    waits = offer.waits_for if offer.is_open(now) else None
    return {**row, "waits_for": None if waits is None else waits.value}


def _line(offer: Offer) -> str:
    waits = "" if offer.waits_for is None else offer.waits_for.value
    return (
        f"{offer.id}  {offer.state.value}  {offer.represented} -> {offer.representative or '?'}"
        f"  waits for {waits}, until {written(offer.lapses_at)}{limits_behind(offer.limits)}"
    )
