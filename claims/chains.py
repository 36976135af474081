"""Every chain of links between two parties, found from both ends at once (`mandates` 4, `explain`).

What is walked are steps, which say no more of a link than its id and its two parties, since an intermediary may
have a hundred thousand clients and only the links of the chains that are found need to be looked at.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

__all__ = ["LONGEST_CHAIN", "MOST_CHAINS", "Chains", "Step", "Web", "chains_between"]

LONGEST_CHAIN: Final = 8
MOST_CHAINS: Final = 100
_MOST_STEPS: Final = 200_000
"""How many steps are tried before the chains that were found are taken for all that can be told."""


class Step(NamedTuple):
    """A link, as far as a walk needs it."""

    link: str
    represented: str
    representative: str


class Web(Protocol):
    """Links that can be walked in both directions."""

    def steps_from(self, parties: Collection[str]) -> Iterable[Step]:
        """The links whose represented party is one of `parties`."""

    def steps_to(self, parties: Collection[str]) -> Iterable[Step]:
        """The links whose representative is one of `parties`."""

    def how_many_from(self, parties: Collection[str]) -> int:
        """How many links `steps_from` would give."""

    def how_many_to(self, parties: Collection[str]) -> int:
        """How many links `steps_to` would give."""


@dataclass(frozen=True, slots=True)
class Chains:
    """Chains by the ids of their links, shortest first, then by ids; `truncated` where there are more."""

    chains: tuple[tuple[str, ...], ...]
    truncated: bool


def chains_between(web: Web, represented: str, acting: str) -> Chains:
    """The first hundred chains of at most eight links that lead from one party to the other.

    Persons may stand between (R1 is set aside). No party is met twice between the two, since going round adds
    nothing to an explanation.
    """
    around = _Surroundings(web, represented, acting)
    found: list[tuple[str, ...]] = []
    for length in range(1, LONGEST_CHAIN + 1):
        for chain in around.chains_of(length):
            if len(found) == MOST_CHAINS:
                return Chains(tuple(found), truncated=True)
            found.append(chain)
        if around.tried > _MOST_STEPS:
            return Chains(tuple(found), truncated=True)
    return Chains(tuple(found), truncated=False)


class _Surroundings:
    """All steps that can lie on a chain between two parties, gathered from whichever end has fewer to look at."""

    def __init__(self, web: Web, represented: str, acting: str) -> None:
        self._represented = represented
        self._acting = acting
        self._outwards: defaultdict[str, dict[str, Step]] = defaultdict(dict)
        self._to_go = {acting: 0}  # the fewest links to the acting person, as far as looked
        self._looked_back = 0
        self.tried = 0
        self._gather(web)

    def _gather(self, web: Web) -> None:
        ahead, behind = {self._represented}, {self._acting}
        met = {self._represented}
        for _ in range(LONGEST_CHAIN):
            if not ahead or not behind:
                break  # one side has seen all there is
            # an intermediary has few people and very many clients
            if web.how_many_from(ahead) <= web.how_many_to(behind):
                steps = list(web.steps_from(ahead))
                ahead = {step.representative for step in steps} - met
                met |= ahead
            else:
                steps = list(web.steps_to(behind))
                behind = {step.represented for step in steps} - self._to_go.keys()
                self._looked_back += 1
                self._to_go |= dict.fromkeys(behind, self._looked_back)
            for step in steps:
                self._outwards[step.represented][step.link] = step
        if not behind:
            self._looked_back = LONGEST_CHAIN

    def chains_of(self, length: int) -> Iterator[tuple[str, ...]]:
        """The chains of exactly `length` links, by their ids."""
        return self._onwards((), self._represented, {self._represented}, length)

    def _onwards(
        self, before: tuple[str, ...], here: str, met: set[str], left: int
    ) -> Iterator[tuple[str, ...]]:
        steps = self._outwards.get(here, {})
        for id in sorted(steps):
            self.tried += 1
            if self.tried > _MOST_STEPS:
                return
            onwards = steps[id].representative
            if onwards == self._acting:
                if left == 1:
                    yield (*before, id)
            elif onwards not in met and self._to_go.get(onwards, self._looked_back + 1) < left:
                yield from self._onwards((*before, id), onwards, met | {onwards}, left - 1)
