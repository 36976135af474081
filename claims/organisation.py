"""How an organisation arranges its own side: teams' clients, administrators, unwanted means (`mandates` 3)."""

from dataclasses import dataclass

from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.mandates import Suspension, holds_at, revoked_by_a_clock_ahead, suspends_at

__all__ = ["Appointment", "Block", "ClientGroup"]


@dataclass(frozen=True, slots=True)
class ClientGroup:
    """A team's clients: parties for which an organisation acts.

    `receives_new`: whoever gives the organisation a permission, and is in no team of it yet, lands in this one.
    `removed_at`: the organisation has that team no more since then; nobody is in it, and its id stays its own.
    """

    id: str
    organisation: str
    name: str
    clients: frozenset[str]
    recorded_at: Instant | None = None
    receives_new: bool = False
    removed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """Of a mandate administrator: it entitles to granting and managing, not to acting.

    It is suspended and revoked as a mandate is (G3). What is given by it lies within its `limits`, which has no case.
    """

    id: str
    organisation: str
    person: str
    services: Coverage
    assurance: Loa
    starts: Instant
    until: Instant | None = None
    may_grant_chain: bool = False
    may_appoint: bool = False
    may_manage_means: bool = False
    suspended: tuple[Suspension, ...] = ()
    revoked_at: Instant | None = None
    recorded_at: Instant | None = None
    limits: Limits = NO_LIMITS

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


@dataclass(frozen=True, slots=True)
class Block:
    """An organisation does not want this authenticator of this person used on its behalf (R11).

    It has no id: organisation, person, authenticator and start identify it.
    """

    organisation: str
    person: str
    authenticator: str
    starts: Instant
    until: Instant | None = None
    recorded_at: Instant | None = None

    def in_force(self, at: Instant) -> bool:
        """Whether `at` lies inside its period."""
        return self.starts <= at and (self.until is None or at < self.until)
