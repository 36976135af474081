"""Why not: every chain of links between two parties, and the rules that each breaks (`mandates` 4, `explain`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claims.chains import chains_between
from claims.facts import Facts
from claims.question import Question
from claims.refusals import Rule
from claims.relations import Link
from claims.resolution import broken_rules
from claims.world import World

__all__ = ["ExplainedPath", "Explanation", "explain", "explained"]


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


def explain(world: World, question: Question, represented: str) -> Explanation:
    """Why the acting person may, or may not, represent that party."""
    found = chains_between(world, represented, question.acting)
    chains = [[world.links[id] for id in chain] for chain in found.chains]
    return explained(chains, world, question, truncated=found.truncated)


def explained(
    chains: Iterable[Sequence[Link]], facts: Facts, question: Question, *, truncated: bool
) -> Explanation:
    """What each of `chains` breaks, each given from the represented party to the acting person."""
    told = [
        ExplainedPath(tuple([link.id for link in links]), tuple(broken_rules(links, facts, question)))
        for links in chains
    ]
    told.sort(key=lambda one: (len(one.broken), len(one.path), one.path))
    return Explanation(tuple(told), truncated)
