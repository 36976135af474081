"""Visits to a desk: read, and ended on request. None is opened here: that is for who works there, logged in (decision 116)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import HistoryPage, Reasoned, a_number_in, history_page
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Instant, Level, Shape
from authz_server.oidc.register_api import Scope
from claims.desk import DeskVisit
from claims.instants import Instant as At
from claims.instants import written
from claims.register import lookup, visits, visits_at_desk
from claims.register.visits import NotOpened

__all__ = ["OPERATIONS"]

_UNKNOWN: Final = Problem(Refusal.UNKNOWN_VISIT, "there is no visit with that id")


class VisitTold(Shape):
    """Who helped whom at whose desk, with which service, and by which document it was seen who came."""

    id: Id
    state: Literal["open", "over"]
    desk: Annotated[Id, Field(description="the organisation")]
    clerk: Annotated[Id, Field(description="who works there")]
    appointment: Id
    represented: Annotated[Id, Field(description="who came")]
    service: Id
    assurance: Level
    shown: Literal["passport", "identity_card", "driving_licence", "residence_permit"]
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant


class VisitFound(Shape):
    """One visit."""

    visit: VisitTold


class VisitPageFound(Shape):
    """A page of visits that are open, by id."""

    visits: list[VisitTold]
    next: str | None


def _open(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    of = ["visits", party]
    after = place(of, asked.query.cursor, str)
    page = visits_at_desk.open_now(asked.db, party, now=asked.now, after=after, limit=asked.query.limit)
    return {
        "visits": [_told(one, asked.now) for one in page.visits],
        "next": None if page.next is None else cursor(of, page.next),
    }


def _show(asked: Asked) -> Document | Problem:
    visit = visits.find(asked.db, asked.ids["visit"])
    return _UNKNOWN if visit is None else {"visit": _told(visit, asked.now)}


def _history(asked: Asked) -> Document | Problem:
    id = asked.ids["visit"]
    return _UNKNOWN if visits.find(asked.db, id) is None else history_page(asked, "desk_visit", id)


def _end(asked: Asked) -> Document | Problem:
    reason, id = asked.body.reason, asked.ids["visit"]
    if (problem := a_number_in(reason)) is not None:
        return problem
    if visits.find(asked.db, id) is None:
        return _UNKNOWN
    vault = asked.context.vault
    done = visits_at_desk.close_on_request(asked.db, vault, id, by=asked.by, now=asked.now, reason=reason)
    if isinstance(done, NotOpened):
        return Problem(Refusal.ALREADY_ENDED, "that visit is over already")
    return {"visit": _told(done, asked.now)}


def _told(visit: DeskVisit, now: At) -> Document:
    return {
        "id": visit.id,
        "state": "open" if visit.in_force(now) else "over",
        "desk": visit.organisation,
        "clerk": visit.representative,
        "appointment": visit.appointment,
        "represented": visit.represented,
        "service": next(iter(visit.services.listed)),
        "assurance": visit.assurance.word,
        "shown": visit.shown.value,
        "from": written(visit.starts),
        "until": written(visit.until),
    }


_ONE: Final = "/api/v1/visits/{visit}"
_NONE: Final = (Refusal.UNKNOWN_VISIT,)

OPERATIONS: Final = (
    Operation(
        "listVisits", "GET", "/api/v1/parties/{party}/visits", Scope.READ,
        "Who helps whom at the organisation's desk at this moment.",
        VisitPageFound, _open, PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation("showVisit", "GET", _ONE, Scope.READ, "One visit, open or over.", VisitFound, _show, refuses=_NONE),
    Operation(
        "listVisitHistory", "GET", f"{_ONE}/history", Scope.READ, "What happened to a visit, oldest first.",
        HistoryPage, _history, PageQuery, refuses=_NONE,
    ),
    Operation(
        "endVisit", "POST", f"{_ONE}/end", Scope.SUPPORT,
        "End a visit before its time, on the request of the desk or of who came: tokens that rest on it hold no longer.",
        VisitFound, _end, body=Reasoned, changes=True,
        refuses=(*_NONE, Refusal.ALREADY_ENDED, Refusal.REASON_HOLDS_A_NUMBER),
    ),
)  # fmt: skip
