"""An organisation on pages, for one of those who arrange something for it: who signs, or its administrator."""

from dataclasses import dataclass

from flask import abort

from authz_server.login.sessions import Session
from authz_server.pages import error_page
from claims.granting import Entitlement
from claims.instants import Instant
from claims.parties import Party, PartyKind
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from keys.storage import Connected

__all__ = ["Arranged", "arranged"]


@dataclass(frozen=True, slots=True)
class Arranged:
    """The organisation, and what entitles this person to arrange something for it; never nothing."""

    party: Party
    grounds: tuple[Entitlement, ...]

    @property
    def signs(self) -> bool:
        """Whether the person is one of those who sign for it, alone or together."""
        return any(not one.is_appointment for one in self.grounds)

    @property
    def appoints(self) -> bool:
        """Whether they may appoint an administrator, alone or with others."""
        return any(one.may_appoint for one in self.grounds)

    @property
    def alone(self) -> bool:
        """Whether they may appoint without anybody else."""
        return any(one.alone and one.may_appoint for one in self.grounds)

    @property
    def manages_means(self) -> bool:
        """Whether they see and block means (G12): who signs for it, or an administrator who may."""
        return any(one.may_manage_means for one in self.grounds)

    @property
    def lifts_blocks(self) -> bool:
        """Whether they may lift a block: without anybody else."""
        return any(one.may_manage_means and one.alone for one in self.grounds)


def arranged(db: Connected, session: Session, party_id: str, *, now: Instant) -> Arranged:
    """The organisation of that id; 404 alike where there is none, it is a person, or is nothing of theirs."""
    facts = StoredFacts(db)
    grounds = tuple(entitlements(db, facts, session.login.person, party_id, now=now))
    party = facts.party(party_id)
    if party is None or party.kind is not PartyKind.ORGANISATION or not grounds:
        abort(error_page("not_found", 404))
    return Arranged(party, grounds)
