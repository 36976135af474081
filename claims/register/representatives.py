"""Who might act for one party: found here, in the order of their ids, and judged elsewhere (`resolving.check`).

The organisations behind the party are walked first, a bounded number of them; their people and the party's own are then
read in one order, so that a page begins where the one before ended, whoever comes or goes in between.
"""

from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from typing import Final

from claims.parties import PartyKind
from claims.paths import LONGEST
from claims.question import Question
from claims.register import lookup
from claims.register.many import ManyStatement
from keys.storage import Connected, Statement

__all__ = ["MOST_ORGANISATIONS", "MOST_ROWS", "Might", "might_represent"]

MOST_ORGANISATIONS: Final = 200  # behind one party
MOST_ROWS: Final = 20_000  # links of the party itself that are looked at for organisations

_TO_ORGANISATIONS = Statement(
    "SELECT DISTINCT own.representative FROM (SELECT representative FROM register_links"
    " WHERE represented = :party ORDER BY representative LIMIT :rows) AS own"
    " JOIN register_parties ON register_parties.id = own.representative"
    " WHERE register_parties.kind = 'organisation' ORDER BY own.representative LIMIT :most"
)
_HOW_MANY = Statement(
    "SELECT count(*) FROM (SELECT 1 FROM register_links WHERE represented = :party LIMIT :rows) AS own"
)
_HOLDING: Final = (
    "SELECT DISTINCT representative FROM register_bridges WHERE represented = {id} AND holds = 1"
    " AND starts <= :at AND ends > :at AND assurance >= :assurance"
)
# Of each organisation no more than are wanted of all: by the index, whatever it has of them.
_OF_EACH: Final = "SELECT DISTINCT representative FROM (:each) AS of_all ORDER BY representative LIMIT :most"
_ONWARDS = ManyStatement(
    _OF_EACH, each=f"{_HOLDING} AND to_organisation = 1 ORDER BY representative LIMIT :most"
)
_PEOPLE_OF = ManyStatement(
    _OF_EACH,
    each=f"{_HOLDING} AND to_organisation = 0 AND representative > :after ORDER BY representative LIMIT :most",
)
_OWN_PEOPLE = Statement(
    "SELECT DISTINCT link.representative FROM register_links AS link"
    " JOIN register_parties ON register_parties.id = link.representative"
    " WHERE link.represented = :party AND link.representative > :after AND register_parties.kind = 'person'"
    " ORDER BY link.representative LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Might:
    """Persons who might act for the party. `more`: there are others after them; `cut`: not everything was walked."""

    persons: tuple[str, ...]
    more: bool
    cut: bool


def might_represent(db: Connected, question: Question, represented: str, *, after: str, most: int) -> Might:
    """At most `most` persons with an id after `after`; of `question` all is asked but who acts. The party itself is one."""
    values: dict[str, object] = {"at": question.at, "assurance": int(question.required)}
    organisations, cut = _behind(db, values, represented)
    page: dict[str, object] = {**values, "after": after, "most": most + 1}
    streams = [
        [id for (id,) in db.all(_OWN_PEOPLE, {"party": represented, "after": after, "most": most + 1})]
    ]
    streams.append([id for (id,) in _PEOPLE_OF.rows(db, organisations, page)])
    party = lookup.party(db, represented)
    if party is not None and party.kind is PartyKind.PERSON and represented > after:
        streams.append([represented])
    found = list(islice((id for id, _ in groupby(merge(*streams))), most + 1))
    return Might(tuple(found[:most]), len(found) > most, cut)


def _behind(db: Connected, values: dict[str, object], represented: str) -> tuple[list[str], bool]:
    """The organisations that a path from the party may lead over, nearest first, and whether some were left out."""
    bound = {"party": represented, "rows": MOST_ROWS, "most": MOST_ORGANISATIONS + 1}
    frontier = [id for (id,) in db.all(_TO_ORGANISATIONS, bound)]
    count = db.one(_HOW_MANY, {"party": represented, "rows": MOST_ROWS})
    cut = count is not None and count[0] >= MOST_ROWS
    found: dict[str, None] = {}
    for _ in range(LONGEST - 1):
        found |= dict.fromkeys(frontier)
        if len(found) > MOST_ORGANISATIONS:
            return list(found)[:MOST_ORGANISATIONS], True
        onwards = {**values, "most": MOST_ORGANISATIONS + 1}
        following = [id for (id,) in _ONWARDS.rows(db, frontier, onwards)]
        frontier = [id for id in dict.fromkeys(following) if id not in found and id != represented]
        if not frontier:
            break
    return list(found), cut
