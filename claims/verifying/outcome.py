"""What a verified token says: who acts, for whom, by which mandate."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from claims.assurance import Loa
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits

__all__ = ["Identified", "MandateLink", "OnBehalfOf", "OwnBehalf", "Person", "VerifiedMandate"]


@dataclass(frozen=True, slots=True)
class Person:
    """The acting person: the one who logged in. `assurance` is the level of that login and of nothing else."""

    sub: str
    assurance: Loa
    auth_time: Instant | None


@dataclass(frozen=True, slots=True)
class Identified:
    """A party in a token. What is unique is `sub` together with `iss`; `sub_id_type` says what kind of number."""

    sub: str
    iss: str
    sub_id_type: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class MandateLink:
    """One link of the path: a `mandate`, a `legal` relation, or a `desk`; `recorded_at` is a day, `YYYY-MM-DD`."""

    id: str
    basis: str
    assurance: Loa
    recorded_at: str


@dataclass(frozen=True, slots=True)
class VerifiedMandate:
    """By which right. `links[0]` was given by the represented party, the last is held by the acting person.

    `assurance` is the lowest of the links, `effective_assurance` the lower of that and the login's. `not_after` is
    the first instant at which it no longer holds; None where nothing known ends it. `branch` is the one branch
    that it holds for; None for the whole organisation. `limits` are what it is narrowed to within the service.
    """

    service: str
    actions: tuple[str, ...]
    assurance: Loa
    effective_assurance: Loa
    not_after: Instant | None
    branch: str | None
    register: str
    links: tuple[MandateLink, ...]
    limits: Limits = NO_LIMITS

    @property
    def at_desk(self) -> bool:
        """Whether the acting person works at a desk and acts for who came there: nobody gave a mandate, nor did the law."""
        return any(link.basis == "desk" for link in self.links)


@dataclass(frozen=True, slots=True)
class OwnBehalf:
    """The person acts for themself at `service`; `claims` is all that the token says."""

    person: Person
    service: str
    actions: tuple[str, ...]
    claims: Mapping[str, object] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class OnBehalfOf:
    """The person acts for `represented`, by `mandate`.

    `intermediaries` are in the order of the links, from the represented party outwards; the last of them is the
    organisation as whose person the acting one acts.
    """

    person: Person
    represented: Identified
    intermediaries: tuple[Identified, ...]
    mandate: VerifiedMandate
    claims: Mapping[str, object] = field(repr=False, compare=False)
