"""Appointing over the API: an administrator, or who works at a desk, offered on the word of who may appoint (G2, G3, G10).

What becomes of the offer is as of any other: who signs together approves, a code is drawn for an employee, the person who is
named says yes, and who came with a code is confirmed. Who brings the word of one side does not bring that of the other.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from authz_server.api.content import coverage_told, limits_told
from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.offers import OfferFound
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Coverage, Id, Level, Limits
from authz_server.api.steps import done, no_such, wrong_kind
from authz_server.api.words_brought import InstantGiven, Short, Word
from authz_server.oidc.register_api import Scope
from authz_server.portal.wishes import new_id
from claims.assurance import Loa
from claims.instants import parse_instant
from claims.limits import NO_LIMITS
from claims.offers import Brought, Offer, OfferKind, OfferState, Office
from claims.parties import PartyKind
from claims.register import lookup, offering
from claims.register.offer_judging import Refused

__all__ = ["OPERATIONS"]


class AtDesk(Word):
    """Who is to work at the organisation's desk, with which of its own services, until when."""

    kind: Literal["employee", "party"]
    representative: Annotated[Id | None, Field(description="the person who is appointed, where known")] = None
    reference: Annotated[Short | None, Field(description="by what the organisation knows the employee")] = (
        None
    )
    services: Coverage
    from_: Annotated[
        InstantGiven | None, Field(alias="from", description="left out: as soon as it is given")
    ] = None
    until: InstantGiven


class Arranging(AtDesk):
    """Who is to arrange what for the organisation, how surely, and what they may do besides."""

    assurance: Annotated[Level, Field(description="how sure it is at most")] = "high"
    may_grant_chain: bool = False
    may_appoint: bool = False
    may_manage_means: bool = False
    limits: Annotated[
        Limits | None, Field(description="what is given by it lies within these; never one case")
    ] = None


def _appoint(asked: Asked) -> Document | Problem:
    body: Arranging = asked.body
    limits = NO_LIMITS if body.limits is None else limits_told(body.limits)
    if isinstance(limits, Problem):
        return limits
    services = coverage_told(asked.db, body.services)
    if isinstance(services, Problem):
        return services
    office = Office(
        new_id("ap"),
        services,
        body.may_grant_chain,
        body.may_appoint,
        body.may_manage_means,
        limits=limits,
    )
    return _offered(asked, office, Loa.of_word(body.assurance))


def _appoint_at_desk(asked: Asked) -> Document | Problem:
    services = coverage_told(asked.db, asked.body.services)
    if isinstance(services, Problem):
        return services
    return _offered(asked, Office(new_id("ad"), services, at_desk=True), Loa.HIGH)


def _offered(asked: Asked, office: Office, level: Loa) -> Document | Problem:
    organisation, body = lookup.party(asked.db, asked.ids["party"]), asked.body
    if organisation is None or organisation.kind is not PartyKind.ORGANISATION:
        return UNKNOWN_PARTY
    if wrong := tuple(wrong_kind(body.kind, body.representative, body.reference, organisation)):
        return Problem(Refusal.MALFORMED, "the body", wrong)
    to_whom: str | None = body.representative
    if to_whom is not None and lookup.party(asked.db, to_whom) is None:
        return no_such("/representative")
    offer = Offer(
        id=new_id("of"),
        kind=OfferKind(body.kind),
        state=OfferState.OFFERED,
        represented=organisation.id,
        representative=to_whom,
        parts=(),
        assurance=level,
        starts=None if body.from_ is None else parse_instant(body.from_),
        until=parse_instant(body.until),
        made_at=asked.now,
        lapses_at=asked.now,
        reference=body.reference,
        office=office,
    )

    def make(word: Brought) -> Offer | Refused:
        policy = asked.context.settings.evidence.policy
        vault = asked.context.vault
        return offering.make(asked.db, vault, offer, login=word, by=asked.by, now=asked.now, policy=policy)

    return done(asked, make)


_OF_PARTY: Final = "/api/v1/parties/{party}"
_REFUSES: Final = (
    Refusal.UNKNOWN_PARTY,
    Refusal.TOO_MANY_OPEN,
    Refusal.NOT_ENTITLED,
    Refusal.CANNOT_BE_GRANTED,
)

OPERATIONS: Final = (
    Operation(
        "offerAppointment", "POST", f"{_OF_PARTY}/appointments", Scope.GRANT,
        "Offer somebody to arrange things for an organisation, on the word of who may appoint.",
        OfferFound, _appoint, body=Arranging, changes=True, refuses=_REFUSES,
    ),
    Operation(
        "offerDeskAppointment", "POST", f"{_OF_PARTY}/desk-appointments", Scope.GRANT,
        "Offer somebody to work at the organisation's desk, on the word of who may appoint.",
        OfferFound, _appoint_at_desk, body=AtDesk, changes=True, refuses=_REFUSES,
    ),
)  # fmt: skip
