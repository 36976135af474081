"""A list looked at: read, made lines of, and each line judged. Nothing is changed, and no value of it is repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from claims.granting import Fault
from claims.lists.columns import ASKING, GIVING, Column
from claims.lists.faults import FaultCode, ListFault
from claims.lists.reading import Read, read
from claims.lists.wishes import wanted
from claims.register import lookup
from claims.register.lists_judged import Judged, Listing, Sort, judge

__all__ = ["COLUMNS", "Looked", "look"]

COLUMNS: Final[Mapping[Sort, Sequence[Column]]] = {Sort.GIVE: GIVING, Sort.ASK: ASKING}


@dataclass(frozen=True, slots=True)
class Looked:
    """What would be done, and what is wrong with the rest: each fault by line, with why granting says no where it does."""

    read: Read
    judged: Sequence[Judged]
    faults: Sequence[tuple[ListFault, tuple[Fault, ...]]]

    @property
    def good(self) -> list[Judged]:
        """The lines that can be carried out."""
        return [one for one in self.judged if one.is_good]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.faults


def look(listing: Listing, sort: Sort, content: bytes) -> Looked:
    """What would come of the file now."""
    columns = COLUMNS[sort]
    found = read(content, columns)
    services, sets = list(listing.services.values()), list(lookup.service_sets(listing.db).values())
    lines, faults = wanted(found, services, columns, now=listing.now, sets=sets)
    judged = judge(listing, sort, lines)
    told: list[tuple[ListFault, tuple[Fault, ...]]] = [(one, ()) for one in (*found.faults, *faults)]
    for one in judged:
        told += [(fault, ()) for fault in one.wrong]
        if one.faults:
            told.append((ListFault(FaultCode.CANNOT_BE_GRANTED, one.wanted.line), one.faults))
    told.sort(key=lambda one: (one[0].line or 0, one[0].column or ""))
    return Looked(found, judged, told)
