"""What happened to one mandate, or one appointment, latest first, a page at a time."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from claims.assurance import Loa
from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.mandates import Mandate
from claims.organisation import Appointment
from claims.register.actor import Actor
from claims.register.journal import Event
from keys.storage import Connected, Row, Statement

__all__ = ["SUPPORT", "Happened", "HistoryPage", "Side", "of_appointment", "of_mandate"]

_OF = Statement(
    "SELECT seq, at, event, person, on_behalf_of, authority, assurance, authenticator, version FROM register_journal"
    " WHERE kind = :kind AND record = :id AND seq < :before ORDER BY seq DESC LIMIT :most"
)
_FIRST: Final = 2**62
SUPPORT: Final = "support"  # the authority of who stops a mandate on request


class Side(StrEnum):
    """Whose doing something was."""

    REPRESENTED = "represented"
    REPRESENTATIVE = "representative"
    NEITHER = "neither"  # an operator's, or the register's own


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry about it. Why it was done is not told: operators write that for operators."""

    at: Instant
    event: Event
    side: Side
    by: Actor
    version: int | None = None  # of the mandate, that it made


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`next` asks for what came before, None at the beginning."""

    entries: tuple[Happened, ...]
    next: int | None


def of_mandate(db: Connected, mandate: Mandate, *, before: int | None = None, limit: int = 50) -> HistoryPage:
    """What happened to `mandate`."""
    return _of(db, "mandate", mandate.id, (mandate.represented, mandate.representative), before, limit)


def of_appointment(
    db: Connected,
    appointment: Appointment | DeskAppointment,
    *,
    before: int | None = None,
    limit: int = 50,
) -> HistoryPage:
    """What happened to `appointment`; the represented side is the organisation."""
    sides = appointment.organisation, appointment.person
    kind = "desk_appointment" if isinstance(appointment, DeskAppointment) else "appointment"
    return _of(db, kind, appointment.id, sides, before, limit)


def _of(
    db: Connected, kind: str, id: str, sides: tuple[str, str], before: int | None, limit: int
) -> HistoryPage:
    asked = {"kind": kind, "id": id, "before": _FIRST if before is None else before, "most": limit + 1}
    rows = db.all(_OF, asked)
    return HistoryPage(
        tuple(_happened(sides, row) for row in rows[:limit]),
        rows[limit - 1][0] if len(rows) > limit else None,
    )


def _happened(sides: tuple[str, str], row: Row) -> Happened:
    _, at, event, person, on_behalf_of, authority, assurance, authenticator, version = row
    level = None if assurance is None else Loa(assurance)
    by = Actor(person, on_behalf_of, authority, level, authenticator)
    return Happened(at, Event(event), _side(sides, by), by, version)


def _side(sides: tuple[str, str], by: Actor) -> Side:
    represented, representative = sides
    party = by.on_behalf_of or by.person
    if by.authority == SUPPORT:  # whoever it is, they did it for the side that asked, not as one
        return Side.NEITHER
    if party == represented:
        return Side.REPRESENTED
    return Side.REPRESENTATIVE if party == representative else Side.NEITHER
