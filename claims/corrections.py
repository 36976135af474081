"""Whether a version of a mandate says something of the past: then it is a correction, and is told as one.

Of every fact two instants are kept: when it holds and when the register was told (`mandates` 3). What is told late may
have been answered otherwise before.
"""

from claims.instants import Instant
from claims.mandates import Mandate, Suspension

__all__ = ["corrected"]


def corrected(before: Mandate | None, after: Mandate, told_at: Instant) -> tuple[str, ...]:
    """The dates by which `after`, told at `told_at`, was in force at other instants before that than `before` said.

    Each by its name in the world file: `from`, `until`, `revoked_at`, `suspended`. With nothing `before` it is `from`
    alone, where the mandate was told after it began. Who revokes, suspends or resumes from now on corrects nothing.
    """
    if before is None:
        return ("from",) if after.starts < told_at else ()
    found = []
    if _differ_before(before.starts, after.starts, told_at):
        found.append("from")
    if _differ_before(before.until, after.until, told_at):
        found.append("until")
    if _differ_before(before.revoked_at, after.revoked_at, told_at):
        found.append("revoked_at")
    if _suspended_before(before.suspended, told_at) != _suspended_before(after.suspended, told_at):
        found.append("suspended")
    return tuple(found)


def _differ_before(one: Instant | None, other: Instant | None, told_at: Instant) -> bool:
    """Whether the two differ and one of them lies before `told_at`."""
    return one != other and any(instant is not None and instant < told_at for instant in (one, other))


def _suspended_before(suspended: tuple[Suspension, ...], told_at: Instant) -> list[tuple[Instant, Instant]]:
    """The periods, as far as they lie before `told_at`, joined where they meet."""
    joined: list[tuple[Instant, Instant]] = []
    clipped = ((start, told_at if end is None else min(end, told_at)) for start, end in suspended)
    for start, end in sorted(one for one in clipped if one[0] < one[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
