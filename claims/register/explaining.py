"""Why not: the chains of links between two parties, walked by ids alone, and the rules that each breaks."""

from collections.abc import Collection, Iterator
from typing import Final

from claims.chains import Step, chains_between
from claims.explanation import Explanation, explained
from claims.question import Question
from claims.register.facts import StoredFacts
from claims.register.many import ManyStatement
from keys.storage import Connected

__all__ = ["explain"]

_STEPS_FROM = ManyStatement(
    "SELECT id, represented, representative FROM register_links WHERE represented IN (:ids)"
)
_STEPS_TO = ManyStatement(
    "SELECT id, represented, representative FROM register_links WHERE representative IN (:ids)"
)
_HOW_MANY_FROM = ManyStatement("SELECT count(*) FROM register_links WHERE represented IN (:ids)")
_HOW_MANY_TO = ManyStatement("SELECT count(*) FROM register_links WHERE representative IN (:ids)")


def explain(db: Connected, question: Question, represented: str) -> Explanation:
    """Why the acting person may, or may not, represent that party (`mandates.md` 4)."""
    found = chains_between(_StoredWeb(db), represented, question.acting)
    facts = StoredFacts(db)
    facts.fetch_links(id for chain in found.chains for id in chain)
    chains = [[link for id in chain if (link := facts.link(id)) is not None] for chain in found.chains]
    return explained(chains, facts, question, truncated=found.truncated)


class _StoredWeb:
    """`claims.chains.Web` from the table of links; both of its questions are answered by an index alone."""

    def __init__(self, db: Connected) -> None:
        self._db: Final = db

    def steps_from(self, parties: Collection[str]) -> Iterator[Step]:
        for row in _STEPS_FROM.rows(self._db, sorted(parties)):
            yield Step(*row)

    def steps_to(self, parties: Collection[str]) -> Iterator[Step]:
        for row in _STEPS_TO.rows(self._db, sorted(parties)):
            yield Step(*row)

    def how_many_from(self, parties: Collection[str]) -> int:
        return sum(count for (count,) in _HOW_MANY_FROM.rows(self._db, sorted(parties)))

    def how_many_to(self, parties: Collection[str]) -> int:
        return sum(count for (count,) in _HOW_MANY_TO.rows(self._db, sorted(parties)))
