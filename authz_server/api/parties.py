"""Parties: by id, by number, and all that stands to their name."""

from collections.abc import Callable
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import told as mandate_told
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Mandate, Party, Relation, Restriction, Shape, Use
from authz_server.oidc.register_api import Scope
from claims.formats.naming import is_personal
from claims.identifiers import Identifier, Scheme
from claims.instants import written
from claims.register import legal, lookup, overview, uses
from claims.register.legal import RelationPage
from claims.register.overview import MandatePage
from claims.register.uses import Use as Line
from claims.worldfile import record_as_json

__all__ = ["OPERATIONS", "UNKNOWN", "MandatePageFound"]

UNKNOWN: Final = Problem(Refusal.UNKNOWN_PARTY, "there is no party with that id")


class PartyFound(Shape):
    """One party."""

    party: Party


class Number(Shape):
    """A number by which a party is known. It stands in a body, never in an address."""

    scheme: Literal["bsn", "kvk", "rsin", "oin", "lei", "eidas"]
    value: Annotated[
        str, StringConstraints(max_length=270, pattern=r"^[!-~]+$"), Field(examples=["90000456"])
    ]


class MandatePageFound(Shape):
    """A page of mandates, ended ones too."""

    mandates: list[Mandate]
    next: str | None


class RelationPageFound(Shape):
    """A page of legal relations, past ones too, by id."""

    legal_relations: list[Relation]
    next: str | None


class RestrictionsFound(Shape):
    """Restrictions, past ones too."""

    restrictions: list[Restriction]


class UsePageFound(Shape):
    """A page of logins, latest first."""

    uses: list[Use]
    next: str | None


def _show(asked: Asked) -> Document | Problem:
    party = lookup.party(asked.db, asked.ids["party"])
    return UNKNOWN if party is None else {"party": _told(asked, party.id)}


def _find(asked: Asked) -> Document | Problem:
    try:
        number = Identifier(Scheme(asked.body.scheme), asked.body.value)
    except ValueError as wrong:
        return Problem(Refusal.MALFORMED, "the body", (("/value", str(wrong)),))
    party = lookup.party_by_identifier(asked.db, asked.context.vault, number)
    if party is None:
        return Problem(Refusal.UNKNOWN_PARTY, "there is no party with that number")
    return {"party": _told(asked, party.id)}


def _told(asked: Asked, party_id: str) -> Document:
    """The party with its public numbers. Those of a human being are never told, nor opened for this."""
    party = lookup.party(asked.db, party_id)
    assert party is not None  # noqa: S101 - found in this very unit of work
    if not is_personal(party):
        party = lookup.party(asked.db, party_id, asked.context.vault)
    assert party is not None  # noqa: S101 - see above
    return record_as_json(party)


def _mandates(page: Callable[..., MandatePage], which: str) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        party = asked.ids["party"]
        if lookup.party(asked.db, party) is None:
            return UNKNOWN
        of = [which, party]
        found = page(asked.db, party, after=place(of, asked.query.cursor, str), limit=asked.query.limit)
        return {
            "mandates": [mandate_told(one, asked.now) for one in found.mandates],
            "next": None if found.next is None else cursor(of, found.next),
        }

    return answer


def _relations(page: Callable[..., RelationPage], which: str) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        party = asked.ids["party"]
        if lookup.party(asked.db, party) is None:
            return UNKNOWN
        of = [which, party]
        found = page(asked.db, party, after=place(of, asked.query.cursor, str), limit=asked.query.limit)
        return {
            "legal_relations": [record_as_json(one) for one in found.relations],
            "next": None if found.next is None else cursor(of, found.next),
        }

    return answer


def _restrictions(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN
    return {"restrictions": [record_as_json(one) for one in legal.restrictions_of(asked.db, party)]}


def _uses(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN
    of = ["uses", party]
    found = uses.of(asked.db, party, before=place(of, asked.query.cursor, int), limit=asked.query.limit)
    return {
        "uses": [
            {
                "at": written(use.at),
                "represented": use.represented,
                "acting": use.acting,
                "through": use.through,
                "service": use.service,
                "client": use.client,
                "path": list(use.path),
                "actions": list(use.actions),
                **_reported(use),
            }
            for use in found.uses
        ],
        "next": None if found.next is None else cursor(of, found.next),
    }


def _reported(use: Line) -> Document:
    if use.done is None:
        return {}
    return {"done": use.done, "reference": use.reference, "told_by": use.told_by}


_OF_ONE: Final = "/api/v1/parties/{party}"
_NO_SUCH: Final = (Refusal.UNKNOWN_PARTY,)

OPERATIONS: Final = (
    Operation(
        "showParty", "GET", _OF_ONE, Scope.READ, "One party, with its public numbers.",
        PartyFound, _show, refuses=_NO_SUCH,
    ),
    Operation(
        "findParty", "POST", "/api/v1/parties/find", Scope.IDENTIFY, "The party that has a number.",
        PartyFound, _find, body=Number, refuses=_NO_SUCH,
    ),
    Operation(
        "listMandatesGiven", "GET", f"{_OF_ONE}/mandates/given", Scope.READ, "What the party gave, by representative.",
        MandatePageFound, _mandates(overview.given, "given"), PageQuery, refuses=_NO_SUCH,
    ),
    Operation(
        "listMandatesReceived", "GET", f"{_OF_ONE}/mandates/received", Scope.READ,
        "What the party was given, by the represented party's name.",
        MandatePageFound, _mandates(overview.received, "received"), PageQuery, refuses=_NO_SUCH,
    ),
    Operation(
        "listRelationsOver", "GET", f"{_OF_ONE}/legal-relations/over", Scope.READ,
        "The legal relations by which others represent the party.",
        RelationPageFound, _relations(legal.over, "over"), PageQuery, refuses=_NO_SUCH,
    ),
    Operation(
        "listRelationsHeld", "GET", f"{_OF_ONE}/legal-relations/held", Scope.READ,
        "The legal relations by which the party represents others.",
        RelationPageFound, _relations(legal.held, "held"), PageQuery, refuses=_NO_SUCH,
    ),
    Operation(
        "listRestrictions", "GET", f"{_OF_ONE}/restrictions", Scope.READ, "What the party may no longer do alone.",
        RestrictionsFound, _restrictions, refuses=_NO_SUCH,
    ),
    Operation(
        "listUses", "GET", f"{_OF_ONE}/uses", Scope.READ, "Who logged in on the party's behalf, latest first.",
        UsePageFound, _uses, PageQuery, refuses=_NO_SUCH,
    ),
)  # fmt: skip
