"""Where records of each kind are put: their table, its columns beside the body, and every version they had."""

from claims.register.shelves.kinds import (
    APPOINTMENTS,
    BLOCKS,
    DESK_APPOINTMENTS,
    GROUPS,
    LINKS,
    OFFERS,
    PARTIES,
    RESTRICTIONS,
    SERVICES,
    SETS,
    block_id,
    digest_of_ids,
)
from claims.register.shelves.putting import Put, Ready, full_version, put, ready
from claims.register.shelves.shelf import Shelf

__all__ = [
    "APPOINTMENTS",
    "BLOCKS",
    "DESK_APPOINTMENTS",
    "GROUPS",
    "LINKS",
    "OFFERS",
    "PARTIES",
    "RESTRICTIONS",
    "SERVICES",
    "SETS",
    "Put",
    "Ready",
    "Shelf",
    "block_id",
    "digest_of_ids",
    "full_version",
    "put",
    "ready",
]
