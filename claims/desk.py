"""A desk where an organisation's people help those who come to the counter: who may, with what, and for how long."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.mandates import (
    NO_CLIENTS,
    Clients,
    Suspension,
    holds_at,
    revoked_by_a_clock_ahead,
    suspends_at,
)
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
    neither grants for the organisation nor acts for it. It is suspended and revoked as an administrator's is (G3).
    """

    id: str
    organisation: str
    person: str
    services: Coverage
    starts: Instant
    until: Instant | None = None
    suspended: tuple[Suspension, ...] = ()
    revoked_at: Instant | None = None
    recorded_at: Instant | None = None

    def in_force(self, at: Instant) -> bool:
        """Whether it is inside its period, not suspended and not revoked at `at`."""
        return holds_at(at, self.starts, self.until, self.revoked_at, self.suspended)

    def entitles(self, now: Instant) -> bool:
        """Whether it is in force, and no other server with a clock ahead of `now` revoked it a moment ago."""
        return self.in_force(now) and not revoked_by_a_clock_ahead(self.revoked_at, self.recorded_at, now)

    def is_suspended(self, at: Instant) -> bool:
        """Whether a suspension holds at `at`, over or not."""
        return suspends_at(self.suspended, at)

    def has_ended(self, at: Instant) -> bool:
        """Whether it was revoked at or before `at`, or its period is over by then."""
        return any(end is not None and end <= at for end in (self.revoked_at, self.until))

    def holds_until(self, now: Instant) -> Instant | None:
        """When it, in force at `now`, holds no more: it ends, or is suspended; None where that is not known."""
        begun = (start for start, end in self.suspended if start > now and end != start)
        return min((end for end in (self.until, self.revoked_at, *begun) if end is not None), default=None)


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
