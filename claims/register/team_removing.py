"""Removing a team of an organisation: its people serve those clients no more, and what was for it alone ends (G3, G9).

The team stays as a record with nobody in it, and so does its history: a day as it was is answered as before. Its id is
never another team's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from claims.instants import Instant
from claims.mandates import Mandate
from claims.organisation import ClientGroup
from claims.register import changing, managing, teams
from claims.register.actor import Actor
from claims.register.ended_powers import hold as hold_mandates
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.offers_kept import alone, open_offers
from claims.register.personal import Vault
from claims.register.team_mandates import serve, serving
from claims.register.team_rights import Refused, Why, may_narrow
from keys.storage import Connected

__all__ = ["Ends", "ends", "remove"]


@dataclass(frozen=True, slots=True)
class Ends:
    """What comes of it: so many clients are in no team by this one, mandates go on for others, and some end."""

    clients: int
    go_on: tuple[Mandate, ...]
    end: tuple[Mandate, ...]

    @property
    def nothing(self) -> bool:
        """Whether the team is empty: of clients and of those who serve them."""
        return not (self.clients or self.go_on or self.end)


def ends(db: Connected, organisation: str, team: str, *, now: Instant) -> Ends:
    """What would come of removing the team."""
    go_on: list[Mandate] = []
    end: list[Mandate] = []
    for one in serving(db, organisation, team, now=now):
        for_others = one.clients.groups - {team} or one.clients.parties or one.own_affairs
        (go_on if for_others else end).append(one)
    return Ends(teams.how_many(db, team), tuple(go_on), tuple(end))


def remove(
    db: Connected, vault: Vault, organisation: str, team: str, *, by: Actor, now: Instant
) -> Ends | Refused:
    """Remove it; what came of it. Who ends a mandate that is for it alone could do so without it (`OUT_OF_REACH`)."""
    alone(db, organisation)
    teams.hold(db, [team])
    hold_mandates(db, [one.id for one in serving(db, organisation, team, now=now)])
    ground = may_narrow(db, StoredFacts(db), organisation, by=by, now=now)
    if isinstance(ground, Refused):
        return ground
    if teams.find(db, organisation, team) is None:
        return Refused(Why.UNKNOWN_TEAM)
    if _is_offered(db, organisation, team, now=now):
        return Refused(Why.STILL_OFFERED)
    found = ends(db, organisation, team, now=now)
    authority = managing.authority(db, by.speaker or "", organisation, now)
    if found.end and (authority is None or not all(authority.reaches(one) for one in found.end)):
        return Refused(Why.OUT_OF_REACH)
    acting = by.on(ground.authority)
    for one in found.go_on:
        serve(db, vault, one, one.clients.groups - {team}, by=acting, now=now)
    if authority is not None:
        _end(db, vault, found.end, by=by.on(authority.words), now=now)

    def removed(group: ClientGroup) -> ClientGroup:
        return replace(group, clients=frozenset(), receives_new=False, removed_at=now)

    done = teams.change(db, vault, organisation, team, removed, by=acting, now=now, event=Event.REMOVED)
    return done if isinstance(done, Refused) else found


def _end(db: Connected, vault: Vault, mandates: Sequence[Mandate], *, by: Actor, now: Instant) -> None:
    def revoked(one: Mandate) -> Mandate:
        return replace(one, revoked_at=now)

    for one in mandates:
        changing.change(db, vault, one.id, Event.REVOKED, revoked, by=by, now=now)


def _is_offered(db: Connected, organisation: str, team: str, *, now: Instant) -> bool:
    """Whether something is offered, and open, to somebody for this team."""
    after: str | None = None
    while True:
        page = open_offers(db, organisation, now=now, after=after)
        if any(team in one.clients.groups for one in page.offers):
            return True
        if (after := page.next) is None:
            return False
