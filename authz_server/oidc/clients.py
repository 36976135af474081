"""Registered OAuth clients: one frozen value each, as Authlib's grants, the pages and the tokens read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from functools import cached_property
from typing import Any, Final, cast

from authlib.oauth2.rfc6749 import ClientMixin

from authz_server.context import Context
from authz_server.oidc.client_metadata import canonical
from authz_server.oidc.metadata_faults import MetadataFault, MetadataRefused
from authz_server.oidc.register_api import is_meant
from authz_server.oidc.secret_values import digest, matches, new_identifier, new_secret
from authz_server.oidc.short_memory import ShortMemory
from claims.formats import Recipient
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.register import lookup
from keys.algorithms import SignatureAlgorithm
from keys.published import PublicKeys
from keys.storage import Connected, Statement

__all__ = ["Client", "Registered", "every", "find", "register", "remove", "replace", "with_new_secret"]


@dataclass(frozen=True)
class Client(ClientMixin):
    """One registration. `metadata` is whole, with every default (`client_metadata.canonical`)."""

    client_id: str
    metadata: Mapping[str, Any]
    secret_digest: str | None
    registration_digest: str | None
    by_operator: bool
    created_at: Instant

    def name(self, language: str) -> str:
        """What pages call it, in `language` where it has such a name (OpenID Connect Registration 2.1)."""
        named = self.metadata.get(f"client_name#{language}") or self.metadata.get("client_name")
        return str(named or self.client_id)

    def link(self, member: str, language: str) -> str | None:
        """`logo_uri`, `policy_uri`, `tos_uri` or `client_uri`, in `language` where there is such a one."""
        found = self.metadata.get(f"{member}#{language}") or self.metadata.get(member)
        return None if found is None else str(found)

    @cached_property
    def redirect_uris(self) -> frozenset[str]:
        return frozenset(self.metadata["redirect_uris"])

    @cached_property
    def post_logout_redirect_uris(self) -> frozenset[str]:
        return frozenset(self.metadata["post_logout_redirect_uris"])

    @cached_property
    def scopes(self) -> frozenset[str] | None:
        """The scopes that it may ask for; None: all that there are."""
        listed = self.metadata.get("scope")
        return None if listed is None else frozenset(listed.split(" "))

    @cached_property
    def auth_method(self) -> str:
        return str(self.metadata["token_endpoint_auth_method"])

    @property
    def is_public(self) -> bool:
        return self.auth_method == "none"

    @cached_property
    def keys(self) -> PublicKeys | None:
        """Its own keys, imported once; None where they are to be fetched from `jwks_uri`, or there are none."""
        listed = self.metadata.get("jwks")
        return None if listed is None else PublicKeys(listed)

    @cached_property
    def id_token_algorithm(self) -> SignatureAlgorithm:
        return cast(SignatureAlgorithm, self.metadata["id_token_signed_response_alg"])

    @cached_property
    def calls_the_register(self) -> bool:
        """Whether the operator registered it for the register's own API, and for that alone."""
        return self.by_operator and is_meant(self.metadata)

    @cached_property
    def profile(self) -> str:
        """`namens` or `oidc`."""
        return str(self.metadata["profile"])

    @cached_property
    def representation(self) -> str:
        """`none`, `optional` or `required`: only who declared that it understands can be given one (B19)."""
        return str(self.metadata["representation"])

    @cached_property
    def representation_services(self) -> tuple[str, ...]:
        return tuple(self.metadata["representation_services"])

    @property
    def representation_default_service(self) -> str | None:
        return self.metadata.get("representation_default_service")

    @cached_property
    def representation_actions(self) -> tuple[str, ...]:
        """What a request means that names no actions; empty: all of the service."""
        return tuple(self.metadata.get("representation_actions", ()))

    def heeds(self, branch: str | None, limits: Limits) -> bool:
        """Whether it declares that it heeds this restriction and these limits (`docs/representation.md`, "Limits")."""
        if branch is not None and "branch" not in self.representation_restrictions:
            return False
        return limits is NO_LIMITS or limits.kinds <= self.representation_restrictions

    @cached_property
    def representation_restrictions(self) -> frozenset[str]:
        return frozenset(self.metadata["representation_restrictions"])

    @property
    def representation_remember(self) -> bool:
        return bool(self.metadata["representation_remember"])

    @cached_property
    def organisation_identifiers(self) -> tuple[str, ...]:
        return tuple(self.metadata["organisation_identifiers"])

    @property
    def person_names(self) -> str | None:
        """The written purpose for which it receives natural persons' names; None: it does not."""
        return self.metadata.get("person_names")

    @cached_property
    def sector(self) -> str:
        """Whose pairwise values it gets: the operator's setting, the redirect host, else the client itself."""
        return str(self.metadata.get("sector") or self.client_id)

    def recipient(self, context: Context) -> Recipient:
        """How parties are named to it; made once."""
        made = self.__dict__.get("_recipient")
        if made is None:
            made = self.__dict__["_recipient"] = Recipient(
                issuer=context.settings.issuer,
                sector=self.sector,
                schemes=self.organisation_identifiers,
                person_names=self.person_names is not None,
                identifier_issuers=context.settings.identifier_issuers(),
            )
        assert isinstance(made, Recipient)  # noqa: S101 - ours, see above
        return made

    # As Authlib asks:

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        """None is ever taken for granted: a request names its redirect URI (OIDC Core 3.1.2.1)."""
        return ""

    def get_allowed_scope(self, scope: str | None) -> str:
        words = (scope or "").split()
        return " ".join(word for word in words if self.scopes is None or word in self.scopes)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return matches(client_secret, self.secret_digest)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return self.auth_method == method

    def check_response_type(self, response_type: str) -> bool:
        return response_type in self.metadata["response_types"]

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.metadata["grant_types"]


@dataclass(frozen=True, slots=True)
class Registered:
    """A client that was just registered; `secret` and `registration_token` are known here and never again."""

    client: Client
    secret: str | None = None
    registration_token: str | None = None


_COLUMNS: Final = "client_id, metadata, secret_digest, registration_digest, by_operator, created_at"
_ONE: Final = Statement(f"SELECT {_COLUMNS} FROM oidc_clients WHERE client_id = :key")  # noqa: S608
_EVERY: Final = Statement(f"SELECT {_COLUMNS} FROM oidc_clients ORDER BY client_id")  # noqa: S608
_ADD: Final = Statement(
    f"INSERT INTO oidc_clients ({_COLUMNS}) VALUES "  # noqa: S608
    "(:client_id, :metadata, :secret_digest, :registration_digest, :by_operator, :created_at)"
)
_REPLACE: Final = Statement(
    "UPDATE oidc_clients SET metadata = :metadata, secret_digest = :secret_digest WHERE client_id = :client_id"
)
_REMOVE: Final = Statement("DELETE FROM oidc_clients WHERE client_id = :client_id")
_END_API_TOKENS: Final = Statement(
    "UPDATE oidc_api_tokens SET ended_at = :now WHERE client_id = :client_id AND ended_at IS NULL"
)
_END_GRANTS: Final = Statement(
    "UPDATE oidc_grants SET ended_at = :now WHERE client_id = :client_id AND ended_at IS NULL"
)


def find(context: Context, db: Connected | None, client_id: str) -> Client | None:
    """The client of that id, at most a second stale; without `db` a unit of work of its own reads it."""
    return _memory.find(context.database, db, client_id)


def every(db: Connected) -> list[Client]:
    """All clients, by id."""
    return [_client(row) for row in db.all(_EVERY)]


def register(
    db: Connected, metadata: object, *, by_operator: bool, now: Instant, demo: bool = False
) -> Registered:
    """Add a client. Raises `MetadataRefused` with everything that is wrong.

    `demo`: dynamic registration of the demo, which may set the operator's members but not the client's id.
    """
    members = canonical(metadata, by_operator=by_operator, own_members=by_operator or demo)
    if demo and not by_operator and "client_id" in members:
        raise MetadataRefused([MetadataFault("client_id", "is chosen by the provider")])
    check_services(db, members)
    client_id = members.pop("client_id", None) or new_identifier()
    if db.one(_ONE, {"key": client_id}) is not None:
        raise MetadataRefused([MetadataFault("client_id", "is taken")])
    secret = new_secret() if _has_secret(members) else None
    token = None if by_operator else new_secret()
    client = Client(
        client_id=client_id,
        metadata=members,
        secret_digest=None if secret is None else digest(secret),
        registration_digest=None if token is None else digest(token),
        by_operator=by_operator,
        created_at=now,
    )
    db.run(_ADD, _row(client))
    return Registered(client, secret, token)


def replace(context: Context, db: Connected, client: Client, members: dict[str, Any]) -> Registered:
    """Give `client` other (canonical) members; a secret is made where it needs one and had none."""
    check_services(db, members)
    secret = new_secret() if _has_secret(members) and client.secret_digest is None else None
    kept = client.secret_digest if _has_secret(members) else None
    changed = Client(
        client_id=client.client_id,
        metadata=members,
        secret_digest=kept if secret is None else digest(secret),
        registration_digest=client.registration_digest,
        by_operator=client.by_operator,
        created_at=client.created_at,
    )
    db.run(_REPLACE, _row(changed))
    _memory.forget(context.database, changed.client_id)
    return Registered(changed, secret)


def with_new_secret(context: Context, db: Connected, client: Client) -> Registered | None:
    """Give `client` another secret, in place of the one that it has; None where it has none."""
    if client.secret_digest is None:
        return None
    secret = new_secret()
    changed = dataclass_replace(client, secret_digest=digest(secret))
    db.run(_REPLACE, _row(changed))
    _memory.forget(context.database, changed.client_id)
    return Registered(changed, secret)


def remove(context: Context, db: Connected, client_id: str, *, now: Instant) -> bool:
    """Take a client away, and end at once everything that was handed out to it; False where there is none."""
    _memory.forget(context.database, client_id)
    if not db.run(_REMOVE, {"client_id": client_id}):
        return False
    db.run(_END_GRANTS, {"client_id": client_id, "now": now})
    db.run(_END_API_TOKENS, {"client_id": client_id, "now": now})
    return True


def check_services(db: Connected, members: Mapping[str, Any]) -> None:
    """The services must be in the register, and know the actions that the client names."""
    faults: list[MetadataFault] = []
    wanted = set(members.get("representation_actions", ()))
    for place, uri in enumerate(members["representation_services"]):
        service = lookup.service_by_uri(db, uri)
        where = f"representation_services[{place}]"
        if service is None:
            faults.append(MetadataFault(where, "is not a service of the register"))
        elif not wanted <= set(service.actions):
            faults.append(MetadataFault("representation_actions", f"are not all actions of {where}"))
    if faults:
        raise MetadataRefused(faults)


def _has_secret(members: Mapping[str, Any]) -> bool:
    return members["token_endpoint_auth_method"] in {"client_secret_basic", "client_secret_post"}


def _row(client: Client) -> dict[str, Any]:
    return {
        "client_id": client.client_id,
        "metadata": json.dumps(client.metadata, sort_keys=True),
        "secret_digest": client.secret_digest,
        "registration_digest": client.registration_digest,
        "by_operator": int(client.by_operator),
        "created_at": client.created_at,
    }


def _client(row: tuple[Any, ...]) -> Client:
    client_id, metadata, secret_digest, registration_digest, by_operator, created_at = row
    return Client(
        client_id, json.loads(metadata), secret_digest, registration_digest, bool(by_operator), created_at
    )


_memory: Final = ShortMemory(_ONE, _client)
