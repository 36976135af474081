"""Why not: the chains of links between two parties, gathered from both ends, and the rules that each breaks."""

from collections.abc import Iterable, Sequence
from typing import Final

from claims.explanation import LONGEST_CHAIN, Explanation
from claims.explanation import explain as explain_in_memory
from claims.organisation import Block
from claims.parties import Party
from claims.question import Question
from claims.register import records
from claims.register.facts import StoredFacts
from claims.register.many import ManyStatement
from claims.relations import Link
from claims.restrictions import Restriction
from keys.storage import Connected

__all__ = ["explain"]

_GIVEN = ManyStatement("SELECT body FROM register_links WHERE represented IN (:ids)")
_HELD = ManyStatement("SELECT body FROM register_links WHERE representative IN (:ids)")
_HOW_MANY_GIVEN = ManyStatement("SELECT count(*) FROM register_links WHERE represented IN (:ids)")
_HOW_MANY_HELD = ManyStatement("SELECT count(*) FROM register_links WHERE representative IN (:ids)")


def explain(db: Connected, question: Question, represented: str) -> Explanation:
    """Why the acting person may, or may not, represent that party (`mandates.md` 4)."""
    return explain_in_memory(_Gathered(db, represented, question.acting), question, represented)


class _Gathered:
    """The facts of the register, with every link that lies on a chain between two parties.

    A chain of eight links has its first ones within some steps of the represented party, and its last ones
    within the other steps of the acting person: so at each step the end is walked from which fewer links leave.
    """

    def __init__(self, db: Connected, represented: str, acting: str) -> None:
        self._facts: Final = StoredFacts(db)
        self._given: Final[dict[str, dict[str, Link]]] = {}
        self._held: Final[dict[str, dict[str, Link]]] = {}
        outwards, back = {represented}, {acting}  # the rims
        met_outwards, met_back = {represented, acting}, {represented, acting}
        for _ in range(LONGEST_CHAIN):
            if not outwards or not back:
                return
            rim_out, rim_back = sorted(outwards), sorted(back)
            if _count(db, _HOW_MANY_GIVEN, rim_out) <= _count(db, _HOW_MANY_HELD, rim_back):
                links = self._keep(_GIVEN.rows(db, rim_out))
                outwards = {link.representative for link in links} - met_outwards
                met_outwards |= outwards
            else:
                links = self._keep(_HELD.rows(db, rim_back))
                back = {link.represented for link in links} - met_back
                met_back |= back

    def given_by(self, party_id: str) -> Iterable[Link]:
        return self._given.get(party_id, {}).values()

    def held_by(self, party_id: str) -> Iterable[Link]:
        return self._held.get(party_id, {}).values()

    def party(self, id: str) -> Party | None:
        return self._facts.party(id)

    def link(self, id: str) -> Link | None:
        return self._facts.link(id)

    def restrictions(self, party_id: str) -> Sequence[Restriction]:
        return self._facts.restrictions(party_id)

    def blocks(self, organisation_id: str, person_id: str) -> Sequence[Block]:
        return self._facts.blocks(organisation_id, person_id)

    def in_group(self, group_id: str, party_id: str) -> bool:
        return self._facts.in_group(group_id, party_id)

    def _keep(self, rows: Iterable[tuple[str, ...]]) -> list[Link]:
        links = [records.link(body) for (body,) in rows]
        for link in links:
            self._given.setdefault(link.represented, {})[link.id] = link
            self._held.setdefault(link.representative, {})[link.id] = link
        return links


def _count(db: Connected, statement: ManyStatement, ids: Sequence[str]) -> int:
    return sum(count for (count,) in statement.rows(db, ids))
