"""Which secrets a database was written with: remembered by the ids of their keys, so that another one is noticed.

Whoever writes what needs a secret to be read again claims that secret in the same transaction. Nobody gives one up
but by `replace` and `release`. Nobody here commits.
"""

from enum import StrEnum
from typing import Final

from keys.storage import Connected, Statement

__all__ = ["AnotherSecret", "Purpose", "claim", "in_use", "release", "replace"]


class Purpose(StrEnum):
    """What a secret is for, as in `secrets.<purpose>`."""

    SEAL = "seal"
    DIGEST = "digest"
    PAIRWISE = "pairwise"
    CODES = "codes"


_CLAIM: Final = Statement(
    "INSERT INTO keys_secrets_in_use (purpose, key_id) VALUES (:purpose, :key_id) ON CONFLICT DO NOTHING"
)
# On PostgreSQL it holds the row, so that nobody releases it before this transaction ends.
_HELD: Final = Statement(
    "SELECT 1 FROM keys_secrets_in_use WHERE purpose = :purpose AND key_id = :key_id",
    postgresql="SELECT 1 FROM keys_secrets_in_use WHERE purpose = :purpose AND key_id = :key_id FOR SHARE",
)
_ALL: Final = Statement("SELECT purpose, key_id FROM keys_secrets_in_use ORDER BY purpose, key_id")
_OTHER: Final = Statement("SELECT key_id FROM keys_secrets_in_use WHERE purpose = :purpose")
_RELEASE: Final = Statement("DELETE FROM keys_secrets_in_use WHERE purpose = :purpose AND key_id = :key_id")
_RELEASE_ALL: Final = Statement("DELETE FROM keys_secrets_in_use WHERE purpose = :purpose")
_TRIES: Final = 10


class AnotherSecret(Exception):
    """The database was written with another secret for this purpose. The text tells the ids of the keys alone."""

    def __init__(self, purpose: Purpose, known: str, given: str) -> None:
        super().__init__(f"secrets.{purpose} is the key {given}, and the database was written with {known}")
        self.purpose: Final = purpose
        self.known: Final = known


def claim(db: Connected, purpose: Purpose, key_id: str) -> None:
    """Remember that this transaction writes with that key; `AnotherSecret` where the purpose has another one.

    A seal key may be claimed beside others: what each sealed opens for as long as the operator gives it.
    """
    one = {"purpose": purpose, "key_id": key_id}
    for _ in range(_TRIES):
        db.run(_CLAIM, one)
        if db.one(_HELD, one):
            return
        # another key has the place, or the row was released between the two statements
        if purpose is not Purpose.SEAL and (other := db.one(_OTHER, {"purpose": purpose})):
            raise AnotherSecret(purpose, other[0], key_id)
    raise AnotherSecret(purpose, "no key that stays", key_id)


def in_use(db: Connected) -> dict[Purpose, frozenset[str]]:
    """The ids of the keys with which the database was written; a purpose of which nothing was written is empty."""
    found: dict[Purpose, set[str]] = {purpose: set() for purpose in Purpose}
    for purpose, key_id in db.all(_ALL):
        found[Purpose(purpose)].add(key_id)
    return {purpose: frozenset(ids) for purpose, ids in found.items()}


def release(db: Connected, purpose: Purpose, key_id: str) -> None:
    """Nothing is written with that key any more: look whether it is so *after* this, in the same transaction."""
    db.run(_RELEASE, {"purpose": purpose, "key_id": key_id})


def replace(db: Connected, purpose: Purpose, key_id: str) -> None:
    """The operator says that this key is the one from now on; what others made is given up."""
    db.run(_RELEASE_ALL, {"purpose": purpose})
    claim(db, purpose, key_id)
