"""A small register of mandates that ended at different times, and steps that erase what is too old."""

from typing import Any, Final

from claims.instants import parse_instant
from claims.keeping import Periods
from claims.register import journal, old_mandates, old_uses
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from keys.storage import Database, Statement
from tests.support.register import VAULT, landed

IMPORTED: Final = parse_instant("2020-01-10T12:00:00Z")
TODAY: Final = parse_instant("2027-02-01T12:00:00Z")
PERIODS: Final = Periods()
OLD: Final = ("m-by-death", "m-by-end", "m-by-revocation")

_LINKS: Final = Statement("SELECT id FROM register_links ORDER BY id")


def mandate(id: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": id,
        "represented": "p-anna",
        "representative": "p-bram",
        "services": "*",
        "actions": "*",
        "assurance": "low",
        "from": "2015-01-01T00:00:00Z",
        "until": "2031-01-01T00:00:00Z",
    } | changes


def world() -> dict[str, Any]:
    """Three mandates that are over for more than seven years on `TODAY`, and some that are not."""
    return {
        "parties": [
            {"id": "p-anna", "kind": "person", "name": "Anna", "identifiers": {}},
            {"id": "p-bram", "kind": "person", "name": "Bram", "identifiers": {}},
            {
                "id": "p-cees",
                "kind": "person",
                "name": "Cees",
                "identifiers": {},
                "ceased_at": "2019-12-31T12:00:00Z",
            },
            {"id": "o", "kind": "organisation", "name": 'O "ceased_at":"', "identifiers": {}},
            {"id": "o-2", "kind": "organisation", "name": "O2", "identifiers": {}},
        ],
        "mandates": [
            mandate("m-by-death", representative="p-cees"),
            mandate("m-by-end", represented="o", until="2020-01-01T00:00:00Z", clients={"parties": ["o-2"]}),
            mandate("m-by-revocation", revoked_at="2020-01-05T00:00:00Z"),
            mandate("m-ended-later", until="2020-02-03T00:00:00Z"),
            mandate("m-in-force"),
            mandate("m-of-o", represented="o"),
        ],
        "legal_relations": [
            {key: value for key, value in mandate("l-ended").items() if key != "until"}
            | {"basis": "parent", "until": "2016-01-01T00:00:00Z"}
        ],
    }


def told(database: Database, *, now: int) -> None:
    """Write something to the journal, so that it goes on."""
    with database.writing() as db:
        journal.write(db, VAULT, Event.IMPORTED, None, by=OPERATOR, now=now)


def a_register(database: Database, *, now: int = TODAY) -> None:
    landed(database, world(), now=IMPORTED)
    told(database, now=now)


def erased_mandates(database: Database, *, now: int = TODAY, periods: Periods = PERIODS) -> list[str]:
    """Erase whatever mandate is too old, as the worker does; the ids that are not there any more."""
    before = links(database)
    after: str | None = ""
    while after is not None:
        with database.reading() as db:
            seen = old_mandates.look(db, periods, after, at=now, rows=3)
        with database.writing() as db:
            old_mandates.erase(db, VAULT, seen.ids, periods, at=now, now=now)
        after = seen.next
    return sorted(set(before) - set(links(database)))


def erased_uses(database: Database, *, now: int, periods: Periods = PERIODS) -> int:
    """Erase whatever line of use is too old; how many there were."""
    after: old_uses.Place | None = old_uses.BEGIN
    erased = 0
    while after is not None:
        with database.reading() as db:
            seen = old_uses.look(db, periods, after, at=now, rows=2)
        with database.writing() as db:
            erased += old_uses.erase(db, VAULT, seen.batches, periods, at=now, now=now) or 0
        after = seen.next
    return erased


def links(database: Database) -> list[str]:
    with database.reading() as db:
        return [id for (id,) in db.all(_LINKS)]
