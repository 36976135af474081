"""What everybody may read: the discovery document, the keys, the two schemas, the register's identifier and its keys.

Made ready as bytes, with an ETag; a browser application of any origin may read them.
"""

from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, request

from authz_server.calls import Answer, Call, Handler, as_response
from authz_server.context import Context
from authz_server.database import DATABASE_DOWN
from authz_server.oidc import discovery
from authz_server.oidc.refusing import OAuthError, error_json
from authz_server.oidc.secret_values import digest
from authz_server.worker.account import tend_keys
from keys.rings import ALWAYS_KEPT, REGISTER
from keys.source import KeyringSource

__all__ = ["always", "published", "well_known"]

_SCHEMAS: Final = ("asked", "granted")


def published(context: Context) -> dict[tuple[str, str], Handler]:
    """`/.well-known/…` on both paths, `/jwks`, `/schemas/…`, `/mandate-register` and its keys, by method and path."""
    issuer = context.settings.issuer
    max_age = context.settings.keys.jwks_max_age
    metadata = orjson.dumps(discovery.document(issuer, registration=context.demo))
    register = {
        "mandate_register": f"{issuer}/mandate-register",
        "operator": context.settings.operator.name,
        "issuer": issuer,
        "authorization_details_types_supported": ["representation"],
        "jwks_uri": f"{issuer}/mandate-register/jwks",
        "signing_alg_values_supported": list(ALWAYS_KEPT[REGISTER]),
    }
    found: dict[str, Handler] = {
        "/.well-known/openid-configuration": always(metadata, max_age),
        "/.well-known/oauth-authorization-server": always(metadata, max_age),
        "/jwks": _keys(context.keyring, max_age),
        "/mandate-register": always(orjson.dumps(register), max_age),
        "/mandate-register/jwks": _keys(context.register_keys, max_age, tend=partial(tend_keys, context)),
    }
    if path := urlsplit(issuer).path:
        # RFC 8414 3.1 puts the path of an issuer behind the well-known part, OpenID Connect before it
        found[f"/.well-known/oauth-authorization-server{path}"] = always(metadata, max_age)
    for name in _SCHEMAS:
        ready = files("claims.formats.schemas").joinpath(f"{name}.json").read_bytes()
        found[f"/schemas/representation-{name}.json"] = always(ready, max_age)
    return {("GET", path): handler for path, handler in found.items()}


def well_known(context: Context) -> Blueprint:
    """The same as views of Flask."""
    blueprint = Blueprint("well_known", __name__)
    for (_, path), handler in published(context).items():
        blueprint.add_url_rule(path, path[1:].replace(".", "_"), _view(handler))
    return blueprint


def _view(handler: Handler) -> Callable[[], Response]:
    def view() -> Response:
        answer = handler(Call(request.environ))
        assert answer is not None  # noqa: S101 - these show nobody a page
        return as_response(answer)

    return view


def _keys(source: KeyringSource, max_age: int, *, tend: Callable[[], None] | None = None) -> Handler:
    """The published keys of one ring; `tend` sees to them first where no other request does."""

    def jwks(call: Call) -> Answer:
        try:
            if tend is not None:
                tend()
            return _published(call, source.current().jwks_bytes, max_age)
        except DATABASE_DOWN:
            # What we saw last, for as long as others may keep it: no longer, or a withdrawal would be late.
            keyring, age = source.last() or (None, 0)
            if keyring is None or age >= max_age:
                down = OAuthError("temporarily_unavailable", status=503, headers={"Retry-After": "2"})
                return error_json(down)
            return _published(call, keyring.jwks_bytes, max_age - age)

    return jwks


def always(ready: bytes, max_age: int) -> Handler:
    """What answers with these bytes, JSON that anybody may read and keep for `max_age` seconds."""
    return lambda call: _published(call, ready, max_age)


@cache
def _etag(ready: bytes) -> str:
    return f'"{digest(ready.decode())[:22]}"'


def _published(call: Call, ready: bytes, max_age: int) -> Answer:
    """JSON that may be kept for `max_age` seconds, or 304 for who has it already (RFC 9110 13.1.2)."""
    etag = _etag(ready)
    headers = [
        ("Cache-Control", f"public, max-age={max_age}"),
        ("ETag", etag),
        ("Access-Control-Allow-Origin", "*"),
    ]
    if call.header("HTTP_IF_NONE_MATCH") == etag:
        return Answer(304, headers)
    return Answer(200, [*headers, ("Content-Type", "application/json")], ready)
