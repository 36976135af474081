"""Keeping what only finds in step with the facts: after links, groups and parties changed."""

from collections.abc import Iterable, Sequence
from typing import Final

from claims.mandates import Mandate
from claims.organisation import ClientGroup
from claims.parties import Party
from claims.register.deriving import bridge_rows, candidate_rows, order_name, search_text
from claims.register.facts import StoredFacts
from claims.register.many import ManyStatement
from claims.register.shelves import Put
from claims.relations import Link
from keys.storage import Connected, Statement

__all__ = ["groups_changed", "links_changed", "party_renamed"]

_DROP_CANDIDATES = ManyStatement("DELETE FROM register_candidates WHERE link IN (:ids)")
_DROP_BRIDGES = ManyStatement("DELETE FROM register_bridges WHERE link IN (:ids)")
_DROP_LISTS = ManyStatement("DELETE FROM register_clients WHERE list IN (:ids)")
_LISTED = Statement("SELECT party FROM register_clients WHERE list = :list")
_UNLIST = ManyStatement("DELETE FROM register_clients WHERE list = :list AND party IN (:ids)")
_ADD_CANDIDATE = Statement(
    "INSERT INTO register_candidates"
    " (representative, scope, name, represented, link, starts, ends, assurance, kind, search) VALUES"
    " (:representative, :scope, :name, :represented, :link, :starts, :ends, :assurance, :kind, :search)"
)
_ADD_BRIDGE = Statement(
    "INSERT INTO register_bridges"
    " (representative, represented, link, starts, ends, assurance, to_organisation, holds) VALUES"
    " (:representative, :represented, :link, :starts, :ends, :assurance, :to_organisation, :holds)"
)
_HOLDING = ManyStatement(
    "SELECT id FROM register_parties AS party WHERE id IN (:ids)"
    " AND EXISTS (SELECT 1 FROM register_links WHERE representative = party.id)"
)
_HOLDS_NOW = ManyStatement("UPDATE register_bridges SET holds = 1 WHERE represented IN (:ids) AND holds = 0")
_ADD_CLIENT = Statement(
    "INSERT INTO register_clients (list, name, party, search) VALUES (:list, :name, :party, :search)"
)
_RENAME_LISTED = Statement("UPDATE register_clients SET name = :name, search = :search WHERE party = :party")
_RENAME_LINKS = Statement("UPDATE register_links SET name = :name WHERE represented = :party")
_RENAME_CANDIDATES = ManyStatement(
    "UPDATE register_candidates SET name = :name, search = :search WHERE link IN (:ids)"
)
_LINKS_OF = Statement("SELECT id FROM register_links WHERE represented = :party")

_TOGETHER: Final = 1000


def links_changed(db: Connected, facts: StoredFacts, changed: Sequence[Put[Link]]) -> None:
    """Derive anew what finds these links, which stand in their table by now.

    Who adds links does so one after the other, as imports do: two at once would each miss that the other's makes a
    bridge worth walking.
    """
    known = [one.id for one in changed if one.known]
    _DROP_CANDIDATES.run(db, known)
    _DROP_BRIDGES.run(db, known)
    _DROP_LISTS.run(db, ["m:" + id for id in known])
    for start in range(0, len(changed), _TOGETHER):
        links = [one.record for one in changed[start : start + _TOGETHER]]
        facts.fetch_parties(id for link in links for id in (link.represented, link.representative))
        holding = {id for (id,) in _HOLDING.rows(db, sorted({link.represented for link in links}))}
        candidates: list[dict[str, object]] = []
        bridges: list[dict[str, object]] = []
        for link in links:
            represented, representative = facts.party(link.represented), facts.party(link.representative)
            if represented is None or representative is None:
                raise LookupError(f"link {link.id} names a party that is not there")
            candidates += candidate_rows(link, represented)
            bridges += bridge_rows(link, represented, representative, holds=link.represented in holding)
            if isinstance(link, Mandate) and link.clients.parties:
                _list(db, facts, "m:" + link.id, link.clients.parties)
        db.many(_ADD_CANDIDATE, candidates)
        db.many(_ADD_BRIDGE, bridges)
        _HOLDS_NOW.run(db, sorted({link.representative for link in links}))


def groups_changed(db: Connected, facts: StoredFacts, changed: Sequence[Put[ClientGroup]]) -> None:
    """List these groups' clients: of one that was known, those who left and those who came alone."""
    for one in changed:
        name = "g:" + one.id
        clients = one.record.clients
        held = {party for (party,) in db.all(_LISTED, {"list": name})} if one.known else set()
        _UNLIST.run(db, sorted(held - clients), {"list": name})
        _list(db, facts, name, clients - held)


def party_renamed(db: Connected, party: Party) -> None:
    """Let the party be found and put in order by its new name."""
    values = {"party": party.id, "name": order_name(party), "search": search_text(party)}
    db.run(_RENAME_LISTED, values)
    db.run(_RENAME_LINKS, {"party": party.id, "name": values["name"]})
    links = [id for (id,) in db.all(_LINKS_OF, {"party": party.id})]
    _RENAME_CANDIDATES.run(db, links, {"name": values["name"], "search": values["search"]})


def _list(db: Connected, facts: StoredFacts, name: str, clients: Iterable[str]) -> None:
    ids = sorted(clients)
    facts.fetch_parties(ids)
    parties = [party for id in ids if (party := facts.party(id)) is not None]
    db.many(
        _ADD_CLIENT,
        [
            {"list": name, "party": party.id, "name": order_name(party), "search": search_text(party)}
            for party in parties
        ],
    )
