"""Whether all that a mandate holds lies within what entitles somebody: nobody gives, widens or confirms more (G10)."""

from claims.granting import Entitlement
from claims.mandates import Mandate
from claims.parties import PartyKind

__all__ = ["reaches"]


def reaches(ground: Entitlement, mandate: Mandate, representative: PartyKind) -> bool:
    """Whether services, actions, limits, period and passing on of the mandate, to one of that kind, lie within the ground."""
    if not all(one.includes(mandate.services) for one in ground.services):
        return False
    if not all(
        one is None or (mandate.actions is not None and mandate.actions <= one) for one in ground.actions
    ):
        return False
    if not mandate.limits.within(ground.limits):
        return False
    if ground.until is not None and (mandate.until is None or mandate.until > ground.until):
        return False
    if mandate.further_intermediaries and not ground.passes_on:
        return False
    return ground.may_grant_chain or representative is not PartyKind.ORGANISATION
