"""An issuer for the tests of a service provider: keys, tokens good and hostile, and a pytest plugin (`docs/testing.md`).

It signs with keys of its own that nobody else trusts, and nothing of it belongs in a service that runs.
"""

from claims.testing.hostile import HOSTILE, Hostile
from claims.testing.issuer import Party, Saying, ServedIssuer, StandInIssuer, served_issuer
from claims.testing.served import LocalIssuer, served

__all__ = [
    "HOSTILE",
    "Hostile",
    "LocalIssuer",
    "Party",
    "Saying",
    "ServedIssuer",
    "StandInIssuer",
    "served",
    "served_issuer",
]
