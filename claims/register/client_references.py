"""By what an organisation knows its clients in its own books: its note alone, sealed, and found whole.

A reference may be somebody's name or number. It lies under the key of the client, whoever that is, so that it opens nowhere
once the client is forgotten; and it is found by a keyed digest, under the organisation alone. No right hangs on it: the
account tells nothing of it, no answer and no token holds it, and the client never sees it.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from claims.identifiers import holds_a_bsn
from claims.parties import cleaned, searchable
from claims.register.many import ManyStatement
from claims.register.party_keys import PartyKeys, keep_keys
from claims.register.personal import Vault
from claims.register.turns import take_turn
from keys.in_use import Purpose, claim
from keys.sealing import Unsealable
from keys.storage import Connected, Statement

__all__ = [
    "LONGEST",
    "NotKept",
    "as_kept",
    "forget_party",
    "known_by",
    "move_in",
    "of_clients",
    "put",
    "remove",
    "set_aside",
]

LONGEST: Final = 60  # signs

_PUT: Final = Statement(
    "INSERT INTO register_client_references (organisation, client, digest, sealed)"
    " VALUES (:organisation, :client, :digest, :sealed) ON CONFLICT (organisation, client)"
    " DO UPDATE SET digest = excluded.digest, sealed = excluded.sealed"
)
_REMOVE: Final = Statement(
    "DELETE FROM register_client_references WHERE organisation = :organisation AND client = :client"
)
_OF: Final = ManyStatement(
    "SELECT r.client, r.sealed, k.wrapped FROM register_client_references r"
    " JOIN register_party_keys k ON k.party = r.client"
    " WHERE r.organisation = :organisation AND r.client IN (:ids)"
)
_KNOWN_BY: Final = ManyStatement("SELECT client FROM register_client_references WHERE digest IN (:ids)")
_FORGET: Final = (
    Statement("DELETE FROM register_client_references WHERE client = :party OR organisation = :party"),
    Statement("DELETE FROM register_placings WHERE client = :party"),
)
_BLANKS: Final = re.compile(r"\s+")
_PLACE: Final = "register_client_references.sealed"
_ASIDE: Final = "register_placings.sealed"


class NotKept(StrEnum):
    """Why a reference is not kept; the codes are stable."""

    TOO_LONG = "reference_too_long"
    HOLDS_A_NUMBER = "reference_holds_a_number"  # one that passes as a BSN


def as_kept(text: str) -> str | NotKept:
    """The reference as it is kept: without blanks around it, and with one where there were several; empty for none."""
    reference = _BLANKS.sub(" ", cleaned(text)).strip()
    if len(reference) > LONGEST:
        return NotKept.TOO_LONG
    return NotKept.HOLDS_A_NUMBER if holds_a_bsn(reference) else reference


def put(db: Connected, vault: Vault, organisation: str, client: str, reference: str) -> None:
    """Keep what `as_kept` made of a reference, in the place of the one before.

    That the client is one of this organisation is the caller's to know. It takes the turn of imports, which give parties
    their keys too: call it before anything else is held.
    """
    take_turn(db)
    claim(db, Purpose.SEAL, vault.seal_id)
    claim(db, Purpose.DIGEST, vault.digest_id)
    _keep(db, vault, organisation, client, reference)


def remove(db: Connected, organisation: str, client: str) -> None:
    """Keep none any more."""
    db.run(_REMOVE, {"organisation": organisation, "client": client})


def of_clients(db: Connected, vault: Vault, organisation: str, clients: Iterable[str]) -> dict[str, str]:
    """The organisation's references of these clients; a client without one is left out, and one whose row was altered."""
    found: dict[str, str] = {}
    asked = {"organisation": organisation}
    for client, sealed, wrapped in _OF.rows(db, list(dict.fromkeys(clients)), asked):
        try:
            key = vault.key(client, wrapped)
            found[client] = key.open_for(sealed, place=f"{_PLACE}:{organisation}")
        except Unsealable:
            continue
    return found


def known_by(db: Connected, vault: Vault, organisations: Iterable[str], reference: str) -> list[str]:
    """The clients that these organisations know by this whole reference, capitals apart."""
    kept = as_kept(reference)
    if isinstance(kept, NotKept) or not kept:
        return []
    digests = sorted({_digest(vault, organisation, kept) for organisation in organisations})
    return sorted({str(client) for (client,) in _KNOWN_BY.rows(db, digests)})


def set_aside(db: Connected, vault: Vault, client: str, offer: str, reference: str) -> str:
    """A reference sealed for an offer that is not given yet; `put` says what must be held."""
    keys = PartyKeys(db, vault, [client])
    sealed = keys.of(client).seal_for(reference, place=f"{_ASIDE}:{offer}")
    keep_keys(db, keys.made)
    return sealed


def move_in(db: Connected, vault: Vault, organisation: str, client: str, offer: str, sealed: str) -> None:
    """Keep what was set aside for an offer; nothing where it opens no more."""
    try:
        reference = PartyKeys(db, vault, [client]).of(client).open_for(sealed, place=f"{_ASIDE}:{offer}")
    except Unsealable:
        return
    _keep(db, vault, organisation, client, reference)


def forget_party(db: Connected, party: str) -> None:
    """Keep nothing of this client any more, whoever knew it by something; nor what it knew its own clients by."""
    for statement in _FORGET:
        db.run(statement, {"party": party})


def _keep(db: Connected, vault: Vault, organisation: str, client: str, reference: str) -> None:
    keys = PartyKeys(db, vault, [client])
    sealed = keys.of(client).seal_for(reference, place=f"{_PLACE}:{organisation}")
    keep_keys(db, keys.made)
    db.run(
        _PUT,
        {
            "organisation": organisation,
            "client": client,
            "digest": _digest(vault, organisation, reference),
            "sealed": sealed,
        },
    )


def _digest(vault: Vault, organisation: str, reference: str) -> str:
    return vault.digest_of_reference(organisation, searchable(reference))
