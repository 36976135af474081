"""Why not: every chain of links between two parties, and the rules that each breaks (`mandates` 4, `explain`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from claims.facts import Facts
from claims.question import Question
from claims.refusals import Rule
from claims.relations import Link
from claims.resolution import broken_rules

__all__ = ["LONGEST_CHAIN", "MOST_CHAINS", "ExplainedPath", "Explanation", "Web", "explain", "explained"]

LONGEST_CHAIN: Final = 8
MOST_CHAINS: Final = 100


@dataclass(frozen=True, slots=True)
class ExplainedPath:
    """A chain of links by their ids, and the rules that it breaks; with none broken it is a path that stands."""

    path: tuple[str, ...]
    broken: tuple[tuple[Rule, int | None], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Fewest broken rules first, then fewest links, then ids. `truncated` where there are more chains than told."""

    paths: tuple[ExplainedPath, ...]
    truncated: bool = False


class Web(Protocol):
    """Facts whose links can be walked outwards."""

    def given_by(self, party_id: str) -> Iterable[Link]:
        """The links whose represented party is the party."""

    def held_by(self, party_id: str) -> Iterable[Link]:
        """The links whose representative is the party."""


class _FactsAndWeb(Facts, Web, Protocol):
    pass


def explain(world: _FactsAndWeb, question: Question, represented: str) -> Explanation:
    """Why the acting person may, or may not, represent that party."""
    return explained(chains(world, represented, question.acting), world, question)


def explained(chains: Iterable[tuple[Link, ...]], facts: Facts, question: Question) -> Explanation:
    """The explanation of the first hundred `chains`, each from the represented party to the acting person."""
    told: list[ExplainedPath] = []
    truncated = False
    for links in chains:
        if len(told) == MOST_CHAINS:
            truncated = True
            break
        told.append(
            ExplainedPath(tuple(link.id for link in links), tuple(broken_rules(links, facts, question)))
        )
    told.sort(key=lambda one: (len(one.broken), len(one.path), one.path))
    return Explanation(tuple(told), truncated)


def chains(web: Web, represented: str, acting: str) -> Iterator[tuple[Link, ...]]:
    """Every chain of at most eight links from one party to the other, shortest first, then by ids.

    Persons may stand between (R1 is set aside). No party is met twice between the two, since going round adds
    nothing to an explanation.
    """
    steps = _steps_to(web, acting)
    for length in range(1, LONGEST_CHAIN + 1):
        yield from _chains_of(length, web, (), represented, represented, acting, steps)


def _chains_of(
    length: int,
    web: Web,
    before: tuple[Link, ...],
    here: str,
    represented: str,
    acting: str,
    steps: dict[str, int],
) -> Iterator[tuple[Link, ...]]:
    """The chains that go on from `before`, which ends at `here`, with `length` links more."""
    met = {represented, *(link.representative for link in before)}
    for link in sorted(web.given_by(here), key=lambda link: link.id):
        onwards = link.representative
        if onwards == acting:
            if length == 1:
                yield (*before, link)
        elif length > 1 and onwards not in met and steps.get(onwards, LONGEST_CHAIN) < length:
            yield from _chains_of(length - 1, web, (*before, link), onwards, represented, acting, steps)


def _steps_to(web: Web, acting: str) -> dict[str, int]:
    """The fewest links from each party to the acting person, up to one less than a chain has at most."""
    steps = {acting: 0}
    rim = [acting]
    for distance in range(1, LONGEST_CHAIN):
        rim = [
            link.represented
            for party in rim
            for link in web.held_by(party)
            if steps.setdefault(link.represented, distance) == distance
        ]
        rim = list(dict.fromkeys(rim))
    return steps
