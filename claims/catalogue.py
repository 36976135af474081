"""For what: services, the tasks that people choose from, and what a power covers (`mandates` 3, "Service")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from claims.assurance import Loa
from claims.instants import Instant
from claims.parties import PartyKind

__all__ = [
    "EVERYTHING",
    "MOST_LAYERS",
    "Coverage",
    "Service",
    "ServiceSet",
    "Task",
    "Text",
    "in_sets",
    "sets_of",
]

MOST_LAYERS: Final = 8
"""How deep sets lie within one another at most, the outermost counted (R23)."""


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
    `understands` are the restrictions and limits that it heeds. `provider` is a party's id. `sets` is not said by the
    service's own record: the ids of the sets that it lies in, at whatever depth.
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
    sets: frozenset[str] = frozenset()

    @property
    def takes_mandates(self) -> bool:
        """Whether somebody can give a mandate for it here: it offers that, and does not take only what law gives."""
        return self.offers_mandates and (self.bases is None or "mandate" in self.bases)


@dataclass(frozen=True, slots=True)
class ServiceSet:
    """Services under one name: by their ids, and all that lies in other sets (R23)."""

    id: str
    name: Text
    services: frozenset[str]
    sets: frozenset[str] = frozenset()
    recorded_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which services a power, a restriction or an appointment is about.

    All of them (`everything`), all that one provider has, now or later (`provider`), all that lies in one set, now or
    later (`set`, R23), or those `listed`.
    """

    everything: bool = False
    provider: str | None = None
    listed: frozenset[str] = frozenset()
    set: str | None = None

    def covers(self, service: Service) -> bool:
        """Whether `service` is among them (R5)."""
        return (
            self.everything
            or service.id in self.listed
            or service.provider == self.provider
            or self.set in service.sets
        )

    def includes(self, other: "Coverage") -> bool:
        """Whether all that `other` covers, now and later, is covered here, as far as they tell by themselves.

        A list is not looked up in what a provider or a set has: what cannot be told is not included.
        """
        if self.everything:
            return True
        if other.everything:
            return False
        if other.provider is not None:
            return other.provider == self.provider
        if other.set is not None:
            return other.set == self.set
        return bool(other.listed) and other.listed <= self.listed

    def may_meet(self, other: "Coverage") -> bool:
        """Whether both may reach the same service: a list and all of a provider, or of a set, may."""
        if self.everything or other.everything or (self.provider is None) != (other.provider is None):
            return True
        if self.set is not None or other.set is not None:
            return True
        if self.provider is not None:
            return self.provider == other.provider
        return bool(self.listed & other.listed)


EVERYTHING: Final = Coverage(everything=True)


def sets_of(sets: Mapping[str, ServiceSet]) -> dict[str, frozenset[str]]:
    """The sets in which each service lies, at whatever depth; services that lie in none are left out.

    A set that is not there holds nothing, and a ring of sets ends where it began.
    """
    found: dict[str, set[str]] = {}
    for outer in sets.values():
        met = {outer.id}
        walk = [outer]
        while walk:
            one = walk.pop()
            for service in one.services:
                found.setdefault(service, set()).add(outer.id)
            for inner in one.sets - met:
                met.add(inner)
                if inner in sets:
                    walk.append(sets[inner])
    return {service: frozenset(ids) for service, ids in found.items()}


def in_sets(services: Iterable[Service], sets: Mapping[str, ServiceSet]) -> list[Service]:
    """The services, each knowing the sets in which it lies."""
    lie = sets_of(sets)
    return [replace(one, sets=lie[one.id]) if one.id in lie else one for one in services]
