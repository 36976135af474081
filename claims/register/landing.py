"""Where a new client lands: in the team that was named with the offer, else in the one that receives new clients.

What an organisation says of an offer that comes to it stands apart from the offer, which both sides read: the team and its
own reference are its own business.
"""

from typing import Final

from claims.evidence import Policy
from claims.instants import Instant
from claims.offers import Offer
from claims.parties import PartyKind
from claims.register import client_references, teams
from claims.register.actor import REGISTER, Actor
from claims.register.facts import StoredFacts
from claims.register.personal import Vault
from claims.register.team_mandates import serving
from claims.register.team_rights import Refused, Why, may_widen
from keys.storage import Connected, Statement

__all__ = ["hold", "land", "may_land", "note"]

_NOTE: Final = Statement(
    "INSERT INTO register_placings (offer, client, team, sealed) VALUES (:offer, :client, :team, :sealed)"
    " ON CONFLICT (offer) DO UPDATE SET team = coalesce(excluded.team, register_placings.team),"
    " sealed = coalesce(excluded.sealed, register_placings.sealed)"
)
_NOTED: Final = Statement("SELECT team, sealed FROM register_placings WHERE offer = :offer")
_DROP: Final = Statement("DELETE FROM register_placings WHERE offer = :offer")


def may_land(
    db: Connected, organisation: str, team: str, *, by: Actor, now: Instant, policy: Policy
) -> Refused | None:
    """Whether the person of `by` may let a client of the organisation land in this team; None: they may (G10)."""
    if teams.find(db, organisation, team) is None:
        return Refused(Why.UNKNOWN_TEAM)
    mandates = serving(db, organisation, team, now=now)
    ground = may_widen(db, StoredFacts(db), organisation, mandates, by=by, now=now, policy=policy)
    return ground if isinstance(ground, Refused) else None


def note(
    db: Connected, vault: Vault, offer: str, client: str, *, team: str | None, reference: str | None
) -> None:
    """Say in which team the client lands when the offer is given, and by what it is known then.

    Whether whoever says so may is the caller's to know (`may_land`). With a reference: `client_references.put` says what
    must be held.
    """
    if team is None and not reference:
        return
    sealed = client_references.set_aside(db, vault, client, offer, reference) if reference else None
    db.run(_NOTE, {"offer": offer, "client": client, "team": team, "sealed": sealed})


def hold(db: Connected, offer: Offer, team: str | None = None) -> None:
    """Hold the team in which the client would land, before the account is written to: in the order of all who change teams."""
    into = _where(db, offer, team)
    if into is not None:
        teams.hold(db, [into])


def land(
    db: Connected, vault: Vault, offer: Offer, *, by: Actor, now: Instant, team: str | None = None
) -> None:
    """Put who gave it in `team`, else in the one that was named, and keep the reference. What is there no more is passed over.

    A full team takes nobody: the client is in none then, and stands on the list of clients.
    """
    organisation = offer.representative
    if organisation is None:
        return
    noted = db.one(_NOTED, {"offer": offer.id})
    into = _where(db, offer, team)
    if noted is not None:
        if noted[1] is not None:
            client_references.move_in(db, vault, organisation, offer.represented, offer.id, noted[1])
        db.run(_DROP, {"offer": offer.id})
    if into is None:
        return
    # who names a team at this moment says so for the organisation
    ours = team is not None or by.on_behalf_of == organisation or by.person == organisation
    teams.add(db, vault, organisation, into, [offer.represented], by=by if ours else REGISTER, now=now)


def _where(db: Connected, offer: Offer, team: str | None) -> str | None:
    """`team`, or the one that was named before; else the one that receives new clients, for a client that is in none."""
    organisation = offer.representative
    if organisation is None:
        return None
    party = StoredFacts(db).party(organisation)
    if party is None or party.kind is not PartyKind.ORGANISATION:
        return None
    noted = db.one(_NOTED, {"offer": offer.id})
    named = team or (None if noted is None else noted[0])
    if named is not None:
        return None if teams.find(db, organisation, named) is None else str(named)
    receiving = teams.receiving(db, organisation)
    if receiving is None or teams.teams_of(db, organisation, [offer.represented]):
        return None
    return receiving.id
