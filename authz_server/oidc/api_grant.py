"""Client credentials (RFC 6749 4.4), for the register's own API and for nothing else.

Authlib's grant would take any scope, make a token for whatever audience and let a client that registered itself in;
what is judged here is judged before it makes anything.
"""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError, UnauthorizedClientError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from authz_server.context import Context
from authz_server.oidc import api_tokens
from authz_server.oidc.clients import Client
from authz_server.oidc.grants import InvalidTargetError
from authz_server.oidc.parameters import ProviderRequest
from authz_server.oidc.register_api import audience

__all__ = ["ApiGrant"]


class ApiGrant(ClientCredentialsGrant):
    """A token for a client itself; `resource` may be left out, there is one alone."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)  # the endpoint has proved who it is; see `Provider`
    request: ProviderRequest
    server: Any

    def validate_token_request(self) -> None:
        if not self.request.authenticated.calls_the_register:
            raise UnauthorizedClientError("client_credentials is for clients of the register's API")
        super().validate_token_request()

    def validate_requested_scope(self) -> None:
        """All that the request says must be about the client alone, and within its registration."""
        form = self.request.form
        context: Context = self.server.context
        if form.get("resource", own := audience(context.settings.issuer)) != own:
            raise InvalidTargetError("the only resource is the register's API")
        if "authorization_details" in form:
            raise InvalidRequestError("a client never acts for anybody")
        client: Client = self.request.authenticated
        if not set(self._asked()) <= (client.scopes or frozenset()):
            raise InvalidScopeError("the client is not registered for that scope")

    def generate_token(self, **_: object) -> dict[str, object]:
        request = self.request
        client = request.authenticated
        scopes = tuple(self._asked()) or tuple(sorted(client.scopes or ()))
        return api_tokens.issue(
            self.server.context, request.db, request.keyring, client, scopes, now=request.now
        )

    def save_token(self, token: dict[str, object]) -> None:
        """Kept where it was made."""

    def _asked(self) -> list[str]:
        """The scopes of the request, each once; empty: all that the client is registered for."""
        return list(dict.fromkeys((self.request.payload.scope or "").split()))
