"""What is wrong with a list and what became of it, as programs and commands read it: codes and places, and no value of it."""

from typing import Any

from claims.activation_codes import shown
from claims.granting import Fault
from claims.instants import written
from claims.lists.columns import Column
from claims.register.lists_done import Done, Outcome
from claims.register.lists_looked import Looked

__all__ = ["line_told", "looked_faults", "told_in_a_line"]

Document = dict[str, Any]


def looked_faults(looked: Looked) -> list[Document]:
    """Each fault by line. A column that is not known is not named: what a file calls one may be anything."""
    return [
        {
            "code": fault.code.value,
            "line": fault.line,
            "column": fault.column if fault.column in set(Column) else None,
            "repeats": fault.other,
            "why": [_reason(one) for one in why],
        }
        for fault, why in looked.faults
    ]


def told_in_a_line(fault: Document) -> str:
    """Such a fault as one line of text."""
    place = "" if fault["line"] is None else f"line {fault['line']}"
    place += "" if fault["column"] is None else f", column {fault['column']}"
    again = "" if fault["repeats"] is None else f" (line {fault['repeats']})"
    why = f" ({', '.join(fault['why'])})" if fault["why"] else ""
    return (f"{place}: " if place else "") + f"{fault['code']}{again}{why}"


def line_told(one: Done) -> Document:
    """What became of a line, with the code of an employee's offer: it is told once."""
    drawn = one.drawn
    return {
        "line": one.judged.wanted.line,
        "outcome": one.outcome.value,
        "offer": None if one.offer is None else one.offer.id,
        "code": None if drawn is None else shown(drawn.code),
        "lapses_at": None if drawn is None else written(drawn.lapses_at),
        "why": _why(one) if one.outcome is Outcome.REFUSED else [],
    }


def _why(one: Done) -> list[str]:
    faults = one.judged.faults if one.refused is None else one.refused.faults
    codes = [fault.code.value for fault in one.judged.wrong] + [_reason(fault) for fault in faults]
    return codes or ["cannot_be_granted" if one.refused is None else one.refused.why.value]


def _reason(fault: Fault) -> str:
    about = "" if fault.service is None else f" at {fault.service}"
    return f"{fault.why.value}{about}" + ("" if fault.needs is None else f": needs {fault.needs.word}")
