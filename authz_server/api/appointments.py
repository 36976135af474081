"""Administrators of organisations: who is appointed to what, ending that on request, and a person who leaves."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from pydantic import Field

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import HistoryPage, Reasoned, a_number_in, history_page
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Coverage, Id, Instant, Level, Limits, Shape
from authz_server.oidc.register_api import Scope
from claims.organisation import Appointment
from claims.register import appointing, leaving, lookup, within_organisation
from claims.register.answering import appointment_as_json
from claims.register.appointing import Refused, Why

__all__ = ["OPERATIONS"]

_UNKNOWN: Final = Problem(Refusal.UNKNOWN_APPOINTMENT, "there is no appointment with that id")
_WHY_NOT: Final = {
    Why.UNKNOWN_APPOINTMENT: _UNKNOWN,
    Why.ALREADY_ENDED: Problem(Refusal.ALREADY_ENDED, "that appointment has ended already"),
    Why.ALREADY_SUSPENDED: Problem(Refusal.ALREADY_SUSPENDED, "that appointment is suspended already"),
    Why.NOT_SUSPENDED: Problem(Refusal.NOT_SUSPENDED, "that appointment is not suspended"),
}


class AppointmentTold(Shape):
    """What a person arranges for an organisation, and where it is in its life."""

    state: Literal["not_started", "active", "suspended", "revoked", "ended"]
    id: Id
    organisation: Id
    person: Id
    services: Coverage
    assurance: Level
    may_grant_chain: bool | None = None
    may_appoint: bool | None = None
    may_manage_means: bool | None = None
    limits: Annotated[Limits | None, Field(description="what is given by it lies within these")] = None
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant | None = None
    suspended: list[list[Instant | None]] | None = None
    revoked_at: Instant | None = None
    recorded_at: Instant | None = None


class AppointmentFound(Shape):
    """One appointment."""

    appointment: AppointmentTold


class AppointmentPageFound(Shape):
    """A page of appointments, past ones too, by id."""

    appointments: list[AppointmentTold]
    next: str | None


class Left(Shape):
    """What ended, by id, when a person left an organisation; what the person may do by law did not."""

    mandates: list[Id]
    appointments: list[Id]
    desk_appointments: list[Id]
    offers: list[Id]
    relations_that_stand: list[Id]
    nobody_may_grant: bool


def _of_organisation(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    of = ["appointments", party]
    after = place(of, asked.query.cursor, str)
    page = appointing.of_organisation(asked.db, party, after=after, limit=asked.query.limit)
    return {
        "appointments": [appointment_as_json(one, asked.now) for one in page.appointments],
        "next": None if page.next is None else cursor(of, page.next),
    }


def _show(asked: Asked) -> Document | Problem:
    one = appointing.find(asked.db, asked.ids["appointment"])
    return _UNKNOWN if one is None else {"appointment": appointment_as_json(one, asked.now)}


def _history(asked: Asked) -> Document | Problem:
    id = asked.ids["appointment"]
    if appointing.find(asked.db, id) is None:
        return _UNKNOWN
    return history_page(asked, "appointment", id)


def _changes(change: Callable[..., Appointment | Refused]) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        if (problem := a_number_in(asked.body.reason)) is not None:
            return problem
        done = change(
            asked.db,
            asked.context.vault,
            asked.ids["appointment"],
            by=asked.by,
            now=asked.now,
            reason=asked.body.reason,
        )
        if isinstance(done, Refused):
            return _WHY_NOT[done.why]
        return {"appointment": appointment_as_json(done, asked.now)}

    return answer


def _leave(asked: Asked) -> Document | Problem:
    party, person = asked.ids["party"], asked.ids["person"]
    if (problem := a_number_in(asked.body.reason)) is not None:
        return problem
    if lookup.party(asked.db, party) is None or not within_organisation.is_one_of(asked.db, party, person):
        return UNKNOWN_PARTY
    gone = leaving.leave(
        asked.db,
        asked.context.vault,
        party,
        person,
        leaving.EVERYTHING,
        by=asked.by,
        now=asked.now,
        reason=asked.body.reason,
    )
    return {
        "mandates": [one.id for one in gone.ends.mandates],
        "appointments": [one.id for one in gone.ends.appointments],
        "desk_appointments": [one.id for one in gone.ends.at_desk],
        "offers": [one.id for one in gone.ends.offers],
        "relations_that_stand": [one.id for one in gone.ends.by_law],
        "nobody_may_grant": gone.nobody_left,
    }


_ONE: Final = "/api/v1/appointments/{appointment}"
_OF_PARTY: Final = "/api/v1/parties/{party}"
_NOT_DONE: Final = (Refusal.UNKNOWN_APPOINTMENT, Refusal.ALREADY_ENDED, Refusal.REASON_HOLDS_A_NUMBER)


def _changing(
    name: str, word: str, summary: str, change: Callable[..., Appointment | Refused], *refuses: Refusal
) -> Operation:
    return Operation(
        name,
        "POST",
        f"{_ONE}/{word}",
        Scope.SUPPORT,
        summary,
        AppointmentFound,
        _changes(change),
        body=Reasoned,
        changes=True,
        refuses=(*_NOT_DONE, *refuses),
    )


OPERATIONS: Final = (
    Operation(
        "listAppointments", "GET", f"{_OF_PARTY}/appointments", Scope.READ,
        "Who is appointed at the organisation, and was.",
        AppointmentPageFound, _of_organisation, PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "showAppointment", "GET", _ONE, Scope.READ, "One appointment.",
        AppointmentFound, _show, refuses=(Refusal.UNKNOWN_APPOINTMENT,),
    ),
    Operation(
        "listAppointmentHistory", "GET", f"{_ONE}/history", Scope.READ,
        "What happened to an appointment, oldest first.",
        HistoryPage, _history, PageQuery, refuses=(Refusal.UNKNOWN_APPOINTMENT,),
    ),
    _changing(
        "revokeAppointment", "revoke", "End an appointment on the organisation's request, at once.", appointing.end,
    ),
    _changing(
        "suspendAppointment", "suspend", "Let an appointment hold no more for a while, until it is resumed.",
        appointing.suspend, Refusal.ALREADY_SUSPENDED,
    ),
    _changing(
        "resumeAppointment", "resume", "Let an appointment that was suspended hold again.",
        appointing.resume, Refusal.NOT_SUSPENDED,
    ),
    Operation(
        "leaveOrganisation", "POST", f"{_OF_PARTY}/people/{{person}}/leave", Scope.SUPPORT,
        "End at once all that an organisation gave a person who does not work there any more, on its request.",
        Left, _leave, body=Reasoned, changes=True,
        refuses=(Refusal.UNKNOWN_PARTY, Refusal.REASON_HOLDS_A_NUMBER),
    ),
)  # fmt: skip
