"""Who relies on the demo's provider: two service providers, each a relying party and a resource (its own API)."""

from dataclasses import dataclass
from typing import Any, Final

from joserfc.jwk import ECKey

from authz_server.oidc import clients, resources
from claims.instants import Instant
from claims.limits import UNDERSTOOD
from keys.storage import Connected

__all__ = ["Registration", "register_desk", "register_insurer"]

_PURPOSE: Final = "om u en de mensen voor wie u werkt met hun naam aan te spreken"


@dataclass(frozen=True, slots=True, repr=False)
class Registration:
    """What a service provider has to know of its own registration; `key` and `secret` are secret."""

    origin: str
    client_id: str
    services: tuple[str, ...]
    resource_secret: str
    key: ECKey | None = None
    secret: str | None = None

    @property
    def redirect_uri(self) -> str:
        return f"{self.origin}/terug"

    @property
    def resource(self) -> str:
        return f"{self.origin}/api"


def register_desk(db: Connected, origin: str, services: tuple[str, ...], *, now: Instant) -> Registration:
    """The first: a desk for every service of the world. It shows who it is by a key of its own."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    members = _members("dienstenplein", "Dienstenplein Voorbeeldland", origin, services) | {
        "representation": "optional",
        "representation_restrictions": list(UNDERSTOOD),
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [key.as_dict(private=False)]},
    }
    return _registered(db, members, provider="tax", origin=origin, key=key, now=now)


def register_insurer(db: Connected, origin: str, services: tuple[str, ...], *, now: Instant) -> Registration:
    """The second: an insurer, for companies alone, so that somebody must always be represented. It has a secret."""
    members = _members("voorbeeld-verzekeringen", "Voorbeeld Verzekeringen", origin, services) | {
        "representation": "required",
        "representation_default_service": services[0],
        "token_endpoint_auth_method": "client_secret_basic",
    }
    return _registered(db, members, provider="insurer", origin=origin, key=None, now=now)


def _members(client_id: str, name: str, origin: str, services: tuple[str, ...]) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_name": name,
        "client_uri": f"{origin}/",  # where who was just given a permission is led on to
        "redirect_uris": [f"{origin}/terug"],
        "post_logout_redirect_uris": [f"{origin}/"],
        "scope": "openid representation",
        # an access token for somebody else lives minutes; a visit lasts as long as the session
        "grant_types": ["authorization_code", "refresh_token"],
        "representation_services": list(services),
        "representation_remember": True,
        "person_names": _PURPOSE,
        "sector": client_id,
    }


def _registered(
    db: Connected, members: dict[str, Any], *, provider: str, origin: str, key: ECKey | None, now: Instant
) -> Registration:
    client = clients.register(db, members, by_operator=True, now=now)
    services = tuple(members["representation_services"])
    resource = resources.register(
        db,
        {
            "uri": f"{origin}/api",
            "provider": provider,
            "sector": members["sector"],
            "services": list(services),
            "person_names": _PURPOSE,
        },
        now=now,
    )
    assert resource.secret is not None  # noqa: S101 - it authenticates by a secret
    return Registration(
        origin=origin,
        client_id=members["client_id"],
        services=services,
        resource_secret=resource.secret,
        key=key,
        secret=client.secret,
    )
