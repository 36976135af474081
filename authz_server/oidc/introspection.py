"""Introspection (RFC 7662): whether a token stands now, told to those whom it concerns, in their own pairwise values.

That is the client it was issued to, and the resource in its audience. Everyone else gets `{"active": false}`,
and so does everyone for a token whose mandate no longer stands.
"""

from typing import Any

from authz_server.context import Context
from authz_server.oidc import api_tokens, handed_out
from authz_server.oidc.clients import Client
from authz_server.oidc.live import live
from authz_server.oidc.register_api import audience
from authz_server.oidc.resources import Resource
from authz_server.oidc.standing import standing
from authz_server.oidc.tokens import lives_until, telling
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["answer"]

_INACTIVE: dict[str, Any] = {"active": False}


def answer(
    context: Context, db: Connected, caller: Client | Resource, token: str, *, now: Instant
) -> dict[str, Any]:
    """The answer to `caller` about `token`."""
    return (
        _access(context, db, caller, token, now)
        or _refresh(context, db, caller, token, now)
        or _api(context, db, caller, token, now)
        or _INACTIVE
    )


def _access(
    context: Context, db: Connected, caller: Client | Resource, value: str, now: Instant
) -> dict[str, Any] | None:
    found = live(context, db, value, now=now)
    if found is None:
        return None
    token, granted = found.token, found.token.authorization
    if caller.client_id not in (token.client_id, granted.resource):
        return None
    told = telling(context, db, granted, found.standing, caller)
    if told is None:
        return None
    return {
        "active": True,
        "iss": context.settings.issuer,
        "aud": granted.resource or context.settings.issuer,
        "sub": told.sub,
        "client_id": token.client_id,
        "token_type": "Bearer",
        "scope": token.scope,
        "iat": token.issued_at,
        "nbf": token.issued_at,
        "exp": lives_until(token.issued_at, token.expires_at - token.issued_at, told.until),
        "jti": token.jti,
        "txn": told.txn,
        "acr": granted.acr,
        "auth_time": granted.auth_time,
        **told.members,
    }


def _refresh(
    context: Context, db: Connected, caller: Client | Resource, value: str, now: Instant
) -> dict[str, Any] | None:
    """A refresh token is the concern of its client alone."""
    token = handed_out.refresh_token(db, value)
    if token is None or not isinstance(caller, Client) or not token.check_client(caller):
        return None
    if not token.stands(now):
        return None
    found = standing(context, db, caller, token.authorization, now=now)
    told = telling(context, db, token.authorization, found, caller) if found else None
    if told is None:
        return None
    return {
        "active": True,
        "iss": context.settings.issuer,
        "sub": told.sub,
        "client_id": token.client_id,
        "scope": token.get_scope(),
        "iat": token.issued_at,
        "exp": min(token.expires_at, token.grant_expires_at, *([told.until] if told.until else [])),
        "txn": told.txn,
        **told.members,
    }


def _api(
    context: Context, db: Connected, caller: Client | Resource, value: str, now: Instant
) -> dict[str, Any] | None:
    """A token for the register's API is the concern of its client: the API itself looks by itself."""
    token = api_tokens.live(context, db, value, now=now)
    if token is None or token.client.client_id != caller.client_id:
        return None
    return {
        "active": True,
        "iss": context.settings.issuer,
        "aud": audience(context.settings.issuer),
        "sub": token.client.client_id,
        "client_id": token.client.client_id,
        "token_type": "Bearer",
        "scope": " ".join(token.scopes),
        "iat": token.issued_at,
        "nbf": token.issued_at,
        "exp": token.expires_at,
        "jti": token.jti,
    }
