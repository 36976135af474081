"""Somebody's published keys, parsed: which of them may have made this signature? (RFC 7517)"""

from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Mapping
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from keys.algorithms import KEY_TYPES
from keys.edwards import is_public_key

__all__ = ["NotAKeySet", "PublicKey", "PublicKeys"]

PublicKey = ECKey | RSAKey | OKPKey

_MOST_KEYS: Final = 100
_LEAST_RSA_BITS: Final = 2048  # RFC 7518 section 3.3
_MOST_RSA_BITS: Final = 8192
_MOST_EXPONENT_BITS: Final = 32  # everybody's has 17; one as long as the modulus takes 40 ms to verify with
_PRIVATE_MEMBERS: Final = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


class NotAKeySet(ValueError):
    """What should be a JWK Set is none."""


class PublicKeys:
    """A JWK Set. Keys that we cannot use are passed over (RFC 7517 section 5); one with private members is refused."""

    __slots__ = ("_ids", "_keys")

    def __init__(self, document: object) -> None:
        members = document.get("keys") if isinstance(document, Mapping) else None
        if not isinstance(members, list) or len(members) > _MOST_KEYS:
            raise NotAKeySet(f"a JWK Set is an object with a list `keys` of at most {_MOST_KEYS}")
        self._keys: Final = tuple(
            (jwk, key) for jwk in members if isinstance(jwk, dict) and (key := _imported(jwk)) is not None
        )

        ids = [jwk.get("kid") for jwk in members if isinstance(jwk, dict)]
        self._ids: Final = Counter(kid for kid in ids if isinstance(kid, str))

    def __len__(self) -> int:
        return len(self._keys)

    def times(self, kid: str) -> int:
        """How many keys are published under `kid`, those that we cannot use among them."""
        return self._ids[kid]

    def matching(self, kid: str | None, alg: str) -> list[PublicKey]:
        """The keys that may have signed with `alg` under `kid`; without a key id, every key that fits `alg`."""
        return [key for jwk, key in self._keys if _fits(jwk, alg) and (kid is None or jwk.get("kid") == kid)]


def _imported(jwk: dict[str, object]) -> PublicKey | None:
    if _PRIVATE_MEMBERS & jwk.keys():
        raise NotAKeySet("a published key set must not hold private or symmetric keys")
    if jwk.get("use", "sig") != "sig" or not _may_verify(jwk.get("key_ops")):
        return None
    if not all(
        isinstance(jwk.get(name), str) for name in ("kty", *(name for name in ("kid", "alg") if name in jwk))
    ):
        return None
    plain: dict[str, str | list[str]] = {
        name: value for name in ("kty", "crv", "x", "y", "n", "e") if isinstance(value := jwk.get(name), str)
    }
    try:
        if jwk["kty"] == "EC" and jwk.get("crv") == "P-256":
            ec = ECKey.import_key(plain)
            ec.public_key.public_numbers()  # a point that is not on the curve fails here
            return ec
        if jwk["kty"] == "OKP" and jwk.get("crv") == "Ed25519" and is_public_key(_raw(str(jwk["x"]))):
            return OKPKey.import_key(plain)
        if jwk["kty"] == "RSA" and _is_of_a_size(str(jwk["n"]), str(jwk["e"])):
            rsa = RSAKey.import_key(plain)
            rsa.public_key.public_numbers()
            return rsa
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None


def _is_of_a_size(modulus: str, exponent: str) -> bool:
    return _LEAST_RSA_BITS <= _bits(modulus) <= _MOST_RSA_BITS and _bits(exponent) <= _MOST_EXPONENT_BITS


def _bits(number: str) -> int:
    return int.from_bytes(_raw(number), "big").bit_length()


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _may_verify(key_ops: object) -> bool:
    return key_ops is None or (isinstance(key_ops, list) and "verify" in key_ops)


def _fits(jwk: Mapping[str, object], alg: str) -> bool:
    return jwk.get("alg", alg) == alg and jwk["kty"] == KEY_TYPES.get(alg)
