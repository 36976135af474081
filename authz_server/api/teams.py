"""Teams over the API: made, filled, served and removed on the word of who may do so for the organisation (G3, G4, G10).

What the pages do with the word of who is logged in, by the same steps. Who puts a client in a team lets its people serve
that client: they may who could give each of those mandates alone, on evidence that is sure enough for it.
"""

from collections.abc import Callable
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import MandateFound, legible, told
from authz_server.api.organisations import UNKNOWN_TEAM, Team, team_told
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.parties import MandatePageFound
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Shape
from authz_server.api.words_brought import Word, bringing
from authz_server.oidc.register_api import Scope
from authz_server.portal.wishes import new_id
from claims.mandates import Mandate
from claims.organisation import ClientGroup
from claims.parties import PartyKind
from claims.register import changing, lookup, team_mandates, team_removing, teams
from claims.register.actor import Actor
from claims.register.team_removing import Ends
from claims.register.team_rights import Refused, Why

__all__ = ["OPERATIONS", "not_done"]

_MOST_AT_ONCE: Final = 500  # clients in one request
_Step = Callable[[Asked, Actor], ClientGroup | Mandate | Ends | Refused | changing.Refused | None]


class Named(Word):
    """How a team is called."""

    name: Annotated[
        str,
        StringConstraints(min_length=1, max_length=teams.LONGEST_NAME),
        AfterValidator(legible),
        Field(description="without a number of a person"),
    ]


class WithClients(Word):
    """For which clients."""

    clients: Annotated[list[Id], Field(min_length=1, max_length=_MOST_AT_ONCE)]


class Receiving(Word):
    """Whether new clients that are in no team come in this one."""

    receives_new: bool


class OfMandate(Word):
    """For which mandate of one of its people."""

    mandate: Id


class TeamFound(Shape):
    """One team."""

    team: Team


class TeamRemoval(Shape):
    """What comes of removing a team: how many clients are in it, which mandates go on for others, and which end."""

    clients: int
    go_on: list[Id]
    end: list[Id]


def _make(asked: Asked, by: Actor) -> ClientGroup | Refused:
    organisation, name = asked.ids["party"], asked.body.name
    return teams.make(asked.db, asked.context.vault, organisation, new_id("g"), name, by=by, now=asked.now)


def _rename(asked: Asked, by: Actor) -> ClientGroup | Refused:
    db, vault, name = asked.db, asked.context.vault, asked.body.name
    return teams.rename(db, vault, *_place(asked), name, by=by, now=asked.now)


def _put_in(asked: Asked, by: Actor) -> ClientGroup | Refused:
    db, vault, policy = asked.db, asked.context.vault, asked.context.settings.evidence.policy
    return teams.put_in(db, vault, *_place(asked), asked.body.clients, by=by, now=asked.now, policy=policy)


def _take_out(asked: Asked, by: Actor) -> ClientGroup | Refused:
    db, vault = asked.db, asked.context.vault
    return teams.take_out(db, vault, *_place(asked), asked.body.clients, by=by, now=asked.now)


def _receive(asked: Asked, by: Actor) -> ClientGroup | Refused | None:
    organisation, team = _place(asked)
    there = teams.find(asked.db, organisation, team)
    wanted: bool = asked.body.receives_new
    if there is None or not (wanted or there.receives_new):  # another team receives them by now: that stays
        return there or Refused(Why.UNKNOWN_TEAM)
    done = teams.receive_new(
        asked.db,
        asked.context.vault,
        organisation,
        team if wanted else None,
        by=by,
        now=asked.now,
        policy=asked.context.settings.evidence.policy,
    )
    return done if isinstance(done, Refused) else teams.find(asked.db, organisation, team)


def _serve(asked: Asked, by: Actor) -> Mandate | Refused | changing.Refused:
    db, vault, policy = asked.db, asked.context.vault, asked.context.settings.evidence.policy
    mandate = asked.body.mandate
    return team_mandates.let_serve(db, vault, *_place(asked), mandate, by=by, now=asked.now, policy=policy)


def _serve_no_more(asked: Asked, by: Actor) -> Mandate | Refused | changing.Refused:
    db, vault, mandate = asked.db, asked.context.vault, asked.body.mandate
    return team_mandates.serve_no_more(db, vault, *_place(asked), mandate, by=by, now=asked.now)


def _remove(asked: Asked, by: Actor) -> Ends | Refused:
    return team_removing.remove(asked.db, asked.context.vault, *_place(asked), by=by, now=asked.now)


def _mandates(asked: Asked) -> Document | Problem:
    organisation, team = _place(asked)
    if (problem := _unknown(asked)) is not None:
        return problem
    of = ["mandates of a team", organisation, team]
    after = place(of, asked.query.cursor, str)
    found = team_mandates.page(
        asked.db, organisation, team, now=asked.now, after=after, limit=asked.query.limit
    )
    return {
        "mandates": [told(one, asked.now) for one in found.mandates],
        "next": None if found.next is None else cursor(of, found.next),
    }


def _removal(asked: Asked) -> Document | Problem:
    return _unknown(asked) or _ends_told(team_removing.ends(asked.db, *_place(asked), now=asked.now))


def _place(asked: Asked) -> tuple[str, str]:
    return asked.ids["party"], asked.ids["team"]


def _unknown(asked: Asked) -> Problem | None:
    """That there is no such organisation, or that it has no such team."""
    party = lookup.party(asked.db, asked.ids["party"])
    if party is None or party.kind is not PartyKind.ORGANISATION:
        return UNKNOWN_PARTY
    if "team" in asked.ids and teams.find(asked.db, *_place(asked)) is None:
        return UNKNOWN_TEAM
    return None


def _does(step: _Step) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        by = bringing(asked)
        if isinstance(by, Problem):
            return by
        if (problem := _unknown(asked)) is not None:
            return problem
        done = step(asked, by)
        match done:
            case Refused() | changing.Refused():
                return not_done(done)
            case Mandate():
                return {"mandate": told(done, asked.now)}
            case Ends():
                return _ends_told(done)
            case ClientGroup():
                return {"team": team_told(asked.db, done)}
            case _:
                return UNKNOWN_TEAM

    return answer


def _ends_told(ends: Ends) -> Document:
    return {
        "clients": ends.clients,
        "go_on": [one.id for one in ends.go_on],
        "end": [one.id for one in ends.end],
    }


_WHY_NOT: Final = {
    Why.UNKNOWN_TEAM: UNKNOWN_TEAM,
    Why.UNKNOWN_MANDATE: Problem(
        Refusal.UNKNOWN_MANDATE, "the organisation has no such mandate, or it does not serve the team"
    ),
    Why.NOT_ENTITLED: Problem(Refusal.NOT_ENTITLED, "that person may not say so for that party, now"),
    Why.OUT_OF_REACH: Problem(
        Refusal.OUT_OF_REACH, "the people of the team may do more than that person may give, or end"
    ),
    Why.NOT_A_CLIENT: Problem(Refusal.NOT_A_CLIENT, "the organisation acts for one of them no more, or never did"),
    Why.NOT_AN_EMPLOYEE: Problem(Refusal.NOT_AN_EMPLOYEE, "that mandate is no person's for some clients"),
    Why.LAST_TEAM: Problem(Refusal.LAST_TEAM, "that mandate would be for nobody: revoke it instead"),
    Why.SERVES_TOO_MANY: Problem(Refusal.SERVES_TOO_MANY, "that mandate serves as many teams as it can"),
    Why.TEAM_FULL: Problem(Refusal.TEAM_FULL, "a team has so many clients at most"),
    Why.STILL_OFFERED: Problem(Refusal.STILL_OFFERED, "something that is offered, and open, is for the team"),
    Why.TOO_MANY_TEAMS: Problem(Refusal.TOO_MANY_TEAMS, "an organisation has so many teams at most"),
    Why.NAME_MISSING: Problem(Refusal.NAME_MISSING, "a team has a name"),
    Why.NAME_HOLDS_A_NUMBER: Problem(
        Refusal.NAME_HOLDS_A_NUMBER, "the name holds a number that is written as a BSN"
    ),
}  # fmt: skip


def not_done(refused: Refused | changing.Refused) -> Problem:
    """Why a team stays as it is."""
    if isinstance(refused, changing.Refused):
        return Problem(Refusal.ALREADY_ENDED, "that mandate has ended already")
    if refused.why is Why.TOO_WEAK:
        needs = "more" if refused.needs is None else refused.needs.word
        faults = (("/evidence", f"too_weak: needs {needs}"),)
        return Problem(Refusal.TOO_WEAK, "the evidence is not sure enough for what its people may do", faults)
    return _WHY_NOT[refused.why]


_OF_PARTY: Final = "/api/v1/parties/{party}/teams"
_ONE: Final = f"{_OF_PARTY}/{{team}}"
_NONE: Final = (Refusal.UNKNOWN_PARTY, Refusal.UNKNOWN_TEAM)
_NARROWS: Final = (*_NONE, Refusal.NOT_ENTITLED)
_WIDENS: Final = (*_NARROWS, Refusal.OUT_OF_REACH, Refusal.TOO_WEAK)
_NAMES: Final = (Refusal.NAME_MISSING, Refusal.NAME_HOLDS_A_NUMBER)

OPERATIONS: Final = (
    Operation(
        "makeTeam", "POST", _OF_PARTY, Scope.GRANT, "Make a team, with nobody in it.",
        TeamFound, _does(_make), body=Named, changes=True,
        refuses=(Refusal.UNKNOWN_PARTY, Refusal.NOT_ENTITLED, Refusal.TOO_MANY_TEAMS, *_NAMES),
    ),
    Operation(
        "renameTeam", "POST", f"{_ONE}/rename", Scope.GRANT, "Call a team otherwise.",
        TeamFound, _does(_rename), body=Named, changes=True, refuses=(*_NARROWS, *_NAMES),
    ),
    Operation(
        "putInTeam", "POST", f"{_ONE}/put-in", Scope.GRANT, "Let the people of a team serve these clients too.",
        TeamFound, _does(_put_in), body=WithClients, changes=True,
        refuses=(*_WIDENS, Refusal.NOT_A_CLIENT, Refusal.TEAM_FULL),
    ),
    Operation(
        "takeOutOfTeam", "POST", f"{_ONE}/take-out", Scope.GRANT,
        "Let the people of a team serve these clients no more.",
        TeamFound, _does(_take_out), body=WithClients, changes=True, refuses=_NARROWS,
    ),
    Operation(
        "receiveNewClients", "POST", f"{_ONE}/receive-new", Scope.GRANT,
        "Let new clients that are in no team come in this one, and in no other; or no more.",
        TeamFound, _does(_receive), body=Receiving, changes=True, refuses=_WIDENS,
    ),
    Operation(
        "listTeamMandates", "GET", f"{_ONE}/mandates", Scope.READ,
        "The mandates of the organisation's people that serve a team.",
        MandatePageFound, _mandates, PageQuery, refuses=_NONE,
    ),
    Operation(
        "serveTeam", "POST", f"{_ONE}/serve", Scope.GRANT, "Let a mandate of one of its people serve a team too.",
        MandateFound, _does(_serve), body=OfMandate, changes=True,
        refuses=(
            *_WIDENS, Refusal.UNKNOWN_MANDATE, Refusal.NOT_AN_EMPLOYEE, Refusal.SERVES_TOO_MANY,
            Refusal.ALREADY_ENDED,
        ),
    ),
    Operation(
        "serveTeamNoMore", "POST", f"{_ONE}/serve-no-more", Scope.GRANT,
        "Let a mandate serve a team no more; the last one of a mandate is for revoking.",
        MandateFound, _does(_serve_no_more), body=OfMandate, changes=True,
        refuses=(*_NARROWS, Refusal.UNKNOWN_MANDATE, Refusal.LAST_TEAM, Refusal.ALREADY_ENDED),
    ),
    Operation(
        "previewTeamRemoval", "GET", f"{_ONE}/removal", Scope.READ, "What would come of removing a team now.",
        TeamRemoval, _removal, refuses=_NONE,
    ),
    Operation(
        "removeTeam", "POST", f"{_ONE}/remove", Scope.GRANT,
        "Remove a team: its people serve those clients no more, and what was for it alone ends.",
        TeamRemoval, _does(_remove), body=Word, changes=True,
        refuses=(*_NARROWS, Refusal.OUT_OF_REACH, Refusal.STILL_OFFERED),
    ),
)  # fmt: skip
