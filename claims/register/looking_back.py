"""The answers that the register would have given at an earlier instant (`as_known_at`, `mandates` 4).

What finds paths is derived from the present, so that here the links themselves are walked, from the acting person.
Whoever asks is a support desk: it may take as long as there are links, and never keeps more of them than a few
hundred and what leads on.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from claims.chains import Step, chains_between
from claims.explanation import Explanation, explained
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party, PartyKind
from claims.paths import LONGEST
from claims.question import Question
from claims.register.finding import MOST_ENDINGS, Ending, ends_by_head, joined, lengthened, may_precede
from claims.register.many import ManyStatement
from claims.register.past import PastFacts
from claims.relations import Link
from claims.representation import Representation
from claims.resolution import Resolution, best_per_capacity, for_oneself, in_order, judge
from keys.storage import Connected

__all__ = ["explain_as_known", "resolve_as_known"]

_HOLDERS = ManyStatement(
    "SELECT representative FROM register_links WHERE representative IN (:ids)"
    " UNION SELECT party FROM register_former_parties WHERE member = 'representative' AND party IN (:ids)"
)
_COUNT: Final = (
    "SELECT (SELECT count(*) FROM register_links WHERE {0} IN (:ids))"
    " + (SELECT count(*) FROM register_former_parties WHERE member = '{0}' AND party IN (:ids))"
)
_HOW_MANY_FROM = ManyStatement(_COUNT.format("represented"))
_HOW_MANY_TO = ManyStatement(_COUNT.format("representative"))


def resolve_as_known(db: Connected, question: Question, known_at: Instant) -> Resolution:
    """The whole answer, by what the register knew at `known_at`."""
    facts = PastFacts(db, known_at)
    by_head = ends_by_head(_endings(db, facts, question))
    own = for_oneself(facts, question)
    found: list[Representation] = []
    named: dict[str, Party] = {}
    for head in _holders(db, by_head):
        for links in facts.held_by(head):
            facts.forget()
            parties = {link.represented for link in links}.union(*(end.parties for end in by_head[head]))
            facts.fetch_parties(parties)
            facts.fetch_restrictions(parties)
            answers = (judge(path, facts, question) for link in links for path in joined([link], by_head))
            standing = best_per_capacity(answer for answer in answers if isinstance(answer, Representation))
            found += standing
            named |= {
                id: party for one in standing if (party := facts.party(id := one.represented)) is not None
            }
    return Resolution(own, tuple(in_order(best_per_capacity(found), named)))


def explain_as_known(db: Connected, question: Question, represented: str, known_at: Instant) -> Explanation:
    """Why the acting person might, or might not, represent that party, by what the register knew at `known_at`."""
    facts = PastFacts(db, known_at)
    found = chains_between(_PastWeb(db, facts), represented, question.acting)
    chains = [[link for id in chain if (link := facts.link(id)) is not None] for chain in found.chains]
    return explained(chains, facts, question, truncated=found.truncated)


def _endings(db: Connected, facts: PastFacts, question: Question) -> list[Ending]:
    """As `finding.endings`, over the links themselves."""
    frontier = [Ending(question.acting, (), frozenset({question.acting}), None, 0)]
    found = list(frontier)
    bridges: dict[str, list[Link]] = {}
    for _ in range(LONGEST - 1):
        by_head = ends_by_head(frontier)
        for head in _holders(db, by_head.keys() - bridges.keys()):
            bridges[head] = list(_bridges(facts, question, head))
        if (
            len(found) + sum(len(by_head[head]) * len(bridges.get(head, ())) for head in by_head)
            > MOST_ENDINGS
        ):
            break
        frontier = [
            lengthened(link, ending)
            for head, ends in by_head.items()
            for link in bridges.get(head, ())
            for ending in ends
            if link.represented not in ending.parties and may_precede(link, ending)
        ]
        found += frontier
        if not frontier:
            break
    return found


def _bridges(facts: PastFacts, question: Question, head: str) -> Iterator[Link]:
    """The links to `head` that might follow another one on a path for this question."""
    for links in facts.held_by(head):
        leading_on = [link for link in links if _leads_on(link, question)]
        facts.forget()
        facts.fetch_parties(link.represented for link in leading_on)
        for link in leading_on:
            party = facts.party(link.represented)
            if party is not None and party.kind is PartyKind.ORGANISATION:  # R1
                yield link


def _leads_on(link: Link, question: Question) -> bool:
    """Whether it holds now (R3), here (R5, R14), and may be for another party (R9, R12)."""
    serves = (
        link.clients.everyone or bool(link.clients.parties or link.clients.groups)
        if isinstance(link, Mandate)
        else link.binds_alone
    )
    return (
        serves
        and link.branch is None
        and link.assurance >= question.required
        and link.in_force(question.at)
        and link.services.covers(question.service)
    )


def _holders(db: Connected, parties: Collection[str]) -> Sequence[str]:
    """Those of `parties` to whom a link leads, or once led: of a director's thousands of companies few."""
    return sorted({party for (party,) in _HOLDERS.rows(db, sorted(parties))})


class _PastWeb:
    """`claims.chains.Web` of the links that were known; how many there are is counted with those that were not."""

    def __init__(self, db: Connected, facts: PastFacts) -> None:
        self._db: Final = db
        self._facts: Final = facts

    def steps_from(self, parties: Collection[str]) -> Iterator[Step]:
        for party in sorted(parties):
            for links in self._facts.given_by(party):
                yield from map(_step, links)

    def steps_to(self, parties: Collection[str]) -> Iterator[Step]:
        for party in _holders(self._db, parties):
            for links in self._facts.held_by(party):
                yield from map(_step, links)

    def how_many_from(self, parties: Collection[str]) -> int:
        return sum(count for (count,) in _HOW_MANY_FROM.rows(self._db, sorted(parties)))

    def how_many_to(self, parties: Collection[str]) -> int:
        return sum(count for (count,) in _HOW_MANY_TO.rows(self._db, sorted(parties)))


def _step(link: Link) -> Step:
    return Step(link.id, link.represented, link.representative)
