"""Tokens made with published keys: claims as the provider makes them, and signatures that come out the same.

ES256 is signed deterministically (RFC 6979), so that the same script makes the same files.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, RSAKey

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
        "alg": which.upper(),
        **more,
    }


def jwks(*keys: Json) -> Json:
    return {"keys": list(keys) or [public("es256"), public("rs256")]}


def signature(alg: str, message: bytes) -> bytes:
    match alg:
        case "ES256":
            key = ECKey.import_key(KEYS["es256"]).get_op_key("sign")
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            der = key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
            return b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(der))
        case "RS256":
            pair = RSAKey.import_key(KEYS["rs256"]).get_op_key("sign")
            assert isinstance(pair, rsa.RSAPrivateKey)
            return pair.sign(message, padding.PKCS1v15(), hashes.SHA256())
        case "HS256":  # the attack: the public key, as published, taken for a shared secret
            return hmac.digest(ECKey.import_key(KEYS["es256"]).as_pem(private=False), message, hashlib.sha256)
        case _:
            return b""


def jws(header: Json | bytes, payload: Json | bytes, *, alg: str = "ES256") -> str:
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    message = ".".join(map(b64, parts))
    return f"{message}.{b64(signature(alg, message.encode()))}"


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
