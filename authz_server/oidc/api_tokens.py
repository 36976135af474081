"""Tokens for the register's own API: who calls, with which scopes, still now.

They lie in a table of their own and rest on a client alone: no person, no grant, no mandate. So no token of a login is
ever one of these, whatever its audience, and the reverse. Each look is live: at the token, at its client, and at what
that is registered for by then.
"""

from dataclasses import dataclass
from typing import Final

import orjson

from authz_server.context import Context
from authz_server.oidc import clients
from authz_server.oidc.clients import Client
from authz_server.oidc.register_api import audience
from authz_server.oidc.secret_values import digest, new_identifier
from authz_server.oidc.tokens import ACCESS_TOKEN_TYPE
from claims.instants import Instant
from keys.keyring import Keyring
from keys.storage import Connected, Statement

__all__ = ["ApiToken", "end", "issue", "live"]

_ADD: Final = Statement(
    "INSERT INTO oidc_api_tokens (digest, jti, client_id, scope, issued_at, expires_at)"
    " VALUES (:digest, :jti, :client_id, :scope, :issued_at, :expires_at)"
)
_ONE: Final = Statement(
    "SELECT jti, client_id, scope, issued_at, expires_at FROM oidc_api_tokens"
    " WHERE digest = :digest AND ended_at IS NULL AND expires_at > :now"
)
_END: Final = Statement(
    "UPDATE oidc_api_tokens SET ended_at = :now"
    " WHERE digest = :digest AND client_id = :client_id AND ended_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token that stands, with the client that shows it and the scopes that both still have."""

    jti: str
    client: Client
    scopes: frozenset[str]
    issued_at: Instant
    expires_at: Instant


def issue(
    context: Context,
    db: Connected,
    keyring: Keyring,
    client: Client,
    scopes: tuple[str, ...],
    *,
    now: Instant,
) -> dict[str, object]:
    """The token response (RFC 6749 5.1) with a token of type at+jwt (RFC 9068); kept by its digest."""
    issuer = context.settings.issuer
    expires_at = now + context.settings.lifetimes.access_token_api
    scope = " ".join(scopes)
    claims = {
        "iss": issuer,
        "aud": audience(issuer),
        "sub": client.client_id,  # RFC 9068 2.2: nobody but the client acts
        "client_id": client.client_id,
        "azp": client.client_id,
        "iat": now,
        "nbf": now,
        "exp": expires_at,
        "jti": new_identifier(),
        "scope": scope,
    }
    token = keyring.sign(orjson.dumps(claims), alg="ES256", typ=ACCESS_TOKEN_TYPE)
    db.run(
        _ADD,
        {
            "digest": digest(token),
            "jti": claims["jti"],
            "client_id": client.client_id,
            "scope": scope,
            "issued_at": now,
            "expires_at": expires_at,
        },
    )
    return {"access_token": token, "token_type": "Bearer", "expires_in": expires_at - now, "scope": scope}


def live(context: Context, db: Connected, value: str, *, now: Instant) -> ApiToken | None:
    """The token, if it is one of ours for this API and stands: itself, and its client, still registered for it.

    Its digest stands here, so its signature need not be checked again.
    """
    row = db.one(_ONE, {"digest": digest(value), "now": now})
    if row is None:
        return None
    jti, client_id, scope, issued_at, expires_at = row
    client = clients.find(context, db, client_id)
    if client is None or not client.calls_the_register:
        return None
    scopes = frozenset(scope.split()) & (client.scopes or frozenset())
    return ApiToken(jti, client, scopes, issued_at, expires_at)


def end(db: Connected, client: Client, value: str, *, now: Instant) -> None:
    """End a token of this client's (RFC 7009); another's stays as it is."""
    db.run(_END, {"digest": digest(value), "client_id": client.client_id, "now": now})
