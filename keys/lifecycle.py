"""A key's life: announced, signing, verifying, gone; or withdrawn. Pure: what holds and what is due, at an instant.

A key is announced (published, not yet signing) for at least twice the time that a reader may keep our JWKS, so
that whoever meets its first signature has it. When its successor signs, it goes on verifying for the longest
life of a token that it signed, plus the same margin. Withdrawing ends it at once, wherever it is in its life.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Policy", "State"]


class State(StrEnum):
    """Where a key is in its life."""

    ANNOUNCED = "announced"
    SIGNING = "signing"
    VERIFYING = "verifying"
    GONE = "gone"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Policy:
    """How long each part of a life lasts, in seconds.

    `rotate_every`: how long a key signs. `jwks_max_age`: how long readers may keep the JWKS. `longest_token`:
    the longest time for which anything that a key signed must still verify.
    """

    rotate_every: int
    jwks_max_age: int
    longest_token: int

    @property
    def announce_for(self) -> int:
        """How long a key is published before it signs."""
        return 2 * self.jwks_max_age

    @property
    def verify_for(self) -> int:
        """How long a key is published after its last signature."""
        return self.longest_token + self.announce_for
