"""The visits at an organisation's desk: which are open now, and ending one on request."""

from dataclasses import dataclass
from typing import Final

from claims.desk import DeskVisit
from claims.instants import Instant
from claims.register import journal, visits
from claims.register.actor import Actor
from claims.register.personal import Vault
from claims.register.visits import NotOpened
from keys.storage import Connected, Statement

__all__ = ["VisitPage", "close_on_request", "open_now"]

_OPEN: Final = Statement(
    "SELECT id FROM register_visits WHERE desk = :desk AND open = 1 AND ends_at > :now AND id > :after"
    " ORDER BY id LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Visits, and what asks for the next page, None at the end."""

    visits: tuple[DeskVisit, ...]
    next: str | None


def open_now(
    db: Connected, desk: str, *, now: Instant, after: str | None = None, limit: int = 50
) -> VisitPage:
    """The visits at that organisation's desk that are open, by id; `after` is the `next` of a page."""
    place = after if after is not None and after.isprintable() else ""
    rows = db.all(_OPEN, {"desk": desk, "now": now, "after": place, "most": limit + 1})
    ids = [id for (id,) in rows]
    found = tuple(visit for id in ids[:limit] if (visit := visits.find(db, id)) is not None)
    return VisitPage(found, ids[limit - 1] if len(ids) > limit else None)


def close_on_request(
    db: Connected, vault: Vault, visit_id: str, *, by: Actor, now: Instant, reason: str
) -> DeskVisit | NotOpened:
    """End a visit on the request of the desk, or of who came to it. Whether `by` may is the caller's to know."""
    if visits.find(db, visit_id) is None:
        return NotOpened.OVER
    journal.hold(db, vault)  # as an import has it, before it ends what is open
    before = visits.find(db, visit_id)
    if before is None:
        return NotOpened.OVER
    return visits.end_now(db, vault, before, by=by, now=now, reason=reason)
