"""What is wrong with a list, and where: each fault has a code, a line and a column."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["FaultCode", "ListFault"]


class FaultCode(StrEnum):
    """What is wrong; the codes are stable."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_LINES = "too_many_lines"
    NOT_TEXT = "not_text"
    NOT_CSV = "not_csv"
    UNKNOWN_COLUMN = "unknown_column"
    REPEATED_COLUMN = "repeated_column"
    MISSING_COLUMN = "missing_column"
    TOO_MANY_CELLS = "too_many_cells"
    MISSING = "missing"
    TOO_LONG = "too_long"
    BOTH = "both"  # two columns of which one line fills one
    NOT_A_NUMBER = "not_a_number"
    HOLDS_A_BSN = "holds_a_bsn"
    UNKNOWN_ORGANISATION = "unknown_organisation"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_TASK = "unknown_task"
    UNKNOWN_BRANCH = "unknown_branch"
    UNKNOWN_TEAM = "unknown_team"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_SET = "unknown_set"
    NOT_OF_A_SET = "not_of_a_set"  # a set is given wholly: without a choice of tasks
    NOT_A_CASE = "not_a_case"
    NOT_AN_AMOUNT = "not_an_amount"
    NOT_DAYS = "not_days"
    NOT_A_DAY = "not_a_day"
    IN_THE_PAST = "in_the_past"
    REPEATED_LINE = "repeated_line"
    CANNOT_BE_GRANTED = "cannot_be_granted"


@dataclass(frozen=True, slots=True)
class ListFault:
    """One thing that is wrong.

    `line` is the number of the line in the file, counted from 1 as an editor does; None where it is about the file.
    `column` is the word of a column (`columns.Column`), or one that the file has and nobody knows; None where it is about
    the whole line. `other` is the
    line of which this one is a repetition. No value is repeated.
    """

    code: FaultCode
    line: int | None = None
    column: str | None = None
    other: int | None = None
