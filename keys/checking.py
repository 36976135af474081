"""Whether a token was signed by one of some keys (RFC 7515 section 5, compact form, our own header alone)."""

import hashlib
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, OKPKey, RSAKey

from keys.algorithms import SignatureAlgorithm

__all__ = ["RSA_PADDINGS", "Checker", "NotOurs"]

# The salt is as long as the digest (RFC 7518 sections 3.3 and 3.5).
RSA_PADDINGS: Final = {"RS256": PKCS1v15(), "PS256": PSS(MGF1(SHA256()), SHA256.digest_size)}

_LONGEST_TOKEN: Final = 16 * 1024
_MOST_PROVED: Final = 1024
_HEADER_MEMBERS: Final = {"alg", "kid", "typ"}


class NotOurs(Exception):
    """A token that none of these keys signed, or of another type. The text never holds the token."""


class Checker:
    """Checks with the public keys that it is given, each for its own algorithm."""

    __slots__ = ("_proved", "_verifiers")

    def __init__(self, keys: Iterable[tuple[str, SignatureAlgorithm, Mapping[str, str]]]) -> None:
        self._verifiers: Final = {kid: (alg, _verifier(alg, public)) for kid, alg, public in keys}
        self._proved: Final[dict[bytes, tuple[str, str, Mapping[str, Any]]]] = {}

    def verify(self, token: str, *, typ: Collection[str] | None) -> tuple[str, Mapping[str, Any]]:
        """The id of the key that signed a token, and its claims; NotOurs otherwise. `typ` None: of any type."""
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            raise NotOurs("not a token of ours")
        # The same hint comes back with every silent login of a session; each token is proved once.
        digest = hashlib.sha256(token.encode()).digest()
        proved = self._proved.get(digest)
        if proved is None:
            if len(self._proved) >= _MOST_PROVED:
                self._proved.clear()
            proved = self._proved[digest] = self._prove(token)
        kid, found_typ, claims = proved
        if typ is not None and found_typ not in typ:
            raise NotOurs("a token of another type")
        return kid, claims

    def _prove(self, token: str) -> tuple[str, str, Mapping[str, Any]]:
        """The key, the type and the claims of a token, its signature checked."""
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
        return members["kid"], members["typ"], MappingProxyType(claims)


def _verifier(alg: SignatureAlgorithm, jwk: Mapping[str, str]) -> Callable[[bytes, bytes], bool]:
    """Whether a signature over a message is of this key."""
    public: dict[str, str | list[str]] = dict(jwk)
    if alg == "ES256":
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
    if alg == "Ed25519":
        okp: Any = OKPKey.import_key(public).public_key

        def ed25519(message: bytes, signature: bytes) -> bool:
            try:
                okp.verify(signature, message)
            except InvalidSignature:
                return False
            return True

        return ed25519
    rsa, padding, digest = RSAKey.import_key(public).public_key, RSA_PADDINGS[alg], SHA256()

    def of_rsa(message: bytes, signature: bytes) -> bool:
        try:
            rsa.verify(signature, message, padding, digest)
        except InvalidSignature:
            return False
        return True

    return of_rsa


def _raw(part: str) -> bytes:
    """The bytes of a part of a compact JWS; ValueError for what is not base64url, written in its one way."""
    raw = b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise ValueError("not base64url")
    return raw
