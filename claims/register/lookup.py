"""Services, parties and their numbers, found by id or by what they are known by.

Ids and URIs come from strangers too. One that holds a sign which no database takes (NUL, half a surrogate pair)
is the id of nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from claims.catalogue import Service, ServiceSet
from claims.identifiers import Identifier, Scheme
from claims.parties import Party
from claims.register import records
from claims.register.many import ManyStatement
from claims.register.numbers import ADDRESS
from claims.register.personal import Vault
from keys.storage import Connected, Row, Statement

__all__ = [
    "addresses_of",
    "by_number",
    "identifiers",
    "identifiers_of",
    "kept_of",
    "parties",
    "party",
    "party_by_identifier",
    "represented_by",
    "service",
    "service_by_uri",
    "service_sets",
    "services",
]

_SERVICE = Statement("SELECT body FROM register_services WHERE id = :id")
_SERVICE_BY_URI = Statement("SELECT body FROM register_services WHERE uri = :uri")
_SERVICES = Statement("SELECT body FROM register_services ORDER BY id")
_SETS = Statement("SELECT body FROM register_service_sets ORDER BY id")
_PARTY = Statement("SELECT body FROM register_parties WHERE id = :id")
_PARTIES = ManyStatement("SELECT body FROM register_parties WHERE id IN (:ids)")
_BY_DIGEST = ManyStatement("SELECT party FROM register_identifiers WHERE digest IN (:ids)")
_BY_DIGESTS = ManyStatement("SELECT digest, party FROM register_identifiers WHERE digest IN (:ids)")
_REPRESENTED = Statement("SELECT represented FROM register_links WHERE id = :id")
_IDENTIFIERS = ManyStatement(
    "SELECT i.party, i.scheme, i.value, i.sealed, k.wrapped FROM register_identifiers i"
    " LEFT JOIN register_party_keys k ON k.party = i.party AND i.sealed IS NOT NULL WHERE i.party IN (:ids)"
)


def service(db: Connected, id: str) -> Service | None:
    """The service of that id."""
    row = db.one(_SERVICE, {"id": id}) if id.isprintable() else None
    return None if row is None else records.service(row[0])


def service_by_uri(db: Connected, uri: str) -> Service | None:
    """The service that relying parties know by that URI."""
    row = db.one(_SERVICE_BY_URI, {"uri": uri}) if uri.isprintable() else None
    return None if row is None else records.service(row[0])


def services(db: Connected) -> list[Service]:
    """Every service, by id."""
    return [records.service(body) for (body,) in db.all(_SERVICES)]


def service_sets(db: Connected) -> dict[str, ServiceSet]:
    """Every set of services, by id."""
    return {one.id: one for (body,) in db.all(_SETS) for one in (records.service_set(body),)}


def party(db: Connected, id: str, vault: Vault | None = None) -> Party | None:
    """The party of that id; with its identifiers only where a vault is given to open them."""
    row = db.one(_PARTY, {"id": id}) if id.isprintable() else None
    if row is None:
        return None
    found = records.party(row[0])
    if vault is None:
        return found
    numbers = identifiers(db, vault, id)
    return replace(
        found,
        identifiers=tuple(Identifier(scheme, numbers[scheme]) for scheme in Scheme if scheme in numbers),
    )


def parties(db: Connected, ids: Iterable[str]) -> dict[str, Party]:
    """The parties of those ids, without identifiers; those that do not exist are left out."""
    wanted = list(dict.fromkeys(ids))
    found = (records.party(body) for (body,) in _PARTIES.rows(db, wanted))
    return {party.id: party for party in found}


def party_by_identifier(db: Connected, vault: Vault, identifier: Identifier) -> Party | None:
    """The party that is known by this number: an identifier belongs to one party only."""
    for (id,) in _BY_DIGEST.rows(db, [vault.digest(identifier.scheme, identifier.value)]):
        return party(db, id)
    return None


def ids_by_identifiers(
    db: Connected, vault: Vault, identifiers: Iterable[Identifier]
) -> dict[Identifier, str]:
    """Who is known by each of these numbers, by id; a number of nobody is left out."""
    digests = {vault.digest(one.scheme, one.value): one for one in identifiers}
    return {digests[digest]: id for digest, id in _BY_DIGESTS.rows(db, list(digests))}


def represented_by(db: Connected, link_id: str) -> str | None:
    """Whose link it is."""
    row = db.one(_REPRESENTED, {"id": link_id})
    return None if row is None else str(row[0])


def by_number(db: Connected, vault: Vault, number: str) -> list[str]:
    """The ids of the parties that have this whole number in some scheme (R18)."""
    digests = []
    for scheme in Scheme:
        try:
            digests.append(vault.digest(scheme, Identifier(scheme, number).value))
        except ValueError:
            continue
    return sorted({id for (id,) in _BY_DIGEST.rows(db, digests)})


def identifiers(db: Connected, vault: Vault, party_id: str) -> dict[str, str]:
    """The party's numbers by scheme, personal ones opened."""
    return identifiers_of(db, vault, (party_id,)).get(party_id, {})


def identifiers_of(db: Connected, vault: Vault, party_ids: Iterable[str]) -> Mapping[str, dict[str, str]]:
    """The numbers of many parties; a party without numbers is left out. An address is none, and is not opened."""
    return _opened(vault, (row for row in _kept(db, party_ids) if row[1] != ADDRESS))


def kept_of(db: Connected, vault: Vault, party_ids: Iterable[str]) -> Mapping[str, dict[str, str]]:
    """All that is kept as numbers are, with the address among them: for who writes it anew, or out, or audits it."""
    return _opened(vault, _kept(db, party_ids))


def addresses_of(db: Connected, vault: Vault, party_ids: Iterable[str]) -> Mapping[str, dict[str, str]]:
    """The addresses alone, as `kept_of` has them."""
    return _opened(vault, (row for row in _kept(db, party_ids) if row[1] == ADDRESS))


def _kept(db: Connected, party_ids: Iterable[str]) -> list[Row]:
    return _IDENTIFIERS.rows(db, list(dict.fromkeys(party_ids)))


def _opened(vault: Vault, rows: Iterable[Row]) -> Mapping[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for party_id, scheme, value, sealed, wrapped in rows:
        number = (
            value if sealed is None else vault.open(sealed, party=party_id, scheme=scheme, wrapped=wrapped)
        )
        found.setdefault(party_id, {})[scheme] = number
    return found
