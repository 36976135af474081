"""What the register holds already, as the reader of a world file asks for it."""

from claims.identifiers import Identifier
from claims.organisation import ClientGroup
from claims.parties import Party
from claims.register import lookup, records
from claims.register.facts import StoredFacts
from claims.register.personal import Vault
from claims.relations import Link
from keys.storage import Connected, Statement

__all__ = ["StoredKnown"]

_GROUP = Statement("SELECT body FROM register_groups WHERE id = :id")
_OWNER = Statement("SELECT party FROM register_identifiers WHERE digest = :digest")


class StoredKnown:
    """`claims.worldfile.Known` from the tables of one unit of work."""

    def __init__(self, db: Connected, vault: Vault) -> None:
        self._db = db
        self._vault = vault
        self._facts = StoredFacts(db)

    def party(self, id: str) -> Party | None:
        return self._facts.party(id)

    def has_service(self, id: str) -> bool:
        return lookup.service(self._db, id) is not None

    def link(self, id: str) -> Link | None:
        return self._facts.link(id)

    def group(self, id: str) -> ClientGroup | None:
        """Its clients are left out: they stand in a table of their own."""
        row = self._db.one(_GROUP, {"id": id})
        return None if row is None else records.group(row[0])

    def owner(self, identifier: Identifier) -> str | None:
        digest = self._vault.digest(identifier.scheme, identifier.value)
        row = self._db.one(_OWNER, {"digest": digest})
        return None if row is None else str(row[0])

    def service_at(self, uri: str) -> str | None:
        found = lookup.service_by_uri(self._db, uri)
        return None if found is None else found.id
