"""(pure) The discovery document: what is there, and nothing else (OIDC Discovery 3, RFC 8414 2).

What is not built yet is said not to be, where silence would mean the contrary (`request_uri_parameter_supported`
is true when left out).
"""

from typing import Any, Final

from authz_server.oidc.client_metadata import (
    ASSERTION_ALGORITHMS,
    AUTH_METHODS,
    GRANT_TYPES,
    SCOPES,
    SIGNING_ALGORITHMS,
)
from authz_server.oidc.register_api import audience
from authz_server.oidc.resource_metadata import RESOURCE_AUTH_METHODS
from claims.assurance import Loa
from claims.formats.members import TYPE

__all__ = ["CLAIMS", "document"]

CLAIMS: Final = (
    "sub",
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "auth_time",
    "nonce",
    "acr",
    "at_hash",
    "sid",
    "txn",
    "name",
    "represents",
    "authorization_details",
)


def document(issuer: str, *, registration: bool) -> dict[str, Any]:
    """The metadata of `issuer`; `registration` says whether clients may register themselves (the demo)."""
    found: dict[str, Any] = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "introspection_endpoint": f"{issuer}/introspect",
        "namens_report_endpoint": f"{issuer}/report",
        "revocation_endpoint": f"{issuer}/revoke",
        "end_session_endpoint": f"{issuer}/logout",
        "jwks_uri": f"{issuer}/jwks",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": list(SIGNING_ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": list(RESOURCE_AUTH_METHODS),
        "introspection_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "claim_types_supported": ["normal"],
        "claims_supported": list(CLAIMS),
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "acr_values_supported": [level.acr for level in Loa],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page"],
        "ui_locales_supported": ["nl", "en"],
        "authorization_details_types_supported": [TYPE],
        "authorization_details_schemas": {
            "asked": f"{issuer}/schemas/representation-asked.json",
            "granted": f"{issuer}/schemas/representation-granted.json",
        },
        "mandate_register": f"{issuer}/mandate-register",
        "protected_resources": [audience(issuer)],
    }
    if registration:
        found["registration_endpoint"] = f"{issuer}/register"
    return found
