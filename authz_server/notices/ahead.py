"""Mandates that will end: their parties are told once, some weeks before (`notices.before_end`).

Nothing is kept that says when mandates end: this looks at every one of them, some at a time, and a few times a day.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Final

from authz_server.context import Context
from authz_server.worker import duties
from claims.register import notices
from keys.storage import Database

__all__ = ["ENDINGS", "look_ahead", "take_turn"]

ENDINGS: Final = "endings"
_LEASE: Final = 60  # seconds after which another process goes on where one that fell silent was
_NEXT_ROUND: Final = 6 * 3600  # seconds
_ROWS: Final = 300
_TOGETHER: Final = 20  # mandates of which is told in one transaction: others wait for it
_PAUSE: Final = 19  # times as long as a step took: a twentieth of a processor at most
_SHORTEST_PAUSE: Final = 0.02


def take_turn(context: Context, holder: str, wait: Callable[[float], bool]) -> None:
    """Look at all mandates if it is time to and nobody else does, from where it was left; `wait` is true to stop."""
    database, now = context.database, context.clock()
    with database.reading() as db:
        if not duties.is_free(db, ENDINGS, now=now):
            return
    with database.writing() as db:
        place = duties.claim(db, ENDINGS, holder, now=now, until=now + _LEASE)
    if place is None:
        return
    after: str | None = place
    while after is not None:
        began = perf_counter()
        after = _step(context, after)
        now = context.clock()
        over = after is None
        stopped = not over and wait(max(_SHORTEST_PAUSE, _PAUSE * (perf_counter() - began)))
        until = now + (_NEXT_ROUND if over else 0 if stopped else _LEASE)
        if not _note(database, holder, now=now, until=until, position=after or "") or stopped:
            return


def look_ahead(context: Context) -> None:
    """Look at all mandates now, whoever else does."""
    after: str | None = ""
    while after is not None:
        after = _step(context, after)


def _step(context: Context, after: str) -> str | None:
    database, now = context.database, context.clock()
    before = context.settings.notices.before_end
    with database.reading() as db:
        found, following = notices.end_soon(db, after=after, now=now, before=before, most=_ROWS)
    for start in range(0, len(found), _TOGETHER):
        with database.writing() as db:
            for mandate in found[start : start + _TOGETHER]:
                notices.tell_end(db, mandate, now=now)
    return following


def _note(database: Database, holder: str, *, now: int, until: int, position: str) -> bool:
    with database.writing() as db:
        return duties.note(db, ENDINGS, holder, now=now, until=until, position=position)
