"""Until when somebody may grant upon a legal relation: by its dates, by death, and by the calendar (G1, G13)."""

from typing import Final

from claims.instants import Instant, birthday
from claims.parties import Party
from claims.relations import Basis, LegalRelation

__all__ = ["MAJORITY", "power_until"]

MAJORITY: Final = 18  # years: parents and the guardian of a minor have no power from then on
_OF_MINORS: Final = frozenset({Basis.PARENT, Basis.GUARDIAN})


def power_until(relation: LegalRelation, represented: Party, representative: Party) -> Instant | None:
    """When the power to grant under `relation` ends, by what is known now; None where nothing ends it.

    By its own end, by the death of either (of the represented party only where the power does not outlive it), and that
    of a parent or guardian by the day on which the child comes of age, whatever age a service acts by (R3).
    """
    ends = [relation.until, representative.ceased_at]
    if not relation.basis.outlives:
        ends.append(represented.ceased_at)
    if relation.basis in _OF_MINORS and represented.born is not None:
        ends.append(birthday(represented.born, MAJORITY))
    return min((end for end in ends if end is not None), default=None)
