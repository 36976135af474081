"""What is wrong with a list, and what became of its lines, in words for the person."""

from collections.abc import Mapping

from authz_server.i18n import gettext, language
from claims.lists import reading
from claims.lists.columns import Column
from claims.lists.faults import FaultCode, ListFault
from claims.register.lists_done import Outcome

__all__ = ["column_words", "fault_words", "outcome_words", "where_words"]


def column_words(column: Column) -> str:
    """What a column is called in the reader's language."""
    return column.dutch if language() == "nl" else column.value


def where_words(fault: ListFault, names: Mapping[Column, str]) -> str:
    """Line and column, the column as the file itself has it."""
    if fault.line is None:
        return gettext("The file")
    if fault.column is None:
        return gettext("Line %(line)s", line=fault.line)
    return gettext("Line %(line)s, column %(column)s", line=fault.line, column=_called(fault.column, names))


def fault_words(fault: ListFault) -> str:
    """What is wrong, and what would be right."""
    match fault.code:
        case FaultCode.EMPTY:
            return gettext("There are no lines in it. The first line has the names of the columns.")
        case FaultCode.TOO_LARGE:
            return gettext("It is too large: %(count)s kB at most.", count=reading.MOST_BYTES // 1024)
        case FaultCode.TOO_MANY_LINES:
            return gettext("It has too many lines: %(count)s at most.", count=reading.MOST_LINES)
        case FaultCode.NOT_TEXT:
            return gettext("This is not a text file. Save your list as CSV (UTF-8).")
        case FaultCode.NOT_CSV:
            return gettext("A quotation mark is missing, or one too many is there.")
        case FaultCode.UNKNOWN_COLUMN:
            return gettext("We do not know this column. Take it out, or call it as the example does.")
        case FaultCode.REPEATED_COLUMN:
            return gettext("This column is there twice.")
        case FaultCode.MISSING_COLUMN:
            return gettext("This column is missing.")
        case FaultCode.TOO_MANY_CELLS:
            return gettext("There is more on this line than there are columns.")
        case FaultCode.REPEATED_LINE:
            return gettext("This says the same as line %(line)s.", line=fault.other)
        case FaultCode.CANNOT_BE_GRANTED:
            return gettext(
                "The people of this team may do more than you may give. Ask somebody who may give it."
            )
    return _of_cell(fault)


def _of_cell(fault: ListFault) -> str:
    match fault.code:
        case FaultCode.MISSING:
            return gettext("Fill this in.")
        case FaultCode.TOO_LONG:
            return gettext("This is too long.")
        case FaultCode.BOTH if fault.column == Column.SET:
            return gettext("Fill in a service or a group of services on one line, not both.")
        case FaultCode.BOTH:
            return gettext("Fill in an organisation or an employee on one line, not both.")
        case FaultCode.NOT_A_NUMBER:
            return gettext("This is not a KVK number. It has 8 digits, noughts in front too.")
        case FaultCode.HOLDS_A_BSN:
            return gettext("This looks like a BSN. Do not write one here.")
        case FaultCode.UNKNOWN_ORGANISATION:
            return gettext("We do not know an organisation with this number.")
        case FaultCode.UNKNOWN_SERVICE:
            return gettext("We do not know this service. Write its name as the example does.")
        case FaultCode.UNKNOWN_TASK:
            return gettext("The service does not have this task. Leave it empty for all tasks.")
        case FaultCode.UNKNOWN_SET:
            return gettext("We do not know this group of services.")
        case FaultCode.NOT_OF_A_SET:
            return gettext("A group of services is given as a whole. Leave this empty.")
        case FaultCode.NOT_AN_AMOUNT:
            return gettext("Fill in an amount like this: 1250,00.")
        case FaultCode.NOT_A_CASE:
            return gettext("The number of a case has 64 signs at most.")
        case FaultCode.NOT_DAYS:
            return gettext("Fill in days of the week, or dates like 31-12-2027, with | between them.")
        case FaultCode.UNKNOWN_BRANCH:
            return gettext("A branch number has 12 digits.")
        case FaultCode.UNKNOWN_TEAM:
            return gettext("Your organisation has no team with this name.")
        case FaultCode.NOT_A_DAY:
            return gettext("Fill in a date like this: 31-12-2027.")
        case FaultCode.IN_THE_PAST:
            return gettext("This day has passed.")
    return gettext("This is not right.")


def outcome_words(outcome: Outcome) -> str:
    """What became of a line."""
    match outcome:
        case Outcome.GIVEN:
            return gettext("The permission holds.")
        case Outcome.WAITS:
            return gettext("The permission waits for the other side.")
        case Outcome.ASKED:
            return gettext("The question is sent. The client says yes or no.")
        case Outcome.BEFORE:
            return gettext("This was done before. Nothing is done twice.")
        case Outcome.REFUSED:
            return gettext("This was not done.")


def _called(column: str, names: Mapping[Column, str]) -> str:
    try:
        known = Column(column)
    except ValueError:
        return column
    return names.get(known, column_words(known))
