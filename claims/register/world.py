"""A whole register at once: a world file read in, and written out (`mandates.md` 6)."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from claims.addresses import Address
from claims.desk import DeskVisit
from claims.formats.naming import is_personal
from claims.instants import Instant
from claims.register import journal, records
from claims.register.actor import Actor
from claims.register.drafting import Draft, Faults, draft
from claims.register.importing import ImportReport, Overtaken, land
from claims.register.journal import Event
from claims.register.lookup import kept_of
from claims.register.many import ManyStatement
from claims.register.numbers import ADDRESS
from claims.register.personal import Vault
from claims.register.shelves import (
    APPOINTMENTS,
    BLOCKS,
    DESK_APPOINTMENTS,
    GROUPS,
    LINKS,
    PARTIES,
    RESTRICTIONS,
    SERVICES,
    SETS,
    Shelf,
    full_version,
)
from claims.register.turns import take_turn
from claims.worldfile import address_as_json, record_as_json
from keys.storage import Connected, Statement

__all__ = [
    "Draft",
    "Faults",
    "ImportReport",
    "Overtaken",
    "draft",
    "export_lists",
    "how_many",
    "import_world",
    "journal_export",
    "land",
]

Json = dict[str, Any]
_TOGETHER: Final = 1000
_NUMBERED = ManyStatement("SELECT DISTINCT party FROM register_identifiers WHERE party IN (:ids)")
_HOW_MANY: Final = [
    Statement(f"SELECT count(*) FROM register_{table}")  # noqa: S608 - names of ours alone
    for table in (
        "parties",
        "services",
        "service_sets",
        "links",
        "restrictions",
        "groups",
        "appointments",
        "blocks",
        "desk_appointments",
    )
]


def import_world(db: Connected, vault: Vault, document: object, *, by: Actor, now: Instant) -> ImportReport:
    """Put every record of a world file in the register; raises `Faults`, with nothing written.

    `document` is what `claims.worldfile.read_json` gave. The caller's transaction makes it land whole, and holds
    the lock of the database from its beginning: for a large file, `draft` it in a unit of work that reads, and
    `land` the draft in another that writes. A party that is known and whose `identifiers` are left out keeps those
    it has, so that an export without personal numbers takes none away.
    """
    take_turn(db)
    with draft(db, vault, document, now=now) as made:
        return land(db, vault, made, by=by, now=now)


def journal_export(db: Connected, vault: Vault, *, by: Actor, now: Instant) -> None:
    """Tell that personal numbers were asked for: to be kept before the first of them is given."""
    journal.write(db, vault, Event.EXPORTED_PERSONAL_NUMBERS, None, by=by, now=now)


def how_many(db: Connected) -> int:
    """How many records an export has."""
    return sum(int(count) for statement in _HOW_MANY for (count,) in db.all(statement))


def export_lists(
    db: Connected, vault: Vault, *, personal_numbers: bool
) -> Iterator[tuple[str, Iterator[Json]]]:
    """The whole register as the lists of a world file, which imported again changes nothing; read as they are used.

    Personal numbers are in it only when asked for, which the caller has journaled (`journal_export`). Without
    them the `identifiers` of a party that has some are left out.
    """
    yield "parties", _parties(db, vault, personal_numbers)
    yield "services", _records(db, SERVICES, records.service)
    yield "service_sets", _records(db, SETS, records.service_set)
    yield "mandates", _links(db, mandates=True)
    yield "legal_relations", _links(db, mandates=False)
    yield "restrictions", _records(db, RESTRICTIONS, records.restriction)
    yield (
        "client_groups",
        (full_version(db, "client_group", id, version) for id, version, _ in GROUPS.everything(db)),
    )
    yield "appointments", _records(db, APPOINTMENTS, records.appointment)
    yield "blocks", _records(db, BLOCKS, records.block)
    yield "desk_appointments", _records(db, DESK_APPOINTMENTS, records.desk_appointment)


def _records(db: Connected, shelf: Shelf[Any], read: Callable[[str], Any]) -> Iterator[Json]:
    return (record_as_json(read(body)) for _, _, body in shelf.everything(db))


def _parties(db: Connected, vault: Vault, personal_numbers: bool) -> Iterator[Json]:
    everyone = PARTIES.everything(db)
    while some := list(islice(everyone, _TOGETHER)):
        known = {id: records.party(body) for id, _, body in some}
        hidden = [id for id, one in known.items() if is_personal(one) and not personal_numbers]
        silent = {id for (id,) in _NUMBERED.rows(db, hidden)}
        numbers = kept_of(db, vault, known.keys() - set(hidden))
        for id, one in known.items():
            party = record_as_json(one)
            if id in silent:
                del party["identifiers"]
            else:
                told = dict(numbers.get(id, {}))
                if (address := told.pop(ADDRESS, None)) is not None:
                    party["address"] = address_as_json(Address.of_value(address))
                party["identifiers"] = told
            yield party


def _links(db: Connected, *, mandates: bool) -> Iterator[Json]:
    for id, version, body in LINKS.everything(db):
        link = records.link(body)
        if link.is_mandate is not mandates or isinstance(link, DeskVisit):
            continue
        if "listed_apart" in body and link.is_mandate:
            yield full_version(db, "mandate", id, version)
        else:
            yield record_as_json(link)
