"""What the try-out world's office has beside the world file: a list with one line that is wrong, and what ends soon."""

from authz_server.demo.office import OFFICE, ending_soon, list_of_clients
from authz_server.demo.preparing import Prepared, world_at
from claims.instants import parse_instant
from claims.lists.columns import ASKING
from claims.lists.faults import FaultCode
from claims.lists.reading import read
from claims.lists.wishes import wanted
from claims.register import lookup
from keys.storage import Database

NOON = parse_instant("2026-11-23T12:00:00Z")


def test_one_line_of_the_list_is_wrong(demo_database: Database, prepared: Prepared) -> None:
    found = read(list_of_clients(prepared.world), ASKING)
    with demo_database.reading() as db:
        lines, faults = wanted(found, lookup.services(db), ASKING, now=NOON)

    assert [2, 3, 4] == [one.line for one in lines]
    assert [FaultCode.UNKNOWN_SERVICE] == [one.code for one in faults]
    assert () == found.faults


def test_mandates_of_clients_end_in_the_months_to_come() -> None:
    world = world_at(NOON)
    clients = {one["represented"] for one in world["mandates"] if one["representative"] == OFFICE}
    soon = ending_soon(world, NOON)["mandates"]

    assert {one["represented"] for one in soon} <= clients
    assert all(NOON < parse_instant(one["until"]) < NOON + 200 * 86400 for one in soon)
