"""Visits to a desk that were over longer ago than what somebody did at them is kept: found a page at a time, and erased (G8).

A visit is over when it has ended. It goes with its link and its versions; the account keeps the ids, and verifies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from claims.desk import LONGEST_VISIT, DeskVisit
from claims.instants import Instant
from claims.keeping import Periods
from claims.register import journal, records
from claims.register.actor import REGISTER
from claims.register.breaches import DAMAGED
from claims.register.erasing import tell_erased
from claims.register.many import ManyStatement
from claims.register.old_mandates import drop_former, recently_changed
from claims.register.personal import Vault
from claims.register.turns import try_turn
from keys.storage import Connected, Row, Statement

__all__ = ["OldVisits", "erase", "look"]

ROWS: Final = 300
TOGETHER: Final = 10

_KIND: Final = "desk_visit"
_LOOK: Final = Statement(
    "SELECT v.id, l.body FROM register_visits v JOIN register_links l ON l.id = v.id AND l.kind = 'desk'"
    " WHERE v.id > :after ORDER BY v.id LIMIT :rows"
)
_HELD: Final = "SELECT id, body FROM register_links WHERE id IN (:ids) AND kind = 'desk'"
_HOLD: Final = ManyStatement(_HELD, postgresql=f"{_HELD} ORDER BY id FOR UPDATE")
_DROP: Final = tuple(
    ManyStatement(f"DELETE FROM {table} WHERE {column} IN (:ids)")  # noqa: S608 - names of ours alone
    for table, column in (
        ("register_candidates", "link"),
        ("register_bridges", "link"),
        ("register_visits", "id"),
        ("register_versions", f"kind = '{_KIND}' AND id"),
        ("register_links", "id"),
    )
)


@dataclass(frozen=True, slots=True)
class OldVisits:
    """Those of a page that are kept no longer, at most `TOGETHER`; and after which id to look on, None at the end."""

    ids: tuple[str, ...]
    next: str | None


def look(db: Connected, periods: Periods, after: str, *, at: Instant, rows: int = ROWS) -> OldVisits:
    """Look at those that come after the id `after` (empty: the first ones), for what is too old at `at`."""
    page = db.all(_LOOK, {"after": after, "rows": rows})
    old = _old(db, page, periods, at)
    if len(old) > TOGETHER:
        return OldVisits(tuple(old[:TOGETHER]), old[TOGETHER - 1])
    return OldVisits(tuple(old), page[-1][0] if len(page) == rows else None)


def erase(
    db: Connected, vault: Vault, ids: Sequence[str], periods: Periods, *, at: Instant, now: Instant
) -> int | None:
    """Erase those of these that are kept no longer; None, with nothing done, where the clock may be wrong."""
    if not try_turn(db) or not journal.goes_on(db, now):
        return None
    old = _old(db, _HOLD.rows(db, sorted(ids)), periods, at)
    if not old:
        return 0
    drop_former(db, _KIND, old)
    for drop in _DROP:
        drop.run(db, old)
    tell_erased(db, vault, _KIND, old, by=REGISTER, now=now)
    return len(old)


def _old(db: Connected, rows: Iterable[Row], periods: Periods, at: Instant) -> list[str]:
    found = []
    for id, body in rows:
        try:
            visit = records.link(body)
        except DAMAGED:
            continue  # for `journal verify` to find
        if isinstance(visit, DeskVisit):
            over = min(visit.until, visit.starts + LONGEST_VISIT)
            found += [] if periods.is_kept(over, at) else [str(id)]
    return sorted(set(found) - recently_changed(db, _KIND, found, at))
