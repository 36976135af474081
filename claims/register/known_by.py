"""Whether what somebody typed of a person is so: told by digests, with nothing opened (G6)."""

from hmac import compare_digest
from typing import Final

from claims.addresses import Address
from claims.identifiers import Identifier, Scheme
from claims.register.numbers import ADDRESS, digest_of
from claims.register.personal import Vault
from keys.storage import Connected, Statement

__all__ = ["is_known_by"]

_DIGEST: Final = Statement(
    "SELECT digest FROM register_identifiers WHERE party = :party AND scheme = :scheme"
)


def is_known_by(db: Connected, vault: Vault, party_id: str, typed: Identifier | Address) -> bool:
    """Whether what somebody typed is that of this person; False too where the register knows none, or no such person.

    Compared by digest, in a time that tells nothing; nothing is opened.
    """
    if isinstance(typed, Address):
        scheme, value = ADDRESS, typed.value
    elif typed.scheme is Scheme.BSN:
        scheme, value = typed.scheme.value, typed.value
    else:
        return False
    row = db.one(_DIGEST, {"party": party_id, "scheme": scheme}) if party_id.isprintable() else None
    kept = "" if row is None else str(row[0])
    return compare_digest(kept.encode(), digest_of(vault, party_id, scheme, value).encode())
