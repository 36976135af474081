"""Our side of Authlib's grants: authorization code with PKCE and ID token, and refresh with rotation.

In the order in which Authlib calls at `POST /token` (the traps named are of Authlib 1.9.9):

1. `endpoints.token` reads the parameters, proves who the client is, opens the one unit of work.
2. Authlib picks the grant; the client is the one proved in 1; may it use this grant?
3. `query_authorization_code`: look up by digest; a used code too.
4. Authlib compares `redirect_uri`; our hook compares the PKCE verifier.
5. `authenticate_user`: use the code up in one UPDATE. A used one that its own client shows again ends the grant;
   not before this point, or whoever saw the code could end it. Ask the register about that very path, say what
   may be told. Every refusal happens here or before.
6. `generate_token` makes access and refresh token; 7. `save_token` keeps the access token's digest.
8. Authlib calls `delete_authorization_code`: nothing is left to do.
9. Our extension makes the ID token. 10. `endpoints.token` commits and answers.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from typing import Any, Final

from authlib.oauth2.rfc6749 import (
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDToken

from authz_server.context import Context
from authz_server.login import sessions
from authz_server.oidc import handed_out
from authz_server.oidc.asked import refuse_other_details
from authz_server.oidc.authorization import Authorization
from authz_server.oidc.clients import Client
from authz_server.oidc.handed_out import Grant, RefreshToken
from authz_server.oidc.issuing import Issued, Redeemed, issue, redeemed
from authz_server.oidc.parameters import Parameters, ProviderRequest
from authz_server.oidc.refusing import location
from authz_server.oidc.standing import standing
from authz_server.oidc.tokens import id_token
from claims.instants import Instant
from claims.register import means, uses

__all__ = [
    "PKCE_NEEDED",
    "CodeGrant",
    "IdToken",
    "InvalidTargetError",
    "RefreshGrant",
    "S256Only",
    "challenge_is_right",
]

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
PKCE_NEEDED: Final = "PKCE with code_challenge_method S256 is needed"
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class InvalidTargetError(OAuth2Error):
    """RFC 8707 2."""

    error = "invalid_target"


class S256Only(CodeChallenge):
    """PKCE (RFC 7636) with S256 and nothing else, needed as the client's profile says.

    Authlib takes a challenge without a method for `plain`, and needs one of public clients only, at the token
    endpoint only.
    """

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        if not challenge_is_right(grant.request.client, grant.request.payload.data):
            raise InvalidRequestError(PKCE_NEEDED)

    def validate_code_verifier(self, grant: Any, result: Any) -> None:
        verifier = grant.request.form.get("code_verifier")
        challenge = grant.request.authorization_code.code_challenge
        if challenge is None and verifier is None:
            return
        if challenge is None:
            # RFC 9700 4.8.2: else PKCE could be taken out of a request on its way
            raise InvalidGrantError("there was no code_challenge")
        if verifier is None or not _VERIFIER.fullmatch(verifier):
            raise InvalidGrantError("code_verifier is missing or not of its form")
        shown = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not hmac.compare_digest(shown, challenge):
            raise InvalidGrantError("code_verifier does not fit")


def challenge_is_right(client: Client, parameters: Parameters) -> bool:
    """Whether a request has the challenge that it needs.

    Profile `oidc`: a confidential client that sends a nonce is protected by that, and may go without.
    """
    challenge, method = parameters.get("code_challenge"), parameters.get("code_challenge_method")
    if challenge is None and method is None:
        return client.profile == "oidc" and not client.is_public and "nonce" in parameters
    return challenge is not None and method == "S256" and _CHALLENGE.fullmatch(challenge) is not None


class IdToken(OpenIDToken):
    """Makes the ID token after Authlib made the token response; from the authorization, not from the code's row.

    Authlib's own takes the machine's clock, gives a refreshed ID token a new `auth_time`, and adds `amr`.
    """

    def __init__(self, context: Context) -> None:
        self.context = context

    def encode_id_token(self, token: dict[str, Any], request: ProviderRequest) -> str:
        user: Redeemed = request.user
        # OIDC Core 12.2: a refreshed ID token should have no nonce
        nonce = user.authorization.nonce if request.authorization_code else None
        return id_token(
            self.context,
            request.keyring,
            user.to_client,
            request.client,
            access_token=token["access_token"],
            nonce=nonce,
            now=request.now,
        )


class _Issuing:
    """Makes the tokens with the request's own unit of work, keyring and instant: Authlib's generators see none."""

    request: ProviderRequest
    server: Any

    def generate_token(self, user: Redeemed, scope: str, **_: object) -> Issued:
        request = self.request
        return issue(self.server.context, request.db, request.keyring, user, scope=scope, now=request.now)


class CodeGrant(_Issuing, AuthorizationCodeGrant):
    """Authorization code (RFC 6749 4.1)."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)  # the endpoint has proved who it is; see `Provider`

    def create_authorization_response(self, redirect_uri: str, grant_user: Authorization) -> Any:
        """The redirect with the code; Authlib's own would make the code 48 slow random choices long."""
        self.request.user = grant_user
        code, secret_digest = handed_out.code_of(grant_user.grant_id)
        context: Context = self.server.context
        lifetimes = context.settings.lifetimes
        now = grant_user.created_at
        handed_out.add_grant(
            self.request.db,
            grant_user,
            code_digest=secret_digest,
            code_expires_at=now + lifetimes.code,
            redirect_uri=redirect_uri,
            code_challenge=self.request.payload.data.get("code_challenge"),
            expires_at=now + lifetimes.refresh_total,
        )
        parameters = {"code": code}
        if self.request.payload.state is not None:
            parameters["state"] = self.request.payload.state
        parameters["iss"] = context.settings.issuer
        return 302, "", [("Location", location(redirect_uri, parameters))]

    def query_authorization_code(self, code: str, client: Client) -> Grant | None:
        request: ProviderRequest = self.request
        grant = handed_out.of_code(request.db, code)
        if grant is None or grant.client_id != client.client_id:
            return None
        if grant.code_used_at is None and (
            grant.ended_at is not None or request.now >= grant.code_expires_at
        ):
            return None
        return grant

    def authenticate_user(self, authorization_code: Grant) -> Redeemed:
        request: ProviderRequest = self.request
        granted = authorization_code.authorization
        _same_as_granted(request, granted)
        if not handed_out.use_code(request.db, granted.grant_id, now=request.now):
            # RFC 6749 4.1.2: long ago, or between our look and our use; somebody who has all that it takes shows
            # the code again, so one of two should not have it, and what came of it ends
            handed_out.end_grant(request.db, granted.grant_id, now=request.now)
            raise InvalidGrantError("Invalid 'code' in request.")  # as an unknown one: who asks need not know
        user = _again(self, granted, authorization_code.expires_at)
        if user.standing.representation is not None:
            uses.record(request.db, user.standing.representation, client=granted.client_id, now=request.now)
            means.note(request.db, user.standing.representation, granted.authenticator, now=request.now)
        return user

    def delete_authorization_code(self, authorization_code: Grant) -> None:
        """Used up in `authenticate_user`; the row stays, so that a replay is recognised."""


class RefreshGrant(_Issuing, RefreshTokenGrant):
    """Refresh (RFC 6749 6): each refresh token works once, and one that comes back ends the grant (RFC 9700 4.14)."""

    INCLUDE_NEW_REFRESH_TOKEN = True
    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        request: ProviderRequest = self.request
        token = handed_out.refresh_token(request.db, refresh_token)
        if token is None or not token.check_client(request.authenticated):
            return None
        if token.used_at is not None:
            handed_out.end_grant(request.db, token.authorization.grant_id, now=request.now)
            return None
        return token if token.stands(request.now) else None

    def authenticate_user(self, refresh_token: RefreshToken) -> Redeemed:
        request: ProviderRequest = self.request
        granted = refresh_token.authorization
        _same_as_granted(request, granted)
        if not handed_out.use_refresh_token(request.db, refresh_token, now=request.now):
            handed_out.end_grant(request.db, granted.grant_id, now=request.now)
            raise InvalidGrantError("the refresh token was used before")
        if not granted.is_offline and not self._session_stands(granted):
            raise InvalidGrantError("the session has ended")
        user = _again(self, granted, refresh_token.grant_expires_at)
        self.request.user = user
        return user

    def _session_stands(self, granted: Authorization) -> bool:
        lifetimes = self.server.context.settings.lifetimes
        limits = sessions.Lifetimes(idle=lifetimes.session_idle, total=lifetimes.session_total)
        return sessions.alive(self.request.db, granted.session_id, limits, now=self.request.now)

    def _validate_token_scope(self, token: RefreshToken) -> None:
        asked = (self.request.payload.scope or "").split()
        if not set(asked) <= set(token.authorization.scopes):
            raise InvalidScopeError("scope may only be narrowed")

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        """Used up in `authenticate_user`."""


def _same_as_granted(request: ProviderRequest, granted: Authorization) -> None:
    resource = request.form.get("resource")
    if resource is not None and resource != granted.resource:
        raise InvalidTargetError("resource is not the one that was granted")
    refuse_other_details(request.form.get("authorization_details"), granted.mandated)


def _again(grant: CodeGrant | RefreshGrant, granted: Authorization, refresh_until: Instant) -> Redeemed:
    """Ask the register whether what was granted still stands, and say what may be told of it now."""
    context: Context = grant.server.context
    request: ProviderRequest = grant.request
    client: Client = request.authenticated
    found = standing(context, request.db, client, granted, now=request.now)
    if found is None:
        raise InvalidGrantError("what was granted no longer stands")
    user = redeemed(context, request.db, client, granted, found, refresh_until=refresh_until)
    if user is None:
        raise InvalidGrantError("what was granted no longer stands")
    return user
