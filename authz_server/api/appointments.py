"""Administrators of organisations: who is appointed to what, and ending and narrowing that on request."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from pydantic import Field

from authz_server.api.appointed import (
    NO_SUCH,
    NOT_DONE,
    NOT_RESUMED,
    UNKNOWN,
    changed,
    changes,
    changing,
    histories,
    pages,
    resumes,
    shows,
)
from authz_server.api.content import coverage_told, limits_told
from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import HistoryPage, Reasoned, a_number_in
from authz_server.api.paging import PageQuery
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Coverage, Id, Instant, Level, Limits, Shape
from authz_server.api.words_brought import InstantGiven
from authz_server.oidc.register_api import Scope
from claims.assurance import Loa
from claims.instants import parse_instant
from claims.register import appointing
from claims.register.appointing import Narrower

__all__ = ["OPERATIONS"]


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


class Narrowing(Reasoned):
    """What is left of an appointment, and why; what is left out stays as it is."""

    services: Coverage | None = None
    assurance: Level | None = None
    until: InstantGiven | None = None
    may_grant_chain: bool | None = None
    may_appoint: bool | None = None
    may_manage_means: bool | None = None
    limits: Limits | None = None


def _narrow(asked: Asked) -> Document | Problem:
    body: Narrowing = asked.body
    if (problem := a_number_in(body.reason)) is not None:
        return problem
    id = asked.ids["appointment"]
    one = appointing.find(asked.db, id)
    if one is None:
        return UNKNOWN
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
    return changed(done, asked.now)


_OF_PARTY: Final = "/api/v1/parties/{party}"


def _arranging(
    name: str, word: str, summary: str, answer: Callable[[Asked], Document | Problem], *refuses: Refusal
) -> Operation:
    return changing(
        name, f"/api/v1/appointments/{{appointment}}/{word}", summary, AppointmentFound, answer, *refuses
    )


OPERATIONS: Final = (
    Operation(
        "listAppointments", "GET", f"{_OF_PARTY}/appointments", Scope.READ,
        "Who is appointed at the organisation, and was.",
        AppointmentPageFound, pages(appointing, "appointments"), PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "showAppointment", "GET", "/api/v1/appointments/{appointment}", Scope.READ, "One appointment.",
        AppointmentFound, shows(appointing), refuses=NO_SUCH,
    ),
    Operation(
        "listAppointmentHistory", "GET", "/api/v1/appointments/{appointment}/history", Scope.READ,
        "What happened to an appointment, oldest first.",
        HistoryPage, histories(appointing, "appointment"), PageQuery, refuses=NO_SUCH,
    ),
    _arranging(
        "revokeAppointment", "revoke", "End an appointment on the organisation's request, at once.", changes(appointing.end),
    ),
    _arranging(
        "suspendAppointment", "suspend", "Let an appointment hold no more for a while, until it is resumed.",
        changes(appointing.suspend), Refusal.ALREADY_SUSPENDED,
    ),
    _arranging(
        "resumeAppointment", "resume", "Let an appointment hold again that was suspended on request.",
        resumes(appointing.resume), *NOT_RESUMED,
    ),
    _arranging(
        "resignAppointment", "resign", "End an appointment on the request of the person who has it.",
        changes(appointing.resign),
    ),
    Operation(
        "narrowAppointment", "POST", "/api/v1/appointments/{appointment}/narrow", Scope.SUPPORT,
        "Leave less of an appointment, on the organisation's request: what is not told stays as it is.",
        AppointmentFound, _narrow, body=Narrowing, changes=True, refuses=(*NOT_DONE, Refusal.NOT_NARROWER),
    ),
)  # fmt: skip
