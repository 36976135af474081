"""The endpoints for programs and the one for browsers, each a thin way from a request to the parts that answer it.

Each opens one unit of work and commits it once, refusals included: a replayed code ends a grant although the
answer is a refusal. Where the database does not answer nothing is committed, nothing is consumed.

All are functions of a `Call`, for Flask's views and for `authz_server.shortcut` alike.
"""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, request

from authz_server.asking import AuthorizationRequest
from authz_server.calls import Answer, Call, Handler, as_response
from authz_server.context import Context
from authz_server.database import DATABASE_DOWN
from authz_server.events import log_unanswerable
from authz_server.i18n import prefer
from authz_server.login import begin, silently
from authz_server.oidc import introspection, reporting, requests, revocation
from authz_server.oidc.authentication import client_of, client_or_resource_of
from authz_server.oidc.bearer import bearer_token
from authz_server.oidc.client_metadata import GRANT_TYPES
from authz_server.oidc.finish import ended
from authz_server.oidc.parameters import BadParameter, ProviderRequest, read
from authz_server.oidc.provider import Provider
from authz_server.oidc.refusing import (
    OAuthError,
    PageCause,
    Unanswerable,
    answer_in_redirect,
    as_json,
    error_json,
)
from authz_server.oidc.userinfo import about
from authz_server.pages import error_page
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["endpoints", "for_programs"]

_RETRY_AFTER: Final = "2"  # seconds; long enough for a lock or a failover, short for a waiting program
_Ask = Callable[[Connected, AuthorizationRequest, Instant], Response]


def for_programs(context: Context, provider: Provider) -> dict[tuple[str, str], Handler]:
    """What answers programs, by method and path; `/authorize` among them, where nobody is to be shown anything."""
    programs = _Programs(context, provider)
    return {
        ("GET", "/authorize"): programs.authorize,
        ("POST", "/token"): _answering(programs.token),
        ("GET", "/userinfo"): _answering(programs.userinfo),
        ("POST", "/userinfo"): _answering(programs.userinfo),
        ("POST", "/introspect"): _answering(programs.introspect),
        ("POST", "/revoke"): _answering(programs.revoke),
        ("POST", "/report"): _answering(programs.report),
    }


class _Programs:
    def __init__(self, context: Context, provider: Provider) -> None:
        self._context: Final = context
        self._provider: Final = provider

    def authorize(self, call: Call) -> Answer | None:
        parameters, fault = read(call.query())
        if "none" not in parameters.get("prompt", "").split():
            return None
        try:
            answer = _authorized(self._context, self._provider, call, parameters, fault, ask=None)
        except DATABASE_DOWN:
            return None
        except Unanswerable:
            return None  # that is told on a page
        assert isinstance(answer, Answer)  # noqa: S101 - nobody was asked
        return answer

    def token(self, call: Call) -> Answer:
        now = self._context.clock()
        parameters = _form(call)
        caller = client_of(
            self._context, call.header("HTTP_AUTHORIZATION"), parameters, endpoint="/token", now=now
        )
        if "grant_type" not in parameters:
            raise OAuthError("invalid_request", "grant_type is missing")
        if parameters["grant_type"] not in GRANT_TYPES:
            raise OAuthError("unsupported_grant_type")
        keyring = self._context.keyring.current()
        if caller.who.id_token_algorithm not in keyring.signing_kids:
            self._context.keyring.provide(caller.who.id_token_algorithm)
            keyring = self._context.keyring.current()
        with self._context.database.writing() as db:
            caller.confirm(db)
            asked = ProviderRequest(
                parameters,
                method="POST",
                uri=self._context.settings.issuer,
                db=db,
                keyring=keyring,
                now=now,
                client=caller.who,
            )
            try:
                answer: Answer = self._provider.create_token_response(asked)
            except OAuthError as refused:
                return error_json(refused)  # returned, not raised on: what was used up stays used up
        return answer

    def userinfo(self, call: Call) -> Answer:
        now = self._context.clock()
        token = bearer_token(call)
        with self._context.database.reading() as db:
            return as_json(about(self._context, db, token, now=now))

    def introspect(self, call: Call) -> Answer:
        now = self._context.clock()
        parameters = _form(call)
        caller = client_or_resource_of(
            self._context, call.header("HTTP_AUTHORIZATION"), parameters, endpoint="/introspect", now=now
        )
        if "token" not in parameters:
            raise OAuthError("invalid_request", "token is missing")

        def answer(db: Connected) -> Answer:
            return as_json(introspection.answer(self._context, db, caller.who, parameters["token"], now=now))

        if caller.assertion is None:
            with self._context.database.reading() as db:
                return answer(db)
        with self._context.database.writing() as db:
            caller.confirm(db)
            return answer(db)

    def revoke(self, call: Call) -> Answer:
        now = self._context.clock()
        parameters = _form(call)
        caller = client_of(
            self._context, call.header("HTTP_AUTHORIZATION"), parameters, endpoint="/revoke", now=now
        )
        if "token" not in parameters:
            raise OAuthError("invalid_request", "token is missing")
        with self._context.database.recording() as db:
            caller.confirm(db)
            revocation.revoke(db, caller.who, parameters["token"], now=now)
        return as_json({})

    def report(self, call: Call) -> Answer:
        now = self._context.clock()
        parameters = _form(call)
        caller = client_or_resource_of(
            self._context, call.header("HTTP_AUTHORIZATION"), parameters, endpoint="/report", now=now
        )
        with self._context.database.writing() as db:
            caller.confirm(db)
            try:
                told = reporting.answer(db, caller.who, parameters, now=now)
            except OAuthError as refused:
                return error_json(refused)  # returned, not raised on: what was used up stays used up
        return as_json(told)


def endpoints(context: Context, provider: Provider) -> Blueprint:
    """The same as views of Flask; `/authorize` shows pages too, and takes a form."""
    blueprint = Blueprint("oidc", __name__)
    for (method, path), handler in for_programs(context, provider).items():
        if path != "/authorize":
            blueprint.add_url_rule(path, path[1:] + "_" + method.lower(), _view(handler), methods=[method])

    @blueprint.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Response:
        call = _call()
        parameters, fault = read(call.query() if call.method == "GET" else call.form())
        prefer(parameters.get("ui_locales", "").split()[:10])  # for the page that says what is wrong
        try:
            answer = _authorized(
                context,
                provider,
                call,
                parameters,
                fault,
                ask=lambda db, asked, now: begin(context, db, asked, now=now),
            )
        except Unanswerable as unanswerable:
            log_unanswerable(unanswerable.found.value)
            return error_page(unanswerable.cause.value)
        except DATABASE_DOWN:
            return error_page(PageCause.UNAVAILABLE.value, 503)
        return as_response(answer) if isinstance(answer, Answer) else answer

    return blueprint


def _authorized(
    context: Context,
    provider: Provider,
    call: Call,
    parameters: dict[str, str],
    fault: BadParameter | None,
    *,
    ask: _Ask | None,
) -> Answer | Response:
    """The answer to an authorization request; the first page for a person is `ask`'s.

    Raises `Unanswerable`, and what a database raises that is not there, while there is no client to redirect to.
    """
    target = requests.target(context, None, parameters, fault)
    try:
        _refuse(fault)
        now = context.clock()
        keyring = context.keyring.current()
        with context.database.writing() as db:
            asked = requests.checked(context, db, target, parameters, keyring)
            if ask is not None and "none" not in asked.prompt:
                return ask(db, asked, now)
            outcome = silently(context, db, asked, call, now=now)
            return ended(context, provider, db, asked, outcome, now=now)
    except OAuthError as refused:
        error, description = refused.error, refused.description
    except DATABASE_DOWN:
        error, description = "temporarily_unavailable", "unavailable"
    return answer_in_redirect(
        target.redirect_uri,
        error=error,
        description=description,
        state=target.state,
        issuer=context.settings.issuer,
    )


def _form(call: Call) -> dict[str, str]:
    """The parameters of a form; what stands in the query is not looked at (RFC 6749 2.3.1)."""
    parameters, fault = read(call.form())
    _refuse(fault)
    return parameters


def _refuse(fault: BadParameter | None) -> None:
    if fault is not None:
        repeated_target = fault.name == "resource" and fault.repeated
        raise OAuthError("invalid_target" if repeated_target else "invalid_request", str(fault))


def _answering(handler: Callable[[Call], Answer]) -> Handler:
    """Refusals as JSON; 503 where the database does not answer, with nothing consumed (`claims.md` 4)."""

    def answered(call: Call) -> Answer:
        try:
            return handler(call)
        except OAuthError as refused:
            return error_json(refused)
        except DATABASE_DOWN:
            unavailable = OAuthError(
                "temporarily_unavailable", status=503, headers={"Retry-After": _RETRY_AFTER}
            )
            return error_json(unavailable)

    return answered


def _view(handler: Handler) -> Callable[[], Response]:
    def view() -> Response:
        answer = handler(_call())
        assert answer is not None  # noqa: S101 - these show nobody a page
        return as_response(answer)

    return view


def _call() -> Call:
    return Call(request.environ, request.get_data() if request.method == "POST" else b"")
