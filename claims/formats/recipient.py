"""Who receives a token, as far as that decides how the parties in it are named (`claims` 2, "Identifiers")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

__all__ = ["NUMBER_SCHEMES", "Recipient"]

NUMBER_SCHEMES: Final = ("kvk", "rsin", "oin", "lei", "eidas")
"""The schemes by which an organisation can be named. A `bsn` is no such number."""

_NATIONAL: Final = {"kvk": "urn:nl-eid-gdi:1.0:id:KvKnr", "rsin": "urn:nl-eid-gdi:1.0:id:RSIN"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A relying party or a resource: its sector, and what it may be told.

    `schemes` are the numbers of organisations that it reads, in its order of preference. `person_names` is true
    where the operator wrote down why it receives the names of natural persons. `identifier_issuers` gives the
    `iss` of a scheme where the operator set another than `{issuer}/identifiers/{scheme}`.

    Make it once for each client or resource and keep it: what it needs for every token it works out here.
    ValueError for an empty issuer or sector, and for a scheme by which organisations are not named.
    """

    issuer: str
    sector: str
    schemes: tuple[str, ...] = ("kvk", "rsin")
    person_names: bool = False
    identifier_issuers: Mapping[str, str] = field(default_factory=dict, compare=False)
    pairwise_type: str = field(init=False, repr=False, compare=False)
    numbers: Mapping[str, tuple[str, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.issuer or not self.sector:
            raise ValueError("a recipient has an issuer and a sector")
        for scheme in self.schemes:
            if scheme not in NUMBER_SCHEMES:
                raise ValueError(f"organisations are named by {', '.join(NUMBER_SCHEMES)}, not by {scheme!r}")
        numbers = {}
        for scheme in self.schemes:
            ours = f"{self.issuer}/identifiers/{scheme}"
            numbers[str(scheme)] = (self.identifier_issuers.get(scheme, ours), _NATIONAL.get(scheme, ours))
        object.__setattr__(self, "pairwise_type", f"{self.issuer}/identifiers/pairwise")
        object.__setattr__(self, "numbers", MappingProxyType(numbers))
