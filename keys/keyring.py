"""The keys of one moment: sign with the one, publish and check with all.

A keyring never changes; `keys.source` gives the one of the present moment. Signatures are made and
checked by hand (RFC 7515 section 5, compact form, our own header alone) because every login pays for several of them.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from keys.algorithms import SignatureAlgorithm
from keys.checking import RSA_PADDINGS, Checker, NotOurs
from keys.lifecycle import Life, State
from keys.material import PrivateKey

__all__ = ["KeyEntry", "Keyring", "NoKeyFor", "NotOurs"]

_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_STATES_IN_ORDER: Final = (State.SIGNING, State.ANNOUNCED, State.VERIFYING)


class NoKeyFor(Exception):
    """There is no key for this algorithm yet: nobody asked for one before (`KeyringSource.provide`)."""

    def __init__(self, alg: SignatureAlgorithm) -> None:
        super().__init__(alg)
        self.alg: Final = alg


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One key as the keyring knows it: `private` is None where it no longer signs."""

    kid: str
    alg: SignatureAlgorithm
    life: Life
    public: Mapping[str, str]
    private: PrivateKey | None

    def __repr__(self) -> str:
        return f"KeyEntry(kid={self.kid!r}, alg={self.alg!r}, life={self.life!r})"


class Keyring:
    """The keys that are published at one instant, and among them the one that signs for each algorithm."""

    __slots__ = ("_checker", "_headers", "_published", "_signers", "jwks_bytes", "signing_kids")

    def __init__(self, entries: Iterable[KeyEntry], now: int) -> None:
        published = [entry for entry in entries if entry.life.published(now)]
        published.sort(
            key=lambda entry: (_STATES_IN_ORDER.index(entry.life.state(now)), entry.alg, entry.kid)
        )
        self._published: Final = tuple(dict(entry.public) for entry in published)
        self._checker: Final = Checker((entry.kid, entry.alg, entry.public) for entry in published)
        self._signers: Final[dict[str, tuple[str, Callable[[bytes], bytes]]]] = {}
        for entry in published:
            # In that order: one that is only announced signs where nothing else does, which happens when the
            # process that made the first key has a clock ahead of ours.
            if entry.private is not None and entry.life.state(now) in {State.SIGNING, State.ANNOUNCED}:
                self._signers.setdefault(entry.alg, (entry.kid, _signer(entry.alg, entry.private)))
        self._headers: Final[dict[tuple[str, str], bytes]] = {}
        self.signing_kids: Final = {alg: kid for alg, (kid, _) in self._signers.items()}
        self.jwks_bytes: Final = json.dumps(self.jwks(), separators=(",", ":")).encode()

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The JWK Set to publish (RFC 7517 section 5): public members only."""
        return {"keys": [dict(jwk) for jwk in self._published]}

    def sign(self, payload: Mapping[str, Any] | bytes, *, alg: SignatureAlgorithm, typ: str) -> str:
        """A compact JWS over `payload` (an object, or its bytes as they are), with `kid` and `typ`; else NoKeyFor."""
        try:
            kid, signature_over = self._signers[alg]
        except KeyError:
            raise NoKeyFor(alg) from None
        header = self._headers.get((alg, typ))
        if header is None:
            header = self._headers[alg, typ] = _base64url(_json({"alg": alg, "kid": kid, "typ": typ}))
        body = payload if isinstance(payload, bytes) else _json(payload)
        signed = header + b"." + _base64url(body)
        return (signed + b"." + _base64url(signature_over(signed))).decode()

    def verify(self, token: str, *, typ: Collection[str] | None) -> Mapping[str, Any]:
        """The claims of a token that a published key of ours signed; NotOurs otherwise.

        `typ` lists the types that will do (None: any). Times and audience are the caller's to judge: a hint may
        have expired (OpenID Connect Core 3.1.2.1).
        """
        return self._checker.verify(token, typ=typ)[1]


def _signer(alg: SignatureAlgorithm, private: PrivateKey) -> Callable[[bytes], bytes]:
    """How `private` signs. ECDSA signatures are r and s, 32 bytes each (RFC 7518 section 3.4), not DER."""
    if isinstance(private, EllipticCurvePrivateKey):
        ec, ecdsa = private, ECDSA(SHA256())

        def es256(message: bytes) -> bytes:
            r, s = decode_dss_signature(ec.sign(message, ecdsa))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")

        return es256
    if isinstance(private, Ed25519PrivateKey):
        return private.sign
    rsa, padding, digest = private, RSA_PADDINGS[alg], SHA256()
    return lambda message: rsa.sign(message, padding, digest)


def _json(value: Mapping[str, Any]) -> bytes:
    return _ENCODER.encode(value).encode()


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")
