"""An organisation as those see it who arrange its side: who they are, by what they may, and the frame of its pages."""

from dataclasses import dataclass
from typing import Any

from flask import abort, url_for

from authz_server.login.sessions import Session
from authz_server.pages import error_page
from authz_server.portal.acting import actor_of
from claims.granting import Entitlement
from claims.instants import Instant
from claims.parties import Party, PartyKind
from claims.register.actor import Actor
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from keys.storage import Connected

__all__ = ["Office", "office_of"]


@dataclass(frozen=True, slots=True)
class Office:
    """The organisation, the person who arranges things for it, and by what they may, which is never nothing."""

    party: Party
    person: Party
    grounds: tuple[Entitlement, ...]
    session: Session

    @property
    def by(self) -> Actor:
        """Who does something here; what is done says itself on what ground, where several would do."""
        return actor_of(self.session, self.party.id, self.grounds[0].authority)

    @property
    def alone(self) -> bool:
        """Whether they need nobody else to grant something."""
        return any(one.alone for one in self.grounds)

    @property
    def signs(self) -> bool:
        """Whether the person is one of those who sign for it, alone or together."""
        return any(not one.is_appointment for one in self.grounds)

    @property
    def appoints(self) -> bool:
        """Whether they may appoint an administrator, alone or with others."""
        return any(one.may_appoint for one in self.grounds)

    @property
    def appoints_alone(self) -> bool:
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

    @property
    def frame(self) -> dict[str, Any]:
        """What each of its pages is told."""
        return {
            "person": self.person.name,
            "party": self.party,
            "back": url_for("portal.managed", party_id=self.party.id),
        }


def office_of(db: Connected, session: Session, party_id: str, *, now: Instant) -> Office:
    """The organisation, for who may grant for it; there is none, or is another's, look the same: 404."""
    facts = StoredFacts(db)
    person = facts.party(session.login.person)
    party = facts.party(party_id) if party_id.isprintable() else None
    if person is None or party is None or party.kind is not PartyKind.ORGANISATION:
        abort(error_page("not_found", 404))
    grounds = entitlements(db, facts, person.id, party.id, now=now)
    if not grounds:
        abort(error_page("not_found", 404))
    return Office(party, person, tuple(grounds), session)
