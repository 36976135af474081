"""An issuer's published keys, by key id (RFC 7517)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

__all__ = ["ALGORITHMS", "Candidate", "KeySet", "read_key_set"]

ALGORITHMS: Final[Mapping[str, tuple[str, str | None]]] = {
    "ES256": ("EC", "P-256"),
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
    "Ed25519": ("OKP", "Ed25519"),
}
"""What can be verified: algorithm to key type and curve. There is nothing symmetric in it, and no `none`."""

_KINDS: Final[Mapping[str, type[ECKey] | type[RSAKey] | type[OKPKey]]] = {
    "EC": ECKey,
    "RSA": RSAKey,
    "OKP": OKPKey,
}
_MOST_KEYS: Final = 100
_SHORTEST_RSA: Final = 2048


@dataclass(frozen=True, slots=True)
class Candidate:
    """One key as published: `key` is None where it cannot be read or is not for signatures."""

    key: ECKey | RSAKey | OKPKey | None
    kty: str
    crv: str | None
    alg: str | None

    def serves(self, algorithm: str) -> bool:
        """Whether it may verify a signature made with `algorithm`."""
        return (
            self.key is not None
            and ALGORITHMS.get(algorithm) == (self.kty, self.crv)
            and self.alg in (None, algorithm)
        )


KeySet = Mapping[str, Sequence[Candidate]]


def read_key_set(document: object) -> KeySet:
    """The keys of a JWK Set by their ids; ValueError where it is none.

    A key that we cannot use stays in its place, so that an id that occurs twice is seen to do so.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("keys"), list):
        raise ValueError("a key set is an object with a list of keys")
    if len(document["keys"]) > _MOST_KEYS:
        raise ValueError(f"a key set has at most {_MOST_KEYS} keys")
    found: dict[str, list[Candidate]] = {}
    for jwk in document["keys"]:
        if isinstance(jwk, Mapping) and isinstance(kid := jwk.get("kid"), str):
            found.setdefault(kid, []).append(_candidate(jwk))
    return found


def _candidate(jwk: Mapping[str, object]) -> Candidate:
    kty, crv, alg = (jwk.get(name) for name in ("kty", "crv", "alg"))
    usable = (
        isinstance(kty, str)
        and kty in _KINDS
        and jwk.get("use") in (None, "sig")
        and _verifies(jwk.get("key_ops"))
        and isinstance(alg, str | None)
        and isinstance(crv, str | None)
    )
    return Candidate(
        key=_imported(jwk, str(kty)) if usable else None,
        kty=str(kty),
        crv=crv if isinstance(crv, str) else None,
        alg=alg if isinstance(alg, str) else None,
    )


def _verifies(key_ops: object) -> bool:
    return key_ops is None or (isinstance(key_ops, list) and "verify" in key_ops)


def _imported(jwk: Mapping[str, object], kty: str) -> ECKey | RSAKey | OKPKey | None:
    # the members of a public key and no others: what else stands there must not change how it is read
    public: dict[str, str | list[str]] = {
        name: str(jwk[name]) for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk
    }
    try:
        key = _KINDS[kty].import_key(public)
        if isinstance(key, RSAKey) and key.get_op_key("verify").key_size < _SHORTEST_RSA:
            return None
        key.get_op_key("verify")
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key
