"""What the rules must be able to ask about records: the register answers it from rows, `World` from memory."""

from collections.abc import Sequence
from typing import Protocol

from claims.organisation import Block
from claims.parties import Party
from claims.relations import Link
from claims.restrictions import Restriction

__all__ = ["Facts"]


class Facts(Protocol):
    """The records around a path. An answer must be of one moment; nothing is changed by asking."""

    def party(self, id: str) -> Party | None:
        """The party of that id; its identifiers may be left out."""

    def link(self, id: str) -> Link | None:
        """The mandate or legal relation of that id."""

    def restrictions(self, party_id: str) -> Sequence[Restriction]:
        """All restrictions of the party, of whatever period."""

    def blocks(self, organisation_id: str, person_id: str) -> Sequence[Block]:
        """All blocks that the organisation wrote for the person, of whatever period."""

    def in_group(self, group_id: str, party_id: str) -> bool:
        """Whether the party is one of the clients of that group; False for an unknown group."""
