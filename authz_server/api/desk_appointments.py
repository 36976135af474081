"""Who works at an organisation's desk: read, and ended, suspended and resumed on request, with the visits that rest on it."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from pydantic import Field

from authz_server.api.appointed import (
    NO_SUCH,
    NOT_RESUMED,
    changes,
    changing,
    histories,
    pages,
    resumes,
    shows,
)
from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import HistoryPage
from authz_server.api.paging import PageQuery
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Coverage, Id, Instant, Shape
from authz_server.oidc.register_api import Scope
from claims.register import desk_appointing

__all__ = ["OPERATIONS"]


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


_OF_PARTY: Final = "/api/v1/parties/{party}"


def _at_desk(
    name: str, word: str, summary: str, answer: Callable[[Asked], Document | Problem], *refuses: Refusal
) -> Operation:
    path = f"/api/v1/desk-appointments/{{appointment}}/{word}"
    return changing(name, path, summary, DeskAppointmentFound, answer, *refuses)


OPERATIONS: Final = (
    Operation(
        "listDeskAppointments", "GET", f"{_OF_PARTY}/desk-appointments", Scope.READ,
        "Who works at the organisation's desk, and did.",
        DeskAppointmentPageFound, pages(desk_appointing, "desk appointments"), PageQuery,
        refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "showDeskAppointment", "GET", "/api/v1/desk-appointments/{appointment}", Scope.READ,
        "One appointment at a desk.", DeskAppointmentFound, shows(desk_appointing), refuses=NO_SUCH,
    ),
    Operation(
        "listDeskAppointmentHistory", "GET", "/api/v1/desk-appointments/{appointment}/history", Scope.READ,
        "What happened to an appointment at a desk, oldest first.",
        HistoryPage, histories(desk_appointing, "desk_appointment"), PageQuery, refuses=NO_SUCH,
    ),
    _at_desk(
        "revokeDeskAppointment", "revoke",
        "End somebody's work at a desk on the organisation's request, and the visits that rest on it.",
        changes(desk_appointing.end),
    ),
    _at_desk(
        "suspendDeskAppointment", "suspend", "Let somebody work at a desk no more for a while, until it is resumed.",
        changes(desk_appointing.suspend), Refusal.ALREADY_SUSPENDED,
    ),
    _at_desk(
        "resumeDeskAppointment", "resume", "Let somebody work at a desk again, whose work was suspended on request.",
        resumes(desk_appointing.resume), *NOT_RESUMED,
    ),
    _at_desk(
        "resignDeskAppointment", "resign", "End somebody's work at a desk on their own request.",
        changes(desk_appointing.resign),
    ),
)  # fmt: skip
