"""One party asked for at one source, and what is told landed; and closed what nobody can vouch for any more.

No unit of work is open while somebody else's server is waited for. Of two who ask about one party at once, one lands.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from authz_server.context import Context
from authz_server.events import log_source
from authz_server.reviews import mark_all
from authz_server.sources.configured import ConfiguredSource
from claims.identifiers import Identifier
from claims.instants import Instant
from claims.register import lookup, source_answers
from claims.register.source_answers import THE_SOURCE, Seen
from claims.register.syncing import Landed, NotLandable, Overtaken, close_relations, land_answer
from claims.sources.told import Answer, NoAnswer, NoAnswerReason

__all__ = ["Outcome", "Refreshed", "close_if_unreachable", "refresh"]

_NOTHING: Final = Landed()
_SOONEST: Final = 60  # seconds until a party that could not be asked for is tried again
_LATEST: Final = 3600
_SOURCE_SOONEST: Final = 30  # seconds that a source which does not answer is left alone
_SOURCE_LATEST: Final = 900
_OF_THE_SOURCE: Final = frozenset(
    {
        NoAnswerReason.UNREACHABLE,
        NoAnswerReason.TIMEOUT,
        NoAnswerReason.STATUS,
        NoAnswerReason.TOO_LARGE,
    }
)


class Outcome(StrEnum):
    """What came of asking; the words are stable."""

    LANDED = "landed"
    OVERTAKEN = "overtaken"  # another answer about the party landed meanwhile
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of it: what changed (`landed`) or why there is no answer (`failure`)."""

    outcome: Outcome
    landed: Landed = _NOTHING
    failure: NoAnswer | None = None

    @property
    def is_of_the_source(self) -> bool:
        """Whether it failed so that asking for somebody else is not worth trying now."""
        return self.failure is not None and self.failure.reason in _OF_THE_SOURCE


def refresh(context: Context, source: ConfiguredSource, party_id: str) -> Refreshed:
    """Ask `source` about the party, and let the register say the same."""
    register = source.register.register
    asked_at = context.clock()
    with context.database.reading() as db:
        seen = source_answers.seen(db, register, party_id)
        numbers = lookup.identifiers(db, context.vault, party_id)
    asked = next(
        (Identifier(scheme, numbers[scheme]) for scheme in source.register.schemes if scheme in numbers), None
    )
    if asked is None:
        return _failed(context, source, party_id, seen, NoAnswer(NoAnswerReason.NO_NUMBER))
    answer = source.adapter.ask(asked)
    if isinstance(answer, NoAnswer):
        return _failed(context, source, party_id, seen, answer)
    try:
        landed = _landed(context, source, party_id, seen, asked, answer, asked_at)
    except Overtaken:
        return Refreshed(Outcome.OVERTAKEN)
    except NotLandable as refused:
        return _failed(context, source, party_id, seen, NoAnswer(NoAnswerReason.NOT_UNDERSTOOD, str(refused)))
    if landed != _NOTHING:
        log_source(
            source.register.name,
            "source_changed",
            added=landed.added,
            changed=landed.changed,
            suspended=len(landed.suspended),
        )
    for one in landed.left:
        mark_all(context, one, now=context.clock())
    return Refreshed(Outcome.LANDED, landed)


def close_if_unreachable(context: Context, source: ConfiguredSource, party_id: str) -> int:
    """Close what `source` told of power over the party; how many relations. Only where the settings want it so."""
    if source.close_after is None:
        return 0
    now = context.clock()
    register = source.register.register
    with context.database.writing() as db:
        if party_id not in source_answers.closable(
            db, register, bound=now - source.close_after, only=party_id, limit=1
        ):
            return 0  # it answered meanwhile
        serial = source_answers.seen(db, register, party_id).serial
        closed = close_relations(db, context.vault, source.register, party_id, serial=serial, now=now)
    if closed:
        log_source(source.register.name, "source_closed", closed=closed)
    return closed


def _landed(
    context: Context,
    source: ConfiguredSource,
    party_id: str,
    seen: Seen,
    asked: Identifier,
    answer: Answer,
    asked_at: Instant,
) -> Landed:
    with context.database.writing() as db:
        now = context.clock()
        landed = land_answer(
            db,
            context.vault,
            source.register,
            party_id,
            answer,
            asked=asked,
            serial=seen.serial,
            fetched_at=asked_at,
            due_at=now + max(1, source.max_age // 2),  # the other half is for trying again
            now=now,
        )
        source_answers.clear_source(db, source.register.register)
    return landed


def _failed(
    context: Context, source: ConfiguredSource, party_id: str, seen: Seen, failure: NoAnswer
) -> Refreshed:
    """Remember that there is no answer: of the party and, where nobody else would get one either, of the source."""
    register, now = source.register.register, context.clock()
    refreshed = Refreshed(Outcome.FAILED, failure=failure)
    again = now + min(max(source.max_age // 8, _SOONEST), _LATEST)
    with context.database.writing() as db:
        source_answers.failed(
            db,
            register,
            party_id,
            serial=seen.serial,
            outcome=failure.reason.value,
            now=now,
            due_at=again,
        )
        if refreshed.is_of_the_source:
            gone = source_answers.seen(db, register, THE_SOURCE).freshness.failed_since
            rest = min(max((now - (now if gone is None else gone)) // 2, _SOURCE_SOONEST), _SOURCE_LATEST)
            source_answers.failed_source(
                db, register, outcome=failure.reason.value, now=now, due_at=now + rest
            )
    log_source(source.register.name, "source_failed", reason=failure.reason.value, detail=failure.detail)
    return refreshed
