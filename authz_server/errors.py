"""What goes wrong outside any endpoint's own rules, told clearly: a page for people, JSON for machines.

Each failure has a code that stays, and the id of the request, by which the operator finds it in the log. What
was wrong inside is never shown.
"""

from typing import Final

from flask import Flask, Response, current_app, jsonify, make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from authz_server.api.refusing import is_ours, problem_document
from authz_server.database import DATABASE_DOWN, DATABASE_REFUSES_VALUE
from authz_server.edge import RETRY_AFTER
from authz_server.events import log_failure, request_id
from authz_server.pages import error_page
from claims.register.journal import Headless

__all__ = ["install", "refusal"]

_CODES: Final = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "timeout",
    411: "length_required",
    413: "request_too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    422: "invalid_request",
    429: "too_many_requests",
    431: "headers_too_large",
    500: "server_error",
    503: "temporarily_unavailable",
}
_MACHINE_PATHS: Final = (
    "/.well-known/",
    "/jwks",
    "/token",
    "/userinfo",
    "/introspect",
    "/revoke",
    "/par",
    "/register",
    "/mandate-register",
    "/health/",
    "/api/",
    "/access/",
    "/metrics",
)
_RETRY_AFTER: Final = "5"  # seconds, where nothing better is known


def install(app: Flask) -> None:
    """Answer what goes wrong in `app`."""
    app.register_error_handler(HTTPException, _told)
    app.register_error_handler(CSRFError, _form_refused)
    app.register_error_handler(Exception, _failed)


def refusal(status: int) -> Response:
    """The answer to a request that is not looked at any further."""
    return _answer(status)


def _told(error: HTTPException) -> Response:
    """An HTTP error that a view, or Flask, raised. One with an answer of its own keeps it."""
    if error.response is not None:
        return make_response(error.response)
    answer = _answer(error.code or 500)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            answer.headers[name] = value
    return answer


def _form_refused(_: CSRFError) -> Response:
    """A form without its token: another site's, or one that lay open while cookies were cleared."""
    return _answer(400, code="form_expired")


def _failed(failure: Exception) -> Response:
    """What nobody caught. The one place where any exception is taken, as the outermost edge."""
    if isinstance(failure, DATABASE_REFUSES_VALUE):
        return _answer(400)
    if current_app.testing:
        raise failure
    log_failure(failure)
    return _answer(503 if isinstance(failure, (*DATABASE_DOWN, Headless)) else 500)


def _answer(status: int, *, code: str | None = None) -> Response:
    code = code or _CODES.get(status, "server_error" if status >= 500 else "invalid_request")
    if is_ours(request.path):
        answer = jsonify(problem_document(status, code))
        answer.mimetype = "application/problem+json"
    elif _for_machines():
        answer = jsonify({"error": code, "request_id": request_id()})
    else:
        answer = error_page(code, status, back=_page_to_try_again(status))
    answer.status_code = status
    if status in {429, 503}:
        answer.headers["Retry-After"] = str(request.environ.get(RETRY_AFTER, _RETRY_AFTER))
    return answer


def _page_to_try_again(status: int) -> str | None:
    """Where the page of this form can be seen anew: its own address, where that shows one.

    Of what was only looked at too, where it may do better in a while. The address is not repeated (`?` is the browser's
    own): there may be in it what nobody should read on a page.
    """
    rule = request.url_rule
    if rule is None or (request.method != "POST" and status not in {429, 503}):
        return None
    shown = any(
        "GET" in (other.methods or ())
        for other in current_app.url_map.iter_rules()
        if other.rule == rule.rule
    )
    return "?" if shown else None


def _for_machines() -> bool:
    if request.path.startswith(_MACHINE_PATHS):
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]
