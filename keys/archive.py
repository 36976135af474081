"""Every key that a ring ever had, for what was signed long ago: public halves are kept when a key is gone."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from keys import store
from keys.algorithms import SIGNATURE_ALGORITHMS
from keys.sealing import Sealer
from keys.storage import Connected
from keys.store import StoredKey

__all__ = ["Archive"]


class Archive:
    """The keys of one ring, gone and withdrawn ones too, as the table has them at the first question.

    Keys that nobody who has the seal put there are not among them.
    """

    def __init__(self, db: Connected, sealer: Sealer, ring: str) -> None:
        self._keys: Final[dict[str, tuple[StoredKey, Mapping[str, str]]]] = {
            key.kid: (key, public)
            for key in store.all_keys(db, ring)
            if (public := store.public_jwk(db, sealer, ring, key.kid)) is not None
        }

    def prove(self, token: str, *, typ: str) -> Mapping[str, Any] | None:
        """The claims of a compact JWS of this `typ` that a key of the ring signed, before it was withdrawn (`iat`)."""
        try:
            header = jws.extract_compact(token.encode()).headers()
            key, public = self._keys[header["kid"]]
            if header != {"alg": key.alg, "kid": key.kid, "typ": typ}:
                return None
            algorithms = list(SIGNATURE_ALGORITHMS)
            signed = jws.deserialize_compact(token, import_key(dict(public)), algorithms=algorithms)
            claims = orjson.loads(signed.payload)
        except (JoseError, ValueError, KeyError, TypeError):
            return None
        if not isinstance(claims, dict) or type(claims.get("iat")) is not int:
            return None
        withdrawn = key.life.withdrawn_at
        return claims if withdrawn is None or claims["iat"] < withdrawn else None
