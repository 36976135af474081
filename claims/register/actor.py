"""Who changes something in the register: the `by` of every change."""

from dataclasses import dataclass, replace

from claims.assurance import Loa
from claims.offers import Brought, Said

__all__ = ["OPERATOR", "REGISTER", "Actor"]


@dataclass(frozen=True, slots=True)
class Actor:
    """An acting person, on whose authority they act, and how they logged in.

    `person` is the party id of the person who acts, None where no person of the register does (an operator's
    command). `on_behalf_of` is the party they act for, None for themselves. `authority` says on what ground, as
    a stable word with ids (`operator`, `self`, `relation l1`, `appointment a1`). `assurance` and
    `authenticator` are those of the login, None where there was none. With a `word` nobody logged in: this actor, on its
    own authority, brings what a person said. The account names who brought it; what it rests on stands in its reason.
    """

    person: str | None
    on_behalf_of: str | None
    authority: str
    assurance: Loa | None
    authenticator: str | None
    word: Brought | None = None

    @property
    def speaker(self) -> str | None:
        """Who says that it is to be done: who acts, or whose word is brought. What they may is looked at."""
        return self.person if self.word is None else self.word.person

    @property
    def said(self) -> Said:
        """How they said it: logged in at a level, or not logged in at all."""
        return self.word or self.assurance or Loa.BASIC

    def on(self, authority: str, on_behalf_of: str | None = None) -> "Actor":
        """Who does it on that ground, for whom. Who brings a word does so on its own authority, for nobody."""
        if self.word is not None:
            return self
        return replace(self, authority=authority, on_behalf_of=on_behalf_of or self.on_behalf_of)


# Whoever can run the commands of this installation: known to the machine, not to the register.
OPERATOR = Actor(person=None, on_behalf_of=None, authority="operator", assurance=None, authenticator=None)

# The register itself, for what it does without being asked.
REGISTER = Actor(person=None, on_behalf_of=None, authority="register", assurance=None, authenticator=None)
