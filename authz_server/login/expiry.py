"""When what logging in remembers is over, so that its row may go."""

from typing import Final

from authz_server.config.sections import LifetimeSettings
from authz_server.login.attempts import WINDOW
from authz_server.worker.sweeping import Sweep
from claims.instants import CLOCKS_DIFFER, Instant

__all__ = ["SWEEPS"]

_SAYS_THAT_IT_IS_OVER: Final = 86400  # seconds for which an interaction that expired is still known
_OFFERED_AGAIN: Final = 400 * 86400  # seconds: who does something once a year finds last year's choice


def _bounds_of_sessions(lifetimes: LifetimeSettings, now: Instant) -> dict[str, int]:
    passed = now - CLOCKS_DIFFER
    return {
        "passed": passed,
        "idle_since": passed - lifetimes.session_idle,
        "begun": passed - lifetimes.session_total,
    }


SWEEPS: Final = (
    Sweep(
        "login_interactions",
        ["id"],
        "expires_at <= :passed",
        lambda _, now: {"passed": now - _SAYS_THAT_IT_IS_OVER},
    ),
    Sweep(
        "login_sessions",
        ["id"],
        "ended_at <= :passed OR seen_at <= :idle_since OR started_at <= :begun",
        _bounds_of_sessions,
    ),
    Sweep(
        "login_remembered",
        ["session", "client", "service", "actions", "represented"],
        "NOT EXISTS (SELECT 1 FROM login_sessions WHERE login_sessions.id = login_remembered.session)",
        lambda _lifetimes, _now: {},
    ),
    Sweep(
        "login_recent",
        ["person", "service", "represented", "branch", "through"],
        "used_at <= :passed",
        lambda _, now: {"passed": now - _OFFERED_AGAIN},
    ),
    Sweep(
        "login_attempts",
        ["counted"],
        "since <= :passed",
        lambda _, now: {"passed": now - WINDOW - CLOCKS_DIFFER},
    ),
)
