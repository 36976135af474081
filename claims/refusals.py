"""Every "no" of the model, once: the rules that a path can break."""

from enum import StrEnum

__all__ = ["Rule"]


class Rule(StrEnum):
    """A rule of resolution that takes a path out of the answer (`mandates` 4); the code is stable."""

    NOT_A_PATH = "path"  # the links do not lead from one party to the acting person
    R1 = "R1"  # power given to a person goes no further
    R2 = "R2"  # a party occurs twice, or there are more than six links
    R3 = "R3"  # a link is not in force at this instant
    R4 = "R4"  # a party of the path has ceased
    R5 = "R5"  # a link does not cover the service, or the service does not accept its kind
    R6 = "R6"  # the links allow no action together, or not every action that was asked for
    R7 = "R7"  # the service is not for this kind of party, or accepts no intermediaries
    R8 = "R8"  # a link may not be passed on so often
    R9 = "R9"  # a link is not for this party's affairs
    R10 = "R10"  # nobody binds alone what must be signed together
    R12 = "R12"  # a link is for one branch only
    R14 = "R14"  # a link is not as sure as is required
    R19 = "R19"  # a restriction of capacity takes a link out
    R20 = "R20"  # a link has a limit that the service does not heed
    R21 = "R21"  # nothing lies inside the limits of all links
    R22 = "R22"  # a link holds on other days
