"""(pure) Who may call the register's own API: which scopes there are, and what the registration of such a client says.

An operator registers a client for this API alone. It has no redirect URI, so nobody logs in with it; it declares no
representation, so it never acts for anybody; and it names its scopes, of which there is no "all".
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from authz_server.oidc.metadata_faults import MetadataFault, shown

__all__ = ["CLIENT_CREDENTIALS", "Scope", "audience", "contradictions", "is_meant"]

CLIENT_CREDENTIALS: Final = "client_credentials"

_PREFIX: Final = "register:"
_MEMBERS: Final = frozenset(
    {
        "client_id",
        "client_name",
        "client_uri",
        "contacts",
        "software_id",
        "software_version",
        "grant_types",
        "scope",
        "token_endpoint_auth_method",
        "token_endpoint_auth_signing_alg",
        "jwks",
        "jwks_uri",
    }
)


class Scope(StrEnum):
    """What a client may do there; each is one task of the people behind it (`docs/register-api.md`)."""

    READ = "register:read"  # parties, what they gave and were given, what became of it
    IDENTIFY = "register:identify"  # find a party by its number
    SUPPORT = "register:support"  # revoke, suspend and resume on request
    GRANT = "register:grant"  # bring the word of parties: give, ask, accept, confirm
    RESOLVE = "register:resolve"  # whom may this person represent?
    EXPLAIN = "register:explain"  # why not?
    REPRESENTATIVES = "register:representatives"  # who all may act for this party?
    AUDIT = "register:audit"  # the signed heads of the journal


def audience(issuer: str) -> str:
    """What stands in `aud` of tokens for this API: its address."""
    return f"{issuer}/api"


def is_meant(members: Mapping[str, Any]) -> bool:
    """Whether a registration is one for this API, or tries to be."""
    return CLIENT_CREDENTIALS in members.get("grant_types", ())


def contradictions(members: Mapping[str, Any], *, by_operator: bool) -> list[MetadataFault]:
    """What is wrong with the members that were given (`is_meant`), before defaults are filled in."""
    if not by_operator:
        return [MetadataFault("grant_types", "may hold client_credentials where an operator registers alone")]
    faults = [
        MetadataFault(shown(name), "is not for a client of the register's API")
        for name in members
        if name.partition("#")[0] not in _MEMBERS
    ]
    if members["grant_types"] != [CLIENT_CREDENTIALS]:
        faults.append(MetadataFault("grant_types", "holds client_credentials beside no other"))
    if members.get("token_endpoint_auth_method") == "none":
        faults.append(MetadataFault("token_endpoint_auth_method", "must prove who the client is"))
    words = str(members.get("scope", "")).split()
    if not words or not all(word.startswith(_PREFIX) for word in words):
        faults.append(MetadataFault("scope", f"must name scopes of the API: {', '.join(Scope)}"))
    return faults
