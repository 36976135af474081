"""A small world file with every kind of record, and how to change one place in it."""

import copy
import io
import json
import re
from typing import Any

from claims.world import World
from claims.worldfile import Fault, Known, NothingKnown, parse, read_json
from claims.worldfile.text import Streamed

BSN, OTHER_BSN = "999990019", "999997221"
RSIN = "123456782"

WORLD: dict[str, Any] = {
    "parties": [
        {
            "id": "p1",
            "kind": "person",
            "name": "Anna de Vries",
            "born": "1948-05-02",
            "place": "Voorbeeldstad",
            "identifiers": {"bsn": BSN},
        },
        {"id": "p2", "kind": "person", "name": "Bram", "identifiers": {"bsn": OTHER_BSN}},
        {
            "id": "o1",
            "kind": "organisation",
            "name": "Bakkerij De Korenbloem B.V.",
            "trade_names": ["De Korenbloem"],
            "legal_form": "BV",
            "identifiers": {"kvk": "90000456", "rsin": RSIN},
            "branches": [{"number": "998162685298", "name": "Winkel", "place": "Voorbeeldstad"}],
            "joint_rule": {"majority": True},
        },
        {"id": "o2", "kind": "organisation", "name": "Accountants", "identifiers": {"kvk": "90000123"}},
        {"id": "o9", "kind": "organisation", "name": "Belastingdienst", "identifiers": {}},
    ],
    "services": [
        {
            "id": "s1",
            "uri": "https://tax.example.nl/services/s1",
            "name": {"nl": "Aangifte", "en": "Return"},
            "provider": "o9",
            "minimum_assurance": "substantial",
            "actions": ["view", "submit"],
            "tasks": [{"id": "look", "name": {"nl": "Kijken", "en": "Look"}, "actions": ["view"]}],
            "represented_kinds": ["person", "organisation"],
            "understands": ["branch"],
            "bases": ["mandate", "parent"],
        }
    ],
    "service_sets": [{"id": "t1", "name": {"nl": "Belasting", "en": "Tax"}, "services": ["s1"], "sets": []}],
    "mandates": [
        {
            "id": "m1",
            "represented": "o1",
            "representative": "o2",
            "services": ["s1"],
            "actions": "*",
            "assurance": "substantial",
            "from": "2026-01-01T00:00:00Z",
            "until": "2027-01-01T00:00:00Z",
            "branch": "998162685298",
            "suspended": [["2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z"]],
        },
        {
            "id": "m2",
            "represented": "o2",
            "representative": "p2",
            "services": {"provider": "o9"},
            "actions": ["view"],
            "assurance": "low",
            "from": "2026-01-01T00:00:00Z",
            "until": None,
            "clients": {"parties": ["o1"], "groups": ["g1"]},
            "evidence": [{"kind": "notarial_deed", "reference": "deed 1"}],
        },
    ],
    "legal_relations": [
        {
            "id": "l1",
            "represented": "o1",
            "representative": "p1",
            "basis": "sole_signatory",
            "services": "*",
            "actions": "*",
            "assurance": "high",
            "from": "2020-01-01T00:00:00Z",
            "source": {"register": "KVK", "reference": "1", "fetched_at": "2026-01-01T00:00:00Z"},
        }
    ],
    "restrictions": [
        {
            "id": "r1",
            "party": "p1",
            "kind": "asset_administration",
            "services": ["s1"],
            "from": "2024-05-01T00:00:00Z",
        }
    ],
    "client_groups": [
        {"id": "g1", "organisation": "o2", "name": "Team Noord", "clients": ["o1"], "receives_new": True}
    ],
    "appointments": [
        {
            "id": "a1",
            "organisation": "o1",
            "person": "p2",
            "services": "*",
            "assurance": "substantial",
            "may_grant_chain": True,
            "from": "2026-01-01T00:00:00Z",
            "limits": {"amount": {"currency": "EUR", "value": "5000.00"}, "days": ["monday"]},
        }
    ],
    "blocks": [
        {
            "organisation": "o1",
            "person": "p2",
            "authenticator": "p2-password",
            "from": "2026-02-01T00:00:00Z",
        }
    ],
    "desk_appointments": [
        {
            "id": "d1",
            "organisation": "o1",
            "person": "p2",
            "services": "*",
            "from": "2026-01-01T00:00:00Z",
        }
    ],
}

ABSENT = object()


def a_file() -> dict[str, Any]:
    """A copy of the file, to change at will."""
    return copy.deepcopy(WORLD)


def changed(place: str, value: object) -> dict[str, Any]:
    """The file with `value` at a place such as `mandates[0].until`; ABSENT takes the member out."""
    file = a_file()
    steps: list[Any] = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", place)]
    inner: Any = file
    for step in steps[:-1]:
        inner = inner[step]
    if value is ABSENT:
        del inner[steps[-1]]
    elif isinstance(inner, list) and steps[-1] == len(inner):
        inner.append(value)
    else:
        inner[steps[-1]] = value
    return file


def read(file: object, known: Known | None = None) -> World:
    """The records of a file that has no faults."""
    world = parse(file, known or NothingKnown())
    assert isinstance(world, World), [str(fault) for fault in world]
    return world


def faults(file: object, known: Known | None = None) -> list[Fault]:
    """What is wrong with a file that has faults."""
    found = parse(file, known or NothingKnown())
    assert isinstance(found, list)
    if type(file) is dict and not any(isinstance(value, Streamed) for value in file.values()):
        assert found == parse(
            of_text(json.dumps(file)), known or NothingKnown()
        )  # streamed, it has the same faults
    return found


def of_text(text: str | bytes) -> object:
    """What stands in a file with this text."""
    return read_json(io.BytesIO(text.encode() if isinstance(text, str) else text))


def places(file: object, known: Known | None = None) -> list[tuple[str, str]]:
    """Place and code of each fault."""
    return [(fault.place, fault.code.value) for fault in faults(file, known)]
