"""Whose mandates a person may see and end: of one party, asked from that party; of all, a page at a time.

Organisations that they may sign for (alone or together) or administer, persons whose legal representative they are;
and the same as an organisation that they bind alone. A director may have ten thousand companies: what one of them
allows is found from that company, and nobody reads all of them to show the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from claims.catalogue import EVERYTHING, Coverage
from claims.instants import Instant, birthday
from claims.mandates import Mandate
from claims.powers import MAJORITY
from claims.register import records
from claims.register.deriving import order_name
from claims.register.facts import StoredFacts
from claims.register.many import ManyStatement
from claims.relations import Basis, LegalRelation
from keys.storage import Connected, Row, Statement

__all__ = ["Authority", "AuthorityPage", "authority", "grounds", "managed"]

# Who may end what somebody gave: for an organisation whoever may sign, alone or together (G8 with G3: ending
# each may do alone); for a person whoever may grant for them (G1).
_MANAGING: Final = frozenset(
    {
        Basis.SOLE_SIGNATORY,
        Basis.OWNER,
        Basis.LIQUIDATOR,
        Basis.TRUSTEE,
        Basis.JOINT_SIGNATORY,
        Basis.CURATOR,
        Basis.ASSET_ADMINISTRATOR,
        Basis.GUARDIAN,
        Basis.PARENT,
        Basis.EXECUTOR,
    }
)
_KINDS: Final = ", ".join(f"'{basis}'" for basis in sorted(_MANAGING))
_MOST_STEPS: Final = 6

_APPOINTED = Statement("SELECT body FROM register_appointments WHERE person = :person ORDER BY id")
_OVER = ManyStatement(
    "SELECT body FROM register_links WHERE represented IN (:ids) AND kind <> 'mandate' AND kind <> 'desk' ORDER BY id"
)
_HELD: Final = f"FROM register_links WHERE kind IN ({_KINDS}) AND representative"
# First those that are held, then their order: by the order alone, an office would read its hundred thousand mandates.
_DIRECTLY = Statement(
    f"WITH held AS MATERIALIZED (SELECT name, represented, id {_HELD} = :person)"  # noqa: S608
    " SELECT name, represented, id FROM held WHERE (name, represented, id) > (:name, :represented, :id)"
    " ORDER BY name, represented, id LIMIT :most"
)
_HELD_BY = ManyStatement(f"SELECT body {_HELD} IN (:ids) ORDER BY id")
# Of ten thousand companies, those of which anything can be held.
_BOUND_BY = ManyStatement(
    "SELECT body FROM register_bridges JOIN register_links ON register_links.id = register_bridges.link"
    " WHERE register_bridges.representative IN (:ids) AND holds = 1 AND starts <= :at AND register_bridges.ends > :at"
    " AND kind <> 'mandate' AND kind <> 'desk' ORDER BY register_links.id"
)


@dataclass(frozen=True, slots=True)
class Authority:
    """On what ground a person may see and end the mandates that `party` gave.

    `words` says it for the journal: `self`, `relation l1` or `appointment a1`; over more steps, the ids of all
    relations, from the party outwards. `services` are those that it reaches.
    """

    party: str
    words: str
    services: Coverage

    def reaches(self, mandate: Mandate) -> bool:
        """Whether the mandate lies within it: given by this party, for services that it reaches."""
        return mandate.represented == self.party and self.services.includes(mandate.services)

    def receives(self, mandate: Mandate) -> bool:
        """Whether the mandate was given to this party, for services that it reaches."""
        return mandate.representative == self.party and self.services.includes(mandate.services)


@dataclass(frozen=True, slots=True)
class AuthorityPage:
    """Grounds, one for each party, by the parties' names; and what asks for the next page, None at the end."""

    authorities: tuple[Authority, ...]
    next: str | None


def authority(db: Connected, person: str, party: str, now: Instant) -> Authority | None:
    """On what ground the person may see and end this party's mandates: the widest; None where they may not."""
    return next(iter(grounds(db, person, party, now)), None)


def grounds(db: Connected, person: str, party: str, now: Instant) -> tuple[Authority, ...]:
    """All of them, the widest first: who is appointed twice, for other services each time, reaches both."""
    if party == person:
        return (Authority(person, "self", EVERYTHING),)
    facts = StoredFacts(db)
    found = [one for one in _by_appointment(db, person, now) if one.party == party]
    layer: dict[tuple[str, bool], Authority] = {(party, False): Authority(party, "relation", EVERYTHING)}
    seen = set(layer)
    for step in range(_MOST_STEPS):
        onwards: dict[tuple[str, bool], Authority] = {}
        behind: dict[str, list[Authority]] = {}
        for (at, _), way in layer.items():
            behind.setdefault(at, []).append(way)
        for relation in _standing(facts, _OVER.rows(db, sorted(behind)), now):
            if step and not _is_whole(relation):
                continue  # who stands between binds alone, for everything
            for way in behind[relation.represented]:
                services = way.services if step else relation.services
                longer = Authority(party, f"{way.words} {relation.id}", services)
                place = (relation.representative, services.everything)
                if relation.representative == person:
                    found.append(longer)
                elif place not in seen:
                    seen.add(place)
                    onwards[place] = longer
        layer = onwards
        if not layer:
            break
    widest: list[Authority] = []
    for one in sorted(found, key=lambda ground: not ground.services.everything):
        if not any(wider.services.includes(one.services) for wider in widest):
            widest.append(one)
    return tuple(widest)


def managed(
    db: Connected, person: str, now: Instant, *, after: str | None = None, limit: int = 100
) -> AuthorityPage:
    """The other parties whose mandates this person may see and end, a page of them; `after` is the `next` of one."""
    facts = StoredFacts(db)
    last = None if after is None or not after.isprintable() else facts.party(after)
    begin = ("", "") if last is None else (order_name(last), last.id)
    found: dict[str, Authority] = {}
    for one in (*_by_appointment(db, person, now), *_through_others(db, facts, person, now)):
        _keep(found, one)
    for one in _directly(db, facts, person, begin, limit + 1, now):
        _keep(found, one)
    found.pop(person, None)
    facts.fetch_parties(found)
    parties = [party for id in found if (party := facts.party(id)) is not None]
    places = sorted((order_name(party), party.id) for party in parties)
    shown = [id for name, id in places if (name, id) > begin]
    return AuthorityPage(
        tuple(found[id] for id in shown[:limit]), shown[limit - 1] if len(shown) > limit else None
    )


def _by_appointment(db: Connected, person: str, now: Instant) -> Iterator[Authority]:
    for (body,) in db.all(_APPOINTED, {"person": person}):
        one = records.appointment(body)
        if one.entitles(now):
            yield Authority(one.organisation, f"appointment {one.id}", one.services)


def _directly(
    db: Connected, facts: StoredFacts, person: str, begin: tuple[str, str], most: int, now: Instant
) -> Iterator[Authority]:
    """By relations of the person's own over the first `most` parties behind `begin`, in the order of names."""
    name, represented, id = *begin, ""
    parties: set[str] = set()
    while len(parties) < most:
        values = {"person": person, "name": name, "represented": represented, "id": id, "most": most}
        rows = db.all(_DIRECTLY, values)
        facts.fetch_links(row[2] for row in rows)
        facts.fetch_parties(row[1] for row in rows)
        for row in rows:
            relation = facts.link(row[2])
            if row[1] != begin[1] and isinstance(relation, LegalRelation) and _stands(facts, relation, now):
                parties.add(row[1])
                yield Authority(row[1], f"relation {row[2]}", relation.services)
        if len(rows) < most:
            break
        name, represented, id = rows[-1]


def _through_others(db: Connected, facts: StoredFacts, person: str, now: Instant) -> Iterator[Authority]:
    """By relations of the organisations that the person binds alone, over any number of steps."""
    acting = {person: ""}
    bound = {person}
    for _ in range(_MOST_STEPS - 1):
        onwards: dict[str, str] = {}
        for relation in _standing(facts, _BOUND_BY.rows(db, sorted(acting), {"at": now}), now):
            if _is_whole(relation) and relation.represented not in bound:
                bound.add(relation.represented)
                onwards[relation.represented] = f"{relation.id} {acting[relation.representative]}".strip()
        for relation in _standing(facts, _HELD_BY.rows(db, sorted(onwards)), now):
            words = f"relation {relation.id} {onwards[relation.representative]}"
            yield Authority(relation.represented, words, relation.services)
        if not onwards:
            break
        acting = onwards


def _standing(facts: StoredFacts, rows: list[Row], now: Instant) -> Iterator[LegalRelation]:
    """The relations among these by which somebody arranges what another gave."""
    links = [records.link(body) for (body,) in rows]
    facts.fetch_parties(link.represented for link in links)
    for link in links:
        if isinstance(link, LegalRelation) and _stands(facts, link, now):
            yield link


def _stands(facts: StoredFacts, relation: LegalRelation, now: Instant) -> bool:
    if relation.basis not in _MANAGING or not relation.in_force(now):
        return False
    if relation.basis is Basis.PARENT:
        child = facts.party(relation.represented)
        if child is not None and child.born is not None and birthday(child.born, MAJORITY) <= now:
            return False
    # as a bankruptcy takes a director's out (R19)
    return not any(
        one.in_force(now) and one.takes_out(relation) for one in facts.restrictions(relation.represented)
    )


def _is_whole(relation: LegalRelation) -> bool:
    """Whether its representative is the represented party in law, for everything."""
    return relation.binds_alone and relation.services.everything


def _keep(found: dict[str, Authority], one: Authority) -> None:
    """Keep the widest: one that reaches every service rather than one that reaches some."""
    before = found.get(one.party)
    if before is None or (one.services.everything and not before.services.everything):
        found[one.party] = one
