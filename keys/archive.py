"""Every key that a ring ever had, for what was signed long ago: public halves are kept when a key is gone."""

from collections.abc import Mapping
from typing import Any, Final

from keys import store
from keys.checking import Checker, NotOurs
from keys.rings import Ring
from keys.sealing import Sealer, Unsealable
from keys.storage import Connected
from keys.store import KnownKey

__all__ = ["Archive"]


class Archive:
    """The keys of one ring, gone and withdrawn ones too, as the table has them at the first question.

    Keys of which the row is not as somebody wrote it who has the seal are not among them.
    """

    def __init__(self, db: Connected, sealer: Sealer, ring: Ring) -> None:
        self.by_id: Final[Mapping[str, KnownKey]] = {key.kid: key for key in _proved(db, sealer, ring)}
        self._checker: Final = Checker((key.kid, key.alg, key.public) for key in self.by_id.values())

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Their public halves as a JWK Set, for who checks without us."""
        return {"keys": [dict(key.public) for key in self.by_id.values()]}

    def prove(self, token: str, *, typ: str) -> Mapping[str, Any] | None:
        """The claims of a compact JWS of this `typ` that a key of the ring signed, before it was withdrawn (`iat`)."""
        try:
            kid, claims = self._checker.verify(token, typ={typ})
        except NotOurs:
            return None
        if type(claims.get("iat")) is not int:
            return None
        withdrawn = self.by_id[kid].life.withdrawn_at
        return claims if withdrawn is None or claims["iat"] < withdrawn else None


def _proved(db: Connected, sealer: Sealer, ring: Ring) -> list[KnownKey]:
    found = []
    for key in store.all_keys(db, ring):
        try:
            public = store.public_jwk(db, sealer, ring, key)
        except Unsealable:
            continue
        found.append(KnownKey(key.kid, key.alg, key.life, public))
    return found
