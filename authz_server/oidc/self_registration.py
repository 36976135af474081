"""Dynamic registration (RFC 7591) and what a client may do with its own registration (RFC 7592): in the demo alone."""

from flask import Blueprint, Response, request

from authz_server.calls import Answer, as_response
from authz_server.context import Context
from authz_server.database import DATABASE_DOWN
from authz_server.oidc import clients
from authz_server.oidc.clients import Client
from authz_server.oidc.metadata_faults import MetadataRefused
from authz_server.oidc.refusing import OAuthError, as_json, error_json
from authz_server.oidc.secret_values import matches
from claims import strict_json
from keys.storage import Connected

__all__ = ["response_of", "self_registration"]


def response_of(client: Client, *, secret: str | None = None) -> dict[str, object]:
    """A registration as it is told (RFC 7591 3.2.1); the secret only to whom it was just made for."""
    document: dict[str, object] = {
        "client_id": client.client_id,
        "client_id_issued_at": client.created_at,
        **client.metadata,
    }
    if secret is not None:
        document["client_secret"] = secret
    if client.secret_digest is not None:
        document["client_secret_expires_at"] = 0  # never
    return document


def self_registration(context: Context) -> Blueprint:
    """`POST /register`, and `GET` and `DELETE` on the address that it gives."""
    blueprint = Blueprint("self_registration", __name__)

    @blueprint.post("/register")
    def register() -> Response:
        now = context.clock()
        try:
            document = _document()
            with context.database.writing() as db:
                made = clients.register(db, document, by_operator=False, now=now, demo=True)
        except MetadataRefused as refused:
            return as_response(error_json(OAuthError(refused.error, str(refused))))
        except OAuthError as refused:
            return as_response(error_json(refused))
        except DATABASE_DOWN:
            return as_response(_unavailable())
        told = response_of(made.client, secret=made.secret)
        told["registration_client_uri"] = f"{context.settings.issuer}/register/{made.client.client_id}"
        told["registration_access_token"] = made.registration_token
        return as_response(as_json(told, 201))

    @blueprint.route("/register/<client_id>", methods=["GET", "DELETE"])
    def configuration(client_id: str) -> Response:
        now = context.clock()
        try:
            with context.database.writing() as db:
                client = _registered(context, db, client_id)
                if request.method == "DELETE":
                    clients.remove(context, db, client.client_id, now=now)
                    return Response(status=204)
                return as_response(as_json(response_of(client)))
        except OAuthError as refused:
            return as_response(error_json(refused))
        except DATABASE_DOWN:
            return as_response(_unavailable())

    return blueprint


def _unavailable() -> Answer:
    return error_json(OAuthError("temporarily_unavailable", status=503, headers={"Retry-After": "2"}))


def _document() -> object:
    if request.mimetype != "application/json":
        raise OAuthError("invalid_client_metadata", "the registration must be application/json")
    try:
        return strict_json.parse(request.get_data().decode())
    except ValueError:
        raise OAuthError(
            "invalid_client_metadata", "the registration is not JSON, or repeats a member"
        ) from None


def _registered(context: Context, db: Connected, client_id: str) -> Client:
    """The client, for who shows its registration access token. One answer for every other case (RFC 7592 2)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    readable = client_id.isascii() and client_id.isprintable()
    client = clients.find(context, db, client_id) if readable else None
    if client is None or scheme.lower() != "bearer" or not matches(token, client.registration_digest):
        raise OAuthError(
            "invalid_token", status=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
        )
    return client
