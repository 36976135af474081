"""The registered claims of a token: whose it is, for whom it is, and when it holds (RFC 7519 4.1, RFC 9068 4)."""

from collections.abc import Mapping

from claims.assurance import Loa
from claims.instants import Instant
from claims.verifying.outcome import Person
from claims.verifying.refusal import Refused, VerificationRefused

__all__ = ["check_audience", "check_issuer", "check_times", "read_person", "text"]


def check_issuer(claims: Mapping[str, object], issuer: str) -> None:
    if text(claims, "iss") != issuer:
        raise VerificationRefused(Refused.ISSUER_WRONG, "another issuer made it", claim="iss")


def check_audience(claims: Mapping[str, object], audience: str) -> None:
    """The audience is ours and nobody else's: a token for two can be used by the one at the other."""
    if "aud" not in claims:
        raise VerificationRefused(Refused.CLAIM_MISSING, "aud is missing", claim="aud")
    if claims["aud"] not in (audience, [audience]):
        raise VerificationRefused(Refused.AUDIENCE_WRONG, "it is not for us alone", claim="aud")


def check_times(claims: Mapping[str, object], *, now: Instant, leeway: int) -> None:
    """`exp` (exclusive), `nbf` and `iat`, each with `leeway` seconds for clocks that differ."""
    if now >= _instant(claims, "exp") + leeway:
        raise VerificationRefused(Refused.EXPIRED, "it has expired", claim="exp")
    if _instant(claims, "iat") > now + leeway:
        raise VerificationRefused(Refused.NOT_YET_VALID, "it was made in the future", claim="iat")
    if "nbf" in claims and _instant(claims, "nbf") > now + leeway:
        raise VerificationRefused(Refused.NOT_YET_VALID, "it does not hold yet", claim="nbf")


def read_person(claims: Mapping[str, object]) -> Person:
    """The acting person of claims in which `sub` is that person."""
    level = Loa.of_acr(text(claims, "acr"))
    if level is None:
        raise VerificationRefused(Refused.CLAIM_MALFORMED, "acr is no level that we know", claim="acr")
    auth_time = _instant(claims, "auth_time") if "auth_time" in claims else None
    return Person(sub=text(claims, "sub"), assurance=level, auth_time=auth_time)


def text(claims: Mapping[str, object], name: str) -> str:
    """The claim `name`, which is a text and not empty."""
    if name not in claims:
        raise VerificationRefused(Refused.CLAIM_MISSING, f"{name} is missing", claim=name)
    value = claims[name]
    if not isinstance(value, str) or not value:
        raise VerificationRefused(Refused.CLAIM_MALFORMED, f"{name} is not a text", claim=name)
    return value


def _instant(claims: Mapping[str, object], name: str) -> Instant:
    if name not in claims:
        raise VerificationRefused(Refused.CLAIM_MISSING, f"{name} is missing", claim=name)
    value = claims[name]
    if type(value) is not int:  # a bool is an int to Python, and an instant of ours has no fraction
        raise VerificationRefused(Refused.CLAIM_MALFORMED, f"{name} is no instant", claim=name)
    return value
