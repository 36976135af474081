"""The access token that a request shows (RFC 6750 2): in the header or in a form, never in the address."""

from authz_server.calls import Call
from authz_server.oidc.refusing import OAuthError

__all__ = ["bearer_token", "insufficient_scope", "refused_token"]


def bearer_token(call: Call) -> str:
    """The one token shown. Raises `OAuthError` with the challenge of RFC 6750 3."""
    if any(name == "access_token" for name, _ in call.query()):
        raise _challenge("invalid_request", "an access token cannot be in the address", 400)
    shown = call.header("HTTP_AUTHORIZATION")
    in_form = (
        [value for name, value in call.form() if name == "access_token"] if call.method == "POST" else []
    )
    if len(in_form) + (shown is not None) > 1:
        raise _challenge("invalid_request", "an access token is to be shown once", 400)
    if in_form:
        return in_form[0]
    if shown is None:
        # RFC 6750 3.1: who shows nothing is told nothing but the scheme
        raise OAuthError("invalid_token", status=401, headers={"WWW-Authenticate": "Bearer"})
    scheme, _, token = shown.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise _challenge("invalid_token", "the Authorization header must be Bearer and a token", 401)
    return token


def refused_token() -> OAuthError:
    """Unknown, expired, revoked, or what it rests on no longer stands: always the same words."""
    return _challenge("invalid_token", "the access token is not active", 401)


def insufficient_scope(scope: str) -> OAuthError:
    challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
    return OAuthError("insufficient_scope", status=403, headers={"WWW-Authenticate": challenge})


def _challenge(error: str, description: str, status: int) -> OAuthError:
    challenge = f'Bearer error="{error}", error_description="{description}"'
    return OAuthError(error, description, status=status, headers={"WWW-Authenticate": challenge})
