"""What is asked: may this person act for others at this service, at this instant, with this login?"""

from dataclasses import dataclass

from claims.assurance import Loa
from claims.catalogue import Service
from claims.instants import Instant

__all__ = ["Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the rules (`mandates` 4).

    `acting` is the id of a person. `actions` that are named must all be allowed; none named asks for none in
    particular. `minimum` can only raise what the service requires. Without an `authenticator` no block is applied.
    """

    acting: str
    service: Service
    at: Instant
    login_assurance: Loa
    authenticator: str | None = None
    actions: tuple[str, ...] = ()
    minimum: Loa | None = None

    @property
    def required(self) -> Loa:
        """The level that login and path must reach: the higher of the service's and the question's own (R14)."""
        least = self.service.minimum_assurance
        return least if self.minimum is None or self.minimum < least else self.minimum

    @property
    def step_up(self) -> Loa | None:
        """The level to which the login must be raised, None where it suffices (R14, R17)."""
        required = self.required
        return required if self.login_assurance < required else None
