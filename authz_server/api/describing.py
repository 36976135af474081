"""(pure) The description of the API (OpenAPI 3.1), made of the declarations that its routes are made of."""

import re
from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from authz_server.api.answering import VERSION
from authz_server.api.declaring import Operation
from authz_server.api.refusing import Refusal
from authz_server.oidc.register_api import Scope

__all__ = ["described"]

_REF: Final = "#/components/schemas/{model}"
_ALWAYS: Final = (
    Refusal.MALFORMED,
    Refusal.INVALID_TOKEN,
    Refusal.INSUFFICIENT_SCOPE,
    Refusal.TOO_MANY_REQUESTS,
    Refusal.TEMPORARILY_UNAVAILABLE,
)
_SCOPES: Final = {
    Scope.READ: "parties, mandates, relations, restrictions, teams, clients and services, and what became of them",
    Scope.IDENTIFY: "find a party, or an office's client, by its number",
    Scope.SUPPORT: "stop mandates, appointments and visits on request, and resume what was suspended so",
    Scope.GRANT: "bring the word of people: give, ask, appoint, see to teams, record papers",
    Scope.RESOLVE: "ask whom a person may represent",
    Scope.EXPLAIN: "ask why not",
    Scope.REPRESENTATIVES: "ask who all may act for a party",
    Scope.AUDIT: "the signed heads of the journal",
}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Why not (RFC 9457); `code` stays, and stands in docs/refusals.md.",
    "required": ["title", "status", "code", "request_id"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def described(issuer: str, operations: Iterable[Operation]) -> dict[str, Any]:
    """The description for the API at `issuer`."""
    operations = tuple(operations)
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Namens: the mandate register",
            "version": VERSION,
            "description": "Protected by tokens of the grant `client_credentials`, for clients that the operator"
            " registered for this API alone. Ids are those of the register; personal numbers never stand in an address.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": issuer}],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in operations)],
        "paths": paths,
        "components": {
            "schemas": {**_schemas(operations), "Problem": _PROBLEM},
            "securitySchemes": {
                "register": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": f"{issuer}/token",
                            "scopes": {scope.value: words for scope, words in _SCOPES.items()},
                        }
                    },
                }
            },
        },
    }


def _schemas(operations: Iterable[Operation]) -> dict[str, Any]:
    models: dict[type[BaseModel], None] = {}
    for one in operations:
        models |= dict.fromkeys(model for model in (one.gives, one.body) if model is not None)
    _, document = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REF, by_alias=True
    )
    schemas: dict[str, Any] = document["$defs"]
    return schemas


def _operation(one: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.tag],
        "summary": one.summary,
        "security": [{"register": [one.scope.value]}],
        "parameters": [*_ids(one.path), *_query(one), *([_KEY] if one.changes else [])],
        "responses": _responses(one),
    }
    if one.body is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(one.body)}}}
    return told


_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "One for each change: the same key with the same request gets the same answer, for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 257},
}


def _ids(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": "An id of the register. One that holds `%`, `/`, `?` or `#` is percent-encoded twice.",
            "schema": {"type": "string", "minLength": 1},
        }
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _query(one: Operation) -> list[dict[str, Any]]:
    schema = one.query.model_json_schema()
    return [
        {"name": name, "in": "query", "required": False, "schema": member}
        for name, member in schema.get("properties", {}).items()
    ]


def _responses(one: Operation) -> dict[str, Any]:
    refusals = [*_ALWAYS, *one.refuses]
    if one.body is not None:
        refusals += [Refusal.NOT_JSON, Refusal.UNSUPPORTED_MEDIA_TYPE, Refusal.REQUEST_TOO_LARGE]
    if "cursor" in one.query.model_fields:
        refusals.append(Refusal.BAD_CURSOR)
    if one.changes:
        refusals += [Refusal.KEY_NEEDED, Refusal.KEY_REUSED]
    by_status: dict[int, list[str]] = {}
    for refusal in dict.fromkeys(refusals):
        by_status.setdefault(refusal.status, []).append(f"`{refusal.value}`")
    good: dict[str, Any] = {
        "description": one.summary,
        "content": {"application/json": {"schema": _ref(one.gives)}},
    }
    if "cursor" in one.query.model_fields:
        good["headers"] = {
            "Link": {"description": "The next page, where there is one.", "schema": {"type": "string"}}
        }
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "200": good,
        **{
            str(status): {"description": ", ".join(codes), "content": problem}
            for status, codes in sorted(by_status.items())
        },
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
