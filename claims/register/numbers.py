"""The numbers by which parties are known, written: personal ones sealed, public ones in plain."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from claims.register.many import ManyStatement
from claims.register.party_keys import PartyKeys, keep_keys
from claims.register.personal import PartyKey, Vault
from keys.storage import Connected, Statement

__all__ = [
    "ADDRESS",
    "NumberRow",
    "Numbers",
    "digest_of",
    "digested",
    "digests_of",
    "keep_numbers",
    "kept_in_version",
    "put_numbers",
    "rows_of",
]

ADDRESS: Final = "address"
"""Kept as if it were a scheme of numbers: sealed, forgotten and sealed anew with them. It is none in any answer."""

Numbers = Mapping[str, str]  # scheme to value, the address among them
Digests = Mapping[str, str]  # scheme to what the value is found by
NumberRow = Mapping[str, str | None]

_DIGESTS = ManyStatement("SELECT party, digest FROM register_identifiers WHERE party IN (:ids)")
_DROP = ManyStatement("DELETE FROM register_identifiers WHERE party IN (:ids)")
_DROP_TAKEN = ManyStatement("DELETE FROM register_identifiers WHERE digest IN (:ids)")
_ADD = Statement(
    "INSERT INTO register_identifiers (digest, party, scheme, value, sealed)"
    " VALUES (:digest, :party, :scheme, :value, :sealed)"
)


def digests_of(db: Connected, party_ids: Iterable[str]) -> dict[str, set[str]]:
    """The digests of the numbers that each party has now; a party without numbers is left out."""
    found: dict[str, set[str]] = {}
    for party, digest in _DIGESTS.rows(db, list(party_ids)):
        found.setdefault(party, set()).add(digest)
    return found


def digested(vault: Vault, party: str, numbers: Numbers) -> Digests:
    """What these numbers of the party are found by."""
    return {scheme: digest_of(vault, party, scheme, value) for scheme, value in numbers.items()}


def digest_of(vault: Vault, party: str, scheme: str, value: str) -> str:
    """What one is found by. An address is several people's, and is compared with one party's alone: that is part of it."""
    return vault.digest(scheme, f"{party}\n{value}" if scheme == ADDRESS else value)


def rows_of(party: str, numbers: Numbers, digests: Digests, key: PartyKey | None) -> list[NumberRow]:
    """The rows in which these numbers of a party are kept, sealed under `key` where they are personal."""
    return [
        {
            "digest": digests[scheme],
            "party": party,
            "scheme": scheme,
            "value": value if key is None else None,
            "sealed": None if key is None else key.seal(value, scheme=scheme),
        }
        for scheme, value in numbers.items()
    ]


def put_numbers(db: Connected, parties: Sequence[str], rows: Sequence[NumberRow]) -> None:
    """Make `rows` the numbers of these parties.

    A number that another party has is taken from it: who calls this has made sure that it may.
    """
    _DROP.run(db, parties)
    _DROP_TAKEN.run(db, [str(row["digest"]) for row in rows])
    db.many(_ADD, rows)


def keep_numbers(db: Connected, vault: Vault, numbers: Mapping[str, Numbers], personal: set[str]) -> None:
    """Make these the numbers of these parties; those of `personal` are sealed."""
    keys = PartyKeys(db, vault, numbers.keys() & personal)
    rows = [
        row
        for party, of_party in numbers.items()
        for row in rows_of(
            party, of_party, digested(vault, party, of_party), keys.of(party) if party in personal else None
        )
    ]
    keep_keys(db, keys.made)
    put_numbers(db, list(numbers), rows)


def kept_in_version(numbers: Numbers, digests: Digests, version: int, key: PartyKey | None) -> dict[str, Any]:
    """The numbers as a version of the party keeps them, sealed as one under `key` where they are personal.

    And their digests, which the journal covers: whoever changes a number is found out, and the number is not told.
    """
    found_by = sorted(digests.values())
    if key is None:
        return {"number_digests": found_by, "identifiers": dict(numbers)}
    return {"number_digests": found_by, "sealed_identifiers": key.seal_numbers(numbers, version=version)}
