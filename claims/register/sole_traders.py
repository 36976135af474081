"""Businesses that somebody owns in law: what an `owner` relation makes of the record and the numbers of its party.

A party is a sole trader where its legal form says so, or an `owner` relation of the register names it, whatever the
relation's period. The second is kept in the party's record as `owned`, so that whoever reads the record knows it.
"""

import json
from collections.abc import Collection
from typing import Any, Final

from claims.formats.naming import is_personal
from claims.register.lookup import identifiers_of
from claims.register.many import ManyStatement
from claims.register.numbers import keep_numbers
from claims.register.party_keys import PartyKeys, keep_keys
from claims.register.personal import Vault
from claims.register.records import body_of, party
from claims.relations import Basis
from keys.storage import Connected, Statement

__all__ = ["owned", "owned_by", "settle"]

_OWNER: Final = f"kind = '{Basis.OWNER.value}'"
_OWNED = ManyStatement(f"SELECT represented FROM register_links WHERE represented IN (:ids) AND {_OWNER}")  # noqa: S608
_OWNED_BY = ManyStatement(f"SELECT represented FROM register_links WHERE id IN (:ids) AND {_OWNER}")  # noqa: S608
_BODIES = ManyStatement("SELECT id, body FROM register_parties WHERE id IN (:ids)")
_REWRITE = Statement("UPDATE register_parties SET body = :body WHERE id = :id")
_STORED = ManyStatement(
    "SELECT party, CASE WHEN sealed IS NULL THEN 0 ELSE 1 END FROM register_identifiers WHERE party IN (:ids)"
)
_VERSIONS = ManyStatement(
    "SELECT id, version, body FROM register_versions WHERE kind = 'party' AND id IN (:ids)"
)
_REWRITE_VERSION = Statement(
    "UPDATE register_versions SET body = :body WHERE kind = 'party' AND id = :id AND version = :version"
)


def owned(db: Connected, ids: Collection[str]) -> set[str]:
    """Which of these parties an `owner` relation names."""
    return {id for (id,) in _OWNED.rows(db, sorted(ids))}


def owned_by(db: Connected, relation_ids: Collection[str]) -> set[str]:
    """The parties that these relations, where they are known as `owner`, name."""
    return {id for (id,) in _OWNED_BY.rows(db, sorted(relation_ids))}


def settle(db: Connected, vault: Vault, ids: Collection[str]) -> None:
    """Make record, numbers and earlier versions of these parties follow what they and the relations now say.

    The numbers of one that is no sole trader any more (a relation was corrected) stand in plain again; what was
    sealed in its versions stays sealed.
    """
    ids = sorted(ids)
    now_owned = owned(db, ids)
    rewritten, personal, traders = [], set(), []
    for id, body in _BODIES.rows(db, ids):
        told: dict[str, Any] = json.loads(body)
        if told.pop("owned", False) != (id in now_owned):
            body = body_of({**told, "owned": True} if id in now_owned else told)
            rewritten.append({"id": id, "body": body})
        known = party(body)
        if is_personal(known):
            personal.add(id)
        if known.is_sole_trader:
            traders.append(id)
    db.many(_REWRITE, rewritten)
    otherwise = {id for id, sealed in _STORED.rows(db, ids) if bool(sealed) != (id in personal)}
    keep_numbers(db, vault, identifiers_of(db, vault, sorted(otherwise)), personal)
    keys = PartyKeys(db, vault, traders)
    for id, version, body in _VERSIONS.rows(db, traders):
        told = json.loads(body)
        if told.get("identifiers"):
            numbers = told.pop("identifiers")
            sealed = {"sealed_identifiers": keys.of(id).seal_numbers(numbers, version=version)}
            db.run(_REWRITE_VERSION, {"id": id, "version": version, "body": body_of({**told, **sealed})})
    keep_keys(db, keys.made)
