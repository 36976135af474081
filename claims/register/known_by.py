"""Whether what somebody typed of a person is so, and whom it is of: told by digests, with nothing opened (G6)."""

from datetime import date
from hmac import compare_digest
from typing import Final

from claims.addresses import Address
from claims.identifiers import Identifier, Scheme
from claims.parties import PartyKind
from claims.register import lookup
from claims.register.many import ManyStatement
from claims.register.numbers import ADDRESS, digest_of
from claims.register.personal import Vault
from keys.storage import Connected, Statement

__all__ = ["is_known_by", "who_is"]

_DIGEST: Final = Statement(
    "SELECT digest FROM register_identifiers WHERE party = :party AND scheme = :scheme"
)
_BORN: Final = Statement("SELECT id FROM register_parties WHERE born = :born ORDER BY id")
_DIGESTS: Final = ManyStatement(
    "SELECT party, digest FROM register_identifiers WHERE party IN (:ids) AND scheme = :scheme"
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


def who_is(db: Connected, vault: Vault, born: date, typed: Identifier | Address) -> str | None:
    """The id of the one person who was born on that day and has that number, or lives there; None for nobody.

    None too for two who were born on one day and live together: nobody can tell which of them is meant.
    """
    if isinstance(typed, Identifier):
        if typed.scheme is not Scheme.BSN:
            return None
        found = lookup.party_by_identifier(db, vault, typed)
        is_meant = found is not None and found.kind is PartyKind.PERSON and found.born == born
        return found.id if found is not None and is_meant else None
    ids = [id for (id,) in db.all(_BORN, {"born": born.isoformat()})]
    there = [
        party
        for party, digest in _DIGESTS.rows(db, ids, {"scheme": ADDRESS})
        if compare_digest(str(digest).encode(), digest_of(vault, party, ADDRESS, typed.value).encode())
    ]
    return there[0] if len(there) == 1 else None
