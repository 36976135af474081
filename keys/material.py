"""New key pairs, and the forms that they are kept and published in. The key id is the thumbprint (RFC 7638)."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from keys.algorithms import KEY_TYPES, SignatureAlgorithm

__all__ = ["Material", "PrivateKey", "private_key", "thumbprint"]

PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey | Ed25519PrivateKey
_PublicKey = EllipticCurvePublicKey | RSAPublicKey | Ed25519PublicKey

RSA_BITS: Final = 2048
_THUMBPRINT_MEMBERS: Final = {
    "EC": ("crv", "kty", "x", "y"),
    "RSA": ("e", "kty", "n"),
    "OKP": ("crv", "kty", "x"),
}
_CLASSES: Final = {"EC": EllipticCurvePrivateKey, "RSA": RSAPrivateKey, "OKP": Ed25519PrivateKey}


@dataclass(frozen=True, slots=True)
class Material:
    """A key pair. `public` is the JWK that is published; `private_der` is PKCS #8 and never shown."""

    kid: str
    alg: SignatureAlgorithm
    public: Mapping[str, str]
    private_der: bytes

    def __repr__(self) -> str:
        return f"Material(kid={self.kid!r}, alg={self.alg!r})"

    @classmethod
    def new(cls, alg: SignatureAlgorithm) -> "Material":
        """A fresh key pair for `alg`: P-256 for ES256, 2048 bits for RS256 and PS256 (RFC 7518 3.3 to 3.5)."""
        match KEY_TYPES[alg]:
            case "EC":
                return cls.of(new_ec(SECP256R1()), alg)
            case "OKP":
                return cls.of(Ed25519PrivateKey.generate(), alg)
            case _:
                return cls.of(new_rsa(public_exponent=65537, key_size=RSA_BITS), alg)

    @classmethod
    def of(cls, private: PrivateKey, alg: SignatureAlgorithm) -> "Material":
        """The material of an existing private key."""
        members = _public_members(private.public_key())
        kid = thumbprint(members)
        return cls(
            kid=kid,
            alg=alg,
            public={**members, "kid": kid, "use": "sig", "alg": alg},
            private_der=private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        )


def private_key(der: bytes, alg: SignatureAlgorithm) -> PrivateKey:
    """The private key kept as `der`, which must be one for `alg`."""
    loaded = load_der_private_key(der, password=None)
    if not isinstance(loaded, _CLASSES[KEY_TYPES[alg]]):
        raise ValueError(f"not a private key for {alg}")
    return cast(PrivateKey, loaded)


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The SHA-256 thumbprint of a public JWK (RFC 7638)."""
    members = {name: jwk[name] for name in _THUMBPRINT_MEMBERS[jwk["kty"]]}
    text = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(text.encode()).digest())


def _public_members(public: _PublicKey) -> dict[str, str]:
    if isinstance(public, RSAPublicKey):
        numbers = public.public_numbers()
        return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    if isinstance(public, Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(public.public_bytes_raw())}
    point = public.public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _number(point.x, 32), "y": _number(point.y, 32)}


def _number(number: int, width: int | None = None) -> str:
    """Base64urlUInt; a coordinate has a fixed width (RFC 7518 sections 2 and 6.2.1.2)."""
    return _base64url(number.to_bytes(width or (number.bit_length() + 7) // 8, "big"))


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
