"""The end of an authorization request: a code for the client, or an error, with `iss` in either (RFC 9207)."""

from collections.abc import Mapping

from flask import Response, current_app

from authz_server.asking import AuthorizationRequest
from authz_server.calls import Answer, as_response
from authz_server.context import Context
from authz_server.oidc import clients, handed_out
from authz_server.oidc.authorization import Authorization, Mandated
from authz_server.oidc.clients import Client
from authz_server.oidc.parameters import ProviderRequest
from authz_server.oidc.provider import PROVIDER, Provider
from authz_server.oidc.refusing import OAuthError, PageCause, Unanswerable, answer_in_redirect
from authz_server.oidc.tokens import pairwise_of
from authz_server.outcome import Denied, Granted, Outcome
from authz_server.pages import error_page
from claims.assurance import Loa
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["complete", "ended"]


def complete(
    context: Context, db: Connected, request: AuthorizationRequest, outcome: Outcome, *, now: Instant
) -> Response:
    """As `ended`, for a page of ours; a page too, where client or redirect URI were taken away since it began."""
    provider: Provider = current_app.extensions[PROVIDER]
    try:
        return as_response(ended(context, provider, db, request, outcome, now=now))
    except Unanswerable as unanswerable:
        return error_page(unanswerable.cause.value)


def ended(
    context: Context,
    provider: Provider,
    db: Connected,
    request: AuthorizationRequest,
    outcome: Outcome,
    *,
    now: Instant,
) -> Answer:
    """The redirect that ends `request`. Raises `Unanswerable` where there is nowhere to redirect to any more.

    Authlib validates the request's parameters afresh, with the client as it is registered now. A representation
    that was not asked for, or for a client that does not understand it, is refused here whatever led to it.
    """
    client = clients.find(context, db, request.client_id)
    if client is None:
        raise Unanswerable(PageCause.UNKNOWN_CLIENT)
    if not client.check_redirect_uri(request.redirect_uri):
        raise Unanswerable(PageCause.UNREGISTERED_REDIRECT_URI)
    match outcome:
        case Denied(error=error, description=description):
            return _denied(context, request, error, description)
        case granted:
            try:
                authorization = _authorization(context, client, request, granted, now)
            except OAuthError as refused:
                return _denied(context, request, refused.error, refused.description)
            return _with_code(context, provider, db, client, request, authorization, now)


def _denied(context: Context, request: AuthorizationRequest, error: str, description: str | None) -> Answer:
    return answer_in_redirect(
        request.redirect_uri,
        error=error,
        description=description,
        state=request.state,
        issuer=context.settings.issuer,
    )


def _with_code(
    context: Context,
    provider: Provider,
    db: Connected,
    client: Client,
    request: AuthorizationRequest,
    authorization: Authorization,
    now: Instant,
) -> Answer:
    asked = ProviderRequest(
        request.parameters,
        method="GET",
        uri=context.settings.issuer,
        db=db,
        now=now,
        client=client,
    )
    answer: Answer = provider.create_authorization_response(
        asked, grant_user=authorization, grant=provider.get_authorization_grant(asked)
    )
    return answer


def _authorization(
    context: Context, client: Client, request: AuthorizationRequest, granted: Granted, now: Instant
) -> Authorization:
    """The frozen value. Raises `OAuthError` for what may never be granted."""
    wanted = _members(request, "id_token")
    sub = wanted.get("sub")
    asked_for = sub.get("value") if isinstance(sub, Mapping) else None
    # OIDC Core 5.5.1: never an ID token about somebody else than was asked for
    if asked_for not in (None, pairwise_of(context).sub(client.sector, granted.acting)):
        raise OAuthError("interaction_required" if request.ask else "login_required")
    return Authorization(
        grant_id=handed_out.new_grant_id(),
        client_id=client.client_id,
        session_id=granted.session_id,
        acting=granted.acting,
        login=granted.login_assurance,
        authenticator=granted.authenticator,
        auth_time=granted.auth_time,
        acr=_acr(client, request, granted.login_assurance),
        scopes=tuple(scope for scope in request.scopes if scope in granted.scopes),
        created_at=now,
        nonce=request.nonce,
        resource=request.resource,
        mandated=_mandated(client, request, granted),
        id_token_claims=tuple(wanted),
        userinfo_claims=tuple(_members(request, "userinfo")),
    )


def _members(request: AuthorizationRequest, place: str) -> dict[str, object]:
    members = request.claims.get(place)
    return dict(members) if isinstance(members, Mapping) else {}


def _acr(client: Client, request: AuthorizationRequest, reached: Loa) -> str:
    """What was reached; for profile `oidc` and essential values the highest listed one that was (`claims.md` 4)."""
    if client.profile == "oidc" and request.acr_essential:
        listed = [
            (level, value)
            for value in request.acr_values
            if (level := Loa.of_acr(value)) is not None and level <= reached
        ]
        if listed:
            return max(listed)[1]
    return reached.acr


def _mandated(client: Client, request: AuthorizationRequest, granted: Granted) -> Mandated | None:
    ask, representation = request.ask, granted.representation
    if representation is None and not granted.for_oneself:
        if ask is not None:
            raise OAuthError("access_denied", "no_representation")
        return None
    if ask is None or client.representation == "none":
        raise OAuthError("server_error")  # B19: nobody asked, or the client would not understand
    if representation is None:
        if ask.mode == "required" or not granted.actions:
            raise OAuthError("access_denied", "no_representation")
        return Mandated(ask.service, ask.service_uri, granted.actions, ask.minimum)
    understood = representation.needs_understanding <= client.representation_restrictions
    fitting = representation.service == ask.service and representation.acting == granted.acting
    if not (understood and fitting and representation.permits and representation.actions):
        raise OAuthError("access_denied", "no_representation")
    return Mandated(
        service=ask.service,
        service_uri=ask.service_uri,
        actions=representation.actions,
        minimum=ask.minimum,
        represented=representation.represented,
        branch=representation.branch,
        path=representation.path,
        limits=representation.limits,
    )
