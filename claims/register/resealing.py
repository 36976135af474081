"""Numbers brought under the present secret, a few at a time, while the register answers.

What was sealed before parties had keys comes under the key of its party; what a former secret wrapped is wrapped by the
present one. Each step is a transaction of its own: it can be interrupted after any of them, and done again. Steps
take the turn of imports, so that no two give a party a key at the same time.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from claims.register.party_keys import PartyKeys, keep_keys
from claims.register.personal import Vault
from claims.register.records import body_of
from claims.register.turns import take_turn
from keys.in_use import Purpose, claim
from keys.sealing import Unsealable
from keys.storage import Connected, Database, Row, Statement

__all__ = ["left", "seal_anew"]

_STEP: Final = 200  # rows
_FORMER_WAY: Final = "sealed IS NOT NULL AND substr(sealed, 1, 3) = 's1.'"
_IN_VERSION: Final = """kind = 'party' AND body LIKE '%"sealed_identifiers":"s1.%'"""
_OTHERWISE: Final = "substr(wrapped, 1, :long) <> :prefix"

_KEYS = Statement(
    f"SELECT party, wrapped FROM register_party_keys WHERE party > :after AND {_OTHERWISE}"  # noqa: S608 - ours
    " ORDER BY party LIMIT :most"
)
_REWRAP = Statement(
    "UPDATE register_party_keys SET wrapped = :anew WHERE party = :party AND wrapped = :before"
)
_NUMBERS = Statement(
    f"SELECT digest, party, scheme, sealed FROM register_identifiers WHERE digest > :after AND {_FORMER_WAY}"  # noqa: S608
    " ORDER BY digest LIMIT :most"
)
_RESEAL_NUMBER = Statement(
    "UPDATE register_identifiers SET sealed = :anew WHERE digest = :digest AND party = :party AND sealed = :before"
)
_VERSIONS = Statement(
    f"SELECT id, version, body FROM register_versions WHERE {_IN_VERSION}"  # noqa: S608 - likewise
    " AND (id, version) > (:after, :version) ORDER BY id, version LIMIT :most"
)
_RESEAL_VERSION = Statement(
    "UPDATE register_versions SET body = :anew"
    " WHERE kind = 'party' AND id = :id AND version = :version AND body = :before"
)
_LEFT: Final = (
    Statement(f"SELECT count(*) FROM register_party_keys WHERE {_OTHERWISE}"),  # noqa: S608 - likewise
    Statement(f"SELECT count(*) FROM register_identifiers WHERE {_FORMER_WAY}"),  # noqa: S608 - likewise
    Statement(f"SELECT count(*) FROM register_versions WHERE {_IN_VERSION}"),  # noqa: S608 - likewise
)


def left(db: Connected, vault: Vault) -> int:
    """How many values do not stand under the present secret by way of the key of their party; it reads all of them."""
    asked = {"long": len(vault.seal_prefix), "prefix": vault.seal_prefix}
    return sum(int(count) for statement in _LEFT for (count,) in db.all(statement, asked))


def seal_anew(database: Database, vault: Vault) -> Iterator[int]:
    """Do so step by step; how many values each step brought there. What does not open stays as it is."""
    yield from _walk(database, vault, _NUMBERS, lambda row: {"after": row[0]}, _numbers)
    yield from _walk(database, vault, _VERSIONS, lambda row: {"after": row[0], "version": row[1]}, _versions)
    yield from _walk(database, vault, _KEYS, lambda row: {"after": row[0]}, _keys)


def _walk(
    database: Database,
    vault: Vault,
    found: Statement,
    place: Callable[[Row], dict[str, object]],
    step: Callable[[Connected, Vault, Sequence[Row]], int],
) -> Iterator[int]:
    """Along the primary key: look for some rows without a lock, then change those in a transaction that writes."""
    asked = {"long": len(vault.seal_prefix), "prefix": vault.seal_prefix, "most": _STEP}
    after: dict[str, object] = {"after": "", "version": 0}
    while True:
        with database.reading() as db:
            rows = db.all(found, {**asked, **after})
        if not rows:
            return
        with database.writing() as db:
            take_turn(db)
            claim(db, Purpose.SEAL, vault.seal_id)
            yielded = step(db, vault, rows)
        yield yielded
        after = {"version": 0, **place(rows[-1])}


def _keys(db: Connected, vault: Vault, rows: Sequence[Row]) -> int:
    done = 0
    for party, before in rows:
        try:
            anew = vault.rewrapped(party, before)
        except Unsealable:
            continue
        done += db.run(_REWRAP, {"anew": anew, "party": party, "before": before})
    return done


def _numbers(db: Connected, vault: Vault, rows: Sequence[Row]) -> int:
    keys = PartyKeys(db, vault, {party for _, party, _, _ in rows})
    changes = []
    for digest, party, scheme, before in rows:
        try:
            value = vault.open(before, party=party, scheme=scheme, wrapped=None)
            anew = keys.of(party).seal(value, scheme=scheme)
        except Unsealable:
            continue
        changes.append({"anew": anew, "digest": digest, "party": party, "before": before})
    keep_keys(db, keys.made)
    return sum(db.run(_RESEAL_NUMBER, one) for one in changes)


def _versions(db: Connected, vault: Vault, rows: Sequence[Row]) -> int:
    keys = PartyKeys(db, vault, {id for id, _, _ in rows})
    changes = []
    for id, version, before in rows:
        told: dict[str, Any] = json.loads(before)
        sealed = told["sealed_identifiers"]
        try:
            numbers = vault.open_numbers(sealed, party=id, version=version, wrapped=None)
            told["sealed_identifiers"] = keys.of(id).seal_numbers(numbers, version=version)
        except Unsealable:
            continue
        changes.append({"anew": body_of(told), "id": id, "version": version, "before": before})
    keep_keys(db, keys.made)
    return sum(db.run(_RESEAL_VERSION, one) for one in changes)
