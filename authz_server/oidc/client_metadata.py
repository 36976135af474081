"""(pure) What the registration of an OAuth client may say, and what it means where it is silent.

RFC 7591 section 2, OpenID Connect Registration 1.0 section 2, and our own members (`docs/relying-parties.md`).
A member that is not listed here is refused by name: who registers must not believe that it works.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from authz_server.config import is_loopback
from authz_server.oidc.member_values import (
    Reader,
    a_flag,
    a_number,
    a_redirect_uri,
    a_text,
    a_uri,
    an_https_uri,
    key_set,
    list_of,
    one_of,
    some_of,
)
from authz_server.oidc.metadata_faults import MetadataFault, MetadataRefused, shown
from authz_server.oidc.register_api import CLIENT_CREDENTIALS, Scope, is_meant
from authz_server.oidc.register_api import contradictions as api_contradictions
from claims.assurance import Loa
from claims.formats.recipient import NUMBER_SCHEMES
from claims.limits import UNDERSTOOD
from keys.algorithms import ACCEPTED_ALGORITHMS, SIGNATURE_ALGORITHMS

__all__ = [
    "ASSERTION_ALGORITHMS",
    "AUTH_METHODS",
    "GRANT_TYPES",
    "OPERATOR_ONLY",
    "SCOPES",
    "SIGNING_ALGORITHMS",
    "a_sector",
    "canonical",
]

AUTH_METHODS: Final = ("client_secret_basic", "client_secret_post", "private_key_jwt", "none")
ASSERTION_ALGORITHMS: Final = ACCEPTED_ALGORITHMS
SIGNING_ALGORITHMS: Final = SIGNATURE_ALGORITHMS
GRANT_TYPES: Final = ("authorization_code", "refresh_token", CLIENT_CREDENTIALS)
SCOPES: Final = ("openid", "profile", "offline_access", "representation")
PROFILES: Final = ("namens", "oidc")
_API_SCOPES: Final = tuple(Scope)

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9._~-]{3,128}")
_SECTOR: Final = re.compile(r"[A-Za-z0-9.:/_-]{1,255}")


def _a_client_id(value: object) -> str:
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise ValueError("must be 3 to 128 letters, digits or . _ ~ -")
    return value


def a_sector(value: object) -> str:
    if not isinstance(value, str) or not _SECTOR.fullmatch(value):
        raise ValueError("must be a host name or another name of 1 to 255 letters, digits or . : / _ -")
    return value


def _scopes(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text of scopes with spaces between")
    words = value.split(" ")
    if unknown := [word for word in words if word not in SCOPES and word not in _API_SCOPES]:
        raise ValueError(
            f"names {len(unknown)} unknown scopes; there are {', '.join((*SCOPES, *_API_SCOPES))}"
        )
    return " ".join(dict.fromkeys(words))


def _an_acr(value: object) -> str:
    if not isinstance(value, str) or Loa.of_acr(value) is None:
        raise ValueError("must hold acr values of the discovery document")
    return value


_STANDARD: Final[Mapping[str, Reader]] = {
    "redirect_uris": list_of(a_redirect_uri, least=1),
    "post_logout_redirect_uris": list_of(a_redirect_uri),
    "client_name": a_text(120),
    "client_uri": an_https_uri,
    "logo_uri": an_https_uri,
    "policy_uri": an_https_uri,
    "tos_uri": an_https_uri,
    "initiate_login_uri": an_https_uri,
    "contacts": list_of(a_text(255)),
    "software_id": a_text(255),
    "software_version": a_text(255),
    "application_type": one_of("web", "native"),
    "grant_types": list_of(one_of(*GRANT_TYPES), least=1),
    "response_types": list_of(one_of("code"), least=1),
    "response_modes": list_of(one_of("query"), least=1),
    "scope": _scopes,
    "subject_type": one_of("pairwise"),
    "token_endpoint_auth_method": one_of(*AUTH_METHODS),
    "token_endpoint_auth_signing_alg": one_of(*ASSERTION_ALGORITHMS),
    "id_token_signed_response_alg": one_of(*SIGNING_ALGORITHMS),
    "jwks": key_set,
    "jwks_uri": an_https_uri,
    "default_max_age": a_number,
    "require_auth_time": a_flag,
    "default_acr_values": list_of(_an_acr),
}
_TRANSLATED: Final = frozenset({"client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri"})

OPERATOR_ONLY: Final[Mapping[str, Reader]] = {
    "client_id": _a_client_id,
    "profile": one_of(*PROFILES),
    "representation": one_of("none", "optional", "required"),
    "representation_services": list_of(a_uri),
    "representation_default_service": a_uri,
    "representation_actions": list_of(a_text(64), least=1),
    "representation_restrictions": some_of(UNDERSTOOD),
    "representation_remember": a_flag,
    "organisation_identifiers": list_of(one_of(*NUMBER_SCHEMES), least=1),
    "person_names": a_text(500),
    "sector": a_sector,
}
_READERS: Final = {**_STANDARD, **OPERATOR_ONLY}


def canonical(document: object, *, by_operator: bool, own_members: bool) -> dict[str, Any]:
    """The registration with every default filled in; `MetadataRefused` names all that is wrong.

    `by_operator`: ES256 where no algorithm is named, else RS256 (OpenID Connect Registration 2).
    `own_members`: whether the members that only an operator sets may be there (dynamic registration of the demo
    may). `client_id` is left out where the registration does not choose one.
    """
    if not isinstance(document, Mapping):
        raise MetadataRefused([MetadataFault("registration", "must be a JSON object")])
    members, faults = _read(document, own_members)
    if not faults and is_meant(members):
        faults = api_contradictions(members, by_operator=by_operator)
    if faults:
        raise MetadataRefused(faults)
    _fill_in(members, "ES256" if by_operator else "RS256")
    if faults := _contradictions(members):
        raise MetadataRefused(faults)
    return members


def _read(document: Mapping[object, object], own_members: bool) -> tuple[dict[str, Any], list[MetadataFault]]:
    members: dict[str, Any] = {}
    faults: list[MetadataFault] = []
    for member, value in document.items():
        name = member if isinstance(member, str) and member.isascii() and member.isprintable() else "?"
        plain, tagged, language = name.partition("#")
        reader = _READERS.get(plain)
        if reader is None or (tagged and (not language or plain not in _TRANSLATED)):
            faults.append(MetadataFault(shown(name), "is not a member of a registration here"))
        elif plain in OPERATOR_ONLY and not own_members:
            faults.append(MetadataFault(name, "is set by the operator only"))
        elif value is not None:
            try:
                members[name] = reader(value)
            except ValueError as wrong:
                faults.append(MetadataFault(shown(name), str(wrong)))
    return members, faults


def _fill_in(members: dict[str, Any], algorithm: str) -> None:
    for member, default in (
        ("redirect_uris", []),
        ("post_logout_redirect_uris", []),
        ("application_type", "web"),
        ("grant_types", ["authorization_code"]),
        ("response_types", [] if is_meant(members) else ["code"]),
        ("subject_type", "pairwise"),
        ("token_endpoint_auth_method", "client_secret_basic"),
        ("id_token_signed_response_alg", algorithm),
        ("profile", "namens"),
        ("representation", "none"),
        ("representation_services", []),
        ("representation_restrictions", []),
        ("representation_remember", False),
        ("organisation_identifiers", ["kvk", "rsin"]),
    ):
        members.setdefault(member, default)
    services = members["representation_services"]
    if "representation_default_service" not in members and len(services) == 1:
        members["representation_default_service"] = services[0]
    if "sector" not in members and (host := _one_host(members["redirect_uris"])):
        members["sector"] = host


def _one_host(redirect_uris: list[str]) -> str | None:
    """The sector that follows from the redirect URIs; "" says that there are several hosts."""
    hosts = {_host(uri) for uri in redirect_uris}
    named = {host for host in hosts if host is not None}
    if len(hosts) == 1 and len(named) == 1:
        return named.pop()
    return None


def _host(redirect_uri: str) -> str | None:
    """The host as a sector, None for loopback and for an app's own scheme (`claims.md` 2, "Identifiers")."""
    parts = urlsplit(redirect_uri)
    if parts.scheme not in {"http", "https"} or is_loopback(parts.hostname or ""):
        return None
    return parts.hostname


def _contradictions(members: Mapping[str, Any]) -> list[MetadataFault]:
    faults: list[MetadataFault] = []

    def fault(member: str, what: str) -> None:
        faults.append(MetadataFault(member, what))

    if not is_meant(members):
        faults.extend(_login_contradictions(members))
    if members["application_type"] == "web" and any(
        urlsplit(uri).scheme not in {"http", "https"} for uri in members["redirect_uris"]
    ):
        fault("redirect_uris", "may have an app's own scheme only for application_type native")
    if "jwks" in members and "jwks_uri" in members:
        fault("jwks_uri", "cannot stand beside jwks")
    method = members["token_endpoint_auth_method"]
    if method == "private_key_jwt" and not members.keys() & {"jwks", "jwks_uri"}:
        fault("jwks", "or jwks_uri is needed for private_key_jwt")
    if method != "private_key_jwt" and "token_endpoint_auth_signing_alg" in members:
        fault("token_endpoint_auth_signing_alg", "goes with private_key_jwt only")
    faults.extend(_representation_contradictions(members))
    return faults


def _login_contradictions(members: Mapping[str, Any]) -> list[MetadataFault]:
    """What a client lacks that people are to log in with."""
    faults = []
    if not members["redirect_uris"]:
        faults.append(MetadataFault("redirect_uris", "must hold at least one URI"))
    elif "sector" not in members and len({_host(uri) for uri in members["redirect_uris"]}) > 1:
        faults.append(MetadataFault("sector", "is needed: the redirect URIs have several hosts"))
    if "authorization_code" not in members["grant_types"]:
        faults.append(MetadataFault("grant_types", "must hold authorization_code"))
    if any(word in _API_SCOPES for word in members.get("scope", "").split()):
        faults.append(MetadataFault("scope", "names one of the register's API, which no login gives"))
    return faults


def _representation_contradictions(members: Mapping[str, Any]) -> list[MetadataFault]:
    services = members["representation_services"]
    default = members.get("representation_default_service")
    if members["representation"] == "none":
        told = [name for name in ("representation_services", "representation_actions") if members.get(name)]
        return [
            MetadataFault(name, "needs representation to be optional or required")
            for name in [
                *told,
                *(["representation_restrictions"] * bool(members["representation_restrictions"])),
            ]
        ]
    if not services:
        return [MetadataFault("representation_services", "must name at least one service")]
    if default is not None and default not in services:
        return [MetadataFault("representation_default_service", "must be among representation_services")]
    if default is None and members["representation"] == "required":
        return [MetadataFault("representation_default_service", "is needed where representation is required")]
    return []
