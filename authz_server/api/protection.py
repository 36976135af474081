"""Who calls, and may they? A token of ours for this API alone, shown in the header (RFC 6750), looked at live."""

from authz_server.api.refusing import Problem, Refusal
from authz_server.calls import Call
from authz_server.context import Context
from authz_server.oidc import api_tokens
from authz_server.oidc.api_tokens import ApiToken
from authz_server.oidc.bearer import bearer_token, insufficient_scope, refused_token
from authz_server.oidc.refusing import OAuthError
from authz_server.oidc.register_api import Scope
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["caller", "metadata_address"]


def caller(context: Context, db: Connected, call: Call, scope: Scope, *, now: Instant) -> ApiToken | Problem:
    """The token that is shown, where it stands and has the scope.

    Unknown, expired, revoked, of a person's login, of a client that is not there any more: always the same words.
    """
    try:
        token = api_tokens.live(context, db, bearer_token(call), now=now)
        if token is None:
            raise refused_token()
        if scope not in token.scopes:
            raise insufficient_scope(scope)
    except OAuthError as refused:
        return _told(context, refused)
    return token


def metadata_address(context: Context) -> str:
    """Where it is said whose tokens are taken here (RFC 9728 3.1: the path of the resource comes last)."""
    issuer = context.settings.issuer
    scheme, _, rest = issuer.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}/.well-known/oauth-protected-resource{slash}{path}/api"


def _told(context: Context, refused: OAuthError) -> Problem:
    challenge = refused.headers["WWW-Authenticate"]
    joint = " " if challenge == "Bearer" else ", "
    shown = f'{challenge}{joint}resource_metadata="{metadata_address(context)}"'
    return Problem(Refusal(refused.error), refused.description, headers={"WWW-Authenticate": shown})
