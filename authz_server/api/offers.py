"""Offers: what was offered or asked for and is not given yet, and taking it back on request."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from pydantic import Field

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import Reasoned, a_number_in
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import (
    Actions,
    Clients,
    Coverage,
    Evidence,
    Id,
    Instant,
    Level,
    Limits,
    Shape,
)
from authz_server.oidc.register_api import Scope
from claims.evidence import Fact
from claims.instants import Instant as At
from claims.offers import Offer
from claims.register import declining, lookup, offers_kept
from claims.register.offer_judging import Refused, Why
from claims.register.offer_records import document_of
from claims.register.offers_kept import OfferPage

__all__ = ["OPERATIONS", "UNKNOWN", "OfferFound", "offer_told"]

UNKNOWN: Final = Problem(Refusal.UNKNOWN_OFFER, "there is no offer with that id")


class Part(Shape):
    """One mandate that it becomes."""

    mandate: Id
    services: list[str]
    actions: Actions
    set: Annotated[
        Id | None,
        Field(description="then it is for all that lies in that set, now or later, and lists nothing"),
    ] = None


class Brought(Shape):
    """The yes of somebody who did not log in: by whom it was brought, and on what evidence."""

    person: Id
    by: str
    evidence: Evidence


class Approval(Shape):
    """Somebody who may grant for the represented party said yes: logged in, or their word was brought."""

    person: Id
    authority: str
    login: Level | None = None
    assurance: Level
    is_live: bool
    alone: bool
    at: Instant
    brought: Brought | None = None


class Taken(Shape):
    """Who filled in its code, or asked for it, and when."""

    person: Id
    at: Instant
    brought: Brought | None = None


class Office(Shape):
    """What somebody is appointed to arrange, or to help with at the desk: the offer becomes an appointment, and has no parts."""

    appointment: Id
    services: Coverage
    may_grant_chain: bool
    may_appoint: bool
    may_manage_means: bool
    at_desk: bool | None = None
    limits: Limits | None = None


class OfferTold(Shape):
    """A mandate or an appointment before it is one. What an employee is known by is not told, nor any code."""

    id: Id
    kind: Literal["code", "employee", "party", "request", "letter", "paper"]
    state: Literal["requested", "offered", "given", "withdrawn", "declined", "lapsed"]
    waits_for: Literal["approval", "code", "acceptance", "confirmation", "second_pair"] | None
    represented: Id
    representative: Id | None = None
    parts: list[Part]
    assurance: Level
    from_: Annotated[Instant | None, Field(alias="from")] = None
    until: Instant
    made_at: Instant
    lapses_at: Instant
    branch: str | None = None
    limits: Limits | None = None
    further_intermediaries: int
    own_affairs: bool
    clients: Literal["all", "none"] | Clients
    approvals: list[Approval]
    taken: Taken | None = None
    accepted: Brought | None = None
    evidence: list[Evidence] | None = None
    proof: Annotated[
        list[Fact] | None,
        Field(description="what shows that the represented party wants it, where nobody logged in to say so"),
    ] = None
    recorded_at: Instant
    office: Office | None = None
    confirmed: list[Id] | None = None


class OfferFound(Shape):
    """One offer."""

    offer: OfferTold


class OfferPageFound(Shape):
    """A page of offers that are open, by id."""

    offers: list[OfferTold]
    next: str | None


def offer_told(offer: Offer, now: At) -> Document:
    """The offer as the API gives it."""
    document = document_of(offer)
    document.pop("reference", None)
    is_open = offer.is_open(now)
    if offer.state.is_open and not is_open:
        document["state"] = "lapsed"
    waits = offer.waits_for if is_open else None
    return {**document, "waits_for": None if waits is None else waits.value}


def _show(asked: Asked) -> Document | Problem:
    offer = offers_kept.find(asked.db, asked.ids["offer"])
    return UNKNOWN if offer is None else {"offer": offer_told(offer, asked.now)}


def _open(read: Callable[..., OfferPage], which: str) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        party = asked.ids["party"]
        if lookup.party(asked.db, party) is None:
            return UNKNOWN_PARTY
        of = [which, party]
        after = place(of, asked.query.cursor, str)
        page = read(asked.db, party, now=asked.now, after=after, limit=asked.query.limit)
        return {
            "offers": [offer_told(one, asked.now) for one in page.offers],
            "next": None if page.next is None else cursor(of, page.next),
        }

    return answer


def _closes(close: Callable[..., Offer | Refused]) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        reason = asked.body.reason
        if (problem := a_number_in(reason)) is not None:
            return problem
        done = close(
            asked.db, asked.context.vault, asked.ids["offer"], by=asked.by, now=asked.now, reason=reason
        )
        if not isinstance(done, Refused):
            return {"offer": offer_told(done, asked.now)}
        if done.why is Why.UNKNOWN_OFFER:
            return UNKNOWN
        return Problem(Refusal.NOT_NOW, "that offer is over already")

    return answer


_ONE: Final = "/api/v1/offers/{offer}"
_OF_PARTY: Final = "/api/v1/parties/{party}/offers"

OPERATIONS: Final = (
    Operation(
        "listOffersMade", "GET", f"{_OF_PARTY}/made", Scope.READ, "What the party offered or was asked for, and is open.",
        OfferPageFound, _open(offers_kept.open_offers, "offers made"), PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "listOffersToParty", "GET", f"{_OF_PARTY}/received", Scope.READ,
        "What was offered to the party or asked for by it, and is open.",
        OfferPageFound, _open(offers_kept.given_to, "offers received"), PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "showOffer", "GET", _ONE, Scope.READ, "One offer, open or over.",
        OfferFound, _show, refuses=(Refusal.UNKNOWN_OFFER,),
    ),
    Operation(
        "withdrawOffer", "POST", f"{_ONE}/withdraw", Scope.SUPPORT,
        "Take an offer back on the request of the party that made it.",
        OfferFound, _closes(declining.withdraw), body=Reasoned, changes=True,
        refuses=(Refusal.UNKNOWN_OFFER, Refusal.NOT_NOW, Refusal.REASON_HOLDS_A_NUMBER),
    ),
    Operation(
        "declineOffer", "POST", f"{_ONE}/decline", Scope.SUPPORT,
        "Say no to an offer, or to a request, on the request of the other side.",
        OfferFound, _closes(declining.decline), body=Reasoned, changes=True,
        refuses=(Refusal.UNKNOWN_OFFER, Refusal.NOT_NOW, Refusal.REASON_HOLDS_A_NUMBER),
    ),
)  # fmt: skip
