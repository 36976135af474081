"""What the accountants of the try-out world have in their own books: references of clients, and a list to bring."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from claims.lists.columns import ASKING
from claims.lists.writing import written
from claims.register import client_references
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["OFFICE", "list_of_clients", "note_references"]

OFFICE: Final = "peeters"
_TEAM: Final = "Team Noord"
_SERVICE: Final = "Btw-aangifte"


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


def _clients(world: Mapping[str, Any]) -> Iterator[str]:
    kinds = {party["id"]: party["kind"] for party in world["parties"]}
    given = {one["represented"] for one in world["mandates"] if one["representative"] == OFFICE}
    yield "bakery"
    yield from sorted(one for one in given if kinds[one] == "organisation" and one.startswith("client"))


def _reference(number: int) -> str:
    return f"K-{1000 + number}"
