"""An authorization request, from its parameters to a checked value.

Two kinds of fault: as long as client and redirect URI are not known to belong together the browser gets a page
(`Unanswerable`); from then on the client gets an error in the redirect (`OAuthError`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from authz_server.asking import AuthorizationRequest
from authz_server.context import Context
from authz_server.oidc import clients, hints, resources
from authz_server.oidc.asked import merged
from authz_server.oidc.client_metadata import SCOPES
from authz_server.oidc.clients import Client
from authz_server.oidc.grants import PKCE_NEEDED, challenge_is_right
from authz_server.oidc.parameters import BadParameter, Parameters
from authz_server.oidc.refusing import OAuthError, PageCause, Unanswerable
from authz_server.oidc.resources import Resource
from claims import strict_json
from keys.keyring import Keyring
from keys.storage import Connected

__all__ = ["Target", "checked", "target"]

_PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})
_NOT_SUPPORTED: Final = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}
_MOST_SECONDS: Final = 10**9


@dataclass(frozen=True, slots=True)
class Target:
    """Where the answer goes, whatever it is."""

    client: Client
    redirect_uri: str
    state: str | None


def target(
    context: Context, db: Connected | None, parameters: Parameters, fault: BadParameter | None
) -> Target:
    """The client and its redirect URI, if both are right. RFC 6749 3.1.2.4: else never a redirect."""
    if fault is not None and fault.name in {"client_id", "redirect_uri"}:
        raise Unanswerable(PageCause.REPEATED_PARAMETER if fault.repeated else PageCause.BAD_PARAMETER)
    client_id = parameters.get("client_id")
    if client_id is None:
        raise Unanswerable(PageCause.MISSING_CLIENT_ID)
    redirect_uri = parameters.get("redirect_uri")
    if redirect_uri is None:
        raise Unanswerable(PageCause.MISSING_REDIRECT_URI)
    client = clients.find(context, db, client_id)
    if client is None:
        # which of the two it was is for the log alone: else one could ask which clients there are
        raise Unanswerable(PageCause.UNREGISTERED_REDIRECT_URI, found=PageCause.UNKNOWN_CLIENT)
    if not client.check_redirect_uri(redirect_uri):
        raise Unanswerable(PageCause.UNREGISTERED_REDIRECT_URI)
    return Target(client, redirect_uri, parameters.get("state"))


def checked(
    context: Context, db: Connected, target: Target, parameters: Parameters, keyring: Keyring
) -> AuthorizationRequest:
    """Everything that can be judged without a person. Raises `OAuthError`."""
    client = target.client
    _code_is_asked_rightly(client, parameters)
    for name, error in _NOT_SUPPORTED.items():
        if name in parameters:
            raise OAuthError(error)
    if parameters.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "response_mode must be query")
    scopes = _scopes(client, parameters.get("scope"))
    prompt = _prompt(parameters.get("prompt"))
    claims = _claims(parameters.get("claims"))
    resource = _resource(context, db, parameters.get("resource"))
    acr_values, essential = _acr(client, parameters.get("acr_values"), claims)
    ask = merged(
        context,
        db,
        client,
        scopes=scopes,
        claims=claims,
        details=parameters.get("authorization_details"),
        resource=resource,
        silent="none" in prompt,
    )
    hint = _hint(context, db, client, parameters.get("id_token_hint"), keyring)
    if hint is None and "id_token_hint" in parameters and "none" in prompt:
        # ours, but forgotten since; where a representation is asked for no two refusals may differ (claims.md 4)
        raise OAuthError("interaction_required" if ask else "login_required")
    return AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=target.redirect_uri,
        parameters=parameters,
        scopes=scopes,
        state=target.state,
        nonce=parameters.get("nonce"),
        prompt=prompt,
        max_age=_max_age(client, parameters.get("max_age")),
        acr_values=acr_values,
        acr_essential=essential,
        claims=claims,
        login_hint=parameters.get("login_hint"),
        ui_locales=tuple(parameters.get("ui_locales", "").split()[:10]),
        hinted_person=hint.person if hint else None,
        hinted_represented=hint.represented if hint else None,
        resource=resource.uri if resource else None,
        ask=ask,
    )


def _code_is_asked_rightly(client: Client, parameters: Parameters) -> None:
    """What Authlib asks again when the code is made, so that nobody logs in for a request that cannot end well."""
    response_type = parameters.get("response_type")
    if response_type is None:
        raise OAuthError("invalid_request", "response_type is missing")
    if not client.check_response_type(response_type):
        raise OAuthError("unsupported_response_type")
    if not challenge_is_right(client, parameters):
        raise OAuthError("invalid_request", PKCE_NEEDED)


def _scopes(client: Client, text: str | None) -> tuple[str, ...]:
    """Those that we know and the client may have; unknown ones are ignored (OIDC Core 3.1.2.1)."""
    words = dict.fromkeys((text or "").split())
    if not words:
        raise OAuthError(
            "invalid_scope", "scope must hold openid, or another scope of the discovery document"
        )
    if "representation" in words and client.representation == "none":
        # refused whatever scopes the registration lists: never ignored (`claims.md` 4)
        raise OAuthError("invalid_scope", "the client is not registered for representation")
    allowed = tuple(
        word for word in words if word in SCOPES and (client.scopes is None or word in client.scopes)
    )
    # A refresh token is for clients that are registered for one; without them the scope is ignored (Core 11).
    if not client.check_grant_type("refresh_token"):
        allowed = tuple(word for word in allowed if word != "offline_access")
    if not allowed:
        raise OAuthError("invalid_scope", "none of the scopes can be given to this client")
    return allowed


def _prompt(text: str | None) -> frozenset[str]:
    words = frozenset((text or "").split())
    if not words <= _PROMPTS:
        raise OAuthError("invalid_request", "prompt must be none, login, consent or select_account")
    if "none" in words and len(words) > 1:
        raise OAuthError("invalid_request", "prompt none cannot be combined")
    return words


def _max_age(client: Client, text: str | None) -> int | None:
    if text is None:
        default: int | None = client.metadata.get("default_max_age")
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > _MOST_SECONDS:
        raise OAuthError("invalid_request", "max_age must be a whole number of seconds, 0 or more")
    return int(text)


def _claims(text: str | None) -> Mapping[str, object]:
    """OIDC Core 5.5. Unknown places and claims are ignored; what is not of its form is refused."""
    if text is None:
        return {}
    try:
        document = strict_json.parse(text)
    except ValueError:
        raise OAuthError("invalid_request", "claims is not JSON, or repeats a member") from None
    if not isinstance(document, dict):
        raise OAuthError("invalid_request", "claims must be an object")
    for place in ("id_token", "userinfo"):
        members = document.get(place)
        if members is None:
            continue
        if not isinstance(members, dict) or not all(
            member is None or isinstance(member, dict) for member in members.values()
        ):
            raise OAuthError("invalid_request", "each of claims must be null or an object")
    return document


def _acr(client: Client, text: str | None, claims: Mapping[str, object]) -> tuple[tuple[str, ...], bool]:
    """The `acr` values that will do, and whether they must be met (OIDC Core 5.5.1.1)."""
    members = claims.get("id_token")
    asked = members.get("acr") if isinstance(members, Mapping) else None
    if isinstance(asked, Mapping):
        listed = asked.get("values", [asked["value"]] if "value" in asked else [])
        if not isinstance(listed, list) or not all(isinstance(value, str) for value in listed):
            raise OAuthError("invalid_request", "the values of acr in claims must be texts")
        if listed:
            return tuple(listed), asked.get("essential") is True
    values = text.split() if text else client.metadata.get("default_acr_values", ())
    return tuple(values), False


def _resource(context: Context, db: Connected, uri: str | None) -> Resource | None:
    """RFC 8707 2. Two resources never come this far: a parameter is given once."""
    if uri is None:
        return None
    resource = resources.find(context, db, uri)
    if resource is None:
        raise OAuthError("invalid_target", "resource must be one registered resource")
    if resource.orientation == "act":
        raise OAuthError("invalid_target", "tokens for that resource come out of a token exchange only")
    return resource


def _hint(
    context: Context,
    db: Connected,
    client: Client,
    token: str | None,
    keyring: Keyring,
) -> hints.Hint | None:
    if token is None:
        return None
    try:
        return hints.read(context, db, token, client_id=client.client_id, keyring=keyring)
    except hints.BadHint:
        raise OAuthError(
            "invalid_request", "id_token_hint is not an ID token of ours for this client"
        ) from None
