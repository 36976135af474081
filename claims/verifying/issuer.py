"""The issuer as a verifier knows it: where its keys are, which they are now, and what it says of a token now."""

import time
from base64 import b64encode
from collections.abc import Mapping
from ipaddress import ip_address
from secrets import token_urlsafe
from threading import Lock
from typing import Final
from urllib.parse import quote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from claims.instants import Instant
from claims.strict_json import parse
from claims.verifying.refusal import Refused, VerificationRefused
from keys.fetching import Bounds, NotFetched, fetch
from keys.published import PublicKeys
from keys.remote import KeysUnavailable, RemoteKeys

__all__ = ["Credentials", "Issuer"]

Credentials = tuple[str, str | ECKey | RSAKey | OKPKey]
"""Who asks: a client id or a resource's URI, and its secret or its private key."""

_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ALGORITHM: Final = {"EC": "ES256", "RSA": "RS256", "OKP": "Ed25519"}

# The address of the issuer comes from whoever runs the service, who may well have it in their own network; and
# what its metadata name must lie at the same origin. So there is no stranger's address here to be wary of.
_BOUNDS: Final = Bounds(private=True)
_COOL_DOWN: Final = 10.0  # seconds
_METADATA: Final = ("jwks_uri", "introspection_endpoint")


class Issuer:
    """The issuer at its URL, asked only when it must be.

    Its metadata (OpenID Connect Discovery 4, RFC 8414) must name that very URL, and addresses of its origin
    alone. ValueError where the URL is not https, but for a loopback host, or is more than an address.
    """

    def __init__(self, url: str) -> None:
        self._url: Final = url
        self._origin: Final = _origin(url)
        self._lock: Final = Lock()
        self._addresses: Mapping[str, str] | None = None
        self._remote: RemoteKeys | None = None
        self._failed_at = float("-inf")

    def keys(self, kid: str) -> PublicKeys:
        """The issuer's key set now, in which `kid` is if it is anywhere; refused where there is none to be had."""
        try:
            return self._published().holding(kid)
        except KeysUnavailable as failure:
            raise VerificationRefused(Refused.ISSUER_UNAVAILABLE, str(failure)) from None

    def introspect(self, token: str, credentials: Credentials, now: Instant) -> Mapping[str, object]:
        """What the issuer says of `token` now (RFC 7662); refused where it says nothing, or that it is not active."""
        form, headers = self._shown_by(credentials, now)
        answer = _asked(
            self._address("introspection_endpoint"),
            body=urlencode({"token": token, "token_type_hint": "access_token", **form}).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", **headers},
        )
        if answer.get("active") is not True:
            raise VerificationRefused(
                Refused.INACTIVE, "the issuer says that it holds no longer", claim="active"
            )
        return answer

    def _shown_by(self, credentials: Credentials, now: Instant) -> tuple[dict[str, str], dict[str, str]]:
        """Who asks, as form members and headers: by secret (RFC 6749 2.3.1), or by key (RFC 7523 2.2)."""
        id, proof = credentials
        if isinstance(proof, str):
            basic = b64encode(f"{quote_plus(id)}:{quote_plus(proof)}".encode()).decode()
            return {}, {"Authorization": f"Basic {basic}"}
        claims = {
            "iss": id,
            "sub": id,
            "aud": self._url,
            "jti": token_urlsafe(16),
            "iat": now,
            "exp": now + 60,
        }
        header = {"alg": _ALGORITHM[proof.key_type], "kid": proof.kid or proof.thumbprint()}
        assertion = jwt.encode(header, claims, proof)
        return {"client_assertion_type": _ASSERTION, "client_assertion": assertion}, {}

    def _published(self) -> RemoteKeys:
        if self._remote is not None:
            return self._remote
        address = self._address("jwks_uri")
        with self._lock:  # one for all threads: it is what keeps the keys
            if self._remote is None:
                self._remote = RemoteKeys(address, bounds=_BOUNDS)
            return self._remote

    def _address(self, member: str) -> str:
        if self._addresses is None:
            with self._lock:
                if self._addresses is None:
                    self._addresses = self._tried()
        address = self._addresses.get(member)
        if address is None:
            raise _unavailable(f"the issuer's metadata name no {member} of its origin")
        return address

    def _tried(self) -> Mapping[str, str]:
        """Discover, unless that failed a moment ago: an issuer that is down is not asked at every token."""
        if time.monotonic() < self._failed_at + _COOL_DOWN:
            raise _unavailable("the issuer's metadata could not be had a moment ago")
        try:
            return self._discovered()
        except VerificationRefused:
            self._failed_at = time.monotonic()
            raise

    def _discovered(self) -> Mapping[str, str]:
        metadata = _asked(f"{self._url.rstrip('/')}/.well-known/openid-configuration")
        if metadata.get("issuer") != self._url:
            raise _unavailable("the metadata found there are another issuer's")
        return {
            member: address
            for member in _METADATA
            if isinstance(address := metadata.get(member), str) and self._is_its_own(address)
        }

    def _is_its_own(self, address: str) -> bool:
        try:
            return _origin(address) == self._origin
        except ValueError:
            return False


def _asked(
    url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Mapping[str, object]:
    try:
        fetched = fetch(url, _BOUNDS, method="GET" if body is None else "POST", body=body, headers=headers)
        answer = parse(fetched.body.decode("utf-8"))
    except NotFetched as failure:
        raise _unavailable(str(failure)) from None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise _unavailable("the issuer's answer is no JSON object")
    return answer


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("an issuer is an https URL")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("an issuer is an https URL; plain http is for loopback hosts alone")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("an issuer has no user information, query or fragment")
    return parts.scheme, parts.hostname, parts.port


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _unavailable(reason: str) -> VerificationRefused:
    return VerificationRefused(Refused.ISSUER_UNAVAILABLE, reason)
