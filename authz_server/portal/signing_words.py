"""Those who sign together for an organisation, and who of them has."""

from collections.abc import Mapping
from typing import Any

from claims.parties import Party
from claims.signing import Signing

__all__ = ["signing_shown"]


def signing_shown(signing: Signing, parties: Mapping[str, Party]) -> dict[str, Any]:
    """How many have to sign, and each of them by name with whether they did."""
    return {
        "needed": signing.needed,
        "list": [
            (parties[one.party].name if one.party in parties else None, one.signed)
            for one in signing.signatories
        ],
    }
