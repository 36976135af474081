"""From a text to claims that the issuer signed: the form, the header, the key, the signature (RFC 7515, RFC 8725)."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError

from claims.strict_json import parse
from claims.verifying.refusal import Refused, VerificationRefused
from keys.published import PublicKey, PublicKeys

__all__ = ["LONGEST", "bearer", "signed_claims", "unverified"]

LONGEST: Final = 32_768
"""Characters. A token with the longest path and long names has a fifth of that."""

_LONGEST_HEADER: Final = 512
_PARTS: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")
# A key comes from the issuer's key set and from nowhere else; we understand no extension that must be understood.
_FORBIDDEN: Final = ("crit", "b64", "jku", "jwk", "x5u", "x5c")

KeyFinder = Callable[[str], PublicKeys]
"""The issuer's key set in which a key id is to be found, if it is anywhere."""


def bearer(authorization: str | None) -> str:
    """The token in the value of an `Authorization` header (RFC 6750 2.1); refused where there is none."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip(" "):
        raise VerificationRefused(Refused.TOKEN_MISSING, "the request brings no bearer token")
    return token.strip(" ")


def signed_claims(
    token: object, *, types: Collection[str], algorithms: Collection[str], keys: KeyFinder
) -> Mapping[str, object]:
    """The claims of a compact JWS of one of `types`, made with one of `algorithms`; VerificationRefused otherwise."""
    header, payload = _opened(token)
    _check_header(header, types, algorithms)
    kid, algorithm = header.get("kid"), str(header["alg"])
    if not isinstance(kid, str) or not kid:
        raise VerificationRefused(Refused.KEY_UNKNOWN, "the header names no key", claim="kid")
    key = _one_key(keys(kid), kid, algorithm)
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        jws.deserialize_compact(str(token), key, registry=registry)
    except (JoseError, ValueError):
        raise VerificationRefused(
            Refused.SIGNATURE_WRONG, "the signature is not the issuer's over this text"
        ) from None
    return _members(payload, "the payload")


def unverified(token: object) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Header and claims as they stand there, to look at and never to act on."""
    header, payload = _opened(token)
    return header, _members(payload, "the payload")


def _opened(token: object) -> tuple[Mapping[str, object], bytes]:
    if not isinstance(token, str):
        raise VerificationRefused(Refused.MALFORMED, "a token is a text")
    if len(token) > LONGEST:
        raise VerificationRefused(Refused.TOO_LARGE, f"a token has at most {LONGEST} characters")
    parts = _PARTS.fullmatch(token)
    if parts is None:
        raise VerificationRefused(
            Refused.MALFORMED, "not three parts of base64url (RFC 7515 7.1); an encrypted token is not read"
        )
    header, payload, _signature = (_decoded(part) for part in parts.groups())
    if len(header) > _LONGEST_HEADER:
        raise VerificationRefused(Refused.TOO_LARGE, f"a header has at most {_LONGEST_HEADER} bytes")
    return _members(header, "the header"), payload


def _decoded(part: str) -> bytes:
    try:
        raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise VerificationRefused(Refused.MALFORMED, "a part is not base64url") from None
    # one token, one spelling: bits that decoding drops would give it many
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise VerificationRefused(Refused.MALFORMED, "a part is not base64url in its one spelling")
    return raw


def _members(raw: bytes, what: str) -> Mapping[str, object]:
    try:
        value = parse(raw.decode("utf-8"))
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise VerificationRefused(
            Refused.MALFORMED, f"{what} is no JSON object, or has a member twice, or is nested too deeply"
        )
    return value


def _check_header(header: Mapping[str, object], types: Collection[str], algorithms: Collection[str]) -> None:
    for name in _FORBIDDEN:
        if name in header:
            raise VerificationRefused(
                Refused.HEADER_FORBIDDEN, f"a token of ours never has {name} in its header", claim=name
            )
    if header.get("alg") not in tuple(algorithms):
        raise VerificationRefused(
            Refused.ALGORITHM_FORBIDDEN, f"the algorithm is none of {', '.join(algorithms)}", claim="alg"
        )
    typ = header.get("typ")
    if not isinstance(typ, str) or typ.lower() not in types:
        raise VerificationRefused(Refused.TYPE_WRONG, f"the type is none of {', '.join(types)}", claim="typ")


def _one_key(published: PublicKeys, kid: str, algorithm: str) -> PublicKey:
    times = published.times(kid)
    if not times:
        raise VerificationRefused(Refused.KEY_UNKNOWN, "the issuer publishes no key of that id", claim="kid")
    if times > 1:
        raise VerificationRefused(
            Refused.KEY_AMBIGUOUS, "the issuer publishes several keys of that id", claim="kid"
        )
    found = published.matching(kid, algorithm)
    if not found:
        raise VerificationRefused(
            Refused.KEY_UNFIT, "the key of that id is not for this algorithm", claim="kid"
        )
    return found[0]
