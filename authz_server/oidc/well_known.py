"""What everybody may read: the discovery document, the keys, the two schemas and the register's identifier.

Made ready as bytes, with an ETag; a browser application of any origin may read them.
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from flask import Blueprint, Response, json, request

from authz_server.context import Context
from authz_server.database import DATABASE_DOWN
from authz_server.oidc import discovery
from authz_server.oidc.refusing import OAuthError, error_json
from authz_server.oidc.secret_values import digest

__all__ = ["well_known"]

_SCHEMAS = ("asked", "granted")


def well_known(context: Context) -> Blueprint:
    """`/.well-known/…` on both paths, `/jwks`, `/schemas/…`, `/mandate-register`."""
    blueprint = Blueprint("well_known", __name__)
    issuer = context.settings.issuer
    max_age = context.settings.keys.jwks_max_age
    metadata = json.dumps(discovery.document(issuer, registration=context.demo)).encode()
    register = json.dumps(
        {
            "mandate_register": f"{issuer}/mandate-register",
            "operator": context.settings.operator.name,
            "issuer": issuer,
            "authorization_details_types_supported": ["representation"],
        }
    ).encode()

    def discover() -> Response:
        return _published(metadata, max_age)

    blueprint.add_url_rule("/.well-known/openid-configuration", "openid", discover)
    blueprint.add_url_rule("/.well-known/oauth-authorization-server", "oauth", discover)
    if path := urlsplit(issuer).path:
        # RFC 8414 3.1 puts the path of an issuer behind the well-known part, OpenID Connect before it
        blueprint.add_url_rule(f"/.well-known/oauth-authorization-server{path}", "oauth_of_path", discover)

    @blueprint.get("/jwks")
    def jwks() -> Response:
        try:
            context.keyring.tend()
            ready = context.keyring.current().jwks_bytes
        except DATABASE_DOWN:
            return error_json(OAuthError("temporarily_unavailable", status=503, headers={"Retry-After": "2"}))
        return _published(ready, max_age)

    @blueprint.get("/mandate-register")
    def mandate_register() -> Response:
        return _published(register, max_age)

    for name in _SCHEMAS:
        ready = files("claims.formats.schemas").joinpath(f"{name}.json").read_bytes()
        blueprint.add_url_rule(f"/schemas/representation-{name}.json", name, _always(ready, max_age))
    return blueprint


def _always(ready: bytes, max_age: int) -> Callable[[], Response]:
    return lambda: _published(ready, max_age)


@cache
def _etag(ready: bytes) -> str:
    return f'"{digest(ready.decode())[:22]}"'


def _published(ready: bytes, max_age: int) -> Response:
    """JSON that may be kept for `max_age` seconds, or 304 for who has it already (RFC 9110 13.1.2)."""
    headers = {
        "Cache-Control": f"public, max-age={max_age}",
        "ETag": _etag(ready),
        "Access-Control-Allow-Origin": "*",
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return Response(status=304, headers=headers)
    return Response(ready, 200, headers=headers, mimetype="application/json")
