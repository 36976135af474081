"""The mandate: the permission of a represented party to a representative (`mandates` 3, "Mandate")."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.instants import CLOCKS_DIFFER, Instant
from claims.limits import NO_LIMITS, Limits
from claims.representation import RepresentedLink

__all__ = [
    "ALL_CLIENTS",
    "EVIDENCE_KINDS",
    "NO_CLIENTS",
    "Clients",
    "Evidence",
    "Mandate",
    "Suspension",
    "holds_at",
    "is_digest",
    "resumed_at",
    "revoked_by_a_clock_ahead",
    "suspends_at",
]

EVIDENCE_KINDS: Final = ("register", "statement", "document", "desk", "notarial_deed")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
Suspension = tuple[Instant, Instant | None]
"""A half-open period, still open where its end is None."""


def revoked_by_a_clock_ahead(revoked_at: Instant | None, recorded_at: Instant | None, now: Instant) -> bool:
    """Whether it was revoked at once (not planned to end), by a clock that is some seconds ahead of `now`."""
    return revoked_at is not None and revoked_at == recorded_at and now < revoked_at <= now + CLOCKS_DIFFER


def suspends_at(suspended: Sequence[Suspension], at: Instant) -> bool:
    """Whether one of these suspensions holds at `at`."""
    return any(start <= at and (end is None or at < end) for start, end in suspended)


def resumed_at(suspended: Sequence[Suspension], now: Instant) -> tuple[Suspension, ...]:
    """These suspensions where something holds again from `now` on: what suspends it is over, what will do so later is not."""
    closed = (
        (start, now if start <= now and (until is None or now < until) else until)
        for start, until in suspended
    )
    # one that began this very second never held anything up, and an empty period is none
    return tuple((start, until) for start, until in closed if start != until)


def holds_at(
    at: Instant,
    starts: Instant,
    until: Instant | None,
    revoked_at: Instant | None,
    suspended: Sequence[Suspension],
) -> bool:
    """Whether `at` lies inside the period, and what has it is neither revoked nor suspended then (R3)."""
    if at < starts or (until is not None and at >= until):
        return False
    if revoked_at is not None and revoked_at <= at:
        return False
    return not suspends_at(suspended, at)


@dataclass(frozen=True, slots=True)
class Clients:
    """For which clients of the represented organisation a mandate is: none, all, or some parties and groups."""

    everyone: bool = False
    parties: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    listed: bool = False  # said as a list, be it an empty one


NO_CLIENTS: Final = Clients()
ALL_CLIENTS: Final = Clients(everyone=True)


def is_digest(text: str) -> bool:
    """Whether it is a SHA-256 digest as evidence tells it."""
    return _DIGEST.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a mandate rests on; `kind` is one of EVIDENCE_KINDS.

    Of a document there is no more than its `digest`: SHA-256, 64 hexadecimal digits in lower case. `verifier` says who
    looked at it, or heard it, at `at`.
    """

    kind: str
    reference: str
    digest: str | None = None
    verifier: str | None = None
    at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """A link that its represented party gave.

    `actions` is None for all actions. `until` is None only with a notarial deed as evidence. `branch` narrows it to
    one branch of the represented party, `limits` within its services. `narrowed` is whether either does. `further_intermediaries` says how often it may be passed on to an
    organisation (R8). `told` is what an answer tells of it.
    """

    id: str
    represented: str
    representative: str
    services: Coverage
    actions: frozenset[str] | None
    assurance: Loa
    starts: Instant
    until: Instant | None
    branch: str | None = None
    further_intermediaries: int = 0
    own_affairs: bool = True
    clients: Clients = NO_CLIENTS
    suspended: tuple[Suspension, ...] = ()
    revoked_at: Instant | None = None
    evidence: tuple[Evidence, ...] = ()
    recorded_at: Instant | None = None
    limits: Limits = NO_LIMITS
    narrowed: bool = field(init=False, repr=False, compare=False)
    told: RepresentedLink = field(init=False, repr=False, compare=False)

    basis: ClassVar[str] = "mandate"
    is_mandate: ClassVar[bool] = True
    binds_alone: ClassVar[bool] = False

    def __post_init__(self) -> None:
        told = RepresentedLink(
            self.id, self.basis, self.represented, self.representative, self.assurance, self.recorded_at or 0
        )
        object.__setattr__(self, "told", told)
        object.__setattr__(self, "narrowed", self.branch is not None or self.limits != NO_LIMITS)

    def in_force(self, at: Instant) -> bool:
        """Whether it is inside its period, not suspended and not revoked at `at` (R3)."""
        return holds_at(at, self.starts, self.until, self.revoked_at, self.suspended)

    def is_suspended(self, at: Instant) -> bool:
        """Whether a suspension holds at `at`, over or not."""
        return suspends_at(self.suspended, at)

    def has_ended(self, at: Instant) -> bool:
        """Whether it was revoked at or before `at`, or its period is over by then."""
        return any(end is not None and end <= at for end in (self.revoked_at, self.until))
