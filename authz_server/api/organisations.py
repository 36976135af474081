"""How an organisation arranges its side: its teams, who is in them, and what of it ends when."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Instant, Shape
from authz_server.oidc.register_api import Scope
from claims.instants import parse_instant, written
from claims.organisation import ClientGroup
from claims.register import endings, lookup, teams
from keys.storage import Connected

__all__ = ["OPERATIONS", "UNKNOWN_TEAM", "Team", "team_told"]

UNKNOWN_TEAM: Final = Problem(Refusal.UNKNOWN_TEAM, "the party has no team with that id")


class Team(Shape):
    """A team of an organisation. `receives_new`: new clients that are in no team come in this one."""

    id: Id
    name: str
    clients: Annotated[int, Field(description="how many")]
    receives_new: bool


class TeamsFound(Shape):
    """Every team of an organisation, by name."""

    teams: list[Team]


class TeamClientsFound(Shape):
    """A page of the clients in a team, by name."""

    clients: list[Id]
    next: str | None


class Ending(Shape):
    """Something that ends: a mandate that was given or received, an appointment, or an offer that nobody answered."""

    which: Literal["given", "received", "appointment", "offered", "asked"]
    id: Id
    other: Annotated[Id | None, Field(description="the party on the other side, where it is known")]
    at: Instant


class EndingPageFound(Shape):
    """A page of what ends, in order of time."""

    endings: list[Ending]
    next: str | None


_At = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]


class EndingQuery(PageQuery):
    """Between which two instants, the first included."""

    from_: Annotated[_At, Field(alias="from", examples=["2027-01-01T00:00:00Z"])]
    until: Annotated[_At, Field(examples=["2027-02-01T00:00:00Z"])]


def _teams(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    return {"teams": [team_told(asked.db, one) for one in teams.of_organisation(asked.db, party)]}


def team_told(db: Connected, team: ClientGroup) -> Document:
    """The team as the API gives it: of its clients, how many they are."""
    return {
        "id": team.id,
        "name": team.name,
        "clients": teams.how_many(db, team.id),
        "receives_new": team.receives_new,
    }


def _clients(asked: Asked) -> Document | Problem:
    party, team = asked.ids["party"], asked.ids["team"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    if teams.find(asked.db, party, team) is None:
        return UNKNOWN_TEAM
    of = ["clients of a team", party, team]
    after = place(of, asked.query.cursor, str)
    found = teams.clients_of(asked.db, team, after=after, limit=asked.query.limit)
    return {
        "clients": list(found.ids),
        "next": None if found.next is None else cursor(of, found.next),
    }


def _endings(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    try:
        start, until = parse_instant(asked.query.from_), parse_instant(asked.query.until)
    except ValueError as wrong:
        return Problem(Refusal.MALFORMED, "the address", (("/from", str(wrong)),))
    of = ["endings", party, start, until]
    after = place(of, asked.query.cursor, str)
    found = endings.page(asked.db, party, start, until, after=after, limit=asked.query.limit)
    return {
        "endings": [
            {"which": one.which.value, "id": one.id, "other": one.other, "at": written(one.at)}
            for one in found.endings
        ],
        "next": None if found.next is None else cursor(of, found.next),
    }


_OF_PARTY: Final = "/api/v1/parties/{party}"
_NO_SUCH: Final = (Refusal.UNKNOWN_PARTY,)

OPERATIONS: Final = (
    Operation(
        "listTeams", "GET", f"{_OF_PARTY}/teams", Scope.READ, "The teams of an organisation, by name.",
        TeamsFound, _teams, refuses=_NO_SUCH,
    ),
    Operation(
        "listTeamClients", "GET", f"{_OF_PARTY}/teams/{{team}}/clients", Scope.READ, "Who is in a team, by name.",
        TeamClientsFound, _clients, PageQuery, refuses=(Refusal.UNKNOWN_PARTY, Refusal.UNKNOWN_TEAM),
    ),
    Operation(
        "listEndings", "GET", f"{_OF_PARTY}/endings", Scope.READ,
        "Which mandates, appointments and open offers of the party end between two instants.",
        EndingPageFound, _endings, EndingQuery, refuses=_NO_SUCH,
    ),
)  # fmt: skip
