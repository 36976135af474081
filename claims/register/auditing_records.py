"""Is every record what the account says of it? Records are compared with their last version, and versions with entries.

What only finds records (`tables`) is not looked at, but for what is to be looked at again: it can hide a right, and never
give one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson

from claims.catalogue import sets_of
from claims.register.auditing_reviews import audit_reviews
from claims.register.breaches import DAMAGED, Breach, Found
from claims.register.lookup import kept_of, service_sets
from claims.register.many import ManyStatement
from claims.register.numbers import digested
from claims.register.personal import Vault
from claims.register.records import OWN_LIST, list_of
from claims.register.shelves import (
    APPOINTMENTS,
    BLOCKS,
    DESK_APPOINTMENTS,
    GROUPS,
    LINKS,
    OFFERS,
    PARTIES,
    RESTRICTIONS,
    SERVICES,
    SETS,
    Shelf,
    digest_of_ids,
)
from claims.register.sole_traders import owned
from keys.sealing import Unsealable
from keys.storage import Connected, Row, Statement

__all__ = ["audit_records"]

_PAGE: Final = 256
_AT_MOST: Final = 100  # of a kind: who finds a hundred has found enough
_OF_VERSIONS: Final[dict[Shelf[Any], tuple[str, ...]]] = {
    PARTIES: ("party",),
    SERVICES: ("service",),
    SETS: ("service_set",),
    LINKS: ("mandate", "legal_relation", "desk_visit"),
    RESTRICTIONS: ("restriction",),
    GROUPS: ("client_group",),
    APPOINTMENTS: ("appointment",),
    BLOCKS: ("block",),
    DESK_APPOINTMENTS: ("desk_appointment",),
    OFFERS: ("offer",),
}
_UNTOLD = Statement(
    "SELECT v.kind, v.id, v.version FROM register_versions v WHERE NOT EXISTS"
    " (SELECT 1 FROM register_journal j WHERE j.kind = v.kind AND j.record = v.id AND j.version = v.version)"
    " LIMIT :limit"
)
_BESIDES: Final = ("identifiers", "sealed_identifiers", "number_digests")
_HELD: Final = Statement("SELECT party FROM register_clients WHERE list = :list")
_DIGESTS: Final = ManyStatement(
    "SELECT party, scheme, digest FROM register_identifiers WHERE party IN (:ids)"
)
_EARLIER: Final = Statement(
    "SELECT body FROM register_versions WHERE kind = :kind AND id = :id AND version < :version"
)
_FOUND_BY: Final = Statement(
    "SELECT 1 FROM register_former_parties WHERE member = :member AND party = :party AND id = :id"
)
_WRAPPED: Final = ManyStatement("SELECT party, wrapped FROM register_party_keys WHERE party IN (:ids)")
_RESTRICTED: Final = ManyStatement("SELECT DISTINCT party FROM register_restrictions WHERE party IN (:ids)")
_BLOCKING: Final = ManyStatement(
    "SELECT DISTINCT organisation FROM register_blocks WHERE organisation IN (:ids)"
)
_VERSIONS: Final = ManyStatement(
    "SELECT id, version, body FROM register_versions WHERE kind = 'party' AND id IN (:ids)"
)
_FLAGS: Final = ManyStatement("SELECT id, restricted, blocking FROM register_parties WHERE id IN (:ids)")


def audit_records(
    db: Connected, vault: Vault, *, seen: Callable[[int], object] = lambda count: None
) -> Iterator[Found]:
    """Everything that is wrong with the records. `seen` is told how many records more were looked at."""
    for kind, id, version in db.all(_UNTOLD, {"limit": _AT_MOST}):
        yield Found(Breach.VERSION_UNTOLD, f"{kind} {id} version {version}")
    lie = sets_of(service_sets(db))
    for shelf, kinds in _OF_VERSIONS.items():
        yield from _missing(db, shelf, kinds)
        for page in _pages(db, shelf, kinds):
            parties = _Parties(db, vault, [row[0] for row in page]) if shelf is PARTIES else None
            for row in page:
                where = f"{shelf.table.removeprefix('register_')} {row[0]}"
                try:
                    found = {*_record(shelf, row)}
                    if parties is not None:
                        found |= {*parties.wrong(row)}
                    elif shelf is SERVICES and _in_sets(row) != lie.get(row[0], frozenset()):
                        found.add(Breach.RECORD_ALTERED)
                    elif shelf in (LINKS, GROUPS):
                        found |= {*_lists(db, shelf, row)}
                    if shelf.found_by and row[1] > 1:
                        found |= {*_former_parties(db, shelf, kinds, row)}
                except DAMAGED:
                    found = {Breach.RECORD_ALTERED}
                yield from (Found(breach, where) for breach in sorted(found))
            seen(len(page))
    yield from audit_reviews(db)


def _pages(db: Connected, shelf: Shelf[Any], kinds: tuple[str, ...]) -> Iterator[list[Row]]:
    """Records with what their present version says (None where it is not kept) and their columns, by id."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    columns = "".join(f", r.{name}" for name in shelf.columns)
    statement = Statement(
        f"SELECT r.id, r.version, r.body, v.body{columns} FROM {shelf.table} r"  # noqa: S608 - our own words
        f" LEFT JOIN register_versions v ON v.kind IN ({listed}) AND v.id = r.id AND v.version = r.version"
        " WHERE r.id > :id ORDER BY r.id LIMIT :limit"
    )
    last = ""
    while rows := db.all(statement, {"id": last, "limit": _PAGE}):
        yield rows
        last = rows[-1][0]


def _missing(db: Connected, shelf: Shelf[Any], kinds: tuple[str, ...]) -> Iterator[Found]:
    """Versions of a record that is not there, or is there as it once was."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    statement = Statement(
        f"SELECT v.kind, v.id, max(r.version) FROM register_versions v LEFT JOIN {shelf.table} r ON r.id = v.id"  # noqa: S608
        f" WHERE v.kind IN ({listed}) AND (r.id IS NULL OR v.version > r.version) GROUP BY v.kind, v.id LIMIT :limit"
    )
    for kind, id, version in db.all(statement, {"limit": _AT_MOST}):
        yield Found(Breach.RECORD_MISSING if version is None else Breach.RECORD_ALTERED, f"{kind} {id}")


def _record(shelf: Shelf[Any], row: Row) -> Iterator[Breach]:
    """Whether body and columns are what the version says."""
    _, _, body, whole, *columns = row
    if whole is None:
        yield Breach.VERSION_MISSING
        return
    told = _told(whole)
    record = shelf.record(whole)
    expected = told if shelf.judged is None else shelf.judged(told)
    there = {key: value for key, value in orjson.loads(body).items() if key not in shelf.derived}
    of_record = shelf.columns_of(record)
    compared = [
        (of_record[name], value)
        for name, value in zip(shelf.columns, columns, strict=True)
        if name in of_record
    ]
    if there != expected or any(expected_one != value for expected_one, value in compared):
        yield Breach.RECORD_ALTERED


class _Parties:
    """What stands elsewhere of some parties: numbers, and whether they are restricted, blocking, somebody's business."""

    def __init__(self, db: Connected, vault: Vault, ids: list[str]) -> None:
        self._db: Final = db
        self._vault: Final = vault
        self._stored: Final[dict[str, dict[str, str]]] = {}
        for party, scheme, digest in _DIGESTS.rows(db, ids):
            self._stored.setdefault(party, {})[scheme] = digest
        self._versions: Final[dict[str, list[tuple[int, str]]]] = {}
        for id, version, body in _VERSIONS.rows(db, ids):
            self._versions.setdefault(id, []).append((version, body))
        self._wrapped: Final[dict[str, str]] = dict(_WRAPPED.rows(db, ids))
        self._restricted: Final = {id for (id,) in _RESTRICTED.rows(db, ids)}
        self._blocking: Final = {id for (id,) in _BLOCKING.rows(db, ids)}
        self._flags: Final = {id: (bool(one), bool(other)) for id, one, other in _FLAGS.rows(db, ids)}
        self._businesses: Final = owned(db, ids)

    def wrong(self, row: Row) -> Iterator[Breach]:
        """What is not as the versions of this party say."""
        id, present, body, *_ = row
        if not self._numbers_fit(id, present):
            yield Breach.NUMBERS_ALTERED
        is_owned = bool(orjson.loads(body).get("owned", False))
        is_restricted, is_blocking = self._flags[id]
        hides = (id in self._restricted and not is_restricted) or (id in self._blocking and not is_blocking)
        if hides or is_owned != (id in self._businesses):
            yield Breach.RECORD_ALTERED

    def _numbers_fit(self, id: str, present: int) -> bool:
        """Whether each version's numbers have the digests that it tells, and the present ones are those kept."""
        stored = self._stored.get(id, {})
        try:
            kept = kept_of(self._db, self._vault, [id]).get(id, {}) if stored else {}
            if digested(self._vault, id, kept) != stored:
                return False
            for version, body in self._versions.get(id, ()):
                told = orjson.loads(body)
                numbers = self._numbers(id, version, told)
                digests = told.get("number_digests")  # not kept by the versions of before the chain
                if digests is not None and sorted(digests) != sorted(
                    digested(self._vault, id, numbers).values()
                ):
                    return False
                if version == present and numbers != kept:
                    return False
        except Unsealable:
            return False
        return True

    def _numbers(self, id: str, version: int, told: Mapping[str, Any]) -> dict[str, str]:
        """The numbers that a version tells, opened."""
        sealed = told.get("sealed_identifiers")
        if sealed is None:
            return dict(told.get("identifiers", {}))
        return self._vault.open_numbers(sealed, party=id, version=version, wrapped=self._wrapped.get(id))


def _lists(db: Connected, shelf: Shelf[Any], row: Row) -> Iterator[Breach]:
    """Clients that stand in a table of their own."""
    id, _, body, *_rest = row
    apart = orjson.loads(body).get("listed_apart")
    before = "" if shelf is GROUPS else OWN_LIST
    if apart is not None and apart != digest_of_ids(
        party for (party,) in db.all(_HELD, {"list": list_of(before + id)})
    ):
        yield Breach.LIST_ALTERED


def _in_sets(row: Row) -> frozenset[str]:
    """The sets in which the body of a service says that it lies: by these it is reached (R23)."""
    return frozenset(orjson.loads(row[2]).get("in_sets", ()))


def _former_parties(db: Connected, shelf: Shelf[Any], kinds: tuple[str, ...], row: Row) -> Iterator[Breach]:
    """Whether each earlier version is found by the parties that it names: what is not is hidden from the past."""
    id, version, _, _, *columns = row
    present = dict(zip(shelf.columns, columns, strict=True))
    for kind in kinds:
        for (body,) in db.all(_EARLIER, {"kind": kind, "id": id, "version": version}):
            told = orjson.loads(body)
            for member in shelf.found_by:
                one = {"member": member, "party": told[member], "id": id}
                if told[member] != present[member] and db.one(_FOUND_BY, one) is None:
                    yield Breach.RECORD_ALTERED


def _told(whole: str) -> dict[str, Any]:
    return {key: value for key, value in orjson.loads(whole).items() if key not in _BESIDES}
