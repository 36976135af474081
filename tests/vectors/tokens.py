"""Tokens made with published keys: claims as the provider makes them, and signatures that come out the same.

ES256 is signed deterministically (RFC 6979) and the salt of PS256 is taken from the message, so that the same script
makes the same files.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, OKPKey

from claims.assurance import Loa
from claims.formats import Pairwise, Recipient, members
from tests.support.representations import NUMBERS, PARTIES, REGISTER, VAT, a_representation

HERE: Final = Path(__file__).parent
KEYS: Final = json.loads((HERE / "keys.json").read_text())
NOW: Final = 1_790_000_100
ISSUER: Final = "https://login.example.nl"
RESOURCE: Final = "https://api.tax.example.nl"
CLIENT: Final = "tax-portal"
NONCE: Final = "n-0S6_WzA2Mj"
SUBSTANTIAL: Final = Loa.SUBSTANTIAL.acr

ALGORITHMS: Final = {
    "es256": "ES256",
    "rs256": "RS256",
    "ps256": "PS256",
    "ed25519": "Ed25519",
    "rs1024": "RS256",
}

Json = dict[str, Any]


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def public(which: str, /, **more: object) -> Json:
    return {
        **{
            name: KEYS[which][name]
            for name in ("kty", "kid", "crv", "x", "y", "n", "e")
            if name in KEYS[which]
        },
        "use": "sig",
        "alg": ALGORITHMS[which],
        **more,
    }


def without_alg(which: str) -> Json:
    return {name: value for name, value in public(which).items() if name != "alg"}


def jwks(*keys: Json) -> Json:
    return {"keys": list(keys) or [public(which) for which in ("es256", "rs256", "ps256", "ed25519")]}


def signature(alg: str, message: bytes, *, by: str | None = None, salt: int = 32) -> bytes:
    """What the key of `alg` signs, or for RSA another key `by` name; `salt` is for PS256, its length in bytes."""
    match alg:
        case "ES256":
            key = ECKey.import_key(KEYS["es256"]).get_op_key("sign")
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            der = key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
            return b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(der))
        case "RS256":
            return rsa_pair(by or "rs256").sign(message, padding.PKCS1v15(), hashes.SHA256())
        case "PS256":
            return pss(by or "ps256", message, hashlib.sha256(message).digest()[:salt])
        case "Ed25519" | "EdDSA":
            edwards = OKPKey.import_key(KEYS["ed25519"]).get_op_key("sign")
            assert isinstance(edwards, ed25519.Ed25519PrivateKey)
            return edwards.sign(message)
        case "HS256":  # the attack: the public key, as published, taken for a shared secret
            return hmac.digest(ECKey.import_key(KEYS["es256"]).as_pem(private=False), message, hashlib.sha256)
        case _:
            return b""


def rsa_pair(which: str) -> rsa.RSAPrivateKey:
    """Made from the numbers themselves: joserfc warns of a short one."""
    n, e, d, p, q, dp, dq, qi = (
        number(KEYS[which][name]) for name in ("n", "e", "d", "p", "q", "dp", "dq", "qi")
    )
    return rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, rsa.RSAPublicNumbers(e, n)).private_key()


def number(text: str) -> int:
    return int.from_bytes(urlsafe_b64decode(text + "=="))


def pss(by: str, message: bytes, salt: bytes) -> bytes:
    """RSASSA-PSS with a salt of our own choice, which no library lets one choose (RFC 8017 sections 8.1.1 and 9.1.1)."""
    n, d = (number(KEYS[by][name]) for name in "nd")
    bits = n.bit_length() - 1
    size = (bits + 7) // 8
    digest = hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + salt).digest()
    block = bytes(size - len(salt) - 34) + b"\x01" + salt
    stretched = b"".join(hashlib.sha256(digest + n.to_bytes(4)).digest() for n in range(size // 32 + 1))
    masked = bytearray(a ^ b for a, b in zip(block, stretched, strict=False))
    masked[0] &= 0xFF >> (8 * size - bits)
    return pow(int.from_bytes(bytes(masked) + digest + b"\xbc"), d, n).to_bytes(size)


def jws(header: Json | bytes, payload: Json | bytes, *, alg: str = "ES256", **more: Any) -> str:
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    message = ".".join(map(b64, parts))
    return f"{message}.{b64(signature(alg, message.encode(), **more))}"


def access_header(**changes: object) -> Json:
    return {"alg": "ES256", "kid": "es256", "typ": "at+jwt", **changes}


def id_header(**changes: object) -> Json:
    return {"alg": "ES256", "kid": "es256", "typ": "JWT", **changes}


def recipient(sector: str = "api.tax.example.nl", **settings: Any) -> Recipient:
    return Recipient(issuer=ISSUER, sector=sector, **settings)


def pairwise_values() -> Pairwise:
    def digest(*parts: str) -> str:
        return b64(hashlib.sha256("\n".join(("published", *parts)).encode()).digest())

    return Pairwise(digest)


PAIRWISE: Final = pairwise_values()


def represented(*path: str, to: Recipient | None = None, **settings: Any) -> Json:
    return members(
        a_representation(*path, **settings),
        parties=PARTIES,
        identifiers=NUMBERS,
        service_uri=VAT,
        register=REGISTER,
        recipient=to or recipient(),
        pairwise=PAIRWISE,
    )


def login(**changes: Any) -> Json:
    return {
        "iss": ISSUER,
        "sub": PAIRWISE.sub("api.tax.example.nl", "eva"),
        "acr": SUBSTANTIAL,
        "auth_time": NOW - 90,
        "jti": "jti-1",
        "txn": PAIRWISE.txn("api.tax.example.nl", "grant-1"),
        "iat": NOW - 60,
        "nbf": NOW - 60,
        "exp": NOW + 240,
        **changes,
    }


def access(said: Json | None = None, **changes: Any) -> Json:
    """The claims of an access token; by default Eva acts for the bakery, through the accountants."""
    said = represented("bakery", "accountants", "eva") if said is None else said
    return deepcopy(
        login(aud=RESOURCE, client_id=CLIENT, azp=CLIENT, scope="openid representation") | said | changes
    )


def identity(said: Json | None = None, **changes: Any) -> Json:
    said = represented("bakery", "accountants", "eva") if said is None else said
    return deepcopy(login(aud=CLIENT, nonce=NONCE, sid="sid-1") | said | changes)


def a_vector(
    name: str,
    token: object,
    expect: Json,
    *,
    call: str = "access_token",
    demand: Json | None = None,
    verifier: Json | None = None,
    now: int = NOW,
    keys: Json | None = None,
) -> Json:
    """One line of a file: what is verified how, and what comes of it."""
    is_id = call == "id_token"
    return {
        "name": name,
        "call": call,
        "now": now,
        "verifier": {"issuer": ISSUER, "audience": CLIENT if is_id else RESOURCE, **(verifier or {})},
        "demand": {"service": VAT, **({"nonce": NONCE} if is_id else {}), **(demand or {})},
        "jwks": keys,  # null: the issuer's, as in jwks.json
        "token": token,
        "expect": expect,
    }


def refused(code: str, claim: str | None = None) -> Json:
    return {"refused": code, "claim": claim}
