"""Where somebody can use a permission that was just given: the relying parties that serve it, and have a page."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from authz_server.i18n import language
from authz_server.oidc import clients
from claims.catalogue import Service
from keys.storage import Connected

__all__ = ["Destination", "destinations"]

_MOST: Final = 20  # a page names no more: whoever helps knows by then where to go


@dataclass(frozen=True, slots=True)
class Destination:
    """A relying party by name, and the address of its own page (`client_uri`, OpenID Connect Registration 2)."""

    client_id: str
    name: str
    address: str


def destinations(db: Connected, services: Collection[Service]) -> list[Destination]:
    """Those that serve at least one of the services for somebody who is represented, by name.

    Only clients that the operator registered: nobody else may send people anywhere from our pages.
    """
    uris = {service.uri for service in services}
    spoken = language()
    found = [
        Destination(client.client_id, client.name(spoken), address)
        for client in clients.every(db)
        if client.by_operator
        and client.representation != "none"
        and uris.intersection(client.representation_services)
        and (address := client.link("client_uri", spoken)) is not None
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.client_id))[:_MOST]
