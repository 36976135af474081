"""For what: services, the tasks that people choose from, and what a power covers (`mandates` 3, "Service")."""

from dataclasses import dataclass
from typing import Final

from claims.assurance import Loa
from claims.instants import Instant
from claims.parties import PartyKind

__all__ = ["EVERYTHING", "Coverage", "Service", "Task", "Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words for people, in the two languages."""

    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Task:
    """What people choose from, in plain language, instead of single actions."""

    id: str
    name: Text
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """What a service provider offers and a mandate is for.

    `bases` are the kinds of link that it accepts (`mandate`, or a legal basis), None where it takes all.
    `understands` are the restrictions that it reads. `provider` is a party's id.
    """

    id: str
    uri: str
    name: Text
    provider: str
    minimum_assurance: Loa
    actions: tuple[str, ...]
    represented_kinds: frozenset[PartyKind]
    tasks: tuple[Task, ...] = ()
    accepts_self: bool = False
    self_from_age: int = 16
    accepts_intermediaries: bool = False
    bases: frozenset[str] | None = None
    parents_until_age: int = 18
    understands: frozenset[str] = frozenset()
    offers_mandates: bool = False
    recorded_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which services a power, a restriction or an appointment is about.

    All of them (`everything`), all that one provider has, now or later (`provider`), or those `listed`.
    """

    everything: bool = False
    provider: str | None = None
    listed: frozenset[str] = frozenset()

    def covers(self, service: Service) -> bool:
        """Whether `service` is among them (R5)."""
        return self.everything or service.id in self.listed or service.provider == self.provider

    def includes(self, other: "Coverage") -> bool:
        """Whether all that `other` covers, now and later, is covered here, as far as they tell by themselves.

        A list is not looked up in what a provider has: what cannot be told is not included.
        """
        if self.everything:
            return True
        if other.everything:
            return False
        if other.provider is not None:
            return other.provider == self.provider
        return bool(other.listed) and other.listed <= self.listed

    def may_meet(self, other: "Coverage") -> bool:
        """Whether both may reach the same service: a list and all of a provider may."""
        if self.everything or other.everything or (self.provider is None) != (other.provider is None):
            return True
        if self.provider is not None:
            return self.provider == other.provider
        return bool(self.listed & other.listed)


EVERYTHING: Final = Coverage(everything=True)
