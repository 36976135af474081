"""Client assertions (`private_key_jwt`) as a client makes them."""

import secrets
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from authz_server.oidc.assertions import ASSERTION_TYPE

EC_KEY = ECKey.generate_key("P-256", {"kid": "client-ec", "use": "sig"})
RSA_KEY = RSAKey.generate_key(2048, {"kid": "client-rsa", "use": "sig"})
OKP_KEY = OKPKey.generate_key("Ed25519", {"kid": "client-okp", "use": "sig"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "client-ec", "use": "sig"})
JWKS = {"keys": [key.as_dict(private=False) for key in (EC_KEY, RSA_KEY, OKP_KEY)]}
ISSUER = "http://localhost:8000"


def assertion(
    client_id: str,
    *,
    now: int,
    alg: str = "ES256",
    key: ECKey | RSAKey | OKPKey | None = None,
    header: dict[str, Any] | None = None,
    **changed: Any,
) -> str:
    """A signed assertion; a claim changed to None is left out."""
    signer = key or {"ES256": EC_KEY, "Ed25519": OKP_KEY, "EdDSA": OKP_KEY}.get(alg, RSA_KEY)
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": ISSUER,
        "jti": secrets.token_urlsafe(12),
        "iat": now,
        "exp": now + 60,
    } | changed
    claims = {name: value for name, value in claims.items() if value is not None}
    head = {"alg": alg, "kid": signer.kid} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(head, claims, signer, algorithms=[alg])


def shown(assertion: str) -> dict[str, str]:
    """The two parameters that carry it."""
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
