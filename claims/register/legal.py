"""What law and public registers say of a party: its legal relations on either side, and its restrictions, in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from claims.register import records
from claims.register.many import ManyStatement
from claims.relations import Basis, LegalRelation
from claims.restrictions import Restriction
from keys.storage import Connected, Statement

__all__ = ["RelationPage", "all_over", "between_any", "held", "over", "restrictions_of"]

_OVER: Final = Statement(
    "SELECT body FROM register_links WHERE represented = :party AND id > :after AND kind <> 'mandate' AND kind <> 'desk'"
    " ORDER BY id LIMIT :most"
)
_ALL_OVER: Final = Statement(
    "SELECT body FROM register_links WHERE represented = :party AND kind <> 'mandate' AND kind <> 'desk' ORDER BY id"
)
# By the index on kind and representative: an office has a hundred thousand mandates, and few relations among them.
_HELD: Final = ManyStatement(
    "SELECT body FROM register_links WHERE kind IN (:ids) AND representative = :party AND id > :after"
    " ORDER BY id LIMIT :most"
)
_BETWEEN: Final = ManyStatement(
    "SELECT body FROM register_links WHERE represented = :represented AND representative IN (:ids)"
    " AND kind <> 'mandate' AND kind <> 'desk' ORDER BY id"
)
_RESTRICTIONS: Final = Statement("SELECT body FROM register_restrictions WHERE party = :party ORDER BY id")
_BASES: Final = tuple(sorted(Basis))


@dataclass(frozen=True, slots=True)
class RelationPage:
    """Relations by id, and the id after which the next page begins, None at the end."""

    relations: tuple[LegalRelation, ...]
    next: str | None


def over(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> RelationPage:
    """The relations by which others represent the party, past ones too."""
    rows = db.all(_OVER, {"party": party, "after": after or "", "most": limit + 1})
    return _page([body for (body,) in rows], limit)


def all_over(db: Connected, party: str) -> list[LegalRelation]:
    """All the relations by which others represent the party, past ones too, by id: for a rule, not for a page."""
    links = [records.link(body) for (body,) in db.all(_ALL_OVER, {"party": party})]
    return [link for link in links if isinstance(link, LegalRelation)]


def held(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> RelationPage:
    """The relations by which the party represents others, past ones too."""
    values = {"party": party, "after": after or "", "most": limit + 1}
    return _page([body for (body,) in _HELD.rows(db, _BASES, values)], limit)


def between_any(db: Connected, represented: str, representatives: Sequence[str]) -> list[LegalRelation]:
    """The relations by which any of these parties represents the one, past ones too."""
    rows = _BETWEEN.rows(db, representatives, {"represented": represented})
    links = [records.link(body) for (body,) in rows]
    return [link for link in links if isinstance(link, LegalRelation)]


def restrictions_of(db: Connected, party: str) -> list[Restriction]:
    """The restrictions of the party's capacity, past ones too, by id."""
    return [records.restriction(body) for (body,) in db.all(_RESTRICTIONS, {"party": party})]


def _page(bodies: list[str], limit: int) -> RelationPage:
    links = [records.link(body) for body in bodies[:limit]]
    shown = tuple(link for link in links if isinstance(link, LegalRelation))
    return RelationPage(shown, shown[-1].id if len(bodies) > limit else None)
