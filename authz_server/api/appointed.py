"""What is done with an appointment, of an administrator or at a desk: read, and ended, suspended and resumed on request."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import SUSPENDED_BY_ANOTHER, Reasoned, a_number_in, history_page
from authz_server.api.paging import cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Shape
from authz_server.oidc.register_api import Scope
from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.organisation import Appointment
from claims.register import lookup, on_request
from claims.register.answering import appointment_as_json
from claims.register.appointing import AppointmentPage, Refused, Why
from keys.storage import Connected

__all__ = [
    "NOT_DONE",
    "NOT_RESUMED",
    "NO_SUCH",
    "UNKNOWN",
    "Kept",
    "Outcome",
    "changed",
    "changes",
    "changing",
    "histories",
    "pages",
    "resumes",
    "shows",
]

Outcome = Appointment | DeskAppointment | Refused
UNKNOWN: Final = Problem(Refusal.UNKNOWN_APPOINTMENT, "there is no appointment with that id")
_WHY_NOT: Final = {
    Why.UNKNOWN_APPOINTMENT: UNKNOWN,
    Why.ALREADY_ENDED: Problem(Refusal.ALREADY_ENDED, "that appointment has ended already"),
    Why.ALREADY_SUSPENDED: Problem(Refusal.ALREADY_SUSPENDED, "that appointment is suspended already"),
    Why.NOT_SUSPENDED: Problem(Refusal.NOT_SUSPENDED, "that appointment is not suspended"),
    Why.NOT_NARROWER: Problem(Refusal.NOT_NARROWER, "it would be as much as it is now, or more, or over"),
    Why.SUSPENDED_BY_ANOTHER: SUSPENDED_BY_ANOTHER,
}


class Kept(Protocol):
    """One of the two kinds of appointment, as the register keeps them."""

    @property
    def find(self) -> Callable[[Connected, str], Appointment | DeskAppointment | None]: ...

    @property
    def of_organisation(self) -> Callable[..., AppointmentPage[Any]]: ...


NO_SUCH: Final = (Refusal.UNKNOWN_APPOINTMENT,)
NOT_RESUMED: Final = (Refusal.NOT_SUSPENDED, Refusal.SUSPENDED_BY_ANOTHER)
NOT_DONE: Final = (*NO_SUCH, Refusal.ALREADY_ENDED, Refusal.REASON_HOLDS_A_NUMBER)


def pages(kept: Kept, told: str) -> Callable[[Asked], Document | Problem]:
    """A page of the organisation's; `told` tells its cursors apart."""

    def answer(asked: Asked) -> Document | Problem:
        party = asked.ids["party"]
        if lookup.party(asked.db, party) is None:
            return UNKNOWN_PARTY
        of = [told, party]
        after = place(of, asked.query.cursor, str)
        page = kept.of_organisation(asked.db, party, after=after, limit=asked.query.limit)
        return {
            "appointments": [appointment_as_json(one, asked.now) for one in page.appointments],
            "next": None if page.next is None else cursor(of, page.next),
        }

    return answer


def shows(kept: Kept) -> Callable[[Asked], Document | Problem]:
    """One of them."""

    def answer(asked: Asked) -> Document | Problem:
        one = kept.find(asked.db, asked.ids["appointment"])
        return UNKNOWN if one is None else {"appointment": appointment_as_json(one, asked.now)}

    return answer


def histories(kept: Kept, kind: str) -> Callable[[Asked], Document | Problem]:
    """What happened to one; `kind` is that of the record."""

    def answer(asked: Asked) -> Document | Problem:
        id = asked.ids["appointment"]
        return UNKNOWN if kept.find(asked.db, id) is None else history_page(asked, kind, id)

    return answer


def changes(change: Callable[..., Outcome]) -> Callable[[Asked], Document | Problem]:
    """What `change` makes of it, on request."""

    def answer(asked: Asked) -> Document | Problem:
        if (problem := a_number_in(asked.body.reason)) is not None:
            return problem
        id, reason = asked.ids["appointment"], asked.body.reason
        done = change(asked.db, asked.context.vault, id, by=asked.by, now=asked.now, reason=reason)
        return changed(done, asked.now)

    return answer


def resumes(resume: Callable[..., Outcome]) -> Callable[[Asked], Document | Problem]:
    """What was suspended on request: what the organisation suspended itself is its own to let hold again (decision 103)."""

    def answer(asked: Asked) -> Document | Problem:
        def on_request_alone(one: Appointment | DeskAppointment) -> bool:
            return on_request.may_resume(asked.db, one, now=asked.now)

        return changes(partial(resume, only_if=on_request_alone))(asked)

    return answer


def changed(done: Outcome, now: Instant) -> Document | Problem:
    """The appointment as it is now, or why it was not changed."""
    if isinstance(done, Refused):
        return _WHY_NOT[done.why]
    return {"appointment": appointment_as_json(done, now)}


def changing(
    name: str,
    path: str,
    summary: str,
    gives: type[Shape],
    answer: Callable[[Asked], Document | Problem],
    *refuses: Refusal,
) -> Operation:
    """The operation that does so."""
    return Operation(
        name,
        "POST",
        path,
        Scope.SUPPORT,
        summary,
        gives,
        answer,
        body=Reasoned,
        changes=True,
        refuses=(*NOT_DONE, *refuses),
    )
