"""Administrators of organisations and who works at their desks: read, and ended and narrowed on request."""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, Protocol

from pydantic import Field

from authz_server.api.content import coverage_told, limits_told
from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import (
    SUSPENDED_BY_ANOTHER,
    HistoryPage,
    Reasoned,
    a_number_in,
    history_page,
)
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Coverage, Id, Instant, Level, Limits, Shape
from authz_server.api.words_brought import InstantGiven
from authz_server.oidc.register_api import Scope
from claims.assurance import Loa
from claims.desk import DeskAppointment
from claims.instants import Instant as At
from claims.instants import parse_instant
from claims.organisation import Appointment
from claims.register import appointing, desk_appointing, lookup, on_request
from claims.register.answering import appointment_as_json
from claims.register.appointing import AppointmentPage, Narrower, Refused, Why
from keys.storage import Connected

__all__ = ["OPERATIONS"]

_Outcome = Appointment | DeskAppointment | Refused
_UNKNOWN: Final = Problem(Refusal.UNKNOWN_APPOINTMENT, "there is no appointment with that id")
_WHY_NOT: Final = {
    Why.UNKNOWN_APPOINTMENT: _UNKNOWN,
    Why.ALREADY_ENDED: Problem(Refusal.ALREADY_ENDED, "that appointment has ended already"),
    Why.ALREADY_SUSPENDED: Problem(Refusal.ALREADY_SUSPENDED, "that appointment is suspended already"),
    Why.NOT_SUSPENDED: Problem(Refusal.NOT_SUSPENDED, "that appointment is not suspended"),
    Why.NOT_NARROWER: Problem(Refusal.NOT_NARROWER, "it would be as much as it is now, or more, or over"),
}


class _Kept(Protocol):
    """One of the two kinds of appointment, as the register keeps them."""

    @property
    def find(self) -> Callable[[Connected, str], Appointment | DeskAppointment | None]: ...

    @property
    def of_organisation(self) -> Callable[..., AppointmentPage[Any]]: ...


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


class DeskAppointmentTold(Shape):
    """With which services a person helps at an organisation's desk, and where that is in its life."""

    state: Literal["not_started", "active", "suspended", "revoked", "ended"]
    id: Id
    organisation: Id
    person: Id
    services: Coverage
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant | None = None
    suspended: list[list[Instant | None]] | None = None
    revoked_at: Instant | None = None
    recorded_at: Instant | None = None


class DeskAppointmentFound(Shape):
    """One appointment at a desk."""

    appointment: DeskAppointmentTold


class DeskAppointmentPageFound(Shape):
    """A page of them, past ones too, by id."""

    appointments: list[DeskAppointmentTold]
    next: str | None


class Narrowing(Reasoned):
    """What is left of an appointment, and why; what is left out stays as it is."""

    services: Coverage | None = None
    assurance: Level | None = None
    until: InstantGiven | None = None
    may_grant_chain: bool | None = None
    may_appoint: bool | None = None
    may_manage_means: bool | None = None
    limits: Limits | None = None


def _pages(kept: _Kept, told: str) -> Callable[[Asked], Document | Problem]:
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


def _shows(kept: _Kept) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        one = kept.find(asked.db, asked.ids["appointment"])
        return _UNKNOWN if one is None else {"appointment": appointment_as_json(one, asked.now)}

    return answer


def _histories(kept: _Kept, kind: str) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        id = asked.ids["appointment"]
        return _UNKNOWN if kept.find(asked.db, id) is None else history_page(asked, kind, id)

    return answer


def _changes(change: Callable[..., _Outcome]) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        if (problem := a_number_in(asked.body.reason)) is not None:
            return problem
        id, reason = asked.ids["appointment"], asked.body.reason
        done = change(asked.db, asked.context.vault, id, by=asked.by, now=asked.now, reason=reason)
        return _changed(done, asked.now)

    return answer


def _resumes(kept: _Kept, resume: Callable[..., _Outcome]) -> Callable[[Asked], Document | Problem]:
    """What was suspended on request: what the organisation suspended itself is its own to let hold again (decision 103)."""

    def answer(asked: Asked) -> Document | Problem:
        one = kept.find(asked.db, asked.ids["appointment"])
        theirs = one is not None and not one.has_ended(asked.now) and one.is_suspended(asked.now)
        if one is not None and theirs and not on_request.may_resume(asked.db, one, now=asked.now):
            return SUSPENDED_BY_ANOTHER
        return _changes(resume)(asked)

    return answer


def _changed(done: _Outcome, now: At) -> Document | Problem:
    if isinstance(done, Refused):
        return _WHY_NOT[done.why]
    return {"appointment": appointment_as_json(done, now)}


def _narrow(asked: Asked) -> Document | Problem:
    body: Narrowing = asked.body
    if (problem := a_number_in(body.reason)) is not None:
        return problem
    id = asked.ids["appointment"]
    one = appointing.find(asked.db, id)
    if one is None:
        return _UNKNOWN
    services = one.services if body.services is None else coverage_told(asked.db, body.services)
    limits = one.limits if body.limits is None else limits_told(body.limits)
    if isinstance(services, Problem):
        return services
    if isinstance(limits, Problem):
        return limits
    left = Narrower(
        services=services,
        assurance=one.assurance if body.assurance is None else Loa.of_word(body.assurance),
        until=one.until if body.until is None else parse_instant(body.until),
        may_grant_chain=one.may_grant_chain if body.may_grant_chain is None else body.may_grant_chain,
        may_appoint=one.may_appoint if body.may_appoint is None else body.may_appoint,
        may_manage_means=one.may_manage_means if body.may_manage_means is None else body.may_manage_means,
        limits=limits,
    )
    vault, reason = asked.context.vault, body.reason
    done = appointing.narrow(asked.db, vault, id, left, by=asked.by, now=asked.now, reason=reason)
    return _changed(done, asked.now)


_OF_PARTY: Final = "/api/v1/parties/{party}"
_NO_SUCH: Final = (Refusal.UNKNOWN_APPOINTMENT,)
_NOT_RESUMED: Final = (Refusal.NOT_SUSPENDED, Refusal.SUSPENDED_BY_ANOTHER)
_NOT_DONE: Final = (*_NO_SUCH, Refusal.ALREADY_ENDED, Refusal.REASON_HOLDS_A_NUMBER)


def _arranging(
    name: str, word: str, summary: str, answer: Callable[[Asked], Document | Problem], *refuses: Refusal
) -> Operation:
    return _changing(
        name, f"/api/v1/appointments/{{appointment}}/{word}", summary, AppointmentFound, answer, *refuses
    )


def _at_desk(
    name: str, word: str, summary: str, answer: Callable[[Asked], Document | Problem], *refuses: Refusal
) -> Operation:
    path = f"/api/v1/desk-appointments/{{appointment}}/{word}"
    return _changing(name, path, summary, DeskAppointmentFound, answer, *refuses)


def _changing(
    name: str,
    path: str,
    summary: str,
    gives: type[Shape],
    answer: Callable[[Asked], Document | Problem],
    *refuses: Refusal,
) -> Operation:
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
        refuses=(*_NOT_DONE, *refuses),
    )


OPERATIONS: Final = (
    Operation(
        "listAppointments", "GET", f"{_OF_PARTY}/appointments", Scope.READ,
        "Who is appointed at the organisation, and was.",
        AppointmentPageFound, _pages(appointing, "appointments"), PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "showAppointment", "GET", "/api/v1/appointments/{appointment}", Scope.READ, "One appointment.",
        AppointmentFound, _shows(appointing), refuses=_NO_SUCH,
    ),
    Operation(
        "listAppointmentHistory", "GET", "/api/v1/appointments/{appointment}/history", Scope.READ,
        "What happened to an appointment, oldest first.",
        HistoryPage, _histories(appointing, "appointment"), PageQuery, refuses=_NO_SUCH,
    ),
    _arranging(
        "revokeAppointment", "revoke", "End an appointment on the organisation's request, at once.", _changes(appointing.end),
    ),
    _arranging(
        "suspendAppointment", "suspend", "Let an appointment hold no more for a while, until it is resumed.",
        _changes(appointing.suspend), Refusal.ALREADY_SUSPENDED,
    ),
    _arranging(
        "resumeAppointment", "resume", "Let an appointment hold again that was suspended on request.",
        _resumes(appointing, appointing.resume), *_NOT_RESUMED,
    ),
    _arranging(
        "resignAppointment", "resign", "End an appointment on the request of the person who has it.",
        _changes(appointing.resign),
    ),
    Operation(
        "narrowAppointment", "POST", "/api/v1/appointments/{appointment}/narrow", Scope.SUPPORT,
        "Leave less of an appointment, on the organisation's request: what is not told stays as it is.",
        AppointmentFound, _narrow, body=Narrowing, changes=True, refuses=(*_NOT_DONE, Refusal.NOT_NARROWER),
    ),
    Operation(
        "listDeskAppointments", "GET", f"{_OF_PARTY}/desk-appointments", Scope.READ,
        "Who works at the organisation's desk, and did.",
        DeskAppointmentPageFound, _pages(desk_appointing, "desk appointments"), PageQuery,
        refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "showDeskAppointment", "GET", "/api/v1/desk-appointments/{appointment}", Scope.READ,
        "One appointment at a desk.", DeskAppointmentFound, _shows(desk_appointing), refuses=_NO_SUCH,
    ),
    Operation(
        "listDeskAppointmentHistory", "GET", "/api/v1/desk-appointments/{appointment}/history", Scope.READ,
        "What happened to an appointment at a desk, oldest first.",
        HistoryPage, _histories(desk_appointing, "desk_appointment"), PageQuery, refuses=_NO_SUCH,
    ),
    _at_desk(
        "revokeDeskAppointment", "revoke",
        "End somebody's work at a desk on the organisation's request, and the visits that rest on it.",
        _changes(desk_appointing.end),
    ),
    _at_desk(
        "suspendDeskAppointment", "suspend", "Let somebody work at a desk no more for a while, until it is resumed.",
        _changes(desk_appointing.suspend), Refusal.ALREADY_SUSPENDED,
    ),
    _at_desk(
        "resumeDeskAppointment", "resume", "Let somebody work at a desk again, whose work was suspended on request.",
        _resumes(desk_appointing, desk_appointing.resume), *_NOT_RESUMED,
    ),
    _at_desk(
        "resignDeskAppointment", "resign", "End somebody's work at a desk on their own request.",
        _changes(desk_appointing.resign),
    ),
)  # fmt: skip
