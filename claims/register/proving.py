"""Whether the secret of the digests is the one with which the register was filled: one number tells."""

from typing import Final

from claims.register.numbers import digest_of
from claims.register.personal import Vault
from keys.storage import Connected, Statement

__all__ = ["digest_fits"]

_ANY: Final = Statement(
    "SELECT i.digest, i.party, i.scheme, i.value, i.sealed, k.wrapped FROM register_identifiers i"
    " LEFT JOIN register_party_keys k ON k.party = i.party LIMIT 1"
)


def digest_fits(db: Connected, vault: Vault) -> bool:
    """Whether a number of the register is found by its digest; so it is where there is none."""
    row = db.one(_ANY)
    if row is None:
        return True
    digest, party, scheme, value, sealed, wrapped = row
    if sealed is not None:
        value = vault.open(sealed, party=party, scheme=scheme, wrapped=wrapped)
    return digest_of(vault, party, scheme, value) == str(digest)
