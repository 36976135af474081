"""(pure, but for signing) ID token, access token and UserInfo, each a function of one `Telling` and `now`.

A `Telling` is what one recipient may be told of an authorization: every pairwise value in it is of that
recipient's sector. The members of representation are written last, so that nothing can override them.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

import orjson

from authz_server.context import Context
from authz_server.oidc.authorization import Authorization
from authz_server.oidc.clients import Client
from authz_server.oidc.resources import Resource
from authz_server.oidc.secret_values import new_identifier
from authz_server.oidc.standing import Standing, members_for
from claims.formats import Pairwise
from claims.instants import Instant
from claims.register import lookup
from keys.algorithms import SignatureAlgorithm
from keys.keyring import Keyring
from keys.storage import Connected, Database

__all__ = [
    "ACCESS_TOKEN_TYPE",
    "Telling",
    "access_token_claims",
    "id_token",
    "lives_until",
    "telling",
    "userinfo",
]

ACCESS_TOKEN_TYPE: Final = "at+jwt"
ID_TOKEN_TYPE: Final = "JWT"


_pairwise: Final[WeakKeyDictionary[Database, Pairwise]] = WeakKeyDictionary()


def pairwise_of(context: Context) -> Pairwise:
    """The pairwise values of this application. The same few are asked for again and again: the last ones are kept."""
    found = _pairwise.get(context.database)
    if found is None:
        found = _pairwise[context.database] = Pairwise(lru_cache(4096)(context.pairwise.of))
    return found


@dataclass(frozen=True, slots=True)
class Telling:
    """What one recipient is told: the acting person as `sub`, the grant as `txn`, the name where it may be."""

    authorization: Authorization
    sub: str
    txn: str
    name: str | None
    members: Mapping[str, object]
    until: Instant | None


def telling(
    context: Context,
    db: Connected,
    granted: Authorization,
    now_standing: Standing,
    recipient: Client | Resource,
) -> Telling | None:
    """What `recipient` is told; None where an organisation of the path cannot be named to it."""
    pairwise = pairwise_of(context)
    told = recipient.recipient(context)
    members = members_for(context, db, granted, now_standing, told, pairwise)
    if members is None:
        return None
    is_own = recipient.client_id == granted.client_id
    return Telling(
        authorization=granted,
        sub=pairwise.sub(told.sector, granted.acting),
        txn=granted.grant_id if is_own else pairwise.txn(told.sector, granted.grant_id),
        name=_name(db, granted) if told.person_names and is_own else None,
        members=members,
        until=now_standing.until,
    )


def _name(db: Connected, granted: Authorization) -> str | None:
    """The acting person's name, for a client that gets names and asks for this one."""
    asked = "profile" in granted.scopes or "name" in (*granted.id_token_claims, *granted.userinfo_claims)
    party = lookup.party(db, granted.acting) if asked else None
    return party.name if party else None


def lives_until(now: Instant, seconds: int, until: Instant | None) -> Instant:
    """When a token of `seconds` expires: never after the mandate that it rests on (R16)."""
    return now + seconds if until is None else min(now + seconds, until)


def access_token_claims(
    context: Context, told: Telling, *, scope: str, now: Instant, expires_at: Instant
) -> dict[str, object]:
    """The claims of an access token (RFC 9068 2.2); `azp` is asked by NL GOV OAuth 1.1."""
    granted = told.authorization
    return {
        "iss": context.settings.issuer,
        "aud": granted.resource or context.settings.issuer,
        "sub": told.sub,
        "client_id": granted.client_id,
        "azp": granted.client_id,
        "iat": now,
        "nbf": now,
        "exp": expires_at,
        "jti": new_identifier(),
        "txn": told.txn,
        "acr": granted.acr,
        "auth_time": granted.auth_time,
        "scope": scope,
        **told.members,
    }


def id_token(
    context: Context,
    keyring: Keyring,
    told: Telling,
    client: Client,
    *,
    access_token: str,
    nonce: str | None,
    now: Instant,
) -> str:
    """A signed ID token (OIDC Core 2). `auth_time` is that of the login, at a refresh too (OIDC Core 12.2)."""
    granted = told.authorization
    representation = granted.mandated.represented if granted.mandated else None
    claims: dict[str, object] = {
        "iss": context.settings.issuer,
        "aud": client.client_id,
        "sub": told.sub,
        "iat": now,
        "nbf": now,
        "exp": lives_until(now, context.settings.lifetimes.id_token, told.until),
        "jti": new_identifier(),
        "txn": told.txn,
        "sid": pairwise_of(context).sid(client.client_id, granted.session_id, representation),
        "acr": granted.acr,
        "auth_time": granted.auth_time,
        "at_hash": _half_hash(access_token, client.id_token_algorithm),
    }
    if nonce is not None:
        claims["nonce"] = nonce
    if told.name is not None and "name" in granted.id_token_claims:
        claims["name"] = told.name
    claims.update(told.members)
    return keyring.sign(orjson.dumps(claims), alg=client.id_token_algorithm, typ=ID_TOKEN_TYPE)


def userinfo(told: Telling, *, scope: str) -> dict[str, object]:
    """What UserInfo answers (OIDC Core 5.3.2) to an access token of that scope, which a refresh may have narrowed."""
    claims: dict[str, object] = {"sub": told.sub}
    if told.name is not None and ("profile" in scope.split() or "name" in told.authorization.userinfo_claims):
        claims["name"] = told.name
    claims.update(told.members)
    return claims


def _half_hash(token: str, alg: SignatureAlgorithm) -> str:
    """`at_hash` (OIDC Core 3.1.3.6): the left half of the hash that `alg` signs over, which for Ed25519 is SHA-512."""
    hashed = (hashlib.sha512 if alg == "Ed25519" else hashlib.sha256)(token.encode()).digest()
    return urlsafe_b64encode(hashed[: len(hashed) // 2]).rstrip(b"=").decode()
