"""What a party gave and was given, and whose mandates a person may see and end."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from claims.catalogue import EVERYTHING, Coverage
from claims.instants import Instant, birthday
from claims.mandates import Mandate
from claims.powers import MAJORITY
from claims.register import records
from claims.register.facts import StoredFacts
from claims.register.records import body_of
from claims.register.shelves import full_version
from claims.relations import Basis, LegalRelation
from keys.storage import Connected, Row, Statement

__all__ = [
    "Authority",
    "MandatePage",
    "every",
    "given",
    "manages",
    "mandate",
    "received",
    "received_within_reach",
    "within_reach",
]

_MANDATE = Statement(
    "SELECT id, version, body, represented, representative FROM register_links"
    " WHERE id = :id AND kind = 'mandate'"
)
# `kind || ''` keeps the index on kind out of it: a page is read in the order of the other one, without sorting.
_GIVEN = Statement(
    "SELECT id, version, body FROM register_links"
    " WHERE represented = :party AND (representative, id) > (:first, :second) AND kind || '' = 'mandate'"
    " ORDER BY representative, id LIMIT :most"
)
_RECEIVED = Statement(
    "SELECT id, version, body FROM register_links"
    " WHERE representative = :party AND (name, represented, id) > (:name, :represented, :id)"
    " AND kind || '' = 'mandate'"
    " ORDER BY name, represented, id LIMIT :most"
)
_EVERY = Statement(
    "SELECT id, version, body FROM register_links WHERE id > :id AND kind || '' = 'mandate' ORDER BY id LIMIT :most"
)
_PLACE = Statement("SELECT representative, id, name, represented FROM register_links WHERE id = :id")
_HELD = Statement(
    "SELECT body FROM register_links WHERE representative = :party AND kind = :kind ORDER BY id"
)
_APPOINTED = Statement("SELECT body FROM register_appointments WHERE person = :person ORDER BY id")

_MOST_STEPS: Final = 6

# Who may end what somebody gave: for an organisation whoever may sign, alone or together (G8 with G3: ending
# each may do alone); for a person whoever may grant for them (G1).
_FOR_ORGANISATIONS: Final = (
    Basis.SOLE_SIGNATORY,
    Basis.OWNER,
    Basis.LIQUIDATOR,
    Basis.TRUSTEE,
    Basis.JOINT_SIGNATORY,
)
_FOR_PERSONS: Final = (
    Basis.CURATOR,
    Basis.ASSET_ADMINISTRATOR,
    Basis.GUARDIAN,
    Basis.PARENT,
    Basis.EXECUTOR,
)


@dataclass(frozen=True, slots=True)
class MandatePage:
    """Mandates, and what asks for the next page, None at the end."""

    mandates: tuple[Mandate, ...]
    next: str | None


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
        return mandate.represented == self.party and self._covers(mandate.services)

    def receives(self, mandate: Mandate) -> bool:
        """Whether the mandate was given to this party, for services that it reaches."""
        return mandate.representative == self.party and self._covers(mandate.services)

    def _covers(self, given: Coverage) -> bool:
        mine = self.services
        if mine.everything:
            return True
        if given.everything:
            return False
        if given.provider is not None:
            return given.provider == mine.provider
        return bool(given.listed) and given.listed <= mine.listed


def mandate(
    db: Connected,
    id: str,
    *,
    given_by: Collection[str] | None = None,
    given_to: Collection[str] | None = None,
) -> Mandate | None:
    """The mandate of that id, with all of its clients.

    Only where one of `given_by` gave it, and one of `given_to` was given it, where that is said.
    """
    row = db.one(_MANDATE, {"id": id}) if id.isprintable() else None
    if row is None or (given_by is not None and row[3] not in given_by):
        return None
    if given_to is not None and row[4] not in given_to:
        return None
    return _whole(db, *row[:3])


def given(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> MandatePage:
    """The mandates that the party gave, ended ones too, by representative; `after` is the `next` of a page."""
    last = None if after is None or not after.isprintable() else db.one(_PLACE, {"id": after})
    first, second = ("", "") if last is None else (last[0], last[1])
    values = {"party": party, "first": first, "second": second, "most": limit + 1}
    return _page(db, db.all(_GIVEN, values), limit)


def received(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> MandatePage:
    """The mandates that were given to the party, ended ones too, by the represented party's name."""
    last = None if after is None or not after.isprintable() else db.one(_PLACE, {"id": after})
    name, represented, id = ("", "", "") if last is None else (last[2], last[3], last[1])
    values = {"party": party, "name": name, "represented": represented, "id": id, "most": limit + 1}
    return _page(db, db.all(_RECEIVED, values), limit)


def every(db: Connected, *, after: str | None = None, limit: int = 100) -> MandatePage:
    """All mandates, ended ones too, by id."""
    return _page(db, db.all(_EVERY, {"id": after or "", "most": limit + 1}), limit)


def manages(db: Connected, person: str, now: Instant) -> list[Authority]:
    """The parties whose mandates this person may see and end, themselves first, then by party id.

    Organisations that they may sign for (alone or together) or administer, persons whose legal representative
    they are; and the same as an organisation that they bind alone.
    """
    facts = StoredFacts(db)
    found = {person: Authority(person, "self", EVERYTHING)}
    for (body,) in db.all(_APPOINTED, {"person": person}):
        appointment = records.appointment(body)
        if appointment.in_force(now):
            words = f"appointment {appointment.id}"
            _add(found, Authority(appointment.organisation, words, appointment.services))
    acting_as = [(person, "")]
    bound = {person}
    for _ in range(_MOST_STEPS):
        onwards: list[tuple[str, str]] = []
        for party, relations in acting_as:
            for relation in _held(db, facts, party, now):
                words = f"{relation.id} {relations}".strip()
                _add(found, Authority(relation.represented, f"relation {words}", relation.services))
                if (
                    relation.binds_alone
                    and relation.services.everything
                    and relation.represented not in bound
                ):
                    bound.add(relation.represented)
                    onwards.append((relation.represented, words))
        acting_as = onwards
    themselves = found.pop(person)
    return [themselves, *(found[party] for party in sorted(found))]


def within_reach(
    db: Connected, person: str, mandate_id: str, now: Instant
) -> tuple[Mandate, Authority] | None:
    """The mandate, and on what ground the person may end it; None where they may not.

    That there is no such mandate takes as long to find as that it is somebody else's: ids can be guessed.
    """
    authorities = manages(db, person, now)
    found = mandate(db, mandate_id, given_by={one.party for one in authorities})
    if found is None:
        return None
    return next(((found, one) for one in authorities if one.reaches(found)), None)


def received_within_reach(
    db: Connected, person: str, mandate_id: str, now: Instant
) -> tuple[Mandate, Authority] | None:
    """The mandate, and on what ground the person may end it on the representative's side; None likewise."""
    authorities = manages(db, person, now)
    found = mandate(db, mandate_id, given_to={one.party for one in authorities})
    if found is None:
        return None
    return next(((found, one) for one in authorities if one.receives(found)), None)


def _held(db: Connected, facts: StoredFacts, party: str, now: Instant) -> Iterator[LegalRelation]:
    """The relations in force by which the party arranges what another gave."""
    for basis in (*_FOR_ORGANISATIONS, *_FOR_PERSONS):
        for (body,) in db.all(_HELD, {"party": party, "kind": basis.value}):
            relation = records.link(body)
            if isinstance(relation, LegalRelation) and relation.in_force(now):
                if _is_grown_up(facts, relation, now) or _is_restricted(facts, relation, now):
                    continue
                yield relation


def _is_grown_up(facts: StoredFacts, relation: LegalRelation, now: Instant) -> bool:
    if relation.basis is not Basis.PARENT:
        return False
    child = facts.party(relation.represented)
    return child is not None and child.born is not None and birthday(child.born, MAJORITY) <= now


def _is_restricted(facts: StoredFacts, relation: LegalRelation, now: Instant) -> bool:
    """Whether a restriction takes this relation out, as a bankruptcy does with a director's (R19)."""
    return any(
        restriction.in_force(now) and restriction.takes_out(relation)
        for restriction in facts.restrictions(relation.represented)
    )


def _add(found: dict[str, Authority], authority: Authority) -> None:
    """Keep the widest: one that reaches every service rather than one that reaches some."""
    before = found.get(authority.party)
    if before is None or (authority.services.everything and not before.services.everything):
        found[authority.party] = authority


def _page(db: Connected, rows: list[Row], limit: int) -> MandatePage:
    shown = tuple(_whole(db, id, version, body) for id, version, body in rows[:limit])
    return MandatePage(shown, shown[-1].id if len(rows) > limit else None)


def _whole(db: Connected, id: str, version: int, body: str) -> Mandate:
    """The mandate with all of its clients, which stand apart when they are many."""
    if "listed_apart" in body:
        body = body_of(full_version(db, "mandate", id, version))
    found = records.link(body)
    if not isinstance(found, Mandate):
        raise LookupError(f"link {id} is no mandate")
    return found
