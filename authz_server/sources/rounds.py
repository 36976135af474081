"""The worker's part: whoever is due at a source is asked for, a little at a time, and what none vouches for is closed."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from authz_server.context import Context
from authz_server.events import log_failure
from authz_server.sources.configured import ConfiguredSource
from authz_server.sources.refreshing import close_if_unreachable, refresh
from claims.register import source_answers
from claims.register.source_answers import THE_SOURCE
from keys.sealing import Unsealable

__all__ = ["close_unreachable", "refresh_due"]

TOGETHER: Final = 50  # parties of one source in one turn
_LONGEST: Final = 5.0  # seconds that a turn goes on beginning new requests


def refresh_due(
    context: Context, source: ConfiguredSource, *, goes_on: Callable[[], bool] = lambda: True
) -> int:
    """Ask for some parties that are due; how many. It ends at the first failure that is the source's own."""
    register, now = source.register.register, context.clock()
    with context.database.reading() as db:
        if source_answers.seen(db, register, THE_SOURCE).due_at > now:
            return 0
        parties = source_answers.due(db, register, now=now, limit=TOGETHER)
    until, count = monotonic() + _LONGEST, 0
    for party in parties:
        if not goes_on() or monotonic() > until:
            break
        count += 1
        try:
            if refresh(context, source, party).is_of_the_source:
                break
        except Unsealable as failure:  # the number of this party: the others are asked for all the same
            log_failure(failure)
            _put_off(context, source, party)
    return count


def close_unreachable(
    context: Context, source: ConfiguredSource, *, goes_on: Callable[[], bool] = lambda: True
) -> int:
    """Close the relations of some parties of which the source has not answered for as long as the settings allow."""
    if source.close_after is None:
        return 0
    bound = context.clock() - source.close_after
    with context.database.reading() as db:
        parties = source_answers.closable(db, source.register.register, bound=bound, limit=TOGETHER)
    closed = 0
    for party in parties:
        if not goes_on():
            break
        closed += close_if_unreachable(context, source, party)
    return closed


def _put_off(context: Context, source: ConfiguredSource, party: str) -> None:
    now, register = context.clock(), source.register.register
    with context.database.writing() as db:
        serial = source_answers.seen(db, register, party).serial
        source_answers.failed(
            db, register, party, serial=serial, outcome="unsealable", now=now, due_at=now + 3600
        )
