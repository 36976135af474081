"""Every "no" of the model, once: the rules that a path can break."""

from enum import StrEnum
from typing import Final

__all__ = ["MEANING", "Rule"]


class Rule(StrEnum):
    """A rule of resolution that takes a path out of the answer; the code is stable."""

    NOT_A_PATH = "path"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"
    R6 = "R6"
    R7 = "R7"
    R8 = "R8"
    R9 = "R9"
    R10 = "R10"
    R12 = "R12"
    R14 = "R14"
    R19 = "R19"


MEANING: Final = {
    Rule.NOT_A_PATH: "the links do not lead from one party to the acting person",
    Rule.R1: "power given to a person goes no further",
    Rule.R2: "a party occurs twice, or the path has more than six links",
    Rule.R3: "a link is not in force at this instant",
    Rule.R4: "a party of the path has ceased",
    Rule.R5: "a link does not cover the service, or the service does not accept its kind",
    Rule.R6: "the links allow none of the actions, or not every action that was asked for",
    Rule.R7: "the service is not for this kind of party, or accepts no intermediaries",
    Rule.R8: "a link may not be passed on so often",
    Rule.R9: "a link is not for this party's affairs",
    Rule.R10: "nobody binds alone what must be signed together",
    Rule.R12: "a link is for one branch only",
    Rule.R14: "a link is not registered as surely as the service requires",
    Rule.R19: "a restriction of capacity takes a link out",
}
