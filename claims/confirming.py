"""How sure a mandate becomes that is confirmed by who may give it, and what stands in the way (G4, G10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from claims.assurance import Loa
from claims.evidence import Policy
from claims.granting import Entitlement, assurance_of
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party
from claims.reaching import reaches
from claims.restrictions import Restriction

__all__ = ["Confirmed", "WhyWeak", "confirmed", "worth"]


class WhyWeak(StrEnum):
    """Why somebody does not make a mandate surer; the codes are stable."""

    NOT_ENTITLED = "not_entitled"
    SIGNED_TOGETHER = "signed_together"  # theirs is one yes of several: `worth` says what it counts for
    OUT_OF_REACH = "out_of_reach"  # it is more than they may give
    RESTRICTED = "restricted"
    NOT_SURER = "not_surer"  # this login and this ground make it no surer than it is


@dataclass(frozen=True, slots=True)
class Confirmed:
    """By what ground a mandate is confirmed, and how sure that makes it."""

    ground: Entitlement
    assurance: Loa


def confirmed(
    mandate: Mandate,
    grounds: Sequence[Entitlement],
    representative: Party,
    restrictions: Sequence[Restriction],
    *,
    login: Loa,
    now: Instant,
    policy: Policy,
) -> Confirmed | WhyWeak:
    """What comes of the yes of a person with these `grounds`, logged in at `login`; the surest where there are several.

    The level is what it would be if they gave the mandate now: never above what entitles them, and never lower than it
    is. `restrictions` are those of both parties.
    """
    if not grounds:
        return WhyWeak.NOT_ENTITLED
    if any(_takes_out(one, mandate, now) for one in restrictions):
        return WhyWeak.RESTRICTED
    alone = [one for one in grounds if one.alone]
    if not alone:
        return WhyWeak.SIGNED_TOGETHER
    reaching = [one for one in alone if reaches(one, mandate, representative.kind)]
    if not reaching:
        return WhyWeak.OUT_OF_REACH
    found = max(
        (Confirmed(one, _level(one, login, now, policy)) for one in reaching), key=lambda one: one.assurance
    )
    return found if found.assurance > mandate.assurance else WhyWeak.NOT_SURER


def worth(
    mandate: Mandate,
    grounds: Sequence[Entitlement],
    representative: Party,
    *,
    login: Loa,
    now: Instant,
    policy: Policy,
) -> Confirmed | WhyWeak:
    """What the yes of one of those who sign together counts for, where enough others say so: the surest of their grounds.

    It has to make the mandate surer than it is: the weakest yes of all who sign sets the level (G4).
    """
    reaching = [one for one in grounds if reaches(one, mandate, representative.kind)]
    if not reaching:
        return WhyWeak.OUT_OF_REACH
    found = max(
        (
            Confirmed(
                one, assurance_of(Loa.HIGH, [one.approval(login, now)], is_majority=True, policy=policy)
            )
            for one in reaching
        ),
        key=lambda one: one.assurance,
    )
    return found if found.assurance > mandate.assurance else WhyWeak.NOT_SURER


def _takes_out(restriction: Restriction, mandate: Mandate, now: Instant) -> bool:
    """Whether the restriction takes out what the mandate is for, or some of it (R19)."""
    meets = restriction.services.may_meet(mandate.services)
    return restriction.in_force(now) and meets and restriction.takes_out(mandate)


def _level(ground: Entitlement, login: Loa, now: Instant, policy: Policy) -> Loa:
    return assurance_of(Loa.HIGH, [ground.approval(login, now)], is_majority=False, policy=policy)
