"""Personal numbers at rest: sealed so that only this register reads them, found through a keyed digest.

A `bsn`, and every number of a person or of a sole trader, is kept in this way (`mandates.md` 3). Numbers of
other organisations are public and stand in plain; they are found through the same digest, so that one rule
("an identifier belongs to one party only") holds for all.
"""

from typing import Final

from keys.sealing import KeyedDigest, Sealer

__all__ = ["Vault"]

_PURPOSE: Final = "register identifier"


class Vault:
    """Seals, opens and finds numbers. It knows the keys; nothing else in the register does."""

    __slots__ = ("_digest", "_sealer")

    def __init__(self, sealer: Sealer, digest: KeyedDigest) -> None:
        self._sealer: Final = sealer
        self._digest: Final = digest

    def __repr__(self) -> str:
        return "Vault()"

    def seal(self, value: str, *, party: str, scheme: str) -> str:
        """`value`, sealed for this party and scheme: moved to another row it does not open."""
        return self._sealer.seal(value.encode(), context=_place(party, scheme))

    def open(self, sealed: str, *, party: str, scheme: str) -> str:
        """The number that was sealed for this party and scheme; `keys.sealing.Unsealable` otherwise."""
        return self._sealer.open(sealed, context=_place(party, scheme)).decode()

    def digest(self, scheme: str, value: str) -> str:
        """What the number is found by: the same for equal numbers, and of no use without the key."""
        return self._digest.of(_PURPOSE, scheme, value)


def _place(party: str, scheme: str) -> str:
    return f"register_identifiers.sealed:{scheme}:{party}"
