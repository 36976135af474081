"""Appointments that ended longer ago than they are kept: found a page at a time, and erased, as mandates are (G3, G8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from claims.keeping import Periods, first_end
from claims.register import journal, records
from claims.register.actor import REGISTER
from claims.register.breaches import DAMAGED
from claims.register.erasing import tell_erased
from claims.register.many import ManyStatement
from claims.register.old_mandates import recently_changed
from claims.register.personal import Vault
from claims.register.turns import try_turn
from keys.storage import Connected, Row, Statement

__all__ = ["OldAppointments", "erase", "look"]

ROWS: Final = 300
TOGETHER: Final = 10

_LOOK: Final = Statement(
    "SELECT id, body FROM register_appointments WHERE id > :after ORDER BY id LIMIT :rows"
)
_HELD: Final = "SELECT id, body FROM register_appointments WHERE id IN (:ids)"
_HOLD: Final = ManyStatement(_HELD, postgresql=f"{_HELD} ORDER BY id FOR UPDATE")
_DROP: Final = tuple(
    ManyStatement(f"DELETE FROM {table} WHERE {column} IN (:ids)")  # noqa: S608 - names of ours alone
    for table, column in (
        ("register_versions", "kind = 'appointment' AND id"),
        ("register_appointments", "id"),
    )
)


@dataclass(frozen=True, slots=True)
class OldAppointments:
    """Those of a page that are kept no longer, at most `TOGETHER`; and after which id to look on, None at the end."""

    ids: tuple[str, ...]
    next: str | None


def look(db: Connected, periods: Periods, after: str, *, at: Instant, rows: int = ROWS) -> OldAppointments:
    """Look at those that come after the id `after` (empty: the first ones), for what is too old at `at`."""
    page = db.all(_LOOK, {"after": after, "rows": rows})
    old = _old(db, page, periods, at)
    if len(old) > TOGETHER:
        return OldAppointments(tuple(old[:TOGETHER]), old[TOGETHER - 1])
    return OldAppointments(tuple(old), page[-1][0] if len(page) == rows else None)


def erase(
    db: Connected, vault: Vault, ids: Sequence[str], periods: Periods, *, at: Instant, now: Instant
) -> int | None:
    """Erase those of these that are kept no longer; None, with nothing done, where the clock may be wrong."""
    if not try_turn(db) or not journal.goes_on(db, now):
        return None
    old = _old(db, _HOLD.rows(db, sorted(ids)), periods, at)
    if not old:
        return 0
    for drop in _DROP:
        drop.run(db, old)
    tell_erased(db, vault, "appointment", old, by=REGISTER, now=now)
    return len(old)


def _old(db: Connected, rows: Iterable[Row], periods: Periods, at: Instant) -> list[str]:
    found = []
    for id, body in rows:
        try:
            one = records.appointment(body)
        except DAMAGED:
            continue  # for `journal verify` to find
        if not periods.is_kept(first_end(one.revoked_at, one.until), at):
            found.append(str(id))
    return sorted(set(found) - recently_changed(db, "appointment", found, at))
