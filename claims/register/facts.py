"""The records around a path, as the judge asks for them: read once per question, by id."""

from collections.abc import Iterable, Sequence

from claims.organisation import Block
from claims.parties import Party
from claims.register import records
from claims.register.many import ManyStatement
from claims.relations import Link
from claims.restrictions import Restriction
from keys.storage import Connected, Statement

__all__ = ["StoredFacts"]

_PARTIES = ManyStatement("SELECT id, body, restricted, blocking FROM register_parties WHERE id IN (:ids)")
_LINKS = ManyStatement("SELECT id, body FROM register_links WHERE id IN (:ids)")
_RESTRICTIONS = Statement("SELECT body FROM register_restrictions WHERE party = :party ORDER BY id")
_BLOCKS = Statement(
    "SELECT body FROM register_blocks WHERE organisation = :organisation AND person = :person"
)
_IN_LIST = Statement("SELECT 1 FROM register_clients WHERE party = :party AND list = :list")


class StoredFacts:
    """`claims.facts.Facts` from the tables of one unit of work; what was read is kept for its own life only.

    Fetching many records at once is for speed: what was not fetched is fetched when it is asked for.
    """

    __slots__ = ("_blocking", "_db", "_links", "_members", "_parties", "_restricted", "_restrictions")

    def __init__(self, db: Connected) -> None:
        self._db = db
        self._parties: dict[str, Party | None] = {}
        self._restricted: set[str] = set()
        self._restrictions: dict[str, Sequence[Restriction]] = {}
        self._blocking: set[str] = set()
        self._links: dict[str, Link | None] = {}
        self._members: dict[tuple[str, str], bool] = {}

    def party(self, id: str) -> Party | None:
        if id not in self._parties:
            self.fetch_parties((id,))
        return self._parties[id]

    def link(self, id: str) -> Link | None:
        if id not in self._links:
            self.fetch_links((id,))
        return self._links[id]

    def restrictions(self, party_id: str) -> Sequence[Restriction]:
        if party_id not in self._parties:
            self.fetch_parties((party_id,))
        if party_id not in self._restricted:
            return ()
        if party_id not in self._restrictions:
            rows = self._db.all(_RESTRICTIONS, {"party": party_id})
            self._restrictions[party_id] = [records.restriction(body) for (body,) in rows]
        return self._restrictions[party_id]

    def blocks(self, organisation_id: str, person_id: str) -> Sequence[Block]:
        if organisation_id not in self._parties:
            self.fetch_parties((organisation_id,))
        if organisation_id not in self._blocking:
            return ()
        rows = self._db.all(_BLOCKS, {"organisation": organisation_id, "person": person_id})
        return [records.block(body) for (body,) in rows]

    def in_group(self, group_id: str, party_id: str) -> bool:
        asked = (group_id, party_id)
        if asked not in self._members:
            one = {"party": party_id, "list": records.list_of(group_id)}
            self._members[asked] = self._db.one(_IN_LIST, one) is not None
        return self._members[asked]

    def fetch_parties(self, ids: Iterable[str]) -> None:
        """Read these parties at once, those that are known already left out."""
        wanted = [id for id in dict.fromkeys(ids) if id not in self._parties]
        for id in wanted:
            self._parties[id] = None
        for id, body, restricted, blocking in _PARTIES.rows(self._db, wanted):
            self._parties[id] = records.party(body)
            if restricted:
                self._restricted.add(id)
            if blocking:
                self._blocking.add(id)

    def fetch_links(self, ids: Iterable[str]) -> None:
        """Read these links at once, those that are known already left out."""
        wanted = [id for id in dict.fromkeys(ids) if id not in self._links]
        for id in wanted:
            self._links[id] = None
        for id, body in _LINKS.rows(self._db, wanted):
            self._links[id] = records.link(body)

    def keep_link(self, id: str, body: str) -> Link:
        """The link in `body`, which the caller read itself."""
        kept = self._links[id] = records.link(body)
        return kept
