"""The records as the register knew them at an earlier instant, as the judge asks for them.

A version is known from the instant at which the journal says that it was put, until the next one of its record is.
What a record says itself of when it was recorded (`recorded_at`) is told, and decides nothing here
(`docs/decisions/0068-what-was-known-when.md`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

import orjson

from claims.catalogue import Service, sets_of
from claims.instants import Instant
from claims.organisation import Block
from claims.parties import Party
from claims.register import records
from claims.register.lookup import service_sets
from claims.register.many import LARGEST, ManyStatement
from claims.relations import Link
from claims.restrictions import Restriction
from keys.storage import Connected, Statement

__all__ = ["PastFacts"]

R = TypeVar("R")

_LINK_KINDS: Final = "('mandate', 'legal_relation', 'desk_visit')"  # they share one id space
_KNOWN: Final = (
    "SELECT version.id, version.body FROM"
    " (SELECT kind, record, max(version) AS version FROM register_journal"
    " WHERE kind {} AND record IN (:ids) AND at <= :known_at GROUP BY kind, record) AS known"
    " JOIN register_versions AS version"
    " ON version.kind = known.kind AND version.id = known.record AND version.version = known.version"
)
_OF_KIND = ManyStatement(_KNOWN.format("= :kind"))
_LINKS = ManyStatement(_KNOWN.format("IN " + _LINK_KINDS))
_RESTRICTED = ManyStatement(
    "SELECT id FROM register_restrictions WHERE party IN (:ids)"
    " UNION SELECT id FROM register_former_parties WHERE member = 'party' AND party IN (:ids)"
)
_BLOCKS = Statement("SELECT id FROM register_blocks WHERE organisation = :organisation AND person = :person")
_HELD = Statement(
    "SELECT name, represented, id FROM register_links WHERE representative = :party"
    " AND (name, represented, id) > (:name, :represented, :id)"
    " ORDER BY name, represented, id LIMIT :most"
)
_GIVEN = Statement(
    "SELECT representative, id FROM register_links WHERE represented = :party"
    " AND (representative, id) > (:representative, :id) ORDER BY representative, id LIMIT :most"
)
# Those that came back are found by the statements above.
_FORMERLY: Final = (
    "SELECT id FROM register_former_parties AS former WHERE member = '{0}' AND party = :party AND id > :id"
    " AND NOT EXISTS (SELECT 1 FROM register_links WHERE id = former.id AND {0} = former.party)"
    " ORDER BY id LIMIT :most"
)
_FORMERLY_HELD = Statement(_FORMERLY.format("representative"))
_FORMERLY_GIVEN = Statement(_FORMERLY.format("represented"))


class PastFacts:
    """`claims.facts.Facts` as of `known_at`: what was put later is unknown. What was read is kept until `forget`.

    Read without the cache of decoded records: that is for the present, and an earlier body may list very many clients.
    """

    def __init__(self, db: Connected, known_at: Instant) -> None:
        self._db: Final = db
        self._known_at: Final = known_at
        self._groups: Final[dict[str, frozenset[str]]] = {}
        self.forget()

    def forget(self) -> None:
        """Keep no more of what was read than the groups, which few paths name and many ask about."""
        self._parties: dict[str, Party | None] = {}
        self._links: dict[str, Link | None] = {}
        self._restrictions: dict[str, list[Restriction]] = {}
        self._blocks: dict[tuple[str, str], list[Block]] = {}

    def service(self, id: str) -> Service | None:
        """The service of that id."""
        found = next(iter(self._read("service", [id], records.service.__wrapped__)), None)
        ids = list(service_sets(self._db))  # a set is never taken away: those of then are among those of now
        sets = {one.id: one for one in self._read("service_set", ids, records.service_set.__wrapped__)}
        if found is None or not sets:
            return found
        return replace(found, sets=sets_of(sets).get(id, frozenset()))

    def party(self, id: str) -> Party | None:
        self.fetch_parties((id,))
        return self._parties[id]

    def link(self, id: str) -> Link | None:
        if id not in self._links:
            self._links[id] = next(self._links_of([id]), None)
        return self._links[id]

    def restrictions(self, party_id: str) -> Sequence[Restriction]:
        self.fetch_restrictions((party_id,))
        return self._restrictions[party_id]

    def blocks(self, organisation_id: str, person_id: str) -> Sequence[Block]:
        asked = (organisation_id, person_id)
        if asked not in self._blocks:
            rows = self._db.all(_BLOCKS, {"organisation": organisation_id, "person": person_id})
            self._blocks[asked] = list(self._read("block", [id for (id,) in rows], records.block.__wrapped__))
        return self._blocks[asked]

    def in_group(self, group_id: str, party_id: str) -> bool:
        if group_id not in self._groups:
            read = self._read(
                "client_group", [group_id], lambda body: frozenset(orjson.loads(body)["clients"])
            )
            self._groups[group_id] = next(iter(read), frozenset())
        return party_id in self._groups[group_id]

    def fetch_parties(self, ids: Iterable[str]) -> None:
        """Read these parties at once, those that were read already left out."""
        wanted = [id for id in dict.fromkeys(ids) if id not in self._parties]
        self._parties.update(dict.fromkeys(wanted))
        for party in self._read("party", wanted, records.party.__wrapped__):
            self._parties[party.id] = party

    def fetch_links(self, ids: Iterable[str]) -> None:
        """Read these links at once, likewise."""
        wanted = [id for id in dict.fromkeys(ids) if id not in self._links]
        self._links.update(dict.fromkeys(wanted))
        for link in self._links_of(wanted):
            self._links[link.id] = link

    def fetch_restrictions(self, parties: Iterable[str]) -> None:
        """Read the restrictions of these parties at once, likewise."""
        wanted = [id for id in dict.fromkeys(parties) if id not in self._restrictions]
        found: dict[str, list[Restriction]] = {id: [] for id in wanted}
        ids = dict.fromkeys(id for (id,) in _RESTRICTED.rows(self._db, wanted))
        for restriction in self._read("restriction", list(ids), records.restriction.__wrapped__):
            if restriction.party in found:
                found[restriction.party].append(restriction)
        self._restrictions |= found

    def held_by(self, party: str) -> Iterator[list[Link]]:
        """The links whose representative was this party, a few hundred at a time."""
        place = {"name": "", "represented": "", "id": ""}
        while rows := self._db.all(_HELD, {"party": party, "most": LARGEST, **place}):
            yield [link for link in self._links_of([row[-1] for row in rows]) if link.representative == party]
            place = dict(zip(place, rows[-1], strict=True))
        for ids in self._formerly(_FORMERLY_HELD, party):
            yield [link for link in self._links_of(ids) if link.representative == party]

    def given_by(self, party: str) -> Iterator[list[Link]]:
        """The links whose represented party was this one, likewise."""
        place = {"representative": "", "id": ""}
        while rows := self._db.all(_GIVEN, {"party": party, "most": LARGEST, **place}):
            yield [link for link in self._links_of([row[-1] for row in rows]) if link.represented == party]
            place = dict(zip(place, rows[-1], strict=True))
        for ids in self._formerly(_FORMERLY_GIVEN, party):
            yield [link for link in self._links_of(ids) if link.represented == party]

    def _formerly(self, statement: Statement, party: str) -> Iterator[list[str]]:
        last = ""
        while rows := self._db.all(statement, {"party": party, "id": last, "most": LARGEST}):
            yield [id for (id,) in rows]
            last = rows[-1][0]

    def _links_of(self, ids: Sequence[str]) -> Iterator[Link]:
        for _, body in _LINKS.rows(self._db, ids, {"known_at": self._known_at}):
            yield records.link.__wrapped__(body)

    def _read(self, kind: str, ids: Sequence[str], read: Callable[[str], R]) -> Iterator[R]:
        """The records of that kind and those ids; what comes from outside may be no id at all."""
        values: dict[str, Any] = {"kind": kind, "known_at": self._known_at}
        for _, body in _OF_KIND.rows(self._db, [id for id in ids if id.isprintable()], values):
            yield read(body)
