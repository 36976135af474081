"""When what was handed out is over, so that its row may go: only when nobody can tell the difference any more."""

from typing import Final

from authz_server.config.sections import LifetimeSettings
from authz_server.worker.sweeping import Sweep
from claims.instants import CLOCKS_DIFFER, Instant

__all__ = ["SWEEPS"]

_CLOCK_JUMPED: Final = (
    86400  # seconds by which the clock that sweeps may be ahead, and nothing that worked works again
)


def _passed(_: LifetimeSettings, now: Instant) -> dict[str, int]:
    return {"passed": now - CLOCKS_DIFFER}


def _bounds_of_grants(lifetimes: LifetimeSettings, now: Instant) -> dict[str, int]:
    """A grant outlives its last token, and the session that an ID token of it can still name in a hint."""
    passed = now - CLOCKS_DIFFER
    last_token = max(lifetimes.id_token, lifetimes.access_token, lifetimes.access_token_representing)
    return {
        "passed": passed,
        "without_tokens": passed - last_token,
        "without_session": passed - lifetimes.session_total,
    }


SWEEPS: Final = (
    Sweep("oidc_access_tokens", ["digest"], "expires_at <= :passed", _passed),
    Sweep("oidc_api_tokens", ["digest"], "expires_at <= :passed", _passed),
    # Nothing came of a code that nobody redeemed. What came of another is ended when it comes back: so it stays.
    Sweep(
        "oidc_grants",
        ["id"],
        "CASE WHEN code_used_at IS NULL THEN code_expires_at <= :passed"
        " ELSE expires_at <= :without_tokens AND created_at <= :without_session END",
        _bounds_of_grants,
    ),
    # A used one that comes back ends its grant (RFC 9700 4.14.2), for as long as there is a grant to end.
    Sweep(
        "oidc_refresh_tokens",
        ["digest"],
        "expires_at <= :passed AND (used_at IS NULL OR NOT EXISTS"
        " (SELECT 1 FROM oidc_grants WHERE oidc_grants.id = oidc_refresh_tokens.grant_id))",
        _passed,
    ),
    # Without its row it would work again, for as long as the clock of who is asked says that it has not expired.
    Sweep(
        "oidc_assertions",
        ["digest"],
        "expires_at <= :passed",
        lambda _, now: {"passed": now - _CLOCK_JUMPED},
    ),
)
