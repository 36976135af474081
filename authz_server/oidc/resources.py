"""Registered resources: the APIs that access tokens can be for, each with its own sector and credentials."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from functools import cached_property
from typing import Any, Final

from authz_server.context import Context
from authz_server.oidc.metadata_faults import MetadataFault, MetadataRefused
from authz_server.oidc.resource_metadata import canonical
from authz_server.oidc.secret_values import digest, matches, new_secret
from authz_server.oidc.short_memory import ShortMemory
from claims.formats import Recipient
from claims.instants import Instant
from claims.register import lookup
from keys.published import PublicKeys
from keys.storage import Connected, Statement

__all__ = [
    "RegisteredResource",
    "Resource",
    "every",
    "find",
    "register",
    "remove",
    "replace",
    "with_new_secret",
]


@dataclass(frozen=True)
class Resource:
    """One registration; `metadata` is whole, with every default (`resource_metadata.canonical`)."""

    uri: str
    metadata: Mapping[str, Any]
    secret_digest: str | None
    created_at: Instant

    @property
    def client_id(self) -> str:
        """By what name it shows its credentials: its URI, which no client's id can be."""
        return self.uri

    @cached_property
    def auth_method(self) -> str:
        return str(self.metadata["token_endpoint_auth_method"])

    @cached_property
    def services(self) -> tuple[str, ...]:
        return tuple(self.metadata["services"])

    @property
    def orientation(self) -> str:
        """`represents`, or `act` (whose tokens come out of an exchange alone)."""
        return str(self.metadata["orientation"])

    @property
    def reports(self) -> bool:
        """Whether it tells what was done with a representation (`reporting`)."""
        return bool(self.metadata.get("reports", False))

    @cached_property
    def keys(self) -> PublicKeys | None:
        listed = self.metadata.get("jwks")
        return None if listed is None else PublicKeys(listed)

    def recipient(self, context: Context) -> Recipient:
        """How parties are named to it; made once."""
        made = self.__dict__.get("_recipient")
        if made is None:
            made = self.__dict__["_recipient"] = Recipient(
                issuer=context.settings.issuer,
                sector=str(self.metadata["sector"]),
                schemes=tuple(self.metadata["organisation_identifiers"]),
                person_names="person_names" in self.metadata,
                identifier_issuers=context.settings.identifier_issuers(),
            )
        assert isinstance(made, Recipient)  # noqa: S101 - ours, see above
        return made

    def check_client_secret(self, client_secret: str) -> bool:
        return matches(client_secret, self.secret_digest)


@dataclass(frozen=True, slots=True)
class RegisteredResource:
    """A resource that was just registered; `secret` is known here and never again."""

    resource: Resource
    secret: str | None = None


_COLUMNS: Final = "uri, metadata, secret_digest, created_at"
_ONE: Final = Statement(f"SELECT {_COLUMNS} FROM oidc_resources WHERE uri = :key")  # noqa: S608
_EVERY: Final = Statement(f"SELECT {_COLUMNS} FROM oidc_resources ORDER BY uri")  # noqa: S608
_ADD: Final = Statement(
    f"INSERT INTO oidc_resources ({_COLUMNS}) VALUES (:uri, :metadata, :secret_digest, :created_at)"  # noqa: S608
)
_REPLACE: Final = Statement(
    "UPDATE oidc_resources SET metadata = :metadata, secret_digest = :secret_digest WHERE uri = :uri"
)
_REMOVE: Final = Statement("DELETE FROM oidc_resources WHERE uri = :uri")


def find(context: Context, db: Connected | None, uri: str) -> Resource | None:
    """The resource of that URI, at most a second stale; without `db` a unit of work of its own reads it."""
    return _memory.find(context.database, db, uri)


def every(db: Connected) -> list[Resource]:
    """All resources, by URI."""
    return [_resource(row) for row in db.all(_EVERY)]


def register(db: Connected, document: object, *, now: Instant) -> RegisteredResource:
    """Add a resource. Raises `MetadataRefused` with everything that is wrong."""
    members = canonical(document)
    _check_against_register(db, members)
    if db.one(_ONE, {"key": members["uri"]}) is not None:
        raise MetadataRefused([MetadataFault("uri", "is registered already")])
    secret = None if members["token_endpoint_auth_method"] == "private_key_jwt" else new_secret()
    resource = Resource(members["uri"], members, None if secret is None else digest(secret), now)
    db.run(_ADD, _row(resource))
    return RegisteredResource(resource, secret)


def replace(
    context: Context, db: Connected, resource: Resource, members: dict[str, Any]
) -> RegisteredResource:
    """Give `resource` other (canonical) members; a secret is made where it needs one and had none."""
    _check_against_register(db, members)
    has_secret = members["token_endpoint_auth_method"] != "private_key_jwt"
    secret = new_secret() if has_secret and resource.secret_digest is None else None
    kept = resource.secret_digest if has_secret else None
    changed = Resource(resource.uri, members, kept if secret is None else digest(secret), resource.created_at)
    db.run(_REPLACE, _row(changed))
    _memory.forget(context.database, changed.client_id)
    return RegisteredResource(changed, secret)


def with_new_secret(context: Context, db: Connected, resource: Resource) -> RegisteredResource | None:
    """Give `resource` another secret, in place of the one that it has; None where it has none."""
    if resource.secret_digest is None:
        return None
    secret = new_secret()
    changed = dataclass_replace(resource, secret_digest=digest(secret))
    db.run(_REPLACE, _row(changed))
    _memory.forget(context.database, changed.client_id)
    return RegisteredResource(changed, secret)


def remove(context: Context, db: Connected, uri: str) -> bool:
    """Take a resource away: tokens for it are inactive from then on; False where there is none."""
    _memory.forget(context.database, uri)
    return bool(db.run(_REMOVE, {"uri": uri}))


def _check_against_register(db: Connected, members: Mapping[str, Any]) -> None:
    faults = [
        MetadataFault(f"services[{place}]", "is not a service of the register")
        for place, uri in enumerate(members["services"])
        if lookup.service_by_uri(db, uri) is None
    ]
    if lookup.party(db, members["provider"]) is None:
        faults.append(MetadataFault("provider", "is not a party of the register"))
    if faults:
        raise MetadataRefused(faults)


def _row(resource: Resource) -> dict[str, Any]:
    return {
        "uri": resource.uri,
        "metadata": json.dumps(resource.metadata, sort_keys=True),
        "secret_digest": resource.secret_digest,
        "created_at": resource.created_at,
    }


def _resource(row: tuple[Any, ...]) -> Resource:
    uri, metadata, secret_digest, created_at = row
    return Resource(uri, json.loads(metadata), secret_digest, created_at)


_memory: Final = ShortMemory(_ONE, _resource)
