"""Is every record what the account says of it? Records are compared with their last version, and versions with entries.

What only finds records (`tables`) is not looked at: it can hide a right, and never give one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson

from claims.register.breaches import Breach, Found
from claims.register.lookup import identifiers_of
from claims.register.many import ManyStatement
from claims.register.personal import Vault
from claims.register.records import OWN_LIST, list_of
from claims.register.shelves import (
    APPOINTMENTS,
    BLOCKS,
    GROUPS,
    LINKS,
    PARTIES,
    RESTRICTIONS,
    SERVICES,
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
    LINKS: ("mandate", "legal_relation"),
    RESTRICTIONS: ("restriction",),
    GROUPS: ("client_group",),
    APPOINTMENTS: ("appointment",),
    BLOCKS: ("block",),
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
_RESTRICTED: Final = ManyStatement("SELECT DISTINCT party FROM register_restrictions WHERE party IN (:ids)")
_BLOCKING: Final = ManyStatement(
    "SELECT DISTINCT organisation FROM register_blocks WHERE organisation IN (:ids)"
)
_FLAGS: Final = ManyStatement("SELECT id, restricted, blocking FROM register_parties WHERE id IN (:ids)")


def audit_records(
    db: Connected, vault: Vault, *, seen: Callable[[int], object] = lambda count: None
) -> Iterator[Found]:
    """Everything that is wrong with the records. `seen` is told how many records more were looked at."""
    for kind, id, version in db.all(_UNTOLD, {"limit": _AT_MOST}):
        yield Found(Breach.VERSION_UNTOLD, f"{kind} {id} version {version}")
    for shelf, kinds in _OF_VERSIONS.items():
        yield from _missing(db, shelf, kinds)
        for page in _pages(db, shelf, kinds):
            for row in page:
                yield from _record(shelf, row)
            if shelf is PARTIES:
                yield from _parties(db, vault, page)
            elif shelf in (LINKS, GROUPS):
                yield from _lists(db, shelf, page)
            seen(len(page))


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


def _record(shelf: Shelf[Any], row: Row) -> Iterator[Found]:
    """Whether body and columns are what the version says."""
    id, _, body, whole, *columns = row
    where = f"{shelf.table.removeprefix('register_')} {id}"
    if whole is None:
        yield Found(Breach.VERSION_MISSING, where)
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
        yield Found(Breach.RECORD_ALTERED, where)


def _parties(db: Connected, vault: Vault, page: list[Row]) -> Iterator[Found]:
    """What stands elsewhere of a party: its numbers, whether it is restricted, blocking, or somebody's business."""
    ids = [row[0] for row in page]
    stored: dict[str, dict[str, str]] = {}
    for party, scheme, digest in _DIGESTS.rows(db, ids):
        stored.setdefault(party, {})[scheme] = digest
    restricted = {id for (id,) in _RESTRICTED.rows(db, ids)}
    blocking = {id for (id,) in _BLOCKING.rows(db, ids)}
    flags = {id: (bool(one), bool(other)) for id, one, other in _FLAGS.rows(db, ids)}
    businesses = owned(db, ids)
    for id, _, body, whole, *_rest in page:
        if whole is not None and not _numbers_fit(db, vault, id, stored.get(id, {}), orjson.loads(whole)):
            yield Found(Breach.NUMBERS_ALTERED, f"parties {id}")
        is_owned = bool(orjson.loads(body).get("owned", False))
        is_restricted, is_blocking = flags[id]
        hides = (id in restricted and not is_restricted) or (id in blocking and not is_blocking)
        if hides or is_owned != (id in businesses):
            yield Found(Breach.RECORD_ALTERED, f"parties {id}")


def _numbers_fit(
    db: Connected, vault: Vault, id: str, stored: Mapping[str, str], version: Mapping[str, Any]
) -> bool:
    try:
        numbers = identifiers_of(db, vault, [id]).get(id, {}) if stored else {}
    except Unsealable:
        return False
    if {scheme: vault.digest(scheme, value) for scheme, value in numbers.items()} != stored:
        return False
    told = version.get("number_digests")
    return told is None or sorted(told) == sorted(stored.values())


def _lists(db: Connected, shelf: Shelf[Any], page: list[Row]) -> Iterator[Found]:
    """Clients that stand in a table of their own."""
    before = "" if shelf is GROUPS else OWN_LIST
    for id, _, body, *_rest in page:
        apart = orjson.loads(body).get("listed_apart")
        if apart is not None and apart != digest_of_ids(
            party for (party,) in db.all(_HELD, {"list": list_of(before + id)})
        ):
            yield Found(Breach.LIST_ALTERED, f"{shelf.table.removeprefix('register_')} {id}")


def _told(whole: str) -> dict[str, Any]:
    return {key: value for key, value in orjson.loads(whole).items() if key not in _BESIDES}
