"""How the client of a waiting request is shown on our pages, and where an answer may lead."""

from dataclasses import dataclass

from authz_server.asking import AuthorizationRequest
from authz_server.context import Context
from authz_server.i18n import gettext, language
from authz_server.login.interaction import Interaction
from authz_server.oidc import clients
from authz_server.oidc.clients import Client
from authz_server.security import allow_form_to, allow_image_of
from keys.storage import Connected

__all__ = ["ClientLine", "Wrong", "client_line", "shown", "too_many_tries", "where_from"]


@dataclass(frozen=True, slots=True)
class ClientLine:
    """The client in the language of the page (OpenID Connect Registration section 2)."""

    name: str
    logo: str | None
    policy: str | None
    terms: str | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was wrong with what somebody sent: a stable code, and the words."""

    code: str
    text: str


def too_many_tries() -> Wrong:
    """Somebody tried something that can be guessed as often as it may be tried."""
    return Wrong(
        "too_many_attempts", gettext("That was tried too often. Wait a quarter of an hour and try again.")
    )


def shown(client: Client) -> ClientLine:
    """What pages tell of a client."""
    spoken = language()
    logo = client.link("logo_uri", spoken)
    if logo is not None:
        allow_image_of(logo)
    return ClientLine(
        client.name(spoken), logo, client.link("policy_uri", spoken), client.link("tos_uri", spoken)
    )


def client_line(context: Context, db: Connected, request: AuthorizationRequest) -> ClientLine | None:
    """The client of a request."""
    client = clients.find(context, db, request.client_id)
    return None if client is None else shown(client)


def where_from(interaction: Interaction) -> None:
    """Let the forms of this page lead back to the client, at the address that was checked."""
    if interaction.request is not None:
        allow_form_to(interaction.request.redirect_uri)
