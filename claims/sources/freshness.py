"""How long an answer of a source register counts, and whether what rests on it is sure enough to grant upon (G4)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from claims.instants import CLOCKS_DIFFER, Instant
from claims.relations import LegalRelation

__all__ = ["OLDEST_FOR_GRANTING", "Freshness", "Liveness", "is_live", "liveness"]

OLDEST_FOR_GRANTING: Final = 24 * 3600  # seconds (G4: "a register entry at most 24 hours old")


class Liveness(StrEnum):
    """What is known of the source of a relation."""

    UNSOURCED = "unsourced"  # no register tells it: it is what the operator wrote down
    LIVE = "live"
    STALE = "stale"  # the register told of it once, and not lately


@dataclass(frozen=True, slots=True)
class Freshness:
    """How it went with one party at one source.

    `fetched_at` is when it last answered, `failed_since` since when it does not (None: the last time it did), `outcome`
    what came of the last try; `closed_at` is when the party's relations were closed for want of an answer.
    """

    fetched_at: Instant | None = None
    failed_since: Instant | None = None
    outcome: str = ""
    closed_at: Instant | None = None


def liveness(
    relation: LegalRelation,
    answered_at: Instant | None,
    *,
    now: Instant,
    max_age: int = OLDEST_FOR_GRANTING,
) -> Liveness:
    """How sure it is that the register of `relation` would still tell of it.

    `answered_at` is when that register last answered about the represented party (None: never), since an answer that
    tells of it no more ends it at once. Whoever brought the relation in with a time of fetching is believed in that. An
    answer from the future is none. `max_age` is in seconds.
    """
    if relation.source is None or relation.source.register is None:
        return Liveness.UNSOURCED
    times = [at for at in (answered_at, relation.source.fetched_at) if at is not None]
    fresh = any(now - max_age <= at <= now + CLOCKS_DIFFER for at in times)
    return Liveness.LIVE if fresh else Liveness.STALE


def is_live(
    relation: LegalRelation,
    answered_at: Instant | None,
    *,
    now: Instant,
    max_age: int = OLDEST_FOR_GRANTING,
) -> bool:
    """Whether `relation` is an entry of a register that told of it no longer than `max_age` ago (G4): fails closed."""
    return liveness(relation, answered_at, now=now, max_age=max_age) is Liveness.LIVE
