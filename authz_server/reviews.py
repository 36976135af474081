"""What organisations gave by somebody who left: marked in small units of work, so that nobody waits for a large one (G13)."""

from collections.abc import Iterable

from authz_server.context import Context
from authz_server.events import log_marked
from claims.instants import Instant
from claims.organisation import Appointment
from claims.register import reviewing
from claims.relations import LegalRelation

__all__ = ["mark_all", "mark_what_left"]


def mark_all(
    context: Context, one: LegalRelation | Appointment, *, now: Instant, ended_at: Instant | None = None
) -> None:
    """Mark all that was given under a power that has ended; with `ended_at`, note that this end was gone through.

    Killed half-way, the worker's walk comes for the rest.
    """
    while True:
        with context.database.recording() as db:
            marked = reviewing.mark(db, context.vault, one, now=now)
            if marked.whole and ended_at is not None:
                reviewing.gone_through(db, context.vault, one, ended_at, now=now)
        if marked.count:
            log_marked(marked.count)
        if marked.whole:
            return


def mark_what_left(context: Context, appointments: Iterable[Appointment], *, now: Instant) -> None:
    """Mark what was given by appointments that somebody ended at `now`, once that is committed."""
    for one in appointments:
        mark_all(context, one, now=now, ended_at=now)
