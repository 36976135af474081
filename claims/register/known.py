"""What the register holds already, as the reader of a world file asks for it."""

from collections.abc import Iterable

from claims.catalogue import ServiceSet
from claims.identifiers import Identifier
from claims.organisation import ClientGroup
from claims.parties import Party
from claims.register import lookup, records
from claims.register.facts import StoredFacts
from claims.register.many import ManyStatement
from claims.register.personal import Vault
from claims.relations import Link
from keys.storage import Connected, Statement

__all__ = ["StoredKnown"]

_GROUP = Statement("SELECT body FROM register_groups WHERE id = :id")
_ANY_NUMBER = Statement("SELECT 1 FROM register_identifiers LIMIT 1")
_OWNERS = ManyStatement("SELECT digest, party FROM register_identifiers WHERE digest IN (:ids)")


class StoredKnown:
    """`claims.worldfile.Known` from the tables of one unit of work."""

    def __init__(self, db: Connected, vault: Vault) -> None:
        self._db = db
        self._vault = vault
        self._facts = StoredFacts(db)
        self._services: dict[str, bool] = {}
        self._has_numbers = db.one(_ANY_NUMBER) is not None

    def expect(self, *, parties: Iterable[str], links: Iterable[str]) -> None:
        self._facts = StoredFacts(self._db)
        self._facts.fetch_parties(filter(str.isprintable, parties))
        self._facts.fetch_links(filter(str.isprintable, links))

    def party(self, id: str) -> Party | None:
        return self._facts.party(id)

    def has_service(self, id: str) -> bool:
        if id not in self._services:
            self._services[id] = lookup.service(self._db, id) is not None
        return self._services[id]

    def sets(self) -> dict[str, ServiceSet]:
        return lookup.service_sets(self._db)

    def link(self, id: str) -> Link | None:
        return self._facts.link(id)

    def group(self, id: str) -> ClientGroup | None:
        """Its clients are left out: they stand in a table of their own."""
        row = self._db.one(_GROUP, {"id": id})
        return None if row is None else records.group(row[0])

    def owners(self, identifiers: Iterable[Identifier]) -> dict[Identifier, str]:
        if not self._has_numbers:
            return {}
        by_digest = {self._vault.digest(one.scheme, one.value): one for one in identifiers}
        return {by_digest[digest]: party for digest, party in _OWNERS.rows(self._db, list(by_digest))}

    def service_at(self, uri: str) -> str | None:
        found = lookup.service_by_uri(self._db, uri)
        return None if found is None else found.id
