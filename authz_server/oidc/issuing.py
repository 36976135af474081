"""From an authorization that stands to a token response: the one place where tokens come into being."""

from dataclasses import dataclass

import orjson

from authz_server.context import Context
from authz_server.oidc import handed_out, resources
from authz_server.oidc.authorization import Authorization
from authz_server.oidc.clients import Client
from authz_server.oidc.standing import Standing
from authz_server.oidc.tokens import (
    ACCESS_TOKEN_TYPE,
    Telling,
    access_token_claims,
    lives_until,
    telling,
)
from claims.instants import Instant
from keys.keyring import Keyring
from keys.storage import Connected

__all__ = ["Issued", "Redeemed", "issue", "redeemed", "save"]


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What Authlib carries as `user`: an authorization that stands now, and what its readers are told.

    `to_client` is for the ID token and the token response, `to_audience` for the access token; one and the same
    where the client named no resource. `refresh_until` is when the grant's refresh tokens end at the latest.
    """

    authorization: Authorization
    standing: Standing
    to_client: Telling
    to_audience: Telling
    refresh_until: Instant
    with_refresh: bool


class Issued(dict[str, object]):
    """A token response (RFC 6749 5.1), with what must be kept of its access token."""

    jti: str
    expires_at: Instant


def redeemed(
    context: Context,
    db: Connected,
    client: Client,
    granted: Authorization,
    now_standing: Standing,
    *,
    refresh_until: Instant,
) -> Redeemed | None:
    """What is made of `granted`; None where an organisation of the path cannot be named to a reader."""
    to_client = telling(context, db, granted, now_standing, client)
    to_audience = to_client
    if granted.resource is not None:
        resource = resources.find(context, db, granted.resource)
        to_audience = telling(context, db, granted, now_standing, resource) if resource else None
    if to_client is None or to_audience is None:
        return None
    return Redeemed(
        authorization=granted,
        standing=now_standing,
        to_client=to_client,
        to_audience=to_audience,
        refresh_until=refresh_until,
        with_refresh=client.check_grant_type("refresh_token"),
    )


def issue(
    context: Context,
    db: Connected,
    keyring: Keyring,
    user: Redeemed,
    *,
    scope: str,
    now: Instant,
) -> Issued:
    """Make the tokens. The access token is kept by `save`, the refresh token is kept at once."""
    lifetimes = context.settings.lifetimes
    granted, until = user.authorization, user.standing.until
    representing = user.standing.representation is not None
    seconds = lifetimes.access_token_representing if representing else lifetimes.access_token
    expires_at = lives_until(now, seconds, until)
    claims = access_token_claims(context, user.to_audience, scope=scope, now=now, expires_at=expires_at)
    issued = Issued(
        access_token=keyring.sign(orjson.dumps(claims), alg="ES256", typ=ACCESS_TOKEN_TYPE),
        token_type="Bearer",
        expires_in=expires_at - now,
        scope=scope,
    )
    issued.jti, issued.expires_at = str(claims["jti"]), expires_at
    if user.with_refresh:
        ends = min(lives_until(now, lifetimes.refresh_idle, until), user.refresh_until)
        issued["refresh_token"] = handed_out.add_refresh_token(db, granted.grant_id, now=now, expires_at=ends)
    issued.update(user.to_client.members)
    return issued


def save(db: Connected, issued: Issued, granted: Authorization, *, now: Instant) -> None:
    """Keep what must be known of the access token."""
    handed_out.add_access_token(
        db,
        str(issued["access_token"]),
        jti=issued.jti,
        grant_id=granted.grant_id,
        scope=str(issued["scope"]),
        now=now,
        expires_at=issued.expires_at,
    )
