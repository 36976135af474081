"""What somebody may no longer do alone: restrictions of capacity, from a public register (`mandates` 3)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from claims.catalogue import Coverage
from claims.instants import Instant
from claims.relations import Basis, Link, Source
from claims.representation import AT_DESK

__all__ = ["Restriction", "RestrictionKind"]


class RestrictionKind(StrEnum):
    GUARDIANSHIP = "guardianship"
    ASSET_ADMINISTRATION = "asset_administration"
    BANKRUPTCY = "bankruptcy"
    DEBT_RESTRUCTURING = "debt_restructuring"
    SUSPENSION_OF_PAYMENTS = "suspension_of_payments"


_REACH_REPRESENTATIVES: Final = frozenset(
    {RestrictionKind.GUARDIANSHIP, RestrictionKind.BANKRUPTCY, RestrictionKind.DEBT_RESTRUCTURING}
)
_REACH_SIGNATORIES: Final = frozenset(
    {
        RestrictionKind.BANKRUPTCY,
        RestrictionKind.DEBT_RESTRUCTURING,
        RestrictionKind.SUSPENSION_OF_PAYMENTS,
    }
)
_APPOINTED_FOR_IT: Final = frozenset({Basis.TRUSTEE, Basis.LIQUIDATOR})


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction of the capacity of `party`, for the services that it covers."""

    id: str
    party: str
    kind: RestrictionKind
    services: Coverage
    starts: Instant
    until: Instant | None = None
    source: Source | None = None
    recorded_at: Instant | None = None

    def in_force(self, at: Instant) -> bool:
        """Whether `at` lies inside its period."""
        return self.starts <= at and (self.until is None or at < self.until)

    def takes_out(self, link: Link) -> bool:
        """Whether, while in force, it takes out `link`, of whose two parties it restricts one (R19).

        A mandate by the party goes out always, and so does what is done for it at a desk; a mandate to it and a relation that binds it alone by the kind of
        restriction; a `trustee` and a `liquidator` are there because of it.
        """
        if link.is_mandate or link.basis == AT_DESK:
            return self.party == link.represented or (
                self.party == link.representative and self.kind in _REACH_REPRESENTATIVES
            )
        return (
            self.party == link.represented
            and self.kind in _REACH_SIGNATORIES
            and link.binds_alone
            and link.basis not in _APPOINTED_FOR_IT
        )
