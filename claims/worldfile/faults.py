"""What is wrong with a world file, each fault by its place, and never by a value that could be personal."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Fault", "FaultCode"]


class FaultCode(StrEnum):
    """The kinds of fault; the codes are stable."""

    NOT_JSON = "not_json"
    REPEATED_KEY = "repeated_key"
    UNKNOWN_KEY = "unknown_key"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    MALFORMED = "malformed"
    UNKNOWN_ID = "unknown_id"
    REPEATED_ID = "repeated_id"
    ERASED_ID = "erased_id"
    WRONG_KIND = "wrong_kind"
    CHANGED_KIND = "changed_kind"
    NO_GROUND_FOR_BSN = "no_ground_for_bsn"
    IDENTIFIER_TAKEN = "identifier_taken"
    URI_TAKEN = "uri_taken"
    EMPTY_PERIOD = "empty_period"
    LINK_TO_ITSELF = "link_to_itself"
    NO_DEED = "no_deed"
    PERSON_HAS_NO_CLIENTS = "person_has_no_clients"
    FOR_NOTHING = "for_nothing"
    FOREIGN_GROUP = "foreign_group"
    FOREIGN_BRANCH = "foreign_branch"
    CIRCULAR_SET = "circular_set"
    TOO_DEEP = "too_deep"
    NOT_ONE_SERVICE = "not_one_service"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where, its code, what is wrong and what would be right.

    `place` is written as `mandates[3].until`; it is empty where the whole file is meant.
    """

    place: str
    code: FaultCode
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.place or 'the file'}: {self.code}: {self.wrong}; {self.right}"
