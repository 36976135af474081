"""What a service provider demands of an act, held against what a token shows."""

from dataclasses import dataclass

from claims.assurance import Loa
from claims.instants import Instant
from claims.verifying.outcome import OnBehalfOf, OwnBehalf, Person, VerifiedMandate
from claims.verifying.refusal import Refused, VerificationRefused

__all__ = ["Demand"]

_DETAILS = "authorization_details"


@dataclass(frozen=True, slots=True)
class Demand:
    """`action` None: the service alone. `max_age`: how many seconds ago the login may be, None for any."""

    service: str
    action: str | None = None
    at_least: Loa | None = None
    max_age: int | None = None
    understands: frozenset[str] = frozenset()

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
        self._check_level(shown.person, mandate)
        self._check_age(shown.person, now=now, leeway=leeway)

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
