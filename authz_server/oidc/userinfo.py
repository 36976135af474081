"""UserInfo (OIDC Core 5.3): for tokens whose audience is the issuer and whose scope holds `openid`."""

from authz_server.context import Context
from authz_server.oidc.bearer import insufficient_scope, refused_token
from authz_server.oidc.live import live
from authz_server.oidc.tokens import telling, userinfo
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["about"]


def about(context: Context, db: Connected, token: str, *, now: Instant) -> dict[str, object]:
    """What is told of the login now. Raises `OAuthError`: 401 for a token that does not stand, or is for a resource."""
    found = live(context, db, token, now=now)
    if found is None or found.token.authorization.resource is not None:
        raise refused_token()
    if "openid" not in found.token.scope.split():
        raise insufficient_scope("openid")
    told = telling(context, db, found.token.authorization, found.standing, found.client)
    if told is None:
        raise refused_token()
    return userinfo(told, scope=found.token.scope)
