"""An organisation's clients, one a row: those for whom a mandate or a relation to it is not over, by name."""

from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from claims.register import client_references, lookup
from claims.register.client_search import clients_like
from claims.register.deriving import order_name
from claims.register.many import ManyStatement
from claims.register.personal import Vault
from keys.storage import Connected, Row, Statement

__all__ = ["Clients", "page", "search"]

_CHUNK: Final = 500  # rows that are read at once
_CHUNKS: Final = (
    4  # for one page: one that ended long ago takes a row too, and a page may be short and still lead on
)

_ROWS: Final = Statement(
    "SELECT name, represented, id, ends FROM register_links"
    " WHERE representative = :organisation AND (name, represented, id) > (:name, :represented, :id)"
    " ORDER BY name, represented, id LIMIT :most"
)
_STANDING: Final = ManyStatement(
    "SELECT DISTINCT name, represented FROM register_links WHERE represented IN (:ids)"
    " AND representative = :organisation AND (ends IS NULL OR ends > :now)"
)
_PLACE: Final = Statement("SELECT name FROM register_parties WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Clients:
    """Ids of parties by name, and what asks for the next page, None at the end. `next` is an id."""

    ids: tuple[str, ...]
    next: str | None


def page(
    db: Connected, organisation: str, *, now: Instant, after: str | None = None, limit: int = 50
) -> Clients:
    """A page of them; a page may be short and still lead on, where most of what was given has ended."""
    name, party = _place(db, after)
    place: tuple[str, str, str] = (name, party, "\U0010ffff" if party else "")
    found: dict[str, None] = {}
    for _ in range(_CHUNKS):
        rows = _read(db, organisation, place)
        for _, represented, _, ends in rows:
            if ends is not None and ends <= now:
                continue
            if represented not in found and len(found) == limit:
                ids = tuple(found)
                return Clients(ids, ids[-1])
            found[represented] = None
        if len(rows) < _CHUNK:
            return Clients(tuple(found), None)
        place = (rows[-1][0], rows[-1][1], rows[-1][2])
    # the party that was read last may stand on the next page once more, and is told of once
    return Clients(tuple(found), place[1])


def search(
    db: Connected,
    vault: Vault,
    organisation: str,
    text: str,
    *,
    now: Instant,
    after: str | None = None,
    limit: int = 50,
) -> Clients:
    """Those whose name, trade name or place holds `text`, or whose whole number or own reference it is."""
    if not text.isprintable():
        return Clients((), None)
    start = _place(db, after)
    named = client_references.known_by(db, vault, [organisation], text)
    named += lookup.by_number(db, vault, text.strip())
    parties = lookup.parties(db, named)
    met = set(clients_like(db, organisation, text, start=start, most=limit + 1))
    met |= {place for id, one in parties.items() if (place := (order_name(one), id)) > start}
    first = sorted(met)[:limit]
    more = len(met) > limit
    standing = {
        str(id)
        for _, id in _STANDING.rows(db, [id for _, id in first], {"organisation": organisation, "now": now})
    }
    ids = tuple(id for _, id in first if id in standing)
    return Clients(ids, first[-1][1] if more else None)


def _place(db: Connected, after: str | None) -> tuple[str, str]:
    row = db.one(_PLACE, {"id": after}) if after and after.isprintable() else None
    return ("", "") if row is None or after is None else (str(row[0]), after)


def _read(db: Connected, organisation: str, place: tuple[str, str, str]) -> list[Row]:
    name, represented, id = place
    asked = {"organisation": organisation, "name": name, "represented": represented, "id": id}
    return db.all(_ROWS, {**asked, "most": _CHUNK})
