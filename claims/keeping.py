"""How long what is over stays: readable to both sides for some years, kept for some more, and then erased (G8)."""

from dataclasses import dataclass
from typing import Final

from claims.instants import Instant, birthday, day_of

__all__ = ["MISTAKES_SHOW", "Periods", "first_end"]

MISTAKES_SHOW: Final = 30 * 86400
"""Seconds after which somebody will have seen that a register, or a clock, tells what cannot be: an end in a wrong year."""

_READABLE: Final = 2
_KEPT: Final = 7


@dataclass(frozen=True, slots=True)
class Periods:
    """Whole years in Amsterdam, counted from the day on which something was over as an age is from a birth.

    A mandate is over when it has ended. That somebody logged in on behalf of another is over when it happened.
    """

    readable: int = _READABLE
    kept: int = _KEPT

    def is_readable(self, over: Instant | None, now: Instant) -> bool:
        """Whether both sides still read of what was over at `over`, be it in a time to come; None: it is not over."""
        return over is None or over > now or now < birthday(day_of(over), self.readable)

    def is_kept(self, over: Instant | None, now: Instant) -> bool:
        """Whether what was over at `over` is not to be erased yet; None likewise."""
        return over is None or over > now or now < birthday(day_of(over), self.kept)


def first_end(*ends: Instant | None) -> Instant | None:
    """When something ended that each of these instants ends: the earliest, None where there is none."""
    return min((end for end in ends if end is not None), default=None)
