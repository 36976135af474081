"""What a service provider demands of an act, held against what a token shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from claims.assurance import Loa
from claims.instants import Instant, day_of
from claims.limits import LIMITS, Limits
from claims.verifying.outcome import OnBehalfOf, OwnBehalf, Person, VerifiedMandate
from claims.verifying.refusal import Refused, VerificationRefused

__all__ = ["Act", "Demand"]

_DETAILS = "authorization_details"


@dataclass(frozen=True, slots=True)
class Act:
    """What the act is about, as far as that matters: which case, how many euros, on which day (None: today).

    ValueError for an amount that is none.
    """

    case: str | None = None
    amount: Decimal | int | None = None
    day: date | None = None

    def __post_init__(self) -> None:
        amount = self.amount
        if isinstance(amount, bool) or not isinstance(amount, Decimal | int | None):
            raise ValueError("an amount is a Decimal or a whole number of euros")
        if amount is not None and not (Decimal(amount).is_finite() and amount >= 0):
            raise ValueError("an amount is nought or more")


@dataclass(frozen=True, slots=True)
class Demand:
    """`action` None: the service alone. `max_age`: how many seconds ago the login may be, None for any.

    An `act` that is still to be found out is asked for last but for the levels: of a token that is ours, for what is demanded.
    """

    service: str
    action: str | None = None
    at_least: Loa | None = None
    max_age: int | None = None
    understands: frozenset[str] = frozenset()
    act: Act | Callable[[], Act] = Act()

    def check(self, shown: OwnBehalf | OnBehalfOf, *, now: Instant, leeway: int) -> None:
        """VerificationRefused where the token does not show what is demanded at `now`."""
        mandate = shown.mandate if isinstance(shown, OnBehalfOf) else None
        granted = shown.mandate if isinstance(shown, OnBehalfOf) else shown
        if mandate is not None and mandate.not_after is not None and now >= mandate.not_after:
            # no leeway: the power has ended, whatever our clock is worth
            raise VerificationRefused(
                Refused.MANDATE_ENDED, "the mandate holds no longer, though the token does", claim=_DETAILS
            )
        if granted.service != self.service:
            raise VerificationRefused(Refused.SERVICE_WRONG, "it is for another service", claim=_DETAILS)
        if self.action is not None and self.action not in granted.actions:
            raise VerificationRefused(
                Refused.ACTION_NOT_ALLOWED, "it does not allow this action", claim=_DETAILS
            )
        if mandate is not None and mandate.branch is not None and "branch" not in self.understands:
            raise VerificationRefused(
                Refused.RESTRICTION_NOT_UNDERSTOOD,
                "it holds for one branch only, and this verifier was not told that branches are heeded",
                claim=_DETAILS,
            )
        if mandate is not None and mandate.at_desk and "desk" not in self.understands:
            raise VerificationRefused(
                Refused.RESTRICTION_NOT_UNDERSTOOD,
                "somebody at a desk acts, and this verifier was not told that the service heeds what that is",
                claim=_DETAILS,
            )
        if mandate is not None:
            self._check_limits(mandate.limits, now=now, leeway=leeway)
        self._check_level(shown.person, mandate)
        self._check_age(shown.person, now=now, leeway=leeway)

    def _check_limits(self, limits: Limits, *, now: Instant, leeway: int) -> None:
        """Of what is not said of the act here the service itself takes heed: it said that it does."""
        for kind in LIMITS:
            if kind in limits.kinds and kind not in self.understands:
                raise VerificationRefused(
                    Refused.RESTRICTION_NOT_UNDERSTOOD,
                    f"it is limited ({kind}), and this verifier was not told that such a limit is heeded",
                    claim=_DETAILS,
                )
        act = self.act if isinstance(self.act, Act) else self.act()
        if limits.case is not None and act.case is not None and act.case != limits.case:
            raise _outside("it is for another case")
        if limits.amount is not None and act.amount is not None and act.amount * 100 > limits.amount:
            raise _outside("it is for a lower amount")
        if limits.days is not None:
            # where our clock is behind the issuer's it is that day for the one, and not yet for the other
            days = {day_of(now), day_of(now + leeway)} if act.day is None else {act.day}
            if not any(limits.days.holds(day) for day in days):
                raise _outside("it is for other days")

    def _check_level(self, person: Person, mandate: VerifiedMandate | None) -> None:
        if self.at_least is None:
            return
        if mandate is not None and mandate.assurance < self.at_least:
            raise VerificationRefused(
                Refused.MANDATE_TOO_WEAK, "the mandate is too weak; no login helps that", claim=_DETAILS
            )
        effective = person.assurance if mandate is None else mandate.effective_assurance
        if effective < self.at_least:
            raise VerificationRefused(
                Refused.LOGIN_TOO_WEAK, "the login is too weak", claim="acr", needed=self.at_least
            )

    def _check_age(self, person: Person, *, now: Instant, leeway: int) -> None:
        if self.max_age is None:
            return
        if person.auth_time is None or now - person.auth_time > self.max_age + leeway:
            raise VerificationRefused(
                Refused.LOGIN_TOO_OLD,
                "the login is too long ago",
                claim="auth_time",
                needed_within=self.max_age,
            )


def _outside(reason: str) -> VerificationRefused:
    return VerificationRefused(Refused.OUTSIDE_LIMITS, reason, claim=_DETAILS)
