"""What a relying party asked for, once checked: the seam between `oidc` (who reads it) and `login` (who answers it)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from claims.assurance import Loa

__all__ = ["Ask", "AuthorizationRequest"]


@dataclass(frozen=True, slots=True)
class Ask:
    """Representation, as asked (`claims.md` 4): registration and request already merged, only ever tightened."""

    mode: Literal["optional", "required"]
    service: str  # the id in the register
    service_uri: str
    actions: tuple[
        str, ...
    ]  # never empty: what the request names, else the client's, else all of the service
    minimum: Loa | None = None
    represented_hint: tuple[str, str] | None = None  # (iss, sub)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """An authorization request that passed every check which needs no person.

    `parameters` are the request's own, for answering through Authlib again when the person is done.
    `acr_values` are the acceptable `acr` values as listed (empty: no wish); `acr_essential` when they come from
    an essential `acr` claim. `required_login` is the lowest level of login that request and client together
    demand, where they demand one. `hinted_person` and `hinted_represented` are what an `id_token_hint` of ours
    names (ids of parties), already verified.
    """

    client_id: str
    redirect_uri: str
    parameters: Mapping[str, str]
    scopes: tuple[str, ...]
    state: str | None = None
    nonce: str | None = None
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    acr_essential: bool = False
    required_login: Loa | None = None
    claims: Mapping[str, object] = field(default_factory=dict)
    login_hint: str | None = None
    ui_locales: tuple[str, ...] = ()
    hinted_person: str | None = None
    hinted_represented: str | None = None
    resource: str | None = None
    ask: Ask | None = None
