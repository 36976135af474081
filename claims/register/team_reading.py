"""The teams of an organisation, whom they hold, and who may be in one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from claims.organisation import ClientGroup
from claims.parties import searchable
from claims.register import records
from claims.register.listing import pattern
from claims.register.many import ManyStatement
from claims.register.shelves import GROUPS
from keys.storage import Connected, Statement

__all__ = [
    "ClientsPage",
    "are_clients",
    "clients_of",
    "find",
    "hold",
    "how_many",
    "of_organisation",
    "receiving",
    "teams_of",
]

_OF: Final = Statement("SELECT body FROM register_groups WHERE organisation = :organisation ORDER BY id")
_ONE: Final = Statement("SELECT body FROM register_groups WHERE id = :id AND organisation = :organisation")
_CLIENTS: Final = Statement(
    "SELECT name, party FROM register_clients WHERE list = :list AND (name, party) > (:name, :party)"
    " ORDER BY name, party LIMIT :most"
)
_CLIENTS_SEARCHED: Final = Statement(
    "SELECT name, party FROM register_clients WHERE list = :list AND search LIKE :pattern ESCAPE '\\'"
    " AND (name, party) > (:name, :party) ORDER BY name, party LIMIT :most"
)
_PLACE: Final = Statement("SELECT name FROM register_clients WHERE list = :list AND party = :party")
_HOW_MANY: Final = Statement("SELECT count(*) FROM register_clients WHERE list = :list")
_LISTS: Final = ManyStatement("SELECT party, list FROM register_clients WHERE party IN (:ids)")
_ARE_CLIENTS: Final = ManyStatement(
    "SELECT DISTINCT represented FROM register_links WHERE represented IN (:ids)"
    " AND representative = :organisation AND (ends IS NULL OR ends > :now)"
)
_LIST: Final = "g:"


@dataclass(frozen=True, slots=True)
class ClientsPage:
    """Ids of clients by name, and what asks for the next page, None at the end."""

    ids: tuple[str, ...]
    next: str | None


def of_organisation(db: Connected, organisation: str) -> list[ClientGroup]:
    """Its teams, by name, but those that it removed; their clients are left out (`clients_of`)."""
    every = [records.group(body) for (body,) in db.all(_OF, {"organisation": organisation})]
    found = [one for one in every if one.removed_at is None]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def find(db: Connected, organisation: str, team: str) -> ClientGroup | None:
    """The team of that id, if it is this organisation's and was not removed; its clients are left out."""
    row = db.one(_ONE, {"id": team, "organisation": organisation}) if team.isprintable() else None
    found = None if row is None else records.group(row[0])
    return None if found is None or found.removed_at is not None else found


def receiving(db: Connected, organisation: str) -> ClientGroup | None:
    """The team in which its new clients land; None where there is none. Of several that a file brought, the first."""
    found = [one for one in of_organisation(db, organisation) if one.receives_new]
    return min(found, key=lambda one: one.id, default=None)


def clients_of(
    db: Connected, team: str, *, after: str | None = None, like: str = "", limit: int = 50
) -> ClientsPage:
    """The clients in a team, by name; those whose name or place holds `like`. `after` is the `next` of a page."""
    if not like.isprintable():
        return ClientsPage((), None)
    of_list = _LIST + team
    place = db.one(_PLACE, {"list": of_list, "party": after}) if after and after.isprintable() else None
    asked: dict[str, object] = {"list": of_list, "most": limit + 1}
    asked |= {"name": "", "party": ""} if place is None else {"name": place[0], "party": after}
    if like:
        rows = db.all(_CLIENTS_SEARCHED, {**asked, "pattern": pattern(searchable(like))})
    else:
        rows = db.all(_CLIENTS, asked)
    ids = tuple(party for _, party in rows[:limit])
    return ClientsPage(ids, ids[-1] if len(rows) > limit else None)


def how_many(db: Connected, team: str) -> int:
    """How many clients are in it."""
    row = db.one(_HOW_MANY, {"list": _LIST + team})
    return 0 if row is None else int(row[0])


def teams_of(db: Connected, organisation: str, clients: Iterable[str]) -> dict[str, list[ClientGroup]]:
    """In which teams of the organisation each of these clients is, by name of the team."""
    known = {_LIST + one.id: one for one in of_organisation(db, organisation)}
    found: dict[str, list[ClientGroup]] = {}
    if known:
        for party, of_list in _LISTS.rows(db, list(dict.fromkeys(clients))):
            if of_list in known:
                found.setdefault(party, []).append(known[of_list])
    return {id: sorted(some, key=lambda one: (one.name.casefold(), one.id)) for id, some in found.items()}


def are_clients(db: Connected, organisation: str, ids: Iterable[str], *, now: Instant) -> set[str]:
    """Those of these parties whom the organisation acts for: a mandate or a relation to it is not over."""
    wanted = [id for id in dict.fromkeys(ids) if id.isprintable()]
    rows = _ARE_CLIENTS.rows(db, wanted, {"organisation": organisation, "now": now})
    return {id for (id,) in rows}


def hold(db: Connected, ids: Iterable[str]) -> None:
    """Hold these teams until this unit of work ends, in one order and before the account is written to."""
    GROUPS.read.rows(db, sorted({id for id in ids if id.isprintable()}))
