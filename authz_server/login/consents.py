"""Consent: whether the person must be asked what the client may get, and whether they said yes before.

An operator registers a client with a purpose and answers for it; so a person is asked where the client
registered itself, where it wants to come back on its own (`offline_access`), or where it asks for the question
(`prompt=consent`). `docs/decisions` says why.
"""

import hashlib
import json
from base64 import urlsafe_b64encode

from authz_server.asking import AuthorizationRequest
from authz_server.login.flow import Chosen
from claims.instants import Instant
from claims.limits import order_text
from keys.storage import Connected, Statement

__all__ = ["asked_for", "give", "given", "key"]

_GIVE = Statement(
    "INSERT INTO login_consents (key, person, client, given_at) VALUES (:key, :person, :client, :now)"
    " ON CONFLICT (key) DO UPDATE SET given_at = excluded.given_at"
)
_GIVEN = Statement("SELECT 1 FROM login_consents WHERE key = :key")


def asked_for(request: AuthorizationRequest, *, registered_itself: bool) -> bool:
    """Whether this request needs a yes that must have been given once."""
    return registered_itself or "offline_access" in request.scopes or "consent" in request.prompt


def key(request: AuthorizationRequest, person: str, chosen: Chosen | None) -> str:
    """What a yes holds for: person, client, scopes, claims, service, actions, party, branch and limits."""
    representation = chosen.representation if chosen else None
    parts = [
        person,
        request.client_id,
        sorted(request.scopes),
        request.claims,
        [request.ask.service, sorted(request.ask.actions)] if request.ask else None,
        request.resource,
        [representation.represented, representation.branch] if representation else None,
    ]
    if representation and (limits := order_text(representation.limits)):
        parts.append(limits)
    text = json.dumps(parts, sort_keys=True, default=dict)
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def given(db: Connected, consent_key: str) -> bool:
    """Whether that yes was given before."""
    return db.one(_GIVEN, {"key": consent_key}) is not None


def give(db: Connected, consent_key: str, *, person: str, client: str, now: Instant) -> None:
    """Keep the yes."""
    db.run(_GIVE, {"key": consent_key, "person": person, "client": client, "now": now})
