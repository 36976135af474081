"""The signature algorithms that we make and accept (RFC 7518, RFC 9864). There is no "any", and never `none`."""

from collections.abc import Mapping
from typing import Final, Literal

__all__ = ["ACCEPTED_ALGORITHMS", "KEY_TYPES", "SIGNATURE_ALGORITHMS", "SignatureAlgorithm"]

SignatureAlgorithm = Literal["ES256", "RS256", "PS256", "Ed25519"]

# What we sign with, in the order of preference: ES256 signs in a tenth of the time; RS256 is what OpenID Connect
# demands of everyone; keys for the others are made when a client first asks for one.
SIGNATURE_ALGORITHMS: Final[tuple[SignatureAlgorithm, ...]] = ("ES256", "RS256", "PS256", "Ed25519")

# What others may sign with when they prove who they are to us. Each works with public keys alone, so that no
# verifier can be talked into taking a public key for a shared secret (RFC 8725 section 2.1). `EdDSA`, which names
# several algorithms at once, is not among them (RFC 9864 deprecates it).
ACCEPTED_ALGORITHMS: Final = SIGNATURE_ALGORITHMS

# The `kty` of a key for each: the key decides, and a header may only agree with it.
KEY_TYPES: Final[Mapping[str, str]] = {"ES256": "EC", "RS256": "RSA", "PS256": "RSA", "Ed25519": "OKP"}
