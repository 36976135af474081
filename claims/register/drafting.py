"""A world file made ready to land: read, checked and sealed before the lock is taken that others wait for.

What is ready lies outside memory (`spool`); it holds no personal number that is not sealed.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import orjson

from claims.addresses import KnownBy
from claims.formats.naming import is_personal
from claims.identifiers import Scheme
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party
from claims.register.deriving import order_name, search_text
from claims.register.erasing import ERASED_ONES
from claims.register.facts import StoredFacts
from claims.register.known import StoredKnown
from claims.register.lookup import addresses_of, kept_of
from claims.register.many import ManyStatement
from claims.register.numbers import ADDRESS, NumberRow, digested, digests_of, kept_in_version, rows_of
from claims.register.party_keys import PartyKeys
from claims.register.personal import Vault
from claims.register.shelves import (
    APPOINTMENTS,
    BLOCKS,
    DESK_APPOINTMENTS,
    GROUPS,
    LINKS,
    PARTIES,
    RESTRICTIONS,
    SERVICES,
    SETS,
    Ready,
    Shelf,
    ready,
)
from claims.register.sole_traders import owned
from claims.register.spool import Spool
from claims.relations import Basis, Link
from claims.worldfile import Batch, Fault, FaultCode, read_records
from keys.storage import Connected, Statement

__all__ = ["Draft", "Faults", "ReadyParty", "draft", "last_import"]

_NAMES = ManyStatement("SELECT id, version, name, search FROM register_parties WHERE id IN (:ids)")
_LAST_IMPORT = Statement("SELECT max(seq) FROM register_journal WHERE kind IS NULL AND event = 'imported'")
_SHELVES: Final[dict[str, Shelf[Any]]] = {
    "services": SERVICES,
    "service_sets": SETS,
    "client_groups": GROUPS,
    "mandates": LINKS,
    "legal_relations": LINKS,
    "restrictions": RESTRICTIONS,
    "appointments": APPOINTMENTS,
    "blocks": BLOCKS,
    "desk_appointments": DESK_APPOINTMENTS,
}


class Faults(Exception):
    """The file does not land: every fault by its place, never by a personal value."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: Final = tuple(faults)
        super().__init__(f"{len(self.faults)} faults in the world file")


class ReadyParty(NamedTuple):
    """A party, ready; its numbers as they are kept, None where it keeps those it has; whether its name is new.

    `key` is what opens its numbers, where it had none yet; `had_key` says that the one it had sealed them.
    """

    ready: Ready
    numbers: list[NumberRow] | None
    renamed: bool
    key: str | None
    had_key: bool


class Draft:
    """The records of one file that say something new, list by list; use it as a context, or close it."""

    def __init__(self, last_import: int | None) -> None:
        self.last_import: Final = last_import  # what is ready was checked against the register as it was then
        self.given: Final[dict[str, int]] = {}  # records in each list of the file
        self.news: Final[
            dict[str, int]
        ] = {}  # of these, those that the register does not hold yet as they are
        self.left_out = 0  # of these, mandates that are over, and were erased here
        self._batches: Final = Spool()

    def __enter__(self) -> "Draft":
        return self

    def __exit__(self, *_: object) -> None:
        self._batches.close()

    def add(self, key: str, given: int, news: Sequence[object]) -> None:
        """Keep what of `given` records of the list `key` is new."""
        self.given[key] = self.given.get(key, 0) + given
        self.news[key] = self.news.get(key, 0) + len(news)
        if news:
            self._batches.add((key, news))

    def __iter__(self) -> Iterator[tuple[str, Sequence[Any]]]:
        """What is new, in the order in which it was added."""
        return iter(self._batches)


def draft(
    db: Connected, vault: Vault, document: object, *, now: Instant, known_by: KnownBy = KnownBy.BSN
) -> Draft:
    """The records of a world file, ready for `importing.land`; raises `Faults`.

    `document` is what `claims.worldfile.read_json` gave. `db` is read, nothing more. Where persons are not `known_by`
    their BSN, a file that tells one is faulty: there is no ground on which it could be kept.
    """
    made = Draft(last_import(db))
    try:
        faults: list[Fault] = []
        named_as_owned = frozenset(_owned(document))
        for batch in read_records(document, StoredKnown(db, vault), faults):
            if batch.key == "parties" and known_by is not KnownBy.BSN:
                _refuse_bsn(batch)
            batch, left_out = _without_erased(db, batch, now)
            if not faults:
                made.left_out += left_out
                news = list(_news(db, vault, batch, named_as_owned, now))
                made.add(batch.key, len(batch.records) + left_out, news)
        if faults:
            raise Faults(faults)
    except BaseException:
        made.__exit__()
        raise
    return made


def last_import(db: Connected) -> int | None:
    """Which entry of the journal tells of the last import that changed something."""
    row = db.one(_LAST_IMPORT)
    return None if row is None else row[0]


def _owned(document: object) -> Iterator[str]:
    """Whom the file calls somebody's business; it may be wrong in all else."""
    relations = document.get("legal_relations", ()) if isinstance(document, dict) else ()
    for relation in relations if isinstance(relations, Iterable) else ():
        if isinstance(relation, dict) and relation.get("basis") == Basis.OWNER:
            yield str(relation.get("represented"))


def _refuse_bsn(batch: Batch) -> None:
    for members, party in batch.records:
        if any(one.scheme is Scheme.BSN for one in party.identifiers):
            members.note(
                "identifiers.bsn",
                FaultCode.NO_GROUND_FOR_BSN,
                "there is no legal ground here to keep a BSN",
                "leave it out and write an address, or set persons.bsn_ground",
            )


def _without_erased(db: Connected, batch: Batch, now: Instant) -> tuple[Batch, int]:
    """The batch without mandates that are over and were erased here, and how many those are.

    A file that tells of the past tells of them for as long as it likes. That one of them is not over is a fault: an id
    is never used again.
    """
    if batch.key not in {"mandates", "legal_relations"}:
        return batch, 0
    erased = {id for (id,) in ERASED_ONES.rows(db, [link.id for _, link in batch.records])}
    if not erased:
        return batch, 0
    facts = StoredFacts(db)
    for members, link in batch.records:
        if link.id in erased and not members.wrong() and not _is_over(link, facts, now):
            members.note(
                "id",
                FaultCode.ERASED_ID,
                "this id was that of a mandate that was erased when its time was over",
                "give it an id of its own",
            )
    stay = [one for one in batch.records if one[1].id not in erased]
    return Batch(batch.key, stay), len(batch.records) - len(stay)


def _is_over(link: Link, facts: StoredFacts, now: Instant) -> bool:
    """Whether it is a mandate that ended, by its own dates or with one of its parties."""
    if not isinstance(link, Mandate):
        return False
    parties = (facts.party(link.represented), facts.party(link.representative))
    return link.has_ended(now) or any(
        party is not None and party.ceased_at is not None and party.ceased_at <= now for party in parties
    )


def _news(
    db: Connected, vault: Vault, batch: Batch, named_as_owned: frozenset[str], now: Instant
) -> Iterator[Ready | ReadyParty]:
    if batch.key == "parties":
        yield from _parties(db, vault, batch, named_as_owned, now)
        return
    shelf = _SHELVES[batch.key]
    made = [ready(shelf, record, now=now) for _, record in batch.records]
    there = {id: orjson.loads(body) for id, body in shelf.look.rows(db, [one.id for one in made])}
    for one in made:
        if one.id not in there or not one.is_there(there[one.id], shelf):
            yield one


def _parties(
    db: Connected, vault: Vault, batch: Batch, named_as_owned: frozenset[str], now: Instant
) -> Iterator[ReadyParty]:
    given: dict[str, Party] = {party.id: party for _, party in batch.records}
    there = {id: orjson.loads(body) for id, body in PARTIES.look.rows(db, list(given))}
    known = _NAMES.rows(db, list(there))
    names = {id: (name, search) for id, _, name, search in known}
    versions: dict[str, int] = {id: version for id, version, *_ in known}
    digests = digests_of(db, there)
    known_ones = [(members, party.id) for members, party in batch.records if party.id in there]
    keeping = {id for members, id in known_ones if not members.has("identifiers")}
    keeping_address = {id for members, id in known_ones if not members.has("address")}
    kept = {**addresses_of(db, vault, keeping_address - keeping), **kept_of(db, vault, keeping)}
    personal = {id for id, party in given.items() if is_personal(party)} | named_as_owned
    personal |= owned(db, given.keys() - personal)
    keys = PartyKeys(db, vault, personal & there.keys())
    for id, party in given.items():
        keeps = id in keeping and id in keeping_address
        before = kept.get(id, {})
        numbers = {one.scheme.value: one.value for one in party.identifiers}
        if id in keeping:
            numbers = {scheme: value for scheme, value in before.items() if scheme != ADDRESS}
        if party.address is not None:
            numbers[ADDRESS] = party.address.value
        elif id in keeping_address and ADDRESS in before:
            numbers[ADDRESS] = before[ADDRESS]
        found_by = digested(vault, id, numbers)
        renumbered = id in there and not keeps and set(found_by.values()) != digests.get(id, set())
        if id in there and ready(PARTIES, party, now=now, differs=renumbered).is_there(there[id], PARTIES):
            continue
        key = keys.of(id) if numbers and id in personal else None
        made = keys.made.get(id)
        besides = kept_in_version(numbers, found_by, versions.get(id, 0) + 1, key)
        yield ReadyParty(
            ready(PARTIES, party, now=now, differs=renumbered, besides=besides),
            None if keeps else rows_of(id, numbers, found_by, key),
            id in there and names[id] != (order_name(party), search_text(party)),
            made,
            key is not None and made is None,
        )
