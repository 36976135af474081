"""The keys of the parties whose numbers are personal: read many at a time, made where they are wanted."""

from collections.abc import Iterable, Mapping
from typing import Final

from claims.register.many import ManyStatement
from claims.register.personal import PartyKey, Vault
from keys.storage import Connected, Statement

__all__ = ["PartyKeys", "have_keys", "how_many_keys", "keep_keys"]

_WRAPPED: Final = ManyStatement("SELECT party, wrapped FROM register_party_keys WHERE party IN (:ids)")
# Plain: where two gave a party a key at the same time, the second one fails, for its numbers would never open.
_KEEP: Final = Statement("INSERT INTO register_party_keys (party, wrapped) VALUES (:party, :wrapped)")


class PartyKeys:
    """The keys of these parties. `made` are those that the register does not hold yet: `keep_keys` keeps them."""

    def __init__(self, db: Connected, vault: Vault, ids: Iterable[str]) -> None:
        self._vault: Final = vault
        self._wrapped: Final[dict[str, str]] = dict(_WRAPPED.rows(db, sorted(ids)))
        self._opened: Final[dict[str, PartyKey]] = {}
        self.made: Final[dict[str, str]] = {}

    def of(self, party: str) -> PartyKey:
        """The key of that party."""
        if (key := self._opened.get(party)) is not None:
            return key
        if (wrapped := self._wrapped.get(party)) is not None:
            key = self._vault.key(party, wrapped)
        else:
            key = self._vault.new_key(party)
            self.made[party] = key.wrapped
        self._opened[party] = key
        return key


def have_keys(db: Connected, ids: Iterable[str]) -> bool:
    """Whether one of these parties has a key."""
    return how_many_keys(db, ids) > 0


def how_many_keys(db: Connected, ids: Iterable[str]) -> int:
    """How many of these parties, each named once, have a key."""
    return len(dict(_WRAPPED.rows(db, list(ids))))


def keep_keys(db: Connected, wrapped: Mapping[str, str]) -> None:
    """Keep new keys of parties."""
    db.many(_KEEP, [{"party": party, "wrapped": one} for party, one in wrapped.items()])
