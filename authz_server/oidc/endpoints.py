"""The endpoints for programs and the one for browsers, each a thin way from a request to the parts that answer it.

Each opens one unit of work and commits it once, refusals included: a replayed code ends a grant although the
answer is a refusal. Where the database does not answer nothing is committed, nothing is consumed.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from authz_server.context import Context
from authz_server.database import DATABASE_DOWN
from authz_server.login import begin, silently
from authz_server.oidc import introspection, requests, revocation
from authz_server.oidc.authentication import client_of, client_or_resource_of
from authz_server.oidc.bearer import bearer_token
from authz_server.oidc.finish import complete
from authz_server.oidc.parameters import BadParameter, ProviderRequest, read
from authz_server.oidc.provider import Provider
from authz_server.oidc.refusing import OAuthError, PageCause, answer_in_redirect, as_json, error_json
from authz_server.oidc.requests import Target, Unanswerable
from authz_server.oidc.userinfo import about
from authz_server.pages import error_page
from keys.storage import Connected

__all__ = ["endpoints"]

_RETRY_AFTER = "2"  # seconds; long enough for a lock or a failover, short for a waiting program


def endpoints(context: Context, provider: Provider) -> Blueprint:
    """`/authorize`, `/token`, `/userinfo`, `/introspect`, `/revoke`."""
    blueprint = Blueprint("oidc", __name__)

    @blueprint.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Response:
        given = request.args if request.method == "GET" else request.form
        parameters, fault = read(given)
        try:
            target = requests.target(context, None, parameters, fault)
        except Unanswerable as unanswerable:
            return error_page(unanswerable.cause.value)
        except DATABASE_DOWN:
            return error_page(PageCause.UNAVAILABLE.value, 503)
        try:
            return _authorized(context, target, parameters, fault)
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

    @blueprint.post("/token")
    @_for_programs
    def token() -> Response:
        now = context.clock()
        parameters = _form(request.form)
        caller = client_of(
            context, request.headers.get("Authorization"), parameters, endpoint="/token", now=now
        )
        if "grant_type" not in parameters:
            raise OAuthError("invalid_request", "grant_type is missing")
        if parameters["grant_type"] not in {"authorization_code", "refresh_token"}:
            raise OAuthError("unsupported_grant_type")
        keyring = context.keyring.current()
        with context.database.writing() as db:
            caller.confirm(db)
            answer: Response = provider.create_token_response(
                ProviderRequest(
                    parameters,
                    method="POST",
                    uri=context.settings.issuer,
                    db=db,
                    keyring=keyring,
                    now=now,
                    client=caller.who,
                )
            )
        return answer

    @blueprint.route("/userinfo", methods=["GET", "POST"])
    @_for_programs
    def userinfo() -> Response:
        now = context.clock()
        token = bearer_token(request)
        with context.database.reading() as db:
            return as_json(about(context, db, token, now=now))

    @blueprint.post("/introspect")
    @_for_programs
    def introspect() -> Response:
        now = context.clock()
        parameters = _form(request.form)
        caller = client_or_resource_of(
            context, request.headers.get("Authorization"), parameters, endpoint="/introspect", now=now
        )
        if "token" not in parameters:
            raise OAuthError("invalid_request", "token is missing")

        def answer(db: Connected) -> Response:
            return as_json(introspection.answer(context, db, caller.who, parameters["token"], now=now))

        if caller.assertion is None:
            with context.database.reading() as db:
                return answer(db)
        with context.database.writing() as db:
            caller.confirm(db)
            return answer(db)

    @blueprint.post("/revoke")
    @_for_programs
    def revoke() -> Response:
        now = context.clock()
        parameters = _form(request.form)
        caller = client_of(
            context, request.headers.get("Authorization"), parameters, endpoint="/revoke", now=now
        )
        if "token" not in parameters:
            raise OAuthError("invalid_request", "token is missing")
        with context.database.writing() as db:
            caller.confirm(db)
            revocation.revoke(db, caller.who, parameters["token"], now=now)
        return as_json({})

    return blueprint


def _authorized(
    context: Context,
    target: Target,
    parameters: dict[str, str],
    fault: BadParameter | None,
) -> Response:
    """The answer to a request whose client and redirect URI are right. Raises `OAuthError`."""
    if fault is not None:
        repeated_target = fault.name == "resource" and fault.repeated
        raise OAuthError("invalid_target" if repeated_target else "invalid_request", str(fault))
    now = context.clock()
    keyring = context.keyring.current()
    with context.database.writing() as db:
        asked = requests.checked(context, db, target, parameters, keyring)
        if "none" not in asked.prompt:
            return begin(context, db, asked, now=now)
        return complete(context, db, asked, silently(context, db, asked, now=now), now=now)


def _form(given: MultiDict[str, str]) -> dict[str, str]:
    """The parameters of a form; what stands in the query is not looked at (RFC 6749 2.3.1)."""
    parameters, fault = read(given)
    if fault is not None:
        repeated_target = fault.name == "resource" and fault.repeated
        raise OAuthError("invalid_target" if repeated_target else "invalid_request", str(fault))
    return parameters


def _for_programs(view: Callable[[], Response]) -> Callable[[], Response]:
    """Refusals as JSON; 503 where the database does not answer, with nothing consumed (`claims.md` 4)."""

    def answered() -> Response:
        try:
            return view()
        except OAuthError as refused:
            return error_json(refused)
        except DATABASE_DOWN:
            unavailable = OAuthError(
                "temporarily_unavailable", status=503, headers={"Retry-After": _RETRY_AFTER}
            )
            return error_json(unavailable)

    answered.__name__ = view.__name__
    return answered
