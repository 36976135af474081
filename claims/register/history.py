"""What happened to one mandate, latest first, a page at a time."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from claims.assurance import Loa
from claims.instants import Instant
from claims.mandates import Mandate
from claims.register.actor import Actor
from claims.register.journal import Event
from keys.storage import Connected, Row, Statement

__all__ = ["Happened", "HistoryPage", "Side", "of_mandate"]

_OF = Statement(
    "SELECT seq, at, event, person, on_behalf_of, authority, assurance, authenticator FROM register_journal"
    " WHERE kind = 'mandate' AND record = :mandate AND seq < :before ORDER BY seq DESC LIMIT :most"
)
_FIRST: Final = 2**62


class Side(StrEnum):
    """Whose doing something was."""

    REPRESENTED = "represented"
    REPRESENTATIVE = "representative"
    NEITHER = "neither"  # an operator's, or the register's own


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry about a mandate. Why it was done is not told: operators write that for operators."""

    at: Instant
    event: Event
    side: Side
    by: Actor


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`next` asks for what came before, None at the beginning."""

    entries: tuple[Happened, ...]
    next: int | None


def of_mandate(db: Connected, mandate: Mandate, *, before: int | None = None, limit: int = 50) -> HistoryPage:
    """What happened to `mandate`."""
    asked = {"mandate": mandate.id, "before": _FIRST if before is None else before, "most": limit + 1}
    rows = db.all(_OF, asked)
    return HistoryPage(
        tuple(_happened(mandate, row) for row in rows[:limit]),
        rows[limit - 1][0] if len(rows) > limit else None,
    )


def _happened(mandate: Mandate, row: Row) -> Happened:
    _, at, event, person, on_behalf_of, authority, assurance, authenticator = row
    level = None if assurance is None else Loa(assurance)
    by = Actor(person, on_behalf_of, authority, level, authenticator)
    return Happened(at, Event(event), _side(mandate, by), by)


def _side(mandate: Mandate, by: Actor) -> Side:
    party = by.on_behalf_of or by.person
    if party == mandate.represented:
        return Side.REPRESENTED
    return Side.REPRESENTATIVE if party == mandate.representative else Side.NEITHER
