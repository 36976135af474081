"""A whole register at once: the world file read in, and written out (`mandates.md` 6)."""

from collections.abc import Iterable
from typing import Any, Final

from claims.formats.naming import is_personal
from claims.instants import Instant
from claims.register import journal, records
from claims.register.actor import Actor
from claims.register.importing import ImportReport, land
from claims.register.journal import Event
from claims.register.known import StoredKnown
from claims.register.lookup import identifiers_of
from claims.register.personal import Vault
from claims.register.shelves import (
    APPOINTMENTS,
    BLOCKS,
    GROUPS,
    LINKS,
    PARTIES,
    RESTRICTIONS,
    SERVICES,
    full_version,
)
from claims.worldfile import Fault, parse, record_as_json
from keys.storage import Connected, Statement

__all__ = ["Faults", "ImportReport", "export_world", "import_world"]

_ONE_AT_A_TIME = Statement("SELECT 1", postgresql="SELECT pg_advisory_xact_lock(7161)")
_NUMBERED = Statement("SELECT DISTINCT party FROM register_identifiers")


class Faults(Exception):
    """The file does not land: every fault by its place, never by a personal value."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: Final = tuple(faults)
        super().__init__(f"{len(self.faults)} faults in the world file")


def import_world(db: Connected, vault: Vault, document: object, *, by: Actor, now: Instant) -> ImportReport:
    """Put every record of a world file in the register; raises `Faults`, with nothing written.

    `document` is what `claims.worldfile.read_json` gave. The caller's transaction makes it land whole. A party
    that is known and whose `identifiers` are left out keeps those it has, so that an export without personal
    numbers takes none away.
    """
    db.one(_ONE_AT_A_TIME)
    world = parse(document, StoredKnown(db, vault))
    if isinstance(world, list):
        raise Faults(world)
    return land(db, vault, world, keep_numbers_of=_silent(document), by=by, now=now)


def export_world(
    db: Connected, vault: Vault, *, personal_numbers: bool, by: Actor, now: Instant
) -> dict[str, list[Any]]:
    """The whole register as a world file, which imported again changes nothing.

    Personal numbers are in it only when asked for, and asking is journaled (so that `db` must be for writing).
    Without them the `identifiers` of a party that has some are left out.
    """
    if personal_numbers:
        journal.write(db, Event.EXPORTED_PERSONAL_NUMBERS, None, by=by, now=now)
    links = list(_links(db))
    return {
        "parties": list(_parties(db, vault, personal_numbers)),
        "services": [record_as_json(records.service(body)) for _, _, body in SERVICES.everything(db)],
        "mandates": [link for link in links if "basis" not in link],
        "legal_relations": [link for link in links if "basis" in link],
        "restrictions": [
            record_as_json(records.restriction(body)) for _, _, body in RESTRICTIONS.everything(db)
        ],
        "client_groups": [
            full_version(db, "client_group", id, version) for id, version, _ in GROUPS.everything(db)
        ],
        "appointments": [
            record_as_json(records.appointment(body)) for _, _, body in APPOINTMENTS.everything(db)
        ],
        "blocks": [record_as_json(records.block(body)) for _, _, body in BLOCKS.everything(db)],
    }


def _parties(db: Connected, vault: Vault, personal_numbers: bool) -> Iterable[dict[str, object]]:
    numbered = {id for (id,) in db.all(_NUMBERED)}
    for id, _, body in PARTIES.everything(db):
        known = records.party(body)
        party = record_as_json(known)
        if id in numbered and is_personal(known) and not personal_numbers:
            del party["identifiers"]
        else:
            party["identifiers"] = identifiers_of(db, vault, (id,)).get(id, {})
        yield party


def _links(db: Connected) -> Iterable[dict[str, object]]:
    for id, version, body in LINKS.everything(db):
        link = records.link(body)
        if "listed_apart" in body and link.is_mandate:
            yield full_version(db, "mandate", id, version)
        else:
            yield record_as_json(link)


def _silent(document: object) -> frozenset[str]:
    """The parties of which the file says nothing about identifiers; `document` has no faults."""
    parties = document.get("parties", ()) if isinstance(document, dict) else ()
    return frozenset(party["id"] for party in parties if "identifiers" not in party)
