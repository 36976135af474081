"""The addresses of the API: one for each declared operation, and what everybody may read about them."""

from collections.abc import Callable
from functools import lru_cache, partial
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, request

from authz_server.api.answering import answered
from authz_server.api.declaring import Operation
from authz_server.api.describing import described
from authz_server.api.operations import EVERY
from authz_server.calls import Answer, Call, Handler, as_response
from authz_server.context import Context
from authz_server.oidc.register_api import Scope, audience
from authz_server.oidc.well_known import always

__all__ = ["answering", "routes"]


def routes(context: Context) -> Blueprint:
    """Every operation and document as a view of Flask."""
    blueprint = Blueprint("api", __name__)
    for operation in EVERY:
        rule = operation.path.replace("{", "<opaque:").replace("}", ">")
        view = _view(context, operation)
        # `//` is no other way to write `/` here: an id that was written badly must not lead to another record
        blueprint.add_url_rule(rule, operation.name, view, methods=[operation.method], merge_slashes=False)
    for (_, path), handler in _documents(context).items():
        blueprint.add_url_rule(path, path[1:].replace(".", "_"), _document_view(handler))
    return blueprint


def answering(context: Context) -> dict[tuple[str, str], Handler]:
    """What answers programs at addresses without an id, by method and path."""
    found: dict[tuple[str, str], Handler] = dict(_documents(context))
    for one in EVERY:
        if "{" not in one.path:
            found[one.method, one.path] = partial(_without_ids, context, one)
    return found


def _without_ids(context: Context, operation: Operation, call: Call) -> Answer:
    return answered(context, operation, call, {})


def _view(context: Context, operation: Operation) -> Callable[..., Response]:
    def view(**ids: str) -> Response:
        call = Call(request.environ, request.get_data() if request.method == "POST" else b"")
        return as_response(answered(context, operation, call, ids))

    return view


def _document_view(handler: Handler) -> Callable[[], Response]:
    def view() -> Response:
        answer = handler(Call(request.environ))
        assert answer is not None  # noqa: S101 - these show nobody a page
        return as_response(answer)

    return view


def _documents(context: Context) -> dict[tuple[str, str], Handler]:
    """The description, whose tokens are taken (RFC 9728 2) and what of AuthZEN is answered (1.0, metadata)."""
    issuer = context.settings.issuer
    max_age = context.settings.keys.jwks_max_age
    behind = urlsplit(issuer).path
    resource = {
        "resource": audience(issuer),
        "authorization_servers": [issuer],
        "scopes_supported": list(Scope),
        "bearer_methods_supported": ["header"],
        "resource_documentation": f"{issuer}/api/openapi.json",
    }
    decisions = {
        "policy_decision_point": issuer,
        "access_evaluation_endpoint": f"{issuer}/access/v1/evaluation",
        "access_evaluations_endpoint": f"{issuer}/access/v1/evaluations",
        "search_subject_endpoint": f"{issuer}/access/v1/search/subject",
        "search_resource_endpoint": f"{issuer}/access/v1/search/resource",
        "search_action_endpoint": f"{issuer}/access/v1/search/action",
    }
    documents = {
        f"/.well-known/oauth-protected-resource{behind}/api": resource,
        f"/.well-known/authzen-configuration{behind}": decisions,
    }
    return {
        ("GET", "/api/openapi.json"): lambda call: _description(issuer, max_age)(call),
        **{("GET", path): always(orjson.dumps(told), max_age) for path, told in documents.items()},
    }


# Made when somebody first asks: it takes a fifth of a second, and commands start without anybody who will.
@lru_cache
def _description(issuer: str, max_age: int) -> Handler:
    return always(orjson.dumps(described(issuer, EVERY)), max_age)
