"""The answer to "whom may this person represent here, now, and how sure are we?": one value, source of every claim."""

from dataclasses import dataclass
from typing import Final

from claims.assurance import Loa
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits

__all__ = ["AT_DESK", "Representation", "RepresentedLink"]

AT_DESK: Final = "desk"
"""What a visit to a desk is called as the ground of a link, and what services, clients and readers say who understand one."""


@dataclass(frozen=True, slots=True)
class RepresentedLink:
    """One link of the path, as far as an answer tells of it."""

    id: str
    basis: str  # "mandate", the legal basis ("sole_signatory", "parent" …), or "desk"
    represented: str  # party id
    representative: str  # party id
    assurance: Loa
    recorded_at: Instant


@dataclass(frozen=True, slots=True)
class Representation:
    """A path that stands (`mandates.md` 4, "One answer"), for one acting person and one service.

    `links[0]` is given by the represented party, the last is held by the acting person. A path with `step_up`
    (the level that the login must reach) or `other_means` permits nothing until the login is changed.
    `until` is exclusive; None where nothing known ends the answer (R16). `limits` are what all links leave (R21).
    """

    acting: str
    service: str
    links: tuple[RepresentedLink, ...]
    branch: str | None
    actions: tuple[str, ...]
    assurance: Loa
    effective_assurance: Loa
    step_up: Loa | None
    other_means: bool
    until: Instant | None
    limits: Limits = NO_LIMITS

    @property
    def represented(self) -> str:
        """The party for whom is acted."""
        return self.links[0].represented

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the links, from the represented party outwards."""
        return tuple(link.id for link in self.links)

    @property
    def intermediaries(self) -> tuple[str, ...]:
        """The organisations between represented party and acting person, in the order of the path."""
        return tuple(link.represented for link in self.links[1:])

    @property
    def through(self) -> str | None:
        """The organisation as whose person the acting one acts, None for a direct link (R15)."""
        return self.links[-1].represented if len(self.links) > 1 else None

    @property
    def needs_understanding(self) -> frozenset[str]:
        """What service, client and reader must have said that they understand before they are given this."""
        needed = {"branch"} if self.branch is not None else set()
        return frozenset(
            needed | {AT_DESK for link in self.links if link.basis == AT_DESK} | self.limits.kinds
        )

    @property
    def permits(self) -> bool:
        """Whether the login that was asked about may use it as it is (R11, R14)."""
        return self.step_up is None and not self.other_means
