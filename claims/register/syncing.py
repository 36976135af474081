"""What a source register told of a party, landed: its records follow, with their history, in one unit of work.

It lands as a small import does (`importing`): checked again, versioned, found by what finds records, and journaled on
the authority `source NAME`. Where nothing is told anew, only its freshness changes (`source_answers`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from claims.identifiers import Identifier
from claims.instants import Instant
from claims.parties import Party, PartyKind
from claims.register import legal, lookup, source_answers
from claims.register.actor import Actor
from claims.register.drafting import Faults
from claims.register.ended_powers import hold, rested_on, suspend_what_rested_on
from claims.register.many import ManyStatement
from claims.register.personal import Vault
from claims.register.turns import take_turn
from claims.register.world import import_world
from claims.relations import LegalRelation
from claims.restrictions import Restriction
from claims.sources.comparing import Changes, Held, changes, closing
from claims.sources.told import Answer, SourceRegister, ToldParty
from claims.worldfile import record_as_json
from keys.storage import Connected

__all__ = ["Landed", "NotLandable", "Overtaken", "close_relations", "held", "land_answer"]

_TAKEN = (
    ManyStatement("SELECT id FROM register_links WHERE id IN (:ids)"),
    ManyStatement("SELECT id FROM register_restrictions WHERE id IN (:ids)"),
)
TOLD: Final = "told"
UNKNOWN_THERE: Final = "unknown_there"


@dataclass(frozen=True, slots=True)
class Landed:
    """How many records were new, changed and ended by an answer, and which mandates were suspended for it (G13).

    `left` are the relations by which nobody binds an organisation any more: what was given under them is to be marked.
    """

    added: int = 0
    changed: int = 0
    suspended: tuple[str, ...] = ()
    left: tuple[LegalRelation, ...] = field(default=(), repr=False, compare=False)


class Overtaken(Exception):
    """Another answer landed since this one was asked for, or the number is another party's by now: nothing was done."""


class NotLandable(Exception):
    """The answer contradicts what the register holds; the text says by which rule, never with a value."""


def held(db: Connected, source: SourceRegister, party_id: str) -> Held | None:
    """What the register says of the party, and what of it `source` told; None where there is no such party."""
    party = lookup.party(db, party_id)
    if party is None:
        return None
    return Held(
        party,
        [one for one in legal.all_over(db, party_id) if _is_from(one, source)],
        [one for one in legal.restrictions_of(db, party_id) if _is_from(one, source)],
    )


def land_answer(
    db: Connected,
    vault: Vault,
    source: SourceRegister,
    party_id: str,
    answer: Answer,
    *,
    asked: Identifier,
    serial: int,
    fetched_at: Instant,
    due_at: Instant,
    now: Instant,
) -> Landed:
    """Let the register say what `answer` says of the party that has the number `asked`.

    `serial` is what `source_answers.seen` said before anybody asked, `fetched_at` is when that was, `due_at` when to ask
    again. Raises `Overtaken` or `NotLandable`: the caller's unit of work must not be kept then.
    """
    take_turn(db)
    owner = lookup.party_by_identifier(db, vault, asked)
    before = held(db, source, party_id)
    outcome = TOLD if answer.known else UNKNOWN_THERE
    if (
        owner is None
        or before is None
        or owner.id != party_id
        or not source_answers.answered(
            db,
            source.register,
            party_id,
            serial=serial,
            outcome=outcome,
            fetched_at=fetched_at,
            due_at=due_at,
        )
    ):
        raise Overtaken
    named = _Named(db, vault)
    found = changes(
        before,
        answer,
        source,
        who=named,
        services=_services(db, answer),
        fetched_at=fetched_at,
        now=now,
    )
    _check_ids(db, found)
    hold(db, [id for relation in found.over for id in rested_on(db, relation, now=now)])
    _put(db, vault, found, named.made, by=Actor(None, None, f"source {source.name}", None, None), now=now)
    suspended = [id for relation in found.over for id in suspend_what_rested_on(db, vault, relation, now=now)]
    put = len(found.relations) + len(found.restrictions) + (found.party is not None)
    left = found.over if before.party.kind is PartyKind.ORGANISATION else ()
    return Landed(
        len(found.added) + len(named.made), put - len(found.added), tuple(dict.fromkeys(suspended)), left
    )


def close_relations(
    db: Connected, vault: Vault, source: SourceRegister, party_id: str, *, serial: int, now: Instant
) -> int:
    """End what `source` told of power over the party, until it answers again; how many relations that were.

    What restricts the party goes on, and what was granted under those relations stands: no power ended, only nobody
    can say any more that it lasts.
    """
    take_turn(db)
    before = held(db, source, party_id)
    if before is None or not source_answers.close(db, source.register, party_id, serial=serial, now=now):
        return 0
    ended = closing(before, now=now)
    by = Actor(None, None, f"source {source.name} unreachable", None, None)
    _put(db, vault, Changes(None, ended, (), frozenset(), ()), [], by=by, now=now)
    return len(ended)


class _Named:
    """The parties whom an answer names as representatives: found by number, or made."""

    def __init__(self, db: Connected, vault: Vault) -> None:
        self._db: Final = db
        self._vault: Final = vault
        self._by_number: Final[dict[Identifier, str]] = {}
        self.made: Final[list[Party]] = []

    def __call__(self, told: ToldParty, unnumbered: str) -> str:
        if told.identifier is None:
            if lookup.party(self._db, unnumbered) is None:
                self._make(unnumbered, told)
            return unnumbered
        if (id := self._by_number.get(told.identifier)) is None:
            known = lookup.party_by_identifier(self._db, self._vault, told.identifier)
            id = str(uuid4()) if known is None else known.id
            if known is None:
                self._make(id, told)
            self._by_number[told.identifier] = id
        return id

    def _make(self, id: str, told: ToldParty) -> None:
        numbers = () if told.identifier is None else (told.identifier,)
        self.made.append(Party(id, told.kind, told.name, identifiers=numbers, born=told.born))


def _is_from(record: LegalRelation | Restriction, source: SourceRegister) -> bool:
    return record.source is not None and record.source.register == source.register


def _services(db: Connected, answer: Answer) -> dict[str, str]:
    """The ids of the services that the answer narrows something to, by their URIs."""
    narrowed = [one.services for one in answer.relations] + [one.services for one in answer.restrictions]
    uris = {uri for services in narrowed for uri in services or ()}
    found = {uri: lookup.service_by_uri(db, uri) for uri in sorted(uris)}
    return {uri: service.id for uri, service in found.items() if service is not None}


def _check_ids(db: Connected, found: Changes) -> None:
    """No record of anybody else's has an id that we made for one of this source's, unless somebody saw to it."""
    new: Iterable[Iterable[str]] = (
        [one.id for one in found.relations if one.id in found.added],
        [one.id for one in found.restrictions if one.id in found.added],
    )
    for taken, ids in zip(_TAKEN, new, strict=True):
        if taken.rows(db, sorted(ids)):
            raise NotLandable("an id of this source is another record's")


def _put(db: Connected, vault: Vault, found: Changes, made: list[Party], *, by: Actor, now: Instant) -> None:
    document: Mapping[str, list[Any]] = {
        "parties": [record_as_json(one) for one in made]
        + ([] if found.party is None else [_without_numbers(found.party)]),
        "legal_relations": [record_as_json(one) for one in found.relations],
        "restrictions": [record_as_json(one) for one in found.restrictions],
    }
    if not any(document.values()):
        return
    try:
        import_world(db, vault, document, by=by, now=now)
    except Faults as refused:
        raise NotLandable(", ".join(sorted({fault.code for fault in refused.faults}))) from None


def _without_numbers(party: Party) -> Mapping[str, object]:
    """The record of a party that keeps the numbers it has."""
    return {key: value for key, value in record_as_json(party).items() if key != "identifiers"}
