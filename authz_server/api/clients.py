"""The clients of an office: who they are, in which teams, and by what the office knows them."""

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import legible
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Shape
from authz_server.api.teams import not_done
from authz_server.api.words_brought import Word, bringing
from authz_server.oidc.register_api import Scope
from claims.parties import PartyKind
from claims.register import client_list, client_references, lookup, teams
from claims.register.client_references import NotKept
from claims.register.facts import StoredFacts
from claims.register.team_rights import Refused, may_narrow

__all__ = ["OPERATIONS"]

_LONGEST: Final = 200


class Sought(Shape):
    """Part of a name, trade name or place, a whole number, or the office's own reference. It stands in no address."""

    text: Annotated[
        str, StringConstraints(min_length=1, max_length=_LONGEST, pattern=r"\S"), AfterValidator(legible)
    ]


class Noting(Word):
    """By what the office knows the client; empty: by nothing any more."""

    reference: Annotated[str, StringConstraints(max_length=_LONGEST), AfterValidator(legible)]


class ClientTold(Shape):
    """A party that the organisation acts for, the teams in which it is, and the office's own reference."""

    party: Id
    teams: list[Id]
    reference: str | None


class ClientFound(Shape):
    """One client. When the same request comes again its reference is null: what is remembered of it holds none."""

    client: ClientTold


class ClientPageFound(Shape):
    """A page of clients by name; it may be short and still lead on."""

    clients: list[ClientTold]
    next: str | None


def _list(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if _is_none(asked):
        return UNKNOWN_PARTY
    of = ["clients", party]
    after = place(of, asked.query.cursor, str)
    found = client_list.page(asked.db, party, now=asked.now, after=after, limit=asked.query.limit)
    return _page(asked, of, found)


def _find(asked: Asked) -> Document | Problem:
    party, text = asked.ids["party"], asked.body.text.strip()
    if _is_none(asked):
        return UNKNOWN_PARTY
    of = ["clients found", party, text]
    after = place(of, asked.query.cursor, str)
    found = client_list.search(
        asked.db,
        asked.context.vault,
        party,
        text,
        now=asked.now,
        after=after,
        limit=asked.query.limit,
    )
    return _page(asked, of, found)


def _note(asked: Asked) -> Document | Problem:
    party, client = asked.ids["party"], asked.ids["client"]
    by, kept = bringing(asked), client_references.as_kept(asked.body.reference)
    if isinstance(by, Problem):
        return by
    if _is_none(asked):
        return UNKNOWN_PARTY
    ground = may_narrow(asked.db, StoredFacts(asked.db), party, by=by, now=asked.now)
    if isinstance(ground, Refused):
        return not_done(ground)
    if not teams.are_clients(asked.db, party, [client], now=asked.now):
        return Problem(Refusal.NOT_A_CLIENT, "the organisation does not act for that party")
    if isinstance(kept, NotKept):
        return _WRONG[kept]
    if kept:
        client_references.put(asked.db, asked.context.vault, party, client, kept)
    else:
        client_references.remove(asked.db, party, client)
    return {"client": next(iter(_told(asked, [client])))}


def _without_the_reference(told: Document) -> Document:
    """What is remembered of the answer: a reference stands sealed in its table, and nowhere else."""
    return {"client": {**told["client"], "reference": None}}


def _is_none(asked: Asked) -> bool:
    party = lookup.party(asked.db, asked.ids["party"])
    return party is None or party.kind is not PartyKind.ORGANISATION


def _page(asked: Asked, of: list[str], found: client_list.Clients) -> Document:
    return {
        "clients": list(_told(asked, found.ids)),
        "next": None if found.next is None else cursor(of, found.next),
    }


def _told(asked: Asked, ids: Iterable[str]) -> Iterable[Document]:
    ids, party = list(ids), asked.ids["party"]
    references = client_references.of_clients(asked.db, asked.context.vault, party, ids)
    inside = teams.teams_of(asked.db, party, ids)
    for id in ids:
        yield {
            "party": id,
            "teams": [one.id for one in inside.get(id, ())],
            "reference": references.get(id),
        }


_WRONG: Final = {
    NotKept.TOO_LONG: Problem(Refusal.REFERENCE_TOO_LONG, "a reference has 60 signs at most"),
    NotKept.HOLDS_A_NUMBER: Problem(
        Refusal.REFERENCE_HOLDS_A_NUMBER, "the reference is a number that is written as a BSN"
    ),
}
_OF_PARTY: Final = "/api/v1/parties/{party}/clients"

OPERATIONS: Final = (
    Operation(
        "listClients", "GET", _OF_PARTY, Scope.READ, "For whom the organisation acts, by name.",
        ClientPageFound, _list, PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "findClients", "POST", f"{_OF_PARTY}/find", Scope.IDENTIFY,
        "Those of them who are called so, live there, or have that number or reference.",
        ClientPageFound, _find, PageQuery, body=Sought, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "noteReference", "POST", f"{_OF_PARTY}/{{client}}/reference", Scope.GRANT,
        "Write down by what an office knows a client, on the word of who sees to its teams.",
        ClientFound, _note, body=Noting, changes=True,
        refuses=(
            Refusal.UNKNOWN_PARTY, Refusal.NOT_ENTITLED, Refusal.NOT_A_CLIENT, Refusal.REFERENCE_TOO_LONG,
            Refusal.REFERENCE_HOLDS_A_NUMBER,
        ),
        remembered=_without_the_reference,
    ),
)  # fmt: skip
