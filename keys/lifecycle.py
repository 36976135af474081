"""A key's life: announced, signing, verifying, gone; or withdrawn. Pure: what holds and what is due, at an instant.

A key is announced (published, not yet signing) for at least twice the time that a reader may keep our JWKS, so
that whoever meets its first signature has it. When its successor signs, it goes on verifying for the longest
life of a token that it signed, plus the same margin. Withdrawing ends it at once, wherever it is in its life.

A life is written down as instants, not as a state: every process that reads them sees the same state at the same
instant, without anybody having to change a row at the right moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

__all__ = ["Due", "Life", "Policy", "State", "due"]


class State(StrEnum):
    """Where a key is in its life."""

    ANNOUNCED = "announced"
    SIGNING = "signing"
    VERIFYING = "verifying"
    GONE = "gone"
    WITHDRAWN = "withdrawn"


class Due(StrEnum):
    """What the keys of one algorithm need."""

    NOTHING = "nothing"
    FIRST = "first"  # nothing signs and nothing is about to: a new key, which signs at once
    SUCCESSOR = "successor"  # a new key, announced


@dataclass(frozen=True, slots=True)
class Policy:
    """How long each part of a life lasts, in seconds.

    `rotate_every`: how long a key signs. `jwks_max_age`: how long readers may keep the JWKS. `longest_token`:
    the longest time for which anything that a key signed must still verify.
    """

    rotate_every: int
    jwks_max_age: int
    longest_token: int

    def __post_init__(self) -> None:
        if self.rotate_every <= self.announce_for:
            raise ValueError("a key must sign for longer than its successor is announced")

    @property
    def announce_for(self) -> int:
        """How long a key is published before it signs."""
        return 2 * self.jwks_max_age

    @property
    def verify_for(self) -> int:
        """How long a key is published after its last signature."""
        return self.longest_token + self.announce_for


@dataclass(frozen=True, slots=True)
class Life:
    """The instants of one key. Every period is half-open; None is "not known yet"."""

    announced_at: int
    signs_from: int
    signs_until: int | None = None
    gone_at: int | None = None
    withdrawn_at: int | None = None

    @property
    def open(self) -> bool:
        """Whether nothing ends its signing yet. At most one key of an algorithm is open."""
        return self.signs_until is None and self.withdrawn_at is None

    def state(self, now: int) -> State:
        """Where it is at `now`. Withdrawn is withdrawn, whatever the clock says."""
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        if now < self.signs_from:
            return State.ANNOUNCED
        if self.signs_until is None or now < self.signs_until:
            return State.SIGNING
        if self.gone_at is None or now < self.gone_at:
            return State.VERIFYING
        return State.GONE

    def published(self, now: int) -> bool:
        """Whether it stands in the JWKS at `now`."""
        return self.state(now) in {State.ANNOUNCED, State.SIGNING, State.VERIFYING}

    def next_change(self, now: int) -> int | None:
        """The next instant at which its state changes by itself."""
        if self.withdrawn_at is not None:
            return None
        coming = (self.signs_from, self.signs_until, self.gone_at)
        return min((instant for instant in coming if instant is not None and instant > now), default=None)

    def succeeded_at(self, instant: int, policy: Policy) -> "Life":
        """The same life, ending its signing at `instant`, when the successor begins."""
        return replace(self, signs_until=instant, gone_at=instant + policy.verify_for)


def due(lives: Iterable[Life], now: int, policy: Policy) -> Due:
    """What the keys of one algorithm need at `now`.

    A successor is announced so early that the signing key stops when its time is over. When nobody was there to
    do so in time, the signing key goes on until a successor has been announced for long enough.
    """
    current = next((life for life in lives if life.open), None)
    if current is None:
        return Due.FIRST
    if now < current.signs_from or now < current.signs_from + policy.rotate_every - policy.announce_for:
        return Due.NOTHING
    return Due.SUCCESSOR
