"""Client assertions (`private_key_jwt`, RFC 7523 2.2 and 3): whose they are, and that each is used once.

Own code on joserfc, since Authlib's takes three algorithms whatever the client registered and imports the keys
each time. Checking takes no transaction (keys may have to be fetched); spending takes the request's own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError

from authz_server.oidc import handed_out
from authz_server.oidc.client_metadata import ASSERTION_ALGORITHMS
from authz_server.oidc.clients import Client
from authz_server.oidc.resources import Resource
from claims import strict_json
from claims.instants import Instant
from keys.published import PublicKeys
from keys.remote import RemoteKeys
from keys.storage import Connected

__all__ = ["ASSERTION_TYPE", "Assertion", "BadAssertion", "Unproved", "checked", "issuer_of", "spend"]

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LEEWAY: Final = 30  # seconds, for a clock that is not ours
_LONGEST_LIFE: Final = 600  # seconds: so long a used one must be remembered


class BadAssertion(Exception):
    """Why an assertion is refused, in ASCII; never a value of it."""


class Unproved(BadAssertion):
    """Nothing shows that the client made it. Whoever sent it is told no more than of a client that there is not."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A checked assertion, still to be spent."""

    client_id: str
    jti: str
    expires_at: Instant


def issuer_of(assertion: str) -> str:
    """Who says to have signed it; nothing is checked yet."""
    claims = _claims(assertion)
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or not issuer or issuer != claims.get("sub"):
        raise BadAssertion("iss and sub of the client assertion must be the client")
    return issuer


def checked(
    assertion: str,
    who: Client | Resource,
    keys: PublicKeys | RemoteKeys,
    *,
    audiences: Collection[str],
    now: Instant,
) -> Assertion:
    """The assertion, if `who` signed it for one of `audiences`. Raises `BadAssertion`, and `KeysUnavailable`."""
    kid, alg = _header(assertion)
    pinned = who.metadata.get("token_endpoint_auth_signing_alg")
    if alg not in ASSERTION_ALGORITHMS or pinned not in (None, alg):
        raise Unproved("the client assertion is signed by another algorithm than the client's")
    for key in keys.matching(kid, alg):
        try:
            payload = jws.deserialize_compact(assertion, key, algorithms=[alg]).payload
        except (JoseError, ValueError):
            continue
        return _judged(_object(payload), who.client_id, audiences, now)
    raise Unproved("the signature of the client assertion does not fit")


def spend(db: Connected, assertion: Assertion) -> bool:
    """Use it up; False where it was used before."""
    return handed_out.spend_assertion(
        db, assertion.client_id, assertion.jti, expires_at=assertion.expires_at + _LEEWAY
    )


def _judged(claims: dict[str, Any], client_id: str, audiences: Collection[str], now: Instant) -> Assertion:
    audience = claims.get("aud")
    meant = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise BadAssertion("iss and sub of the client assertion must be the client")
    if not any(isinstance(one, str) and one in audiences for one in meant):
        raise BadAssertion("aud of the client assertion is not this provider")
    expires_at = _instant(claims, "exp")
    if expires_at is None or expires_at <= now - _LEEWAY:
        raise BadAssertion("the client assertion has expired")
    if expires_at > now + _LONGEST_LIFE + _LEEWAY:
        raise BadAssertion("the client assertion lives too long")
    for member in ("iat", "nbf"):
        instant = _instant(claims, member)
        if instant is not None and instant > now + _LEEWAY:
            raise BadAssertion(f"{member} of the client assertion lies in the future")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= 255:
        raise BadAssertion("the client assertion needs a jti")
    return Assertion(client_id, jti, expires_at)


def _header(assertion: str) -> tuple[str | None, str]:
    try:
        header = jws.extract_compact(assertion.encode()).headers()
    except (JoseError, ValueError):
        raise Unproved("the client assertion is not a signed JWT") from None
    kid, alg = header.get("kid"), header.get("alg")
    if not isinstance(alg, str) or not (kid is None or isinstance(kid, str)) or "crit" in header:
        raise Unproved("the header of the client assertion is not of its form")
    return kid, alg


def _claims(assertion: str) -> dict[str, Any]:
    try:
        return _object(jws.extract_compact(assertion.encode()).payload)
    except (JoseError, ValueError):
        raise BadAssertion("the client assertion is not a signed JWT") from None


def _object(payload: bytes) -> dict[str, Any]:
    try:
        claims = strict_json.parse(payload.decode())
    except ValueError:
        raise BadAssertion("the client assertion is not a signed JWT") from None
    if not isinstance(claims, dict):
        raise BadAssertion("the client assertion is not a signed JWT")
    return claims


def _instant(claims: dict[str, Any], member: str) -> Instant | None:
    value = claims.get(member)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        raise BadAssertion(f"{member} of the client assertion is not an instant")
    return int(value)
