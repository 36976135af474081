"""Signing keys, remembered: rows to keys and back. Nobody here commits, or looks at the clock."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from keys.algorithms import SignatureAlgorithm
from keys.in_use import Purpose, claim
from keys.lifecycle import Life
from keys.material import Material
from keys.rings import Ring
from keys.sealing import Altered, KeyNotGiven, Sealer, Unsealable
from keys.storage import Connected, Row, Statement

__all__ = [
    "KnownKey",
    "StoredKey",
    "add",
    "algorithms",
    "all_keys",
    "change_life",
    "drop_private",
    "known",
    "lives",
    "lock",
    "not_sealed_with",
    "private_der",
    "public_jwk",
    "ring_of",
    "seal_anew",
]

_LIFE: Final = "kid, alg, announced_at, signs_from, signs_until, gone_at, withdrawn_at"
_LOCK: Final = Statement("SELECT 1", postgresql="LOCK TABLE keys_keys IN SHARE ROW EXCLUSIVE MODE")
_LIVES: Final = Statement(
    f"SELECT {_LIFE} FROM keys_keys WHERE ring = :ring AND withdrawn_at IS NULL"  # noqa: S608 - constants
    " AND (gone_at IS NULL OR gone_at > :now) ORDER BY signs_from, kid"
)
_ALL: Final = Statement(
    f"SELECT {_LIFE} FROM keys_keys WHERE ring = :ring ORDER BY announced_at, signs_from, alg, kid"  # noqa: S608
)
_ALGORITHMS: Final = Statement("SELECT DISTINCT alg FROM keys_keys WHERE ring = :ring")
_RING: Final = Statement("SELECT ring FROM keys_keys WHERE kid = :kid")
_PUBLIC: Final = Statement("SELECT public_jwk, sealed_row FROM keys_keys WHERE kid = :kid AND ring = :ring")
_PRIVATE: Final = Statement("SELECT sealed_private FROM keys_keys WHERE kid = :kid")
_ADD: Final = Statement(
    "INSERT INTO keys_keys (kid, ring, alg, public_jwk, sealed_private, announced_at, signs_from, sealed_row)"
    " VALUES (:kid, :ring, :alg, :public_jwk, :sealed_private, :announced_at, :signs_from, :sealed_row)"
)
_CHANGE: Final = Statement(
    "UPDATE keys_keys SET signs_from = :signs_from, signs_until = :signs_until, gone_at = :gone_at,"
    " withdrawn_at = :withdrawn_at, sealed_row = :sealed_row WHERE kid = :kid"
)
_DROP_PRIVATE: Final = Statement(
    "UPDATE keys_keys SET sealed_private = NULL WHERE sealed_private IS NOT NULL"
    " AND (withdrawn_at IS NOT NULL OR signs_until <= :now)"
)

# What of a row is sealed, by its column: for what place it was.
_SEALED: Final[Mapping[str, Callable[[str, str], str]]] = {
    "sealed_private": lambda ring, kid: _place(kid),
    "sealed_row": lambda ring, kid: _row_place(kid),
}
_SEALED_OTHERWISE: Final = {
    column: Statement(
        f"SELECT ring, kid, {column} FROM keys_keys WHERE {column} IS NOT NULL"  # noqa: S608 - names of ours
        f" AND substr({column}, 1, :long) <> :prefix ORDER BY kid"
    )
    for column in _SEALED
}
_SEAL_ANEW: Final = {
    column: Statement(f"UPDATE keys_keys SET {column} = :anew WHERE kid = :kid AND {column} = :before")  # noqa: S608 - likewise
    for column in _SEALED
}


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key as the table knows it, without its private half."""

    kid: str
    alg: SignatureAlgorithm
    life: Life


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that signs or once did, with its public half: proved to be as we wrote it."""

    kid: str
    alg: SignatureAlgorithm
    life: Life
    public: Mapping[str, str]


def lock(db: Connected) -> None:
    """Let nobody else change keys until this transaction ends (on SQLite a writing transaction does already)."""
    db.run(_LOCK)


def lives(db: Connected, ring: Ring, now: int) -> list[StoredKey]:
    """The keys of `ring` that are neither gone nor withdrawn."""
    return [_stored(row) for row in db.all(_LIVES, {"ring": ring, "now": now})]


def all_keys(db: Connected, ring: Ring) -> list[StoredKey]:
    """Every key that `ring` ever had, in the order of their announcement."""
    return [_stored(row) for row in db.all(_ALL, {"ring": ring})]


def known(db: Connected, ring: Ring, kid: str) -> StoredKey | None:
    """The key with that id."""
    return next((key for key in all_keys(db, ring) if key.kid == kid), None)


def ring_of(db: Connected, kid: str) -> Ring | None:
    """Whose key has that id."""
    row = db.one(_RING, {"kid": kid})
    return None if row is None else cast(Ring, row[0])


def algorithms(db: Connected, ring: Ring) -> set[SignatureAlgorithm]:
    """What `ring` ever had a key for."""
    return {cast(SignatureAlgorithm, alg) for (alg,) in db.all(_ALGORITHMS, {"ring": ring})}


def public_jwk(db: Connected, sealer: Sealer, ring: Ring, key: StoredKey) -> Mapping[str, str]:
    """The published form of a key that is there; `Altered` where its row is not as we wrote it."""
    row = db.one(_PUBLIC, {"kid": key.kid, "ring": ring})
    if row is None or row[1] is None:
        raise Altered(f"the row of the key {key.kid} was not sealed")
    public_text, sealed = row
    try:
        told = sealer.open(sealed, context=_row_place(key.kid))
    except KeyNotGiven:
        raise
    except Unsealable as failure:
        raise Altered(f"the seal of the row of the key {key.kid} is damaged, or was moved") from failure
    if told != _row(ring, key.alg, public_text, key.life):
        raise Altered(f"the row of the key {key.kid} is not as it was sealed")
    return cast(Mapping[str, str], json.loads(public_text))


def private_der(db: Connected, sealer: Sealer, kid: str) -> bytes | None:
    """The private half, opened; None where it was dropped. Unsealable when `sealer` has another key."""
    row = db.one(_PRIVATE, {"kid": kid})
    return sealer.open(row[0], context=_place(kid)) if row and row[0] is not None else None


def add(db: Connected, sealer: Sealer, ring: Ring, material: Material, life: Life) -> None:
    """Remember a new key, its private half sealed, and the rest of its row in such a way that a change shows."""
    claim(db, Purpose.SEAL, sealer.key_id)
    public_text = json.dumps(dict(material.public))
    row = _row(ring, material.alg, public_text, life)
    db.run(
        _ADD,
        {
            "kid": material.kid,
            "ring": ring,
            "alg": material.alg,
            "public_jwk": public_text,
            "sealed_private": sealer.seal(material.private_der, context=_place(material.kid)),
            "announced_at": life.announced_at,
            "signs_from": life.signs_from,
            "sealed_row": sealer.seal(row, context=_row_place(material.kid)),
        },
    )


def change_life(db: Connected, sealer: Sealer, ring: Ring, key: StoredKey, life: Life) -> None:
    """Write down new instants for a key (that of its announcement never changes)."""
    public_text = json.dumps(dict(public_jwk(db, sealer, ring, key)))
    row = _row(ring, key.alg, public_text, life)
    db.run(
        _CHANGE,
        {
            "kid": key.kid,
            "signs_from": life.signs_from,
            "signs_until": life.signs_until,
            "gone_at": life.gone_at,
            "withdrawn_at": life.withdrawn_at,
            "sealed_row": sealer.seal(row, context=_row_place(key.kid)),
        },
    )


def drop_private(db: Connected, now: int) -> int:
    """Forget the private halves of keys that sign no more; how many."""
    return db.run(_DROP_PRIVATE, {"now": now})


def not_sealed_with(db: Connected, sealer: Sealer) -> int:
    """How many values here were sealed under another key than the one with which `sealer` seals."""
    return sum(len(db.all(_SEALED_OTHERWISE[column], _with(sealer))) for column in _SEALED)


def seal_anew(db: Connected, sealer: Sealer) -> int:
    """Seal under the present key what stands under former ones; how many values. What does not open stays as it is."""
    lock(db)
    sealed = 0
    for column, place in _SEALED.items():
        for ring, kid, before in db.all(_SEALED_OTHERWISE[column], _with(sealer)):
            try:
                plain = sealer.open(before, context=place(ring, kid))
            except Unsealable:
                continue
            anew = sealer.seal(plain, context=place(ring, kid))
            sealed += db.run(_SEAL_ANEW[column], {"anew": anew, "kid": kid, "before": before})
    if sealed:
        claim(db, Purpose.SEAL, sealer.key_id)
    return sealed


def _with(sealer: Sealer) -> dict[str, object]:
    return {"long": len(sealer.prefix), "prefix": sealer.prefix}


def _stored(row: Row) -> StoredKey:
    kid, alg, announced_at, signs_from, signs_until, gone_at, withdrawn_at = row[:7]
    return StoredKey(kid, alg, Life(announced_at, signs_from, signs_until, gone_at, withdrawn_at))


def _place(kid: str) -> str:
    return f"keys_keys/{kid}/sealed_private"


def _row_place(kid: str) -> str:
    return f"keys_keys/{kid}/sealed_row"


def _row(ring: Ring, alg: str, public_text: str, life: Life) -> bytes:
    """All that a row says but its private half."""
    instants = [life.announced_at, life.signs_from, life.signs_until, life.gone_at, life.withdrawn_at]
    return json.dumps([ring, alg, public_text, *instants]).encode()
