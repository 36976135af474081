"""Personal numbers at rest: sealed under a key of the party's own, and found through a keyed digest.

A `bsn`, and every number of a person or of a sole trader, is kept in this way (`mandates.md` 3). The party's key
stands sealed in a table of its own: without that one row its numbers open nowhere, in no version and in no backup of
the other tables. Numbers of other organisations are public and stand in plain; they are found through the same digest,
so that one rule ("an identifier belongs to one party only") holds for all.
"""

import json
import os
from collections.abc import Mapping
from hmac import compare_digest
from typing import Final

from keys.sealing import KEY_BYTES, KeyedDigest, Sealer, Unsealable

__all__ = ["PartyKey", "Vault"]

_PURPOSE: Final = "register identifier"
_END_OF_JOURNAL: Final = "register journal end"
_REFERENCE: Final = "client reference"
_LINE: Final = "list line"
_FORM: Final = "p1"  # of what the key of a party sealed


class PartyKey:
    """The key of one party, opened. `wrapped` is what is kept of it."""

    __slots__ = ("_party", "_sealer", "wrapped")

    def __init__(self, party: str, key: bytes, wrapped: str) -> None:
        self._party: Final = party
        self._sealer: Final = Sealer(key, form=_FORM)
        self.wrapped: Final = wrapped

    def __repr__(self) -> str:
        return f"PartyKey({self._party!r})"

    def seal(self, value: str, *, scheme: str) -> str:
        """`value`, sealed for its row: moved to another row, party or table it does not open."""
        return self._sealer.seal(value.encode(), context=_place(self._party, scheme))

    def open(self, sealed: str, *, scheme: str) -> str:
        """The number of this party in that scheme; Unsealable otherwise."""
        return self._sealer.open(sealed, context=_place(self._party, scheme)).decode()

    def seal_for(self, text: str, *, place: str) -> str:
        """Something else of the party's, sealed for `place`, which names table and column."""
        return self._sealer.seal(text.encode(), context=_place_of_party(self._party, place))

    def open_for(self, sealed: str, *, place: str) -> str:
        """What was sealed for that place of this party; Unsealable otherwise."""
        return self._sealer.open(sealed, context=_place_of_party(self._party, place)).decode()

    def seal_numbers(self, numbers: Mapping[str, str], *, version: int) -> str:
        """All numbers that the party had in this version, sealed as one."""
        told = json.dumps(dict(numbers)).encode()
        return self._sealer.seal(told, context=_place_of_version(self._party, version))

    def open_numbers(self, sealed: str, *, version: int) -> dict[str, str]:
        """The numbers that the party had in this version; Unsealable otherwise."""
        told = self._sealer.open(sealed, context=_place_of_version(self._party, version))
        numbers: dict[str, str] = json.loads(told)
        return numbers


class Vault:
    """Makes and opens keys of parties, and finds numbers. It knows the secrets; nothing else in the register does."""

    __slots__ = ("_digest", "_sealer")

    def __init__(self, sealer: Sealer, digest: KeyedDigest) -> None:
        self._sealer: Final = sealer
        self._digest: Final = digest

    def __repr__(self) -> str:
        return "Vault()"

    @property
    def seal_prefix(self) -> str:
        """Begins whatever the present seal key sealed."""
        return self._sealer.prefix

    @property
    def seal_id(self) -> str:
        """The id of the key that seals."""
        return self._sealer.key_id

    @property
    def digest_id(self) -> str:
        """The id of the key of the digests."""
        return self._digest.key_id

    def new_key(self, party: str) -> PartyKey:
        """A key for a party that has none yet."""
        key = os.urandom(KEY_BYTES)
        return PartyKey(party, key, self._sealer.seal(key, context=_place_of_key(party)))

    def key(self, party: str, wrapped: str) -> PartyKey:
        """The key of the party, opened; Unsealable where it is another party's, or was changed."""
        return PartyKey(party, self._sealer.open(wrapped, context=_place_of_key(party)), wrapped)

    def rewrapped(self, party: str, wrapped: str) -> str:
        """The same key of the party, sealed under the present seal key."""
        place = _place_of_key(party)
        return self._sealer.seal(self._sealer.open(wrapped, context=place), context=place)

    def open(self, sealed: str, *, party: str, scheme: str, wrapped: str | None) -> str:
        """The number that was sealed for this row, by the key of the party or the way before there were such keys."""
        if not sealed.startswith(_FORM):
            return self._sealer.open(sealed, context=_place(party, scheme)).decode()
        return self._key_of(party, wrapped).open(sealed, scheme=scheme)

    def open_numbers(self, sealed: str, *, party: str, version: int, wrapped: str | None) -> dict[str, str]:
        """The numbers that were sealed for this version of the party, likewise."""
        if not sealed.startswith(_FORM):
            numbers: dict[str, str] = json.loads(self._sealer.open(sealed, context=_place(party, "*")))
            return numbers
        return self._key_of(party, wrapped).open_numbers(sealed, version=version)

    def digest(self, scheme: str, value: str) -> str:
        """What the number is found by: the same for equal numbers, and of no use without the key."""
        return self._digest.of(_PURPOSE, scheme, value)

    def digest_of_reference(self, organisation: str, reference: str) -> str:
        """What an organisation's own reference of a client is found by: another organisation's has another."""
        return self._digest.of(_REFERENCE, organisation, reference)

    def digest_of_line(self, organisation: str, line: str) -> str:
        """What a line of a list that the organisation brought is known by."""
        return self._digest.of(_LINE, organisation, line)

    def proof_of_end(self, seq: int, hash: str) -> str:
        """What only who has the secret can say of where the journal ends."""
        return self._digest.of(_END_OF_JOURNAL, str(seq), hash)

    def proves_end(self, seq: int, hash: str, proof: str | None) -> bool:
        """Whether that was said of this end, and of no other."""
        return compare_digest(self.proof_of_end(seq, hash).encode(), (proof or "").encode())

    def _key_of(self, party: str, wrapped: str | None) -> PartyKey:
        if wrapped is None:
            raise Unsealable("the key of this party is gone, and its numbers with it")
        return self.key(party, wrapped)


def _place(party: str, scheme: str) -> str:
    return f"register_identifiers.sealed:{scheme}:{party}"


def _place_of_version(party: str, version: int) -> str:
    return f"register_versions.sealed_identifiers:{version}:{party}"


def _place_of_party(party: str, place: str) -> str:
    return f"{place}:{party}"


def _place_of_key(party: str) -> str:
    return f"register_party_keys.wrapped:{party}"
