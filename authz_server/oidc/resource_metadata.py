"""(pure) What the registration of a resource (an API that reads our access tokens) may say (`claims.md` 3)."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from authz_server.oidc.client_metadata import ASSERTION_ALGORITHMS, a_sector
from authz_server.oidc.member_values import (
    Reader,
    a_flag,
    a_text,
    a_uri,
    an_https_uri,
    key_set,
    list_of,
    one_of,
)
from authz_server.oidc.metadata_faults import MetadataFault, MetadataRefused, shown
from claims.formats.recipient import NUMBER_SCHEMES

__all__ = ["RESOURCE_AUTH_METHODS", "canonical"]

RESOURCE_AUTH_METHODS: Final = ("client_secret_basic", "client_secret_post", "private_key_jwt")


def _a_resource_uri(value: object) -> str:
    uri = a_uri(value)
    if len(uri) > 255 or not urlsplit(uri).scheme:
        raise ValueError("must be an absolute URI of at most 255 characters")
    return uri


_READERS: Final[Mapping[str, Reader]] = {
    "uri": _a_resource_uri,
    "provider": a_text(128),
    "sector": a_sector,
    "services": list_of(a_uri),
    "orientation": one_of("represents", "act"),
    "organisation_identifiers": list_of(one_of(*NUMBER_SCHEMES), least=1),
    "person_names": a_text(500),
    "token_endpoint_auth_method": one_of(*RESOURCE_AUTH_METHODS),
    "token_endpoint_auth_signing_alg": one_of(*ASSERTION_ALGORITHMS),
    "jwks": key_set,
    "jwks_uri": an_https_uri,
    "reports": a_flag,
}


def canonical(document: object) -> dict[str, Any]:
    """The registration with every default filled in; `MetadataRefused` names all that is wrong."""
    if not isinstance(document, Mapping):
        raise MetadataRefused([MetadataFault("resource", "must be a JSON object")])
    members: dict[str, Any] = {}
    faults: list[MetadataFault] = []
    for name, value in document.items():
        reader = _READERS.get(name)
        if reader is None:
            faults.append(MetadataFault(shown(name), "is not a member of a resource's registration"))
        elif value is not None:
            try:
                members[name] = reader(value)
            except ValueError as wrong:
                faults.append(MetadataFault(name, str(wrong)))
    faults.extend(
        MetadataFault(needed, "is needed")
        for needed in ("uri", "provider", "services")
        if needed not in document
    )
    if faults:
        raise MetadataRefused(faults)
    host = urlsplit(members["uri"]).hostname
    for member, default in (
        ("orientation", "represents"),
        ("organisation_identifiers", ["kvk", "rsin"]),
        ("token_endpoint_auth_method", "client_secret_basic"),
        ("sector", host),
    ):
        if default is not None:
            members.setdefault(member, default)
    if faults := _contradictions(members):
        raise MetadataRefused(faults)
    return members


def _contradictions(members: Mapping[str, Any]) -> list[MetadataFault]:
    faults = []
    if "sector" not in members:
        faults.append(MetadataFault("sector", "is needed: the uri has no host"))
    if "jwks" in members and "jwks_uri" in members:
        faults.append(MetadataFault("jwks_uri", "cannot stand beside jwks"))
    by_key = members["token_endpoint_auth_method"] == "private_key_jwt"
    if by_key and not members.keys() & {"jwks", "jwks_uri"}:
        faults.append(MetadataFault("jwks", "or jwks_uri is needed for private_key_jwt"))
    if not by_key and "token_endpoint_auth_signing_alg" in members:
        faults.append(MetadataFault("token_endpoint_auth_signing_alg", "goes with private_key_jwt only"))
    return faults
