"""An organisation's people and clients, by name: whom its administrator can ask about."""

from dataclasses import dataclass
from typing import Final

from claims.explanation import ExplainedPath, Explanation, explained
from claims.parties import searchable
from claims.question import Question
from claims.register import resolving
from claims.register.client_search import clients_like
from claims.register.facts import StoredFacts
from claims.register.listing import pattern
from claims.relations import Link
from claims.representation import Representation
from keys.storage import Connected, Statement

__all__ = ["Answer", "Some", "ask", "clients", "is_one_of", "people"]

_PEOPLE: Final = Statement(
    "SELECT id FROM register_parties WHERE kind = 'person' AND search LIKE :pattern ESCAPE '\\'"
    " AND id IN (SELECT representative FROM register_links WHERE represented = :organisation"
    " UNION SELECT person FROM register_appointments WHERE organisation = :organisation"
    " UNION SELECT person FROM register_desk_appointments WHERE organisation = :organisation)"
    " ORDER BY name, id LIMIT :most"
)
# Nothing is searched for: in the order of the index, up to as many as are shown.
_FIRST_CLIENTS: Final = Statement(
    "SELECT represented FROM register_links WHERE representative = :organisation"
    " GROUP BY name, represented ORDER BY name, represented LIMIT :most"
)
_IS_ONE: Final = {
    "person": Statement(
        "SELECT 1 FROM register_links WHERE represented = :organisation AND representative = :id"
        " UNION ALL SELECT 1 FROM register_appointments WHERE organisation = :organisation AND person = :id"
        " UNION ALL SELECT 1 FROM register_desk_appointments"
        " WHERE organisation = :organisation AND person = :id LIMIT 1"
    ),
    "client": Statement(
        "SELECT 1 FROM register_links WHERE representative = :organisation AND represented = :id LIMIT 1"
    ),
}
_FROM: Final = Statement(
    "SELECT id, body FROM register_links WHERE represented = :represented AND representative = :representative"
    " ORDER BY id LIMIT :most"
)
_MOST: Final = 20  # links between two parties that are looked at


@dataclass(frozen=True, slots=True)
class Some:
    """Ids by name, and whether there are more."""

    ids: tuple[str, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a person of an organisation may do something for a party as one of its people, and else why not.

    `standing` are the answers of the register; `paths` are chains that do not stand, where there is no answer, each of
    the links in `links`.
    """

    standing: tuple[Representation, ...]
    paths: tuple[ExplainedPath, ...]
    links: dict[str, Link]


def people(db: Connected, organisation: str, *, like: str = "", most: int = 200) -> Some:
    """The persons whom it gave a mandate or an appointment, or who have a relation to it, whatever became of that."""
    if not like.isprintable():
        return Some((), more=False)  # no name has such a sign, and no database is to be asked for it
    asked = {"organisation": organisation, "pattern": pattern(searchable(like)), "most": most + 1}
    return _some([id for (id,) in db.all(_PEOPLE, asked)], most)


def clients(db: Connected, organisation: str, *, like: str = "", most: int = 200) -> Some:
    """Those who gave it a mandate, or whom it is related to, likewise."""
    if like:
        return _some([id for _, id in clients_like(db, organisation, like, most=most + 1)], most)
    asked = {"organisation": organisation, "most": most + 1}
    return _some([id for (id,) in db.all(_FIRST_CLIENTS, asked)], most)


def is_one_of(db: Connected, organisation: str, person: str) -> bool:
    """Whether the person is one of those people."""
    return _is_one(db, "person", organisation, person)


def ask(db: Connected, question: Question, organisation: str, represented: str) -> Answer | None:
    """Whether, and why not, over links of the organisation alone; None where that is nobody of it, or no client.

    `represented` is a client or the organisation itself. What somebody was given in private is not looked at, nor what
    other organisations gave each other: that is theirs.
    """
    asked = {"person": question.acting, "client": represented}
    for which, id in asked.items():
        if id != organisation and not _is_one(db, which, organisation, id):
            return None
    standing = tuple(
        one
        for one in resolving.check(db, question, represented)
        if (one.through or represented) == organisation
    )
    facts = StoredFacts(db)
    last = _between(db, facts, organisation, question.acting)
    first = [] if represented == organisation else _between(db, facts, represented, organisation)
    chains = (
        [[link] for link in last]
        if represented == organisation
        else [[m1, m2] for m1 in first for m2 in last]
    )
    told: Explanation = explained(chains, facts, question, truncated=False)
    links = {link.id: link for link in (*first, *last)}
    return Answer(standing, () if standing else told.paths, links)


def _is_one(db: Connected, which: str, organisation: str, id: str) -> bool:
    return id.isprintable() and db.one(_IS_ONE[which], {"organisation": organisation, "id": id}) is not None


def _between(db: Connected, facts: StoredFacts, represented: str, representative: str) -> list[Link]:
    asked = {"represented": represented, "representative": representative, "most": _MOST}
    return [facts.keep_link(id, body) for id, body in db.all(_FROM, asked)]


def _some(ids: list[str], most: int) -> Some:
    return Some(tuple(ids[:most]), len(ids) > most)
