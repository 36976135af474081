"""The demo's own clock: the machine's, moved ahead by whoever tries the world out. It never goes back.

All three parts of the demo and its worker ask this one, so that what was handed out expires everywhere at once.
"""

from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import Final

from authz_server.demo.calendar import moved_instant
from claims.instants import Instant, start_of_day

__all__ = ["STEPS", "MovingClock"]

STEPS: Final = (1, 7, 28, 365)
"""By how many days it can be moved at a time."""
_LAST: Final = start_of_day(date(2100, 1, 1))


class MovingClock:
    """A clock that is ahead of another one by as much as it was told."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self._clock: Final = clock
        self._ahead = 0
        self._turn: Final = Lock()

    def __call__(self) -> Instant:
        """The present instant of the demo."""
        return self._clock() + self._ahead

    def move(self, days: int) -> bool:
        """Go ahead to the same time of day in Amsterdam, that many days later; whether it did.

        Only by one of `STEPS`, and not beyond this century.
        """
        if days not in STEPS:
            return False
        with self._turn:
            now = self()
            later = moved_instant(now, days)
            if later > _LAST:
                return False
            self._ahead += later - now
        return True
