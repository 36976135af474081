"""The try-out world's own trade, custody, court and insolvency registers: what they would say of its made-up people.

`register_counter` has them answer over HTTP, where the provider asks them as it asks any other: nobody looks into the
world behind its back.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["PATH", "REGISTERS", "Kept", "Simulated", "settings_of_sources", "with_sources"]

PATH: Final = "/nagebootste-registers"
MAX_AGE: Final = 60  # seconds: who strikes an entry wants to see it
World = Mapping[str, Any]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Simulated:
    """One of them: how records name it, by which numbers it knows people and companies, and what it tells."""

    register: str
    schemes: tuple[str, ...]
    relations: tuple[str, ...]
    restrictions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


REGISTERS: Final[Mapping[str, Simulated]] = {
    "trade": Simulated(
        "Handelsregister (nagebootst)",
        ("kvk", "rsin", "bsn"),
        ("sole_signatory", "joint_signatory", "owner", "registered_proxy", "liquidator"),
        facts=("ceased_at", "legal_form", "joint_rule"),
    ),
    "population": Simulated(
        "Gezagsregister (nagebootst)", ("bsn",), ("parent", "guardian"), facts=("ceased_at",)
    ),
    "court": Simulated(
        "CCBR (nagebootst)",
        ("bsn", "kvk"),
        ("curator", "asset_administrator", "mentor", "executor", "heir"),
        ("guardianship", "asset_administration"),
    ),
    "insolvency": Simulated(
        "Insolventieregister (nagebootst)",
        ("kvk", "rsin", "bsn"),
        ("trustee",),
        ("bankruptcy", "debt_restructuring", "suspension_of_payments"),
    ),
}


def with_sources(world: Json) -> Json:
    """The world with a source in each restriction: the register that keeps that kind."""
    kept_by = {kind: one.register for one in REGISTERS.values() for kind in one.restrictions}
    restrictions = [
        {
            **one,
            "source": one.get("source") or {"register": kept_by[one["kind"]], "reference": one["id"].upper()},
        }
        for one in world["restrictions"]
    ]
    return {**world, "restrictions": restrictions}


def settings_of_sources(origin: str) -> dict[str, dict[str, Any]]:
    """The section `sources` of the demo's settings, with a new token for each; `origin` is where they are."""
    return {
        name: {
            "url": f"{origin}{PATH}/{name}",
            "token": secrets.token_urlsafe(32),
            "known_as": one.register,
            "schemes": list(one.schemes),
            "tells": [*one.relations, *one.restrictions, *one.facts],
            "max_age": MAX_AGE,
        }
        for name, one in REGISTERS.items()
    }


class Kept:
    """The world, as these registers know it: by numbers. `struck` are the ids of entries that were taken out."""

    def __init__(self, world: World) -> None:
        self.struck: Final[set[str]] = set()
        self._world: Final = json.loads(json.dumps(world))
        self._parties: Final = {party["id"]: party for party in self._world["parties"]}
        self._uris: Final = {service["id"]: service["uri"] for service in self._world["services"]}
        self._by_number: Final = {
            number: party["id"]
            for party in self._world["parties"]
            for number in (party.get("identifiers") or {}).items()
        }

    def told(self, register: Simulated, scheme: str, number: str) -> Json:
        """What `register` says of the party with that number."""
        named = {"scheme": scheme, "number": number}
        id = self._by_number.get((scheme, number)) if scheme in register.schemes else None
        if id is None:
            return {"party": named, "known": False}
        party = self._parties[id]
        return {
            "party": named,
            "known": True,
            "facts": {fact: party.get(fact) for fact in register.facts},
            "relations": [
                self._relation(one, register)
                for one in self.relations(register)
                if one["represented"] == id and one["id"] not in self.struck
            ],
            "restrictions": [
                {"kind": one["kind"], **self._of_both(one)}
                for one in self.restrictions(register)
                if one["party"] == id and one["id"] not in self.struck
            ],
        }

    def turn(self, entry: str) -> None:
        """Strike the entry, or put it back; one that there is not stays so."""
        if entry in self.struck:
            self.struck.remove(entry)
        elif any(
            entry == one["id"] for key in ("legal_relations", "restrictions") for one in self._world[key]
        ):
            self.struck.add(entry)

    def name(self, party: str) -> str:
        """What the party is called."""
        name: str = self._parties[party]["name"]
        return name

    def relations(self, register: Simulated) -> list[Json]:
        """The legal relations that this register keeps, struck ones too."""
        every = self._world["legal_relations"]
        return [one for one in every if one["source"]["register"] == register.register]

    def restrictions(self, register: Simulated) -> list[Json]:
        """The restrictions, likewise."""
        return [one for one in self._world["restrictions"] if one["kind"] in register.restrictions]

    def _relation(self, told: Json, register: Simulated) -> Json:
        return {
            "basis": told["basis"],
            "representative": self._representative(told["representative"], register.schemes),
            "actions": told["actions"],
            "assurance": told["assurance"],
            "limits": told.get("limits"),
            **self._of_both(told),
        }

    def _of_both(self, told: Json) -> Json:
        services = told["services"]
        return {
            "reference": told["source"]["reference"],
            "services": services if services == "*" else [self._uris[id] for id in services],
            "from": told["from"],
            "until": told.get("until"),
        }

    def _representative(self, id: str, schemes: Sequence[str]) -> Json:
        party = self._parties[id]
        numbers = party.get("identifiers") or {}
        scheme = next((scheme for scheme in schemes if scheme in numbers), None)
        return {
            "kind": party["kind"],
            "name": party["name"],
            "identifier": None if scheme is None else {"scheme": scheme, "number": numbers[scheme]},
            "born": party.get("born"),
        }
