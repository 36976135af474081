"""Authlib's authorization server, as we use it: one per application, with our grants and nothing of its defaults.

Authlib tries client authentication methods in turn and lets any success win; ours is proved before Authlib is
called (`authentication.py`), and Authlib is told the outcome.
"""

from typing import Any, Final

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error

from authz_server.calls import Answer
from authz_server.context import Context
from authz_server.oidc import clients
from authz_server.oidc.api_grant import ApiGrant
from authz_server.oidc.clients import Client
from authz_server.oidc.grants import CodeGrant, IdToken, RefreshGrant, S256Only
from authz_server.oidc.issuing import Issued, save
from authz_server.oidc.parameters import ProviderRequest
from authz_server.oidc.refusing import NO_STORE, answer_in_redirect, as_json

__all__ = ["PROVIDER", "Provider"]

PROVIDER: Final = "authz_server.oidc"
"""Under which name the application keeps its `Provider` among its extensions."""


class Provider(AuthorizationServer):
    """Grants: authorization code (PKCE by S256, ID token), refresh (ID token), client credentials (the register's API)."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.register_grant(CodeGrant, [IdToken(context), S256Only()])
        self.register_grant(RefreshGrant, [IdToken(context)])
        self.register_grant(ApiGrant)

    def create_oauth2_request(self, request: ProviderRequest) -> ProviderRequest:
        return request

    def query_client(self, client_id: str) -> Client | None:
        return clients.find(self.context, None, client_id)

    def authenticate_client(self, request: ProviderRequest, methods: Any, endpoint: str = "token") -> Client:
        request.auth_method = request.authenticated.auth_method
        return request.authenticated

    def validate_requested_scope(self, scope: str | None) -> None:
        """Scopes are judged with the rest of the request (`requests.py`)."""

    def save_token(self, token: Issued, request: ProviderRequest) -> None:
        save(request.db, token, request.user.authorization, now=request.now)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, payload: Any, headers: list[tuple[str, str]]) -> Answer:
        if isinstance(payload, dict):
            return as_json(payload, status)
        return Answer(status, [*NO_STORE.items(), *headers], payload.encode())

    def handle_error_response(self, request: ProviderRequest, error: OAuth2Error) -> Answer:
        """`iss` stands in every error redirect too, which Authlib's extension leaves out of some (RFC 9207 2)."""
        description = error.description or None
        if error.redirect_uri:
            return answer_in_redirect(
                error.redirect_uri,
                error=error.error,
                description=description,
                state=request.payload.state,
                issuer=self.context.settings.issuer,
            )
        document = {"error": error.error}
        if description:
            document["error_description"] = description
        return as_json(document, error.status_code)
