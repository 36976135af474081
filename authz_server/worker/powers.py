"""The duty `powers`: a walk along all legal relations, restrictions and appointments, some at a time, round after round.

It finds the parties of which a configured source tells, so that they are asked for from now on, and relations whose
power has ended by the calendar, by death or in an import: what was granted under them for a person is suspended, and
what was granted for an organisation is marked, as where an administrator left (G13). What a source ends is suspended
where it lands, at once; this walk comes for the rest, within two hours in a register of a million links.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from authz_server.context import Context
from authz_server.events import log_suspended
from authz_server.reviews import mark_all
from claims.instants import Instant
from claims.organisation import Appointment
from claims.parties import PartyKind
from claims.powers import power_until
from claims.register import records, reviewing, source_answers
from claims.register.ended_powers import has_successor, rested_on, suspend_what_rested_on
from claims.register.facts import StoredFacts
from claims.relations import LegalRelation
from claims.relations import Source as Origin
from keys.storage import Connected, Statement

__all__ = ["step"]

TOGETHER: Final = 1000
# Of mandates, which are most, no more than their id is read.
_LINKS = Statement(
    "SELECT id, CASE WHEN kind = 'mandate' THEN NULL ELSE body END FROM register_links"
    " WHERE id > :after ORDER BY id LIMIT :limit"
)
_RESTRICTIONS = Statement(
    "SELECT id, body FROM register_restrictions WHERE id > :after ORDER BY id LIMIT :limit"
)
_APPOINTMENTS = Statement(
    "SELECT id, body FROM register_appointments WHERE id > :after ORDER BY id LIMIT :limit"
)
_FIRST: Final = "links"
_SECOND: Final = "restrictions"
_THIRD: Final = "appointments"
_READS: Final = {_FIRST: _LINKS, _SECOND: _RESTRICTIONS, _THIRD: _APPOINTMENTS}
_NEXT: Final = {_FIRST: f"{_SECOND}:", _SECOND: f"{_THIRD}:", _THIRD: ""}


@dataclass(slots=True)
class _Seen:
    """What a step came by: whom to ask for at which register, and relations whose power is over."""

    told: dict[str, set[str]] = field(default_factory=dict)
    over: list[LegalRelation] = field(default_factory=list)
    left: list[tuple[LegalRelation | Appointment, Instant]] = field(default_factory=list)

    def note(self, origin: Origin | None, party: str, registers: Collection[str]) -> None:
        if origin is not None and origin.register in registers:
            self.told.setdefault(str(origin.register), set()).add(party)


def step(context: Context, position: str) -> str:
    """Look at the records that come after `position` (empty: the first); where to go on, empty at the end of a round."""
    table, _, after = position.partition(":")
    now = context.clock()
    registers = {settings.source(name).register for name, settings in context.settings.sources.items()}
    with context.database.reading() as db:
        table = table or _FIRST
        rows = db.all(_READS[table], {"after": after, "limit": TOGETHER})
        seen = _Seen()
        if table == _SECOND:
            for _, body in rows:
                restriction = records.restriction(body)
                seen.note(restriction.source, restriction.party, registers)
        elif table == _THIRD:
            _look_at_appointments(db, [body for _, body in rows], seen, now)
        else:
            _look_at(db, [body for _, body in rows if body is not None], seen, registers, now)
        new = {
            register: source_answers.not_enrolled(db, register, parties)
            for register, parties in seen.told.items()
        }
    for register, parties in new.items():
        if parties:
            with context.database.writing() as db:
                source_answers.enroll(db, register, parties, now=now)
    for relation in seen.over:
        with context.database.recording() as db:
            suspended = suspend_what_rested_on(db, context.vault, relation, now=now)
        if suspended:
            log_suspended(len(suspended))
    for one, ended_at in seen.left:
        mark_all(context, one, now=now, ended_at=ended_at)
    return f"{table}:{rows[-1][0]}" if len(rows) == TOGETHER else _NEXT[table]


def _look_at_appointments(db: Connected, bodies: Sequence[str], seen: _Seen, now: Instant) -> None:
    """Appointments that are over: by their dates, since they were revoked, or by a death."""
    appointments = [records.appointment(body) for body in bodies]
    facts = StoredFacts(db)
    facts.fetch_parties(one.person for one in appointments)
    for one in appointments:
        person = facts.party(one.person)
        ends = (one.until, one.revoked_at, None if person is None else person.ceased_at)
        ended_at = min((end for end in ends if end is not None), default=None)
        if ended_at is not None and ended_at <= now:
            _note_left(db, one, ended_at, seen)


def _note_left(db: Connected, one: LegalRelation | Appointment, ended_at: Instant, seen: _Seen) -> None:
    if reviewing.is_to_go_through(db, one, ended_at):
        seen.left.append((one, ended_at))


def _look_at(
    db: Connected, bodies: Sequence[str], seen: _Seen, registers: Collection[str], now: Instant
) -> None:
    relations = [one for one in map(records.link, bodies) if isinstance(one, LegalRelation)]
    facts = StoredFacts(db)
    facts.fetch_parties(id for one in relations for id in (one.represented, one.representative))
    for relation in relations:
        seen.note(relation.source, relation.represented, registers)
        represented, representative = facts.party(relation.represented), facts.party(relation.representative)
        if represented is None or representative is None:
            continue
        until = power_until(relation, represented, representative)
        if until is None or until > now:
            continue
        of_a_person = represented.kind is PartyKind.PERSON
        if of_a_person and not rested_on(db, relation, now=now):
            continue
        if _is_closed(db, relation) or has_successor(db, relation, now=now):
            continue
        if of_a_person:
            seen.over.append(relation)
        else:
            _note_left(db, relation, until, seen)


def _is_closed(db: Connected, relation: LegalRelation) -> bool:
    """Whether it ended only because its source does not answer: then nobody knows that the power has."""
    register = None if relation.source is None else relation.source.register
    if register is None:
        return False
    return source_answers.seen(db, register, relation.represented).freshness.closed_at is not None
