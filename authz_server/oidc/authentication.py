"""Who calls: a client or a resource proves itself by the one method that it is registered for.

`client_secret_basic`, `client_secret_post` (RFC 6749 2.3.1), `private_key_jwt` (OIDC Core 9, RFC 7523) and
`none` (a public client names itself). Two methods in one request are refused, and so is a `client_id` beside
them that names another. Who proves nothing learns nothing: whether there is no such client, or another one than the
caller, reads the same.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, NoReturn, TypeVar
from urllib.parse import unquote_plus

from authz_server.context import Context
from authz_server.oidc import assertions, clients, key_sources, resources
from authz_server.oidc.assertions import ASSERTION_TYPE, Assertion, BadAssertion, Unproved
from authz_server.oidc.clients import Client
from authz_server.oidc.parameters import Parameters
from authz_server.oidc.refusing import OAuthError
from authz_server.oidc.resources import Resource
from claims.instants import Instant
from keys.remote import KeysUnavailable, NoRoom
from keys.storage import Connected

__all__ = ["Caller", "client_of", "client_or_resource_of"]

_UNPROVED: Final = "unknown client, wrong credentials, or another method than the one that is registered"
Who = TypeVar("Who", Client, Client | Resource)
Finder = Callable[[str], Client | Resource | None]


@dataclass(frozen=True, slots=True)
class Caller(Generic[Who]):
    """Who calls, proved. An assertion is still to be spent in the request's unit of work, by `confirm`."""

    who: Who
    assertion: Assertion | None = None

    def confirm(self, db: Connected) -> None:
        """Use the assertion up. `OAuthError` where it was used before."""
        if self.assertion is not None and not assertions.spend(db, self.assertion):
            _refuse("the client assertion was used before")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a request shows: a name and a secret, an assertion, or a name alone."""

    method: str
    name: str
    secret: str = ""


def client_of(
    context: Context, authorization: str | None, parameters: Parameters, *, endpoint: str, now: Instant
) -> Caller[Client]:
    """The client that calls `endpoint` (its path). Raises `OAuthError` `invalid_client`. Takes no transaction."""
    caller = _caller(
        context,
        authorization,
        parameters,
        lambda name: clients.find(context, None, name),
        endpoint=endpoint,
        now=now,
    )
    assert isinstance(caller.who, Client)  # noqa: S101 - only clients were looked for
    _not_too_often(context, caller.who)
    return Caller(caller.who, caller.assertion)


def client_or_resource_of(
    context: Context, authorization: str | None, parameters: Parameters, *, endpoint: str, now: Instant
) -> Caller[Client | Resource]:
    """The client, or the resource under its URI, that calls `endpoint`; a public client proves nothing."""

    def find(name: str) -> Client | Resource | None:
        return clients.find(context, None, name) or resources.find(context, None, name)

    caller = _caller(context, authorization, parameters, find, endpoint=endpoint, now=now)
    if caller.who.auth_method == "none":
        _refuse(_UNPROVED)
    _not_too_often(context, caller.who)
    return caller


def _not_too_often(context: Context, who: Client | Resource) -> None:
    """A public client has no limit of its own: anybody could use it up by naming it."""
    if who.auth_method != "none" and (wait := context.limits.of_client(who.client_id)):
        raise OAuthError("too_many_requests", status=429, headers={"Retry-After": str(wait)})


def _caller(
    context: Context,
    authorization: str | None,
    parameters: Parameters,
    find: Finder,
    *,
    endpoint: str,
    now: Instant,
) -> Caller[Client | Resource]:
    shown = _shown(authorization, parameters)
    basic = shown.method == "client_secret_basic"
    if parameters.get("client_id", shown.name) != shown.name:
        _refuse("client_id names another client", basic=basic)
    who = find(shown.name)
    if who is None or who.auth_method != shown.method:
        _refuse(_UNPROVED, basic=basic)
    if shown.method == "private_key_jwt":
        return Caller(who, _assertion(context, who, shown.secret, endpoint, now))
    if shown.method != "none" and not who.check_client_secret(shown.secret):
        _refuse(_UNPROVED, basic=basic)
    return Caller(who)


def _shown(authorization: str | None, parameters: Parameters) -> _Shown:
    """The one method that the request uses."""
    ways = [
        authorization is not None,
        "client_secret" in parameters,
        "client_assertion" in parameters or "client_assertion_type" in parameters,
    ]
    if sum(ways) > 1:
        raise OAuthError("invalid_request", "two ways of client authentication in one request")
    if authorization is not None:
        return _basic(authorization)
    if ways[2]:
        assertion = parameters.get("client_assertion")
        if assertion is None or parameters.get("client_assertion_type") != ASSERTION_TYPE:
            _refuse("client_assertion and its client_assertion_type go together")
        try:
            return _Shown("private_key_jwt", assertions.issuer_of(assertion), assertion)
        except BadAssertion as wrong:
            _refuse(str(wrong))
    name = parameters.get("client_id")
    if name is None:
        _refuse("no client authentication")
    if ways[1]:
        return _Shown("client_secret_post", name, parameters["client_secret"])
    return _Shown("none", name)


def _basic(authorization: str) -> _Shown:
    """Name and secret are form-encoded before they are joined (RFC 6749 2.3.1)."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic" or len(credentials) > 4096:
        _refuse("Authorization must be Basic", basic=True)
    try:
        joined = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
        name, colon, secret = joined.partition(":")
        name, secret = unquote_plus(name, errors="strict"), unquote_plus(secret, errors="strict")
    except (binascii.Error, ValueError):
        _refuse("Authorization is not of its form", basic=True)
    if not colon or not name.isprintable():
        _refuse("Authorization is not of its form", basic=True)
    return _Shown("client_secret_basic", name, secret)


def _assertion(
    context: Context, who: Client | Resource, assertion: str, endpoint: str, now: Instant
) -> Assertion:
    issuer = context.settings.issuer
    try:
        return assertions.checked(
            assertion,
            who,
            key_sources.keys_of(context, who),
            audiences={issuer, f"{issuer}/token", issuer + endpoint},
            now=now,
        )
    except NoRoom:  # their keys may be good: let them come back
        raise OAuthError("temporarily_unavailable", status=503, headers={"Retry-After": "2"}) from None
    except (Unproved, KeysUnavailable):
        _refuse(_UNPROVED)
    except BadAssertion as wrong:
        _refuse(str(wrong))


def _refuse(description: str, *, basic: bool = False) -> NoReturn:
    """RFC 6749 5.2: 401, and the challenge where the header was used."""
    headers = {"WWW-Authenticate": 'Basic realm="namens"'} if basic else None
    raise OAuthError("invalid_client", description, status=401, headers=headers)
