"""The accountants of the try-out world: what they know clients by, what ends soon, and a list for them to bring."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from claims.instants import Instant, day_of, start_of_day
from claims.instants import written as written_instant
from claims.lists.columns import ASKING
from claims.lists.writing import written
from claims.register import client_references
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["OFFICE", "ending_soon", "list_of_clients", "note_references"]

OFFICE: Final = "peeters"
_TEAM: Final = "Team Noord"
_SERVICE: Final = "Btw-aangifte"
_DAY: Final = 86400
_DAYS_LEFT: Final = (20, 25, 48, 70, 75, 100, 160)


def note_references(db: Connected, vault: Vault, world: Mapping[str, Any]) -> None:
    """Let the office know each of its organisations by a number of its own."""
    for number, client in enumerate(_clients(world), start=1):
        client_references.put(db, vault, OFFICE, client, _reference(number))


def list_of_clients(world: Mapping[str, Any]) -> bytes:
    """A list by which it asks two organisations that are no clients yet, with a client of old and a line that is wrong."""
    numbers = {party["id"]: party["identifiers"].get("kvk", "") for party in world["parties"]}
    first = next(_clients(world))
    rows: list[Sequence[str]] = [[column.dutch for column in ASKING]]
    rows += [
        [numbers[client], service, "", "", "", reference, _TEAM]
        for client, service, reference in (
            ("vof", _SERVICE, "K-2001"),
            ("linde", _SERVICE, "K-2002"),
            (first, _SERVICE, _reference(1)),
            ("vof", "Belastingaangifte", "K-2003"),  # what no service is called
        )
    ]
    return written(rows)


def ending_soon(world: Mapping[str, Any], now: Instant) -> dict[str, Any]:
    """Mandates of some of its clients that end in the next months, as a world file."""
    clients = list(_clients(world))[1 : len(_DAYS_LEFT) + 1]
    return {
        "mandates": [
            {
                "id": f"m-soon-{number}",
                "represented": client,
                "representative": OFFICE,
                "services": ["policy"],
                "actions": "*",
                "assurance": "substantial",
                "from": written_instant(now - 300 * _DAY),
                "until": written_instant(start_of_day(day_of(now + days * _DAY))),
            }
            for number, (client, days) in enumerate(zip(clients, _DAYS_LEFT, strict=True), start=1)
        ]
    }


def _clients(world: Mapping[str, Any]) -> Iterator[str]:
    kinds = {party["id"]: party["kind"] for party in world["parties"]}
    given = {one["represented"] for one in world["mandates"] if one["representative"] == OFFICE}
    yield "bakery"
    yield from sorted(one for one in given if kinds[one] == "organisation" and one.startswith("client"))


def _reference(number: int) -> str:
    return f"K-{1000 + number}"
