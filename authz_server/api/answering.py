"""From a request to an answer, the same way for every operation: who asks, may they, what do they ask, once.

Nothing is read of a request before its token is known to stand; a change looks at the token again in the unit of
work that makes it.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from pydantic import BaseModel, ValidationError

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.paging import BadCursor
from authz_server.api.protection import caller
from authz_server.api.refusing import Problem, Refusal, Undone, as_answer
from authz_server.api.repeating import Done, Repeatable, key_of, once
from authz_server.calls import Answer, Call
from authz_server.context import Context
from authz_server.database import DATABASE_DOWN
from authz_server.oidc.api_tokens import ApiToken
from authz_server.portal.addresses import segment
from claims import strict_json
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["VERSION", "answered"]

VERSION: Final = "1.0.0"
_HEADERS: Final = (("Cache-Control", "no-store"), ("API-Version", VERSION))
_JSON: Final = ("Content-Type", "application/json")
_MOST_FAULTS: Final = 10


def answered(context: Context, operation: Operation, call: Call, ids: Mapping[str, str]) -> Answer:
    """The answer to one request for one operation."""
    try:
        outcome = _outcome(context, operation, call, ids)
    except DATABASE_DOWN:
        outcome = Problem(Refusal.TEMPORARILY_UNAVAILABLE, headers={"Retry-After": "2"})
    except Undone as undone:
        outcome = undone.problem
    except BadCursor:
        outcome = Problem(Refusal.BAD_CURSOR, "cursor is none of this list")
    return as_answer(outcome) if isinstance(outcome, Problem) else outcome


def _outcome(context: Context, operation: Operation, call: Call, ids: Mapping[str, str]) -> Answer | Problem:
    now = context.clock()
    with context.database.reading() as db:
        token = caller(context, db, call, operation.scope, now=now)
        if isinstance(token, Problem):
            return token
        if wait := context.limits.of_client(token.client.client_id):
            return Problem(Refusal.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait)})
        read = _read(operation, call)
        if isinstance(read, Problem):
            return read
        if not operation.changes:
            told = operation.answer(_asked(context, db, token, read, ids, now))
            return told if isinstance(told, Problem) else _found(context, operation, read, ids, told)
    repeatable = key_of(call, token.client.client_id, _address(operation.path, ids))
    if isinstance(repeatable, Problem):
        return repeatable
    return _changed(context, operation, call, read, ids, repeatable, now=now)


def _changed(
    context: Context,
    operation: Operation,
    call: Call,
    read: "_Read",
    ids: Mapping[str, str],
    repeatable: Repeatable,
    *,
    now: Instant,
) -> Answer | Problem:
    with context.database.recording() as db:
        token = caller(context, db, call, operation.scope, now=now)
        if isinstance(token, Problem):
            return token

        def do() -> Done:
            told = operation.answer(_asked(context, db, token, read, ids, now))
            if isinstance(told, Problem):
                refused = as_answer(told)
                return Done(refused.status, refused.body, refused.body)
            kept = told if operation.remembered is None else operation.remembered(told)
            return Done(200, orjson.dumps(told), orjson.dumps(kept))

        outcome = once(db, repeatable, do, now=now)
    if isinstance(outcome, Problem):
        return outcome
    status, body = outcome
    kind = _JSON if status == 200 else ("Content-Type", "application/problem+json")
    return Answer(status, [*_HEADERS, kind], body)


_Read = tuple[Any, Any]  # query and body


def _asked(
    context: Context, db: Connected, token: ApiToken, read: _Read, ids: Mapping[str, str], now: Instant
) -> Asked:
    return Asked(context, db, token.client.client_id, token.scopes, now, ids, *read)


def _read(operation: Operation, call: Call) -> _Read | Problem:
    """Query and body, as the operation declares them."""
    given = call.query()
    if len({name for name, _ in given}) < len(given):
        return Problem(Refusal.MALFORMED, "a parameter of the address stands there twice")
    try:
        query = operation.query.model_validate(dict(given))
    except ValidationError as wrong:
        return Problem(Refusal.MALFORMED, "the address", _faults(wrong))
    if operation.body is None:
        return query, None
    kind = (call.header("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return Problem(Refusal.UNSUPPORTED_MEDIA_TYPE, "the body is to be application/json")
    try:
        document = strict_json.parse(call.body.decode("utf-8"))
    except ValueError:
        return Problem(Refusal.NOT_JSON, "the body is not JSON, or says a member twice")
    if operation.reads_itself:
        return query, document
    if not isinstance(document, dict):
        return Problem(Refusal.MALFORMED, "the body is to be a JSON object")
    try:
        return query, operation.body.model_validate(document, strict=True)
    except ValidationError as wrong:
        return Problem(Refusal.MALFORMED, "the body", _faults(wrong))


def _faults(wrong: ValidationError) -> tuple[tuple[str, str], ...]:
    """Where and what, never a value; a member that nobody knows is not named, it may be anything."""
    found = []
    for one in wrong.errors(include_url=False, include_context=False, include_input=False)[:_MOST_FAULTS]:
        unknown = one["type"] == "extra_forbidden"
        parts = one["loc"][:-1] if unknown else one["loc"]
        where = "".join(f"/{part}" for part in parts if isinstance(part, int) or part.isidentifier())
        found.append((where, "a member that is not known here" if unknown else _in_words(one["type"])))
    return tuple(found)


def _in_words(kind: str) -> str:
    """Pydantic's kind of fault as words: its messages may repeat what was sent."""
    return "is needed" if kind == "missing" else kind.replace("_", " ")


def _found(
    context: Context, operation: Operation, read: _Read, ids: Mapping[str, str], told: Document
) -> Answer:
    headers = [*_HEADERS, _JSON]
    following = told.get("next")
    if following is not None:
        query: BaseModel = read[0]
        parameters = query.model_dump(exclude_none=True, exclude_defaults=True) | {"cursor": following}
        address = f"{context.settings.issuer}{_address(operation.path, ids)}?{urlencode(parameters)}"
        headers.append(("Link", f'<{address}>; rel="next"'))
    return Answer(200, headers, orjson.dumps(told))


def _address(path: str, ids: Mapping[str, str]) -> str:
    """The path with its ids."""
    for name, id in ids.items():
        path = path.replace(f"{{{name}}}", segment(id))
    return path
