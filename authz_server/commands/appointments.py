"""`namens appointments list | show | revoke | suspend | resume`: who arranges things for an organisation, or works at its desk."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import click

from authz_server.commands.changing import ready_to_change, with_reason
from authz_server.commands.limit_lines import limit_lines, limits_behind
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.reviews import mark_what_left
from authz_server.worker.account import sign_when_due
from claims.desk import DeskAppointment
from claims.instants import written
from claims.organisation import Appointment
from claims.register import appointing, desk_appointing, journal, lookup
from claims.register.actor import OPERATOR
from claims.register.answering import appointment_as_json, entry_as_json, state_of
from claims.register.appointing import AppointmentPage, Why
from claims.register.appointing import Refused as NotChanged

__all__ = ["appointments"]

_PAGE = 500
One = TypeVar("One", Appointment, DeskAppointment)
_WHY_NOT = {
    Why.UNKNOWN_APPOINTMENT: ("There is no appointment with that id.", "See: namens appointments list"),
    Why.ALREADY_ENDED: ("That appointment has ended already.", None),
    Why.ALREADY_SUSPENDED: ("That appointment is suspended already.", None),
    Why.NOT_SUSPENDED: ("That appointment is not suspended.", None),
}


@click.group()
def appointments() -> None:
    """Appointments: who arranges who may act for an organisation, and who helps people at its desk."""


@appointments.command("list")
@click.argument("organisation")
@command_options
def list_(invocation: Invocation, organisation: str) -> None:
    """Every appointment at the organisation, at its desk too; ended ones as well."""
    context = invocation.context
    now = context.clock()
    with context.database.reading() as db:
        if lookup.party(db, organisation) is None:
            raise Refused("unknown_party", "There is no party with that id.")
        found = list(
            _all(lambda after: appointing.of_organisation(db, organisation, after=after, limit=_PAGE))
        )
        at_desk = list(
            _all(lambda after: desk_appointing.of_organisation(db, organisation, after=after, limit=_PAGE))
        )
    lines = [
        f"{one.id}  {state_of(one, now)}  {one.person}  {one.assurance.word}{limits_behind(one.limits)}"
        for one in found
    ]
    lines += [f"{one.id}  {state_of(one, now)}  {one.person}  at the desk" for one in at_desk]
    told = {
        "appointments": [appointment_as_json(one, now) for one in found],
        "desk_appointments": [appointment_as_json(one, now) for one in at_desk],
    }
    invocation.print("\n".join(lines) or "No appointments.", told)


@appointments.command()
@click.argument("id")
@command_options
def show(invocation: Invocation, id: str) -> None:
    """One appointment, and what happened to it."""
    context = invocation.context
    with context.database.reading() as db:
        one = appointing.find(db, id) or desk_appointing.find(db, id)
        if one is None:
            raise Refused(Why.UNKNOWN_APPOINTMENT, *_WHY_NOT[Why.UNKNOWN_APPOINTMENT])
        kind = "desk_appointment" if isinstance(one, DeskAppointment) else "appointment"
        entries = journal.of_record(db, kind, id)
    row = appointment_as_json(one, context.clock())
    lines = [f"{key}: {value}" for key, value in row.items() if value is not None and key != "limits"]
    lines += [] if isinstance(one, DeskAppointment) else limit_lines(one.limits)
    lines += [
        f"{written(entry.at)}  {entry.event} by {entry.by.person or entry.by.authority}" for entry in entries
    ]
    invocation.print(
        "\n".join(lines), {"appointment": row, "history": [entry_as_json(entry) for entry in entries]}
    )


def _change(
    change: Callable[..., Appointment | NotChanged],
    at_desk: Callable[..., DeskAppointment | NotChanged],
    done: str,
    invocation: Invocation,
    id: str,
    reason: str | None,
) -> None:
    context = ready_to_change(invocation, reason)
    now = context.clock()
    with context.database.recording() as db:
        is_at_desk = desk_appointing.find(db, id) is not None
        step: Callable[..., Appointment | DeskAppointment | NotChanged] = at_desk if is_at_desk else change
        outcome = step(db, context.vault, id, by=OPERATOR, now=now, reason=reason)
    if isinstance(outcome, Appointment) and outcome.has_ended(now):
        mark_what_left(context, [outcome], now=now)
    sign_when_due(context)
    if isinstance(outcome, NotChanged):
        raise Refused(outcome.why, *_WHY_NOT[outcome.why])
    row = appointment_as_json(outcome, now)
    invocation.print(f"{id} is {done}, from {written(now)} on.", {"appointment": row})


for _name, _words, _changing, _at_desk, _done in (
    ("revoke", "End an appointment, at once.", appointing.end, desk_appointing.end, "revoked"),
    (
        "suspend",
        "Let an appointment hold no more, until it is resumed.",
        appointing.suspend,
        desk_appointing.suspend,
        "suspended",
    ),
    (
        "resume",
        "Let an appointment that was suspended hold again.",
        appointing.resume,
        desk_appointing.resume,
        "resumed",
    ),
):
    with_reason(appointments, _name, _words, partial(_change, _changing, _at_desk, _done))


def _all(page_after: Callable[[str | None], AppointmentPage[One]]) -> Iterator[One]:
    after: str | None = None
    while True:
        page = page_after(after)
        yield from page.appointments
        if (after := page.next) is None:
            return
