"""An organisation's clients whose name, trade name or place holds a text, in the order of their names.

Most clients are found among the candidates of a choice, where the text stands beside the link. Who lets it serve their own
clients alone, or is bound by it together with others, is no candidate (R9, R10), and is found beside them.
"""

from typing import Final

from claims.parties import searchable
from claims.register.listing import pattern
from keys.storage import Connected, Statement

__all__ = ["FROM_THE_FIRST", "clients_like"]

FROM_THE_FIRST: Final = ("", "")

# As a choice is searched (`listing`): the text leaves out most rows, and PostgreSQL passes over them as they lie.
_AFTER: Final = "AND (name, represented) > (:name, :represented) ORDER BY name, represented LIMIT :most"
_CANDIDATES: Final = "SELECT DISTINCT name, represented FROM register_candidates WHERE representative"
_AMONG_CANDIDATES: Final = Statement(
    f"{_CANDIDATES} = :organisation AND search LIKE :pattern ESCAPE '\\' {_AFTER}",
    postgresql=f"{_CANDIDATES} || '' = :organisation AND search LIKE :pattern {_AFTER}",
)
_OTHERS: Final = Statement(
    "SELECT DISTINCT party.name, party.id FROM register_parties AS party JOIN"
    " (SELECT represented FROM register_bridges WHERE representative = :organisation UNION"
    " SELECT represented FROM register_links WHERE kind = 'joint_signatory' AND representative = :organisation)"
    " AS other ON other.represented = party.id"
    " WHERE party.search LIKE :pattern ESCAPE '\\' AND (party.name, party.id) > (:name, :represented)"
    " ORDER BY party.name, party.id LIMIT :most"
)


def clients_like(
    db: Connected, organisation: str, text: str, *, start: tuple[str, str] = FROM_THE_FIRST, most: int
) -> list[tuple[str, str]]:
    """At most `most` of them as (name in the order, id), after `start`; of those whose permission is over too.

    None has an unprintable sign, and no database is to be asked for it.
    """
    if not text.isprintable():
        return []
    asked = {
        "organisation": organisation,
        "pattern": pattern(searchable(text)),
        "name": start[0],
        "represented": start[1],
        "most": most,
    }
    found = {*db.all(_AMONG_CANDIDATES, asked), *db.all(_OTHERS, asked)}
    return sorted((str(name), str(id)) for name, id in found)[:most]
