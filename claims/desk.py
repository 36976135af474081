"""A desk where an organisation's people help those who come to the counter: who may, with what, and for how long."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.mandates import NO_CLIENTS, Clients, Suspension
from claims.representation import AT_DESK, RepresentedLink

__all__ = ["LONGEST_VISIT", "DeskAppointment", "DeskVisit", "Shown"]

LONGEST_VISIT: Final = 30 * 60  # seconds


class Shown(StrEnum):
    """By what somebody showed at the counter who they are. The words are stable; no number of it is kept."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    DRIVING_LICENCE = "driving_licence"
    RESIDENCE_PERMIT = "residence_permit"


@dataclass(frozen=True, slots=True)
class DeskAppointment:
    """Of somebody who works at an organisation's desk.

    It entitles to help people there with these services, and to nothing of the organisation's own: whoever has it
    neither grants for the organisation nor acts for it.
    """

    id: str
    organisation: str
    person: str
    services: Coverage
    starts: Instant
    until: Instant | None = None
    recorded_at: Instant | None = None

    def in_force(self, at: Instant) -> bool:
        """Whether `at` lies inside its period."""
        return self.starts <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class DeskVisit:
    """A link by which somebody who works at a desk acts for the person at the counter: for one service, and not for long.

    It is no mandate, since nobody gave one, and no relation that follows from law. `organisation` is whose desk it is,
    `appointment` by what the acting person works there. `told` is what an answer tells of it.
    """

    id: str
    represented: str
    representative: str
    organisation: str
    appointment: str
    services: Coverage
    assurance: Loa
    starts: Instant
    until: Instant
    shown: Shown
    recorded_at: Instant | None = None
    told: RepresentedLink = field(init=False, repr=False, compare=False)

    basis: ClassVar[str] = AT_DESK
    is_mandate: ClassVar[bool] = False
    binds_alone: ClassVar[bool] = False
    actions: ClassVar[frozenset[str] | None] = None
    branch: ClassVar[str | None] = None
    limits: ClassVar[Limits] = NO_LIMITS
    narrowed: ClassVar[bool] = False
    own_affairs: ClassVar[bool] = True
    further_intermediaries: ClassVar[int] = 0
    clients: ClassVar[Clients] = NO_CLIENTS
    suspended: ClassVar[tuple[Suspension, ...]] = ()
    revoked_at: ClassVar[Instant | None] = None

    def __post_init__(self) -> None:
        told = RepresentedLink(
            self.id, self.basis, self.represented, self.representative, self.assurance, self.recorded_at or 0
        )
        object.__setattr__(self, "told", told)

    def in_force(self, at: Instant) -> bool:
        """Whether `at` lies inside it, however long it says that it is: no visit is longer than half an hour."""
        return self.starts <= at < min(self.until, self.starts + LONGEST_VISIT)
