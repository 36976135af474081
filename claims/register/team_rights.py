"""Who may let a team serve more: more clients for the mandates of its people, or one more mandate (G3, G4, G10).

Whoever puts a client in a team gives each of its people what their mandates hold, for that client. So they may who could
give each of those mandates alone: within what entitles them, for no longer, and logged in surely enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from claims.assurance import Loa
from claims.evidence import Policy
from claims.granting import Entitlement, assurance_of
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import PartyKind
from claims.reaching import reaches
from claims.register.actor import Actor
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from keys.storage import Connected

__all__ = ["Refused", "Why", "may_narrow", "may_widen"]


class Why(StrEnum):
    """Why a team was not changed; the codes are stable."""

    UNKNOWN_TEAM = "unknown_team"
    UNKNOWN_MANDATE = "unknown_mandate"
    NOT_ENTITLED = "not_entitled"
    OUT_OF_REACH = "out_of_reach"  # its people may do what this person may not give
    TOO_WEAK = "too_weak"  # of this login; `needs` says how sure it must be
    NOT_A_CLIENT = "not_a_client"
    NOT_AN_EMPLOYEE = "not_an_employee"
    LAST_TEAM = "last_team"  # the mandate would be for nobody
    SERVES_TOO_MANY = "serves_too_many"  # teams, by one mandate
    TEAM_FULL = "team_full"
    STILL_OFFERED = "still_offered"  # something that is offered and open is for the team
    TOO_MANY_TEAMS = "too_many_teams"
    NAME_MISSING = "name_missing"
    NAME_HOLDS_A_NUMBER = "name_holds_a_number"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed. `needs` is the level of the login that would do."""

    why: Why
    needs: Loa | None = None


def may_widen(
    db: Connected,
    facts: StoredFacts,
    organisation: str,
    mandates: Iterable[Mandate],
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Entitlement | Refused:
    """What lets the person of `by` say, alone, that these mandates of the organisation serve somebody more."""
    grounds = _grounds(db, facts, organisation, by, now)
    alone = [one for one in grounds if one.alone]
    if not alone:
        return Refused(Why.NOT_ENTITLED)
    given = list(mandates)
    within = [one for one in alone if all(reaches(one, mandate, PartyKind.PERSON) for mandate in given)]
    if not within:
        return Refused(Why.OUT_OF_REACH)
    needed = max((mandate.assurance for mandate in given), default=Loa.BASIC)
    for ground in within:
        if assurance_of(Loa.HIGH, [ground.approval(by.said, now)], is_majority=True, policy=policy) >= needed:
            return ground
    return Refused(Why.TOO_WEAK, needed)


def may_narrow(
    db: Connected, facts: StoredFacts, organisation: str, *, by: Actor, now: Instant
) -> Entitlement | Refused:
    """What lets the person of `by` see to its teams, and say that they serve less: that each may do alone (G3)."""
    return next(iter(_grounds(db, facts, organisation, by, now)), Refused(Why.NOT_ENTITLED))


def _grounds(
    db: Connected, facts: StoredFacts, organisation: str, by: Actor, now: Instant
) -> list[Entitlement]:
    if by.speaker is None or by.speaker == organisation:
        return []
    return entitlements(db, facts, by.speaker, organisation, now=now)
