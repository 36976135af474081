"""The mandates of an organisation's people that serve a team of its clients, and letting one serve it, or no more."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import orjson

from claims.evidence import Policy
from claims.instants import Instant
from claims.mandates import Clients, Mandate
from claims.parties import PartyKind
from claims.register import changing, records
from claims.register.actor import Actor
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.listing import pattern
from claims.register.overview import mandate as whole_mandate
from claims.register.personal import Vault
from claims.register.shelves import GROUPS
from claims.register.team_rights import Refused, Why, may_narrow, may_widen
from keys.storage import Connected, Statement

__all__ = [
    "MOST_SERVED",
    "ServingPage",
    "let_serve",
    "page",
    "serve",
    "serve_no_more",
    "serving",
    "without_team",
]

# The id stands in the body between quotation marks; what is found by it is read, and looked at.
_SERVING: Final = Statement(
    "SELECT representative, id, body FROM register_links WHERE represented = :organisation"
    " AND (representative, id) > (:representative, :id) AND kind || '' = 'mandate'"
    " AND (ends IS NULL OR ends > :now) AND body LIKE :pattern ESCAPE '\\'"
    " ORDER BY representative, id LIMIT :most"
)
_IN_LISTS: Final = Statement(
    "SELECT representative, id, body FROM register_links WHERE represented = :organisation"
    " AND (representative, id) > (:representative, :id) AND kind || '' = 'mandate'"
    " AND (ends IS NULL OR ends > :now) AND body LIKE '%\"clients\":{%' ORDER BY representative, id LIMIT :most"
)
_TEAM: Final = Statement("SELECT body FROM register_groups WHERE id = :id AND organisation = :organisation")
_TOGETHER: Final = 200
MOST_SERVED: Final = 50  # teams, by one mandate


@dataclass(frozen=True, slots=True)
class ServingPage:
    """Mandates by representative, and what asks for the next page, None at the end."""

    mandates: tuple[Mandate, ...]
    next: str | None


def serving(db: Connected, organisation: str, team: str, *, now: Instant) -> Iterator[Mandate]:
    """Every mandate of the organisation that serves this team and is not over."""
    asked = {"organisation": organisation, "now": now, "pattern": _pattern(team), "most": _TOGETHER}
    yield from (one for one in _read(db, _SERVING, asked, "", "") if team in one.clients.groups)


def page(
    db: Connected, organisation: str, team: str, *, now: Instant, after: str | None = None, limit: int = 50
) -> ServingPage:
    """A page of them; `after` is the `next` of the page before."""
    last = None if after is None else whole_mandate(db, after, given_by=(organisation,))
    place = ("", "") if last is None else (last.representative, last.id)
    asked = {"organisation": organisation, "now": now, "pattern": _pattern(team), "most": limit + 1}
    found: list[Mandate] = []
    for one in _read(db, _SERVING, asked, *place):
        if team in one.clients.groups:
            found.append(one)
        if len(found) > limit:
            break
    return ServingPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def without_team(
    db: Connected, organisation: str, team: str, *, now: Instant, most: int = 100
) -> list[Mandate]:
    """Mandates of its people that serve listed clients and not this team: those that could; `most` at most."""
    asked = {"organisation": organisation, "now": now, "most": _TOGETHER}
    facts = StoredFacts(db)
    found: list[Mandate] = []
    for one in _read(db, _IN_LISTS, asked, "", ""):
        if one.clients.listed and team not in one.clients.groups and _is_person(facts, one):
            found.append(one)
        if len(found) == most:
            break
    return found


def let_serve(
    db: Connected,
    vault: Vault,
    organisation: str,
    team: str,
    mandate_id: str,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Mandate | Refused | changing.Refused:
    """Let a mandate of the organisation to one of its people serve this team too."""
    GROUPS.read.rows(db, [team])  # nobody removes it meanwhile
    mandate = _held(db, organisation, mandate_id)
    if mandate is None:
        return Refused(Why.UNKNOWN_MANDATE)
    row = db.one(_TEAM, {"id": team, "organisation": organisation})
    if row is None or records.group(row[0]).removed_at is not None:
        return Refused(Why.UNKNOWN_TEAM)
    facts = StoredFacts(db)
    if not mandate.clients.listed or not _is_person(facts, mandate):
        return Refused(Why.NOT_AN_EMPLOYEE)
    ground = may_widen(db, facts, organisation, [mandate], by=by, now=now, policy=policy)
    if isinstance(ground, Refused):
        return ground
    groups = mandate.clients.groups | {team}
    if len(groups) > MOST_SERVED:
        return Refused(Why.SERVES_TOO_MANY)
    return serve(db, vault, mandate, groups, by=by.on(ground.authority), now=now)


def serve_no_more(
    db: Connected, vault: Vault, organisation: str, team: str, mandate_id: str, *, by: Actor, now: Instant
) -> Mandate | Refused | changing.Refused:
    """Let it serve this team no more. `LAST_TEAM` where it would be for nobody: it is for stopping, then."""
    mandate = _held(db, organisation, mandate_id)
    ground = may_narrow(db, StoredFacts(db), organisation, by=by, now=now)
    if isinstance(ground, Refused):
        return ground
    if mandate is None or team not in mandate.clients.groups:
        return Refused(Why.UNKNOWN_MANDATE)
    groups = mandate.clients.groups - {team}
    if not (groups or mandate.clients.parties or mandate.own_affairs):
        return Refused(Why.LAST_TEAM)
    return serve(db, vault, mandate, groups, by=by.on(ground.authority), now=now)


def _held(db: Connected, organisation: str, mandate_id: str) -> Mandate | None:
    """The organisation's mandate, held: what is judged of it is what is written. None where it has none of that id."""
    if whole_mandate(db, mandate_id, given_by=(organisation,)) is None:
        return None
    held = changing.hold(db, mandate_id)
    return held if isinstance(held, Mandate) and held.represented == organisation else None


def serve(
    db: Connected, vault: Vault, mandate: Mandate, groups: frozenset[str], *, by: Actor, now: Instant
) -> Mandate | changing.Refused:
    """Let the mandate, which is held, serve these teams beside the clients that it names.

    Whether `by` may is the caller's to know.
    """

    def changed(one: Mandate) -> Mandate:
        return replace(one, clients=Clients(parties=one.clients.parties, groups=groups, listed=True))

    return changing.change(db, vault, mandate.id, Event.CHANGED, changed, by=by, now=now)


def _read(
    db: Connected, statement: Statement, asked: dict[str, object], representative: str, id: str
) -> Iterator[Mandate]:
    while True:
        rows = db.all(statement, {**asked, "representative": representative, "id": id})
        for _, _, body in rows:
            found = records.link(body)
            if isinstance(found, Mandate):
                yield found
        if len(rows) < int(str(asked["most"])):
            return
        representative, id, _ = rows[-1]


def _pattern(team: str) -> str:
    return pattern(orjson.dumps(team).decode())


def _is_person(facts: StoredFacts, mandate: Mandate) -> bool:
    party = facts.party(mandate.representative)
    return party is not None and party.kind is PartyKind.PERSON
