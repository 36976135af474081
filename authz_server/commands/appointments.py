"""`namens appointments list | show | revoke | suspend | resume`: who arranges things for an organisation, and stopping it."""

from collections.abc import Callable
from functools import partial

import click

from authz_server.commands.changing import ready_to_change, with_reason
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.reviews import mark_what_left
from authz_server.worker.account import sign_when_due
from claims.instants import written
from claims.organisation import Appointment
from claims.register import appointing, journal, lookup
from claims.register.actor import OPERATOR
from claims.register.answering import appointment_as_json, entry_as_json, state_of
from claims.register.appointing import Refused as NotChanged
from claims.register.appointing import Why

__all__ = ["appointments"]

_PAGE = 500
_WHY_NOT = {
    Why.UNKNOWN_APPOINTMENT: ("There is no appointment with that id.", "See: namens appointments list"),
    Why.ALREADY_ENDED: ("That appointment has ended already.", None),
    Why.ALREADY_SUSPENDED: ("That appointment is suspended already.", None),
    Why.NOT_SUSPENDED: ("That appointment is not suspended.", None),
}


@click.group()
def appointments() -> None:
    """Appointments: who arranges who may act for an organisation."""


@appointments.command("list")
@click.argument("organisation")
@command_options
def list_(invocation: Invocation, organisation: str) -> None:
    """Every appointment at the organisation; ended ones too."""
    context = invocation.context
    now = context.clock()
    found: list[Appointment] = []
    after: str | None = None
    with context.database.reading() as db:
        if lookup.party(db, organisation) is None:
            raise Refused("unknown_party", "There is no party with that id.")
        while True:
            page = appointing.of_organisation(db, organisation, after=after, limit=_PAGE)
            found += page.appointments
            if (after := page.next) is None:
                break
    lines = [f"{one.id}  {state_of(one, now)}  {one.person}  {one.assurance.word}" for one in found]
    rows = [appointment_as_json(one, now) for one in found]
    invocation.print("\n".join(lines) or "No appointments.", {"appointments": rows})


@appointments.command()
@click.argument("id")
@command_options
def show(invocation: Invocation, id: str) -> None:
    """One appointment, and what happened to it."""
    context = invocation.context
    with context.database.reading() as db:
        one = appointing.find(db, id)
        if one is None:
            raise Refused(Why.UNKNOWN_APPOINTMENT, *_WHY_NOT[Why.UNKNOWN_APPOINTMENT])
        entries = journal.of_record(db, "appointment", id)
    row = appointment_as_json(one, context.clock())
    lines = [f"{key}: {value}" for key, value in row.items() if value is not None]
    lines += [
        f"{written(entry.at)}  {entry.event} by {entry.by.person or entry.by.authority}" for entry in entries
    ]
    invocation.print(
        "\n".join(lines), {"appointment": row, "history": [entry_as_json(entry) for entry in entries]}
    )


def _change(
    change: Callable[..., Appointment | NotChanged],
    done: str,
    invocation: Invocation,
    id: str,
    reason: str | None,
) -> None:
    context = ready_to_change(invocation, reason)
    now = context.clock()
    with context.database.recording() as db:
        outcome = change(db, context.vault, id, by=OPERATOR, now=now, reason=reason)
    if isinstance(outcome, Appointment) and outcome.has_ended(now):
        mark_what_left(context, [outcome], now=now)
    sign_when_due(context)
    if isinstance(outcome, NotChanged):
        raise Refused(outcome.why, *_WHY_NOT[outcome.why])
    row = appointment_as_json(outcome, now)
    invocation.print(f"{id} is {done}, from {written(now)} on.", {"appointment": row})


for _name, _words, _changing, _done in (
    ("revoke", "End an appointment, at once.", appointing.end, "revoked"),
    ("suspend", "Let an appointment hold no more, until it is resumed.", appointing.suspend, "suspended"),
    ("resume", "Let an appointment that was suspended hold again.", appointing.resume, "resumed"),
):
    with_reason(appointments, _name, _words, partial(_change, _changing, _done))
