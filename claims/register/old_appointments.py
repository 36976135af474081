"""Appointments, at desks too, that ended longer ago than they are kept: found a page at a time, and erased (G3, G8)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.keeping import Periods, first_end
from claims.organisation import Appointment
from claims.register import journal, records
from claims.register.actor import REGISTER
from claims.register.breaches import DAMAGED
from claims.register.erasing import tell_erased
from claims.register.many import ManyStatement
from claims.register.old_mandates import recently_changed
from claims.register.personal import Vault
from claims.register.turns import try_turn
from keys.storage import Connected, Row, Statement

__all__ = ["AT_DESKS", "OldAppointments", "OldOnes", "erase", "look"]

ROWS: Final = 300
TOGETHER: Final = 10


@dataclass(frozen=True, slots=True)
class OldAppointments:
    """Those of a page that are kept no longer, at most `TOGETHER`; and after which id to look on, None at the end."""

    ids: tuple[str, ...]
    next: str | None


class OldOnes:
    """One kind of appointment, in its table and as the account names it."""

    def __init__(self, table: str, kind: str, read: Callable[[str], Appointment | DeskAppointment]) -> None:
        held = f"SELECT id, body FROM {table} WHERE id IN (:ids)"  # noqa: S608 - names of ours alone
        versions = f"DELETE FROM register_versions WHERE kind = '{kind}' AND id IN (:ids)"  # noqa: S608
        self._kind: Final = kind
        self._read: Final = read
        self._look: Final = Statement(
            f"SELECT id, body FROM {table} WHERE id > :after ORDER BY id LIMIT :rows"  # noqa: S608
        )
        self._hold: Final = ManyStatement(held, postgresql=f"{held} ORDER BY id FOR UPDATE")
        self._drop: Final = (
            ManyStatement(versions),
            ManyStatement(f"DELETE FROM {table} WHERE id IN (:ids)"),  # noqa: S608
        )

    def look(
        self, db: Connected, periods: Periods, after: str, *, at: Instant, rows: int = ROWS
    ) -> OldAppointments:
        """Look at those that come after the id `after` (empty: the first ones), for what is too old at `at`."""
        page = db.all(self._look, {"after": after, "rows": rows})
        old = self._old(db, page, periods, at)
        if len(old) > TOGETHER:
            return OldAppointments(tuple(old[:TOGETHER]), old[TOGETHER - 1])
        return OldAppointments(tuple(old), page[-1][0] if len(page) == rows else None)

    def erase(
        self, db: Connected, vault: Vault, ids: Sequence[str], periods: Periods, *, at: Instant, now: Instant
    ) -> int | None:
        """Erase those of these that are kept no longer; None, with nothing done, where the clock may be wrong."""
        if not try_turn(db) or not journal.goes_on(db, now):
            return None
        old = self._old(db, self._hold.rows(db, sorted(ids)), periods, at)
        if not old:
            return 0
        for drop in self._drop:
            drop.run(db, old)
        tell_erased(db, vault, self._kind, old, by=REGISTER, now=now)
        return len(old)

    def _old(self, db: Connected, rows: Iterable[Row], periods: Periods, at: Instant) -> list[str]:
        found = []
        for id, body in rows:
            try:
                one = self._read(body)
            except DAMAGED:
                continue  # for `journal verify` to find
            if not periods.is_kept(first_end(one.revoked_at, one.until), at):
                found.append(str(id))
        return sorted(set(found) - recently_changed(db, self._kind, found, at))


_OF_ADMINISTRATORS: Final = OldOnes("register_appointments", "appointment", records.appointment)
look = _OF_ADMINISTRATORS.look
erase = _OF_ADMINISTRATORS.erase
AT_DESKS: Final = OldOnes("register_desk_appointments", "desk_appointment", records.desk_appointment)
