"""What can be found wrong with the account, or with what it accounts for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["DAMAGED", "Breach", "Found"]

# How it shows that what was kept is no record any more.
DAMAGED: Final = (ValueError, TypeError, AttributeError, LookupError)


class Breach(StrEnum):
    """What is wrong; the codes are stable."""

    GAP = "gap"  # an entry is missing
    REWRITTEN = "rewritten"  # an entry is not what its hash covers, or does not follow the one before
    CUT = "cut"  # it ends before an entry that is known to have been there
    END_ALTERED = "end_altered"  # what tells the end of the account does not tell its last entry
    FORKED = "forked"  # another entry than the register signed stands in its place
    NOT_SIGNED_BY_REGISTER = "not_signed_by_register"
    CONTENT_ALTERED = "content_altered"  # a version, a reason or a line of use is not what the entry covers
    USE_UNTOLD = "use_untold"  # a line of use says that it is chained and no entry covers it
    VERSION_MISSING = "version_missing"  # an entry tells of a version that is not kept
    VERSION_UNTOLD = "version_untold"  # a version is kept that no entry tells of
    ERASED_UNTOLD = "erased_untold"  # something was erased and no entry says so
    RECORD_ALTERED = "record_altered"  # a record is not what its last version says
    RECORD_MISSING = "record_missing"  # there are versions of a record, and no record
    NUMBERS_ALTERED = "numbers_altered"  # a party's numbers are not those that its last version tells of
    LIST_ALTERED = (
        "list_altered"  # the clients of a group, or of a mandate, are not those of its last version
    )
    REVIEW_ALTERED = "review_altered"  # whether a mandate is to be looked at is not what the account tells


@dataclass(frozen=True, slots=True)
class Found:
    """One breach, and where: an entry's number, or the kind and the id of a record."""

    breach: Breach
    where: str
