"""How a representation is written: every format is a pure function of it and of who receives it (`docs/representation.md`)."""

from claims.formats.asked import AskedDetails, RefusedDetails, parse_asked
from claims.formats.members import IdentifierUnavailable, members, own_members
from claims.formats.naming import Nameable, Named, named
from claims.formats.pairwise import Pairwise
from claims.formats.recipient import Recipient

__all__ = [
    "AskedDetails",
    "IdentifierUnavailable",
    "Nameable",
    "Named",
    "Pairwise",
    "Recipient",
    "RefusedDetails",
    "members",
    "named",
    "own_members",
    "parse_asked",
]
