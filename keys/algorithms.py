"""The signature algorithms that we make and accept (RFC 7518). There is no "any", and never `none`."""

from typing import Final, Literal

__all__ = ["ACCEPTED_ALGORITHMS", "SIGNATURE_ALGORITHMS", "SignatureAlgorithm"]

SignatureAlgorithm = Literal["ES256", "RS256"]

# What we sign with, in the order of preference: ES256 signs in a tenth of the time; RS256 is what OpenID Connect
# demands of everyone.
SIGNATURE_ALGORITHMS: Final[tuple[SignatureAlgorithm, ...]] = ("ES256", "RS256")

# What others may sign with when they prove who they are to us. Each works with public keys alone, so that no
# verifier can be talked into taking a public key for a shared secret (RFC 8725 section 2.1).
ACCEPTED_ALGORITHMS: Final = ("ES256", "RS256", "PS256")
