"""Whose keys are whose: the provider signs tokens, the register signs its own account of itself.

A key belongs to one ring for as long as it is known. What the one signed, the other's keys never prove.
"""

from collections.abc import Mapping
from typing import Final, Literal

from keys.algorithms import SignatureAlgorithm

__all__ = ["ALWAYS_KEPT", "PROVIDER", "REGISTER", "RINGS", "Ring"]

Ring = Literal["provider", "register"]

PROVIDER: Final[Ring] = "provider"
REGISTER: Final[Ring] = "register"
RINGS: Final[tuple[Ring, ...]] = (PROVIDER, REGISTER)

# What each ring has a key for from its first day. OpenID Connect demands RS256 of everyone; keys for other algorithms
# are made when somebody first asks for one, and kept from then on.
ALWAYS_KEPT: Final[Mapping[Ring, tuple[SignatureAlgorithm, ...]]] = {
    PROVIDER: ("ES256", "RS256"),
    REGISTER: ("ES256",),
}
