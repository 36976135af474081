"""The signature algorithms that we make and accept (RFC 7518). There is no "any", and never `none`."""

from typing import Final, Literal

__all__ = ["SIGNATURE_ALGORITHMS", "SignatureAlgorithm"]

SignatureAlgorithm = Literal["ES256", "RS256"]

# In the order of preference: ES256 signs in a tenth of the time; RS256 is what OpenID Connect demands of everyone.
SIGNATURE_ALGORITHMS: Final[tuple[SignatureAlgorithm, ...]] = ("ES256", "RS256")
