"""The keys of one moment: sign with the one, publish and check with all.

A keyring never changes; `keys.source` gives the one of the present moment. Signatures are made and
checked by hand (RFC 7515 section 5, compact form, our own header alone) because every login pays for several of them.
"""

import hashlib
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, RSAKey

from keys.algorithms import SignatureAlgorithm
from keys.lifecycle import Life, State
from keys.material import PrivateKey

__all__ = ["KeyEntry", "Keyring", "NotOurs"]

_LONGEST_TOKEN: Final = 16 * 1024
_MOST_PROVED: Final = 1024
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_HEADER_MEMBERS: Final = {"alg", "kid", "typ"}
_STATES_IN_ORDER: Final = (State.SIGNING, State.ANNOUNCED, State.VERIFYING)


class NotOurs(Exception):
    """A token that no published key of ours signed, or of another type. The text never holds the token."""


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

    __slots__ = ("_headers", "_proved", "_published", "_signers", "_verifiers", "jwks_bytes", "signing_kids")

    def __init__(self, entries: Iterable[KeyEntry], now: int) -> None:
        published = [entry for entry in entries if entry.life.published(now)]
        published.sort(
            key=lambda entry: (_STATES_IN_ORDER.index(entry.life.state(now)), entry.alg, entry.kid)
        )
        self._published: Final = tuple(dict(entry.public) for entry in published)
        self._verifiers: Final = {entry.kid: (entry.alg, _verifier(entry)) for entry in published}
        self._signers: Final[dict[str, tuple[str, Callable[[bytes], bytes]]]] = {}
        for entry in published:
            # In that order: one that is only announced signs where nothing else does, which happens when the
            # process that made the first key has a clock ahead of ours.
            if entry.private is not None and entry.life.state(now) in {State.SIGNING, State.ANNOUNCED}:
                self._signers.setdefault(entry.alg, (entry.kid, _signer(entry.private)))
        self._headers: Final[dict[tuple[str, str], bytes]] = {}
        self._proved: Final[dict[bytes, tuple[str, Mapping[str, Any]]]] = {}
        self.signing_kids: Final = {alg: kid for alg, (kid, _) in self._signers.items()}
        self.jwks_bytes: Final = json.dumps(self.jwks(), separators=(",", ":")).encode()

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The JWK Set to publish (RFC 7517 section 5): public members only."""
        return {"keys": [dict(jwk) for jwk in self._published]}

    def sign(self, payload: Mapping[str, Any] | bytes, *, alg: SignatureAlgorithm, typ: str) -> str:
        """A compact JWS over `payload` (an object, or its bytes as they are), with `kid` and `typ`."""
        kid, signature_over = self._signers[alg]
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
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            raise NotOurs("not a token of ours")
        # The same hint comes back with every silent login of a session; a keyring proves each token once.
        digest = hashlib.sha256(token.encode()).digest()
        proved = self._proved.get(digest)
        if proved is None:
            if len(self._proved) >= _MOST_PROVED:
                self._proved.clear()
            proved = self._proved[digest] = self._prove(token)
        found_typ, claims = proved
        if typ is not None and found_typ not in typ:
            raise NotOurs("a token of another type")
        return claims

    def _prove(self, token: str) -> tuple[str, Mapping[str, Any]]:
        """The type and the claims of a token, its signature checked."""
        parts = token.split(".")
        if len(parts) != 3:
            raise NotOurs("not a compact JWS")
        try:
            header, body, signature = (_raw(part) for part in parts)
            members = json.loads(header)
        except (ValueError, RecursionError) as failure:
            raise NotOurs("not a token of ours") from failure
        if (
            not isinstance(members, dict)
            or members.keys() != _HEADER_MEMBERS
            or not all(isinstance(value, str) for value in members.values())
        ):
            raise NotOurs("a token with another header than ours")
        known = self._verifiers.get(members["kid"])
        if known is None or known[0] != members["alg"]:
            raise NotOurs("a token of a key that is not published")
        if not known[1](token.rpartition(".")[0].encode(), signature):
            raise NotOurs("a token with another signature than ours")
        try:
            claims = json.loads(body)
        except ValueError as failure:
            raise NotOurs("not a token of ours") from failure
        if not isinstance(claims, dict):
            raise NotOurs("a token without claims")
        return members["typ"], MappingProxyType(claims)


def _signer(private: PrivateKey) -> Callable[[bytes], bytes]:
    """How `private` signs. ECDSA signatures are r and s, 32 bytes each (RFC 7518 section 3.4), not DER."""
    if isinstance(private, EllipticCurvePrivateKey):
        ec, ecdsa = private, ECDSA(SHA256())

        def es256(message: bytes) -> bytes:
            r, s = decode_dss_signature(ec.sign(message, ecdsa))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")

        return es256
    rsa, padding, digest = private, PKCS1v15(), SHA256()
    return lambda message: rsa.sign(message, padding, digest)


def _verifier(entry: KeyEntry) -> Callable[[bytes, bytes], bool]:
    """Whether a signature over a message is of this key: the reverse of `_signer`."""
    public: dict[str, str | list[str]] = dict(entry.public)
    if entry.alg == "ES256":
        ec, ecdsa = ECKey.import_key(public).public_key, ECDSA(SHA256())

        def es256(message: bytes, signature: bytes) -> bool:
            if len(signature) != 64:
                return False
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            try:
                ec.verify(encode_dss_signature(r, s), message, ecdsa)
            except InvalidSignature:
                return False
            return True

        return es256
    rsa, padding, digest = RSAKey.import_key(public).public_key, PKCS1v15(), SHA256()

    def rs256(message: bytes, signature: bytes) -> bool:
        try:
            rsa.verify(signature, message, padding, digest)
        except InvalidSignature:
            return False
        return True

    return rs256


def _json(value: Mapping[str, Any]) -> bytes:
    return _ENCODER.encode(value).encode()


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _raw(part: str) -> bytes:
    """The bytes of a part of a compact JWS; ValueError for what is not base64url, written in its one way."""
    raw = b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    if _base64url(raw).decode() != part:
        raise ValueError("not base64url")
    return raw
