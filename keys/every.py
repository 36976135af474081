"""Every key that a ring ever had: what checks a signature that was made years ago."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from keys.checking import Checker
from keys.store import KnownKey

__all__ = ["EveryKey"]


class EveryKey:
    """Keys that sign, that are gone and that were withdrawn, by id; each was proved to be as we once wrote it.

    Nothing here judges when something was signed: who asks compares the instant that was signed with
    `life.signs_from`, `life.signs_until` and, where the key may have been stolen, `life.withdrawn_at`.
    """

    def __init__(self, keys: Iterable[KnownKey]) -> None:
        self.by_id: Final[Mapping[str, KnownKey]] = {key.kid: key for key in keys}
        self._checker: Final = Checker((key.kid, key.alg, key.public) for key in self.by_id.values())

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Their public halves as a JWK Set, for who checks without us."""
        return {"keys": [dict(key.public) for key in self.by_id.values()]}

    def verify(self, token: str, *, typ: Collection[str]) -> tuple[KnownKey, Mapping[str, Any]]:
        """The key that signed a token of one of these types, and what it says; `keys.checking.NotOurs` otherwise."""
        kid, claims = self._checker.verify(token, typ=typ)
        return self.by_id[kid], claims
