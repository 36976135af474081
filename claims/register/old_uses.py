"""Lines of who logged in for whom that are older than they are kept: found by their batches, and erased with them (G8).

An entry of the journal covers the lines of a batch together, so that they go together: when the last of them is old
enough. The entry stays, and the chain with it.
"""

from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from claims.keeping import Periods
from claims.register import journal
from claims.register.actor import REGISTER
from claims.register.erasing import tell_erased
from claims.register.journal import Event
from claims.register.personal import Vault
from claims.register.uses import BATCH
from keys.storage import Connected, Statement

__all__ = ["BEGIN", "TOGETHER", "OldBatches", "Place", "erase", "look"]

Place = tuple[str, int]
"""Where a look ended: a batch, and the number of an entry about it."""
BEGIN: Final[Place] = ("", 0)
ROWS: Final = 300
TOGETHER: Final = 4  # batches, for some milliseconds in which others wait

_LOOK: Final = Statement(
    "SELECT record, seq, at, event, salt IS NOT NULL FROM register_journal"
    " WHERE kind = :kind AND (record, seq) > (:record, :seq) ORDER BY record, seq LIMIT :rows"
)
_LATEST: Final = Statement("SELECT max(at) FROM register_uses WHERE batch = :batch")
_DROP: Final = Statement("DELETE FROM register_uses WHERE batch = :batch")

# By which means people did so is noted beside them, and goes with them; some days later, where years had leap days.
_DROP_MEANS: Final = Statement("DELETE FROM register_means_used WHERE last_at < :before")
_LONGEST_YEAR: Final = 366 * 86400


@dataclass(frozen=True, slots=True)
class OldBatches:
    """Those of a page that seem to be kept no longer, at most `TOGETHER`; and where to look on, None at the end."""

    batches: tuple[str, ...]
    next: Place | None


def look(db: Connected, periods: Periods, after: Place, *, at: Instant, rows: int = ROWS) -> OldBatches:
    """Look at the entries about batches that come after `after`, for what is too old at `at`."""
    record, seq = after
    page = db.all(_LOOK, {"kind": BATCH, "record": record, "seq": seq, "rows": rows})
    old: list[str] = []
    for record, seq, told_at, event, is_told in page:
        if event == Event.USES_CHAINED and is_told and not periods.is_kept(told_at, at):
            old.append(record)
            if len(old) == TOGETHER:
                return OldBatches(tuple(old), (record, seq))
    return OldBatches(tuple(old), (record, seq) if len(page) == rows else None)


def erase(
    db: Connected, vault: Vault, batches: tuple[str, ...], periods: Periods, *, at: Instant, now: Instant
) -> int | None:
    """Erase the lines of those of these batches that are kept no longer; how many lines they were.

    A line may be younger than the entry by which it was chained, where clocks differ. Whoever comes second finds none.
    None, with nothing done, where the clock may be wrong.
    """
    if not journal.goes_on(db, now):
        return None
    erased: int = 0
    told: list[str] = []
    for batch in batches:
        latest = db.one(_LATEST, {"batch": int(batch)})
        if latest is None or latest[0] is None or periods.is_kept(latest[0], at):
            continue
        if lines := db.run(_DROP, {"batch": int(batch)}):
            erased += lines
            told.append(batch)
    if told:
        db.run(_DROP_MEANS, {"before": at - periods.kept * _LONGEST_YEAR})
        tell_erased(db, vault, BATCH, told, by=REGISTER, now=now)
    return erased
