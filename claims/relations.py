"""Power that no one grants: what follows from law or from a public register (`mandates` 3, "Legal relation")."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.desk import DeskVisit
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.mandates import Mandate, Suspension
from claims.representation import RepresentedLink

__all__ = ["Basis", "LegalRelation", "Link", "Source"]


class Basis(StrEnum):
    """On what ground the power exists."""

    SOLE_SIGNATORY = "sole_signatory"
    OWNER = "owner"
    LIQUIDATOR = "liquidator"
    TRUSTEE = "trustee"
    JOINT_SIGNATORY = "joint_signatory"
    REGISTERED_PROXY = "registered_proxy"
    PARENT = "parent"
    GUARDIAN = "guardian"
    CURATOR = "curator"
    ASSET_ADMINISTRATOR = "asset_administrator"
    MENTOR = "mentor"
    EXECUTOR = "executor"
    HEIR = "heir"

    @property
    def binds_alone(self) -> bool:
        """Whether the representative *is* the organisation in law."""
        return self in _BIND_ALONE

    @property
    def outlives(self) -> bool:
        """Whether it holds for a represented party that has ceased (R4)."""
        return self in _OUTLIVE


_BIND_ALONE: Final = frozenset({Basis.SOLE_SIGNATORY, Basis.OWNER, Basis.LIQUIDATOR, Basis.TRUSTEE})
_OUTLIVE: Final = frozenset({Basis.EXECUTOR, Basis.HEIR, Basis.LIQUIDATOR, Basis.TRUSTEE})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from: a public register, its reference there, and when it was fetched."""

    register: str | None = None
    reference: str | None = None
    fetched_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class LegalRelation:
    """A link that follows from law; `services` and `actions` only narrow it, as a court may, and so do `limits`.

    The trade register names an amount beyond which a signatory or a proxy does not bind: the only limit that there is here.

    `actions` is None for all actions. `told` is what an answer tells of it.
    """

    id: str
    represented: str
    representative: str
    basis: Basis
    services: Coverage
    actions: frozenset[str] | None
    assurance: Loa
    starts: Instant
    until: Instant | None = None
    source: Source | None = None
    recorded_at: Instant | None = None
    limits: Limits = NO_LIMITS
    narrowed: bool = field(init=False, repr=False, compare=False)
    binds_alone: bool = field(init=False, repr=False, compare=False)
    told: RepresentedLink = field(init=False, repr=False, compare=False)

    is_mandate: ClassVar[bool] = False
    branch: ClassVar[str | None] = None
    suspended: ClassVar[tuple[Suspension, ...]] = ()
    revoked_at: ClassVar[Instant | None] = None

    def __post_init__(self) -> None:
        told = RepresentedLink(
            self.id, self.basis, self.represented, self.representative, self.assurance, self.recorded_at or 0
        )
        object.__setattr__(self, "told", told)
        object.__setattr__(self, "binds_alone", self.basis.binds_alone)
        object.__setattr__(self, "narrowed", self.limits != NO_LIMITS)

    def in_force(self, at: Instant) -> bool:
        """Whether `at` lies inside its period (R3; what a parent's relation adds, `paths` adds)."""
        return self.starts <= at and (self.until is None or at < self.until)


Link = Mandate | LegalRelation | DeskVisit
"""What a path is made of, from its represented party to its representative; ids are unique over both kinds."""
