"""What representation a request asks for: registration and request merged, only ever tightened (`claims.md` 4).

A client that did not declare that it understands representation gets none, whatever it sends (B19): the scope
is `invalid_scope`, the type `invalid_authorization_details`, the claim is ignored.
"""

from collections.abc import Mapping
from typing import Literal

from authz_server.asking import Ask
from authz_server.context import Context
from authz_server.oidc.authorization import Mandated
from authz_server.oidc.clients import Client
from authz_server.oidc.refusing import OAuthError
from authz_server.oidc.resources import Resource
from claims.assurance import Loa
from claims.catalogue import Service
from claims.formats import AskedDetails, RefusedDetails, parse_asked
from claims.formats.naming import is_personal
from claims.identifiers import Identifier, Scheme
from claims.register import lookup
from keys.storage import Connected

__all__ = ["merged", "refuse_other_details"]

Mode = Literal["optional", "required"]


def merged(
    context: Context,
    db: Connected,
    client: Client,
    *,
    scopes: tuple[str, ...],
    claims: Mapping[str, object],
    details: str | None,
    resource: Resource | None,
    silent: bool = False,
) -> Ask | None:
    """The question that the person is to answer; None where nobody is to be represented. Raises `OAuthError`.

    `silent`: nobody may be asked anything (`prompt=none`).
    """
    if client.representation == "none":
        _refuse_if_asked(scopes, details)
        return None
    asked = _details(details)
    wished = asked is not None or "representation" in scopes or _claim(claims) is not None
    uri = asked.service if asked else client.representation_default_service
    if uri is None:
        if not wished:
            return None  # optional, and no word of a service
        raise OAuthError("invalid_authorization_details", "authorization_details must name a service")
    service = _service(db, client, uri)
    if resource is not None and uri not in resource.services:
        raise OAuthError("invalid_target", "the resource is not for that service")
    if asked and asked.represented_hint:
        _check_hint(context, db, *asked.represented_hint, silent=silent)
    return Ask(
        mode=_mode(client, asked, claims),
        service=service.id,
        service_uri=service.uri,
        actions=_actions(client, service, asked),
        minimum=asked.minimum if asked else None,
        represented_hint=asked.represented_hint if asked else None,
    )


def refuse_other_details(text: str | None, granted: Mandated | None) -> None:
    """Refuse details at the token endpoint that are not those of the grant (RFC 9396 6). Raises `OAuthError`.

    Tokens carry what their grant carries. Who asks for less than that must not be given more, so that it is not
    passed over; less is asked for in an authorization request.
    """
    asked = _details(text)
    if asked is None:
        return
    if (
        granted is None
        or asked.service != granted.service_uri
        or (asked.actions and set(asked.actions) != set(granted.actions))
        or (asked.minimum is not None and asked.minimum > (granted.minimum or Loa.BASIC))
        or (asked.representation == "required" and granted.represented is None)
        or asked.represented_hint is not None
    ):
        raise OAuthError("invalid_authorization_details", "these are not the details that were granted")


def _refuse_if_asked(scopes: tuple[str, ...], details: str | None) -> None:
    if details is not None:
        raise OAuthError("invalid_authorization_details", "the client is not registered for representation")
    if "representation" in scopes:
        raise OAuthError("invalid_scope", "the client is not registered for representation")


def _details(text: str | None) -> AskedDetails | None:
    if text is None:
        return None
    match parse_asked(text):
        case RefusedDetails(description=description, code=code):
            raise OAuthError(code, description)
        case asked:
            return asked


def _claim(claims: Mapping[str, object]) -> Mode | None:
    """What the `claims` parameter says of `represents`; essential in either place wins."""
    found: Mode | None = None
    for place in ("id_token", "userinfo"):
        members = claims.get(place)
        if not isinstance(members, Mapping) or "represents" not in members:
            continue
        request = members["represents"]
        if isinstance(request, Mapping) and request.get("essential") is True:
            return "required"
        found = "optional"
    return found


def _mode(client: Client, asked: AskedDetails | None, claims: Mapping[str, object]) -> Mode:
    says = {client.representation, asked.representation if asked else None, _claim(claims)}
    return "required" if "required" in says else "optional"


def _service(db: Connected, client: Client, uri: str) -> Service:
    if uri not in client.representation_services:
        raise OAuthError("invalid_authorization_details", "the client is not registered for that service")
    service = lookup.service_by_uri(db, uri)
    if service is None:
        raise OAuthError("invalid_authorization_details", "the service is not in the register")
    return service


def _actions(client: Client, service: Service, asked: AskedDetails | None) -> tuple[str, ...]:
    """Those that the request names, else the client's, else all of the service: in the service's order."""
    registered = client.representation_actions or service.actions
    named = asked.actions if asked and asked.actions else registered
    if not set(named) <= set(service.actions):
        raise OAuthError("invalid_authorization_details", "the service has no such action")
    if not set(named) <= set(registered):
        raise OAuthError("invalid_authorization_details", "the client is not registered for such an action")
    return tuple(action for action in service.actions if action in named)


def _check_hint(context: Context, db: Connected, iss: str, sub: str, *, silent: bool) -> None:
    """A personal number may not travel in an address: nor that of a sole trader, which is a person's too.

    A number that nobody has is refused in the same words: else a client could learn, with nobody there, which
    numbers are those of sole traders in the register. `silent`: the number is then not even looked up here, since
    `prompt=none` has one answer for whatever was not chosen before (`authz_server.login.beginning`).
    """
    settings = context.settings
    if iss == settings.issuer:
        return  # a pairwise value, of no use to anybody else
    schemes = {ours: scheme for scheme, ours in settings.identifier_issuers().items()}
    if (scheme := schemes.get(iss)) is None:
        raise OAuthError("invalid_authorization_details", "represented_hint must be as in represented")
    if silent:
        return
    try:
        party = lookup.party_by_identifier(db, context.vault, Identifier(Scheme(scheme), sub))
    except ValueError:
        party = None
    if party is None or is_personal(party):
        raise OAuthError(
            "invalid_authorization_details", "represented_hint must be the number of an organisation"
        )
