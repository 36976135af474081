"""Who changes something in the register: the `by` of every change."""

from dataclasses import dataclass

from claims.assurance import Loa

__all__ = ["OPERATOR", "REGISTER", "Actor"]


@dataclass(frozen=True, slots=True)
class Actor:
    """An acting person, on whose authority they act, and how they logged in.

    `person` is the party id of the person who acts, None where no person of the register does (an operator's
    command). `on_behalf_of` is the party they act for, None for themselves. `authority` says on what ground, as
    a stable word with ids (`operator`, `self`, `relation l1`, `appointment a1`). `assurance` and
    `authenticator` are those of the login, None where there was none.
    """

    person: str | None
    on_behalf_of: str | None
    authority: str
    assurance: Loa | None
    authenticator: str | None


# Whoever can run the commands of this installation: known to the machine, not to the register.
OPERATOR = Actor(person=None, on_behalf_of=None, authority="operator", assurance=None, authenticator=None)

# The register itself, for what it does without being asked.
REGISTER = Actor(person=None, on_behalf_of=None, authority="register", assurance=None, authenticator=None)
