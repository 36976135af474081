"""Revocation (RFC 7009): a client gives back what it was given."""

from authz_server.oidc import api_tokens, handed_out
from authz_server.oidc.clients import Client
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["revoke"]


def revoke(db: Connected, client: Client, token: str, *, now: Instant) -> None:
    """End `token`. A refresh token takes its whole grant along, access tokens included (RFC 7009 2.1).

    A token that is unknown, or another client's, changes nothing and is not told apart.
    """
    refresh = handed_out.refresh_token(db, token)
    if refresh is not None:
        if refresh.check_client(client):
            handed_out.end_grant(db, refresh.authorization.grant_id, now=now)
        return
    access = handed_out.access_token(db, token)
    if access is not None and access.client_id == client.client_id:
        handed_out.end_access_token(db, token, now=now)
    if access is None:
        api_tokens.end(db, client, token, now=now)
