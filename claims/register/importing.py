"""How the records of a world land: facts first, then what finds them, then the account of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from claims.formats.naming import is_personal
from claims.instants import Instant, parse_instant
from claims.mandates import Mandate
from claims.parties import Party
from claims.register import journal
from claims.register.actor import Actor
from claims.register.deriving import order_name, search_text
from claims.register.facts import StoredFacts
from claims.register.journal import Event, Subject
from claims.register.lookup import identifiers_of
from claims.register.many import ManyStatement
from claims.register.numbers import digests_of, keep_numbers, kept_in_version
from claims.register.personal import Vault
from claims.register.rederiving import groups_changed, links_changed, party_renamed
from claims.register.shelves import (
    APPOINTMENTS,
    BLOCKS,
    GROUPS,
    LINKS,
    PARTIES,
    RESTRICTIONS,
    SERVICES,
    Put,
    put,
)
from claims.register.sole_traders import owned, owned_by, settle
from claims.relations import Basis, Link
from claims.world import World
from keys.storage import Connected, Statement

__all__ = ["ImportReport", "land"]

_NAMES = ManyStatement("SELECT id, name, search FROM register_parties WHERE id IN (:ids)")
_RESTRICTED = ManyStatement("UPDATE register_parties SET restricted = 1 WHERE id IN (:ids)")
_BLOCKING = ManyStatement("UPDATE register_parties SET blocking = 1 WHERE id IN (:ids)")

# Statistics are worth their time once an import changes the shape of the tables.
_WORTH_ANALYSING: Final = 256
_BOUNDED = Statement("PRAGMA analysis_limit = 1000", postgresql="SELECT 1")
_ANALYSE: Final = [
    Statement(f"ANALYZE register_{table}")
    for table in ("parties", "identifiers", "links", "candidates", "bridges", "clients", "restrictions")
]


@dataclass(slots=True)
class ImportReport:
    """How many records of each list of the file were new, got a new version, and stayed as they are.

    `revived` are the ids of mandates that had been revoked, and by the file are not any more, or only later.
    """

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    revived: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        """How many records are not what they were."""
        return sum(self.added.values()) + sum(self.changed.values())


def land(
    db: Connected,
    vault: Vault,
    world: World,
    *,
    keep_numbers_of: Collection[str],
    by: Actor,
    now: Instant,
) -> ImportReport:
    """Put the records of a checked world in the register, with a journal entry for each change.

    `keep_numbers_of` are the parties whose numbers, where they are known, stay what they are.
    """
    report = ImportReport()
    entries: list[tuple[Event, Subject]] = []

    def note(what: str, given: int, puts: Iterable[Put[Any]]) -> None:
        known = [one.known for one in puts]
        report.added[what] = known.count(False)
        report.changed[what] = known.count(True)
        report.unchanged[what] = given - len(known)
        for one in puts:
            event = Event.CHANGED if one.known else Event.ADDED
            entries.append((event, Subject(one.kind, one.id, one.version)))

    named = {link.represented for link in world.links.values() if link.basis == Basis.OWNER}
    before = owned_by(db, [link.id for link in world.links.values() if not link.is_mandate])
    parties = _put_parties(db, vault, world.parties, keep_numbers_of, named, now)
    note("parties", len(world.parties), parties)
    services = put(db, SERVICES, world.services.values(), now=now)
    note("services", len(world.services), services)
    facts = StoredFacts(db)
    links = _put_links(db, facts, world, now)
    settle(db, vault, before | named | {one.id for one in parties if one.known})
    for what, mandates in (("mandates", True), ("legal_relations", False)):
        given = sum(link.is_mandate is mandates for link in world.links.values())
        note(what, given, [one for one in links if one.record.is_mandate is mandates])
    report.revived = tuple(sorted(one.id for one in links if _is_revived(one)))
    restrictions = put(db, RESTRICTIONS, world.restriction_records.values(), now=now)
    _RESTRICTED.run(db, sorted({one.record.party for one in restrictions}))
    note("restrictions", len(world.restriction_records), restrictions)
    groups = put(db, GROUPS, world.groups.values(), now=now)
    groups_changed(db, facts, groups)
    note("client_groups", len(world.groups), groups)
    appointments = put(db, APPOINTMENTS, world.appointments.values(), now=now)
    note("appointments", len(world.appointments), appointments)
    blocks = put(db, BLOCKS, world.block_records.values(), now=now)
    _BLOCKING.run(db, sorted({one.record.organisation for one in blocks}))
    note("blocks", len(world.block_records), blocks)
    if entries:
        journal.write(db, Event.IMPORTED, None, by=by, now=now)
        journal.write_many(db, entries, by=by, now=now)
    if report.changes >= _WORTH_ANALYSING:
        db.one(_BOUNDED)
        for statement in _ANALYSE:
            db.run(statement)
    return report


def _is_revived(one: Put[Link]) -> bool:
    before = (one.before or {}).get("revoked_at")
    if before is None or not isinstance(one.record, Mandate):
        return False
    return one.record.revoked_at is None or one.record.revoked_at > parse_instant(before)


def _put_parties(
    db: Connected,
    vault: Vault,
    given: Mapping[str, Party],
    keep_numbers_of: Collection[str],
    named_as_owned: set[str],
    now: Instant,
) -> list[Put[Party]]:
    names = {id: (name, search) for id, name, search in _NAMES.rows(db, list(given))}
    digests = digests_of(db, given)
    numbers = {
        id: {identifier.scheme.value: identifier.value for identifier in party.identifiers}
        for id, party in given.items()
        if id not in keep_numbers_of or id not in names
    }
    renumbered = {
        id
        for id, of_party in numbers.items()
        if {vault.digest(*number) for number in of_party.items()} != digests.get(id, set())
    }
    personal = {id for id, party in given.items() if is_personal(party)} | named_as_owned
    personal |= owned(db, given.keys() - personal)

    def kept_besides(party: Party) -> dict[str, object]:
        told = numbers.get(party.id)
        if told is None:
            told = identifiers_of(db, vault, (party.id,)).get(party.id, {})
        return kept_in_version(vault, party.id, told, personal=party.id in personal)

    puts = put(
        db, PARTIES, given.values(), now=now, also_changed=frozenset(renumbered), kept_besides=kept_besides
    )
    keep_numbers(db, vault, {one.id: numbers[one.id] for one in puts if one.id in numbers}, personal)
    for one in puts:
        if one.known and names[one.id] != (order_name(one.record), search_text(one.record)):
            party_renamed(db, one.record)
    return puts


def _put_links(db: Connected, facts: StoredFacts, world: World, now: Instant) -> list[Put[Link]]:
    facts.fetch_parties(link.represented for link in world.links.values())

    def name(link: Link) -> dict[str, object]:
        party = facts.party(link.represented)
        return {"name": "" if party is None else order_name(party)}

    puts = put(db, LINKS, world.links.values(), now=now, more_columns=name)
    links_changed(db, facts, puts)
    return puts
