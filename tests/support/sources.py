"""A source register in a test: a small world that it knows, answers in JSON, and a source that says what it is told to."""

from collections.abc import Callable
from typing import Any, Final

from authz_server.sources.configured import ConfiguredSource
from claims.identifiers import Identifier, Scheme
from claims.sources.reading import read_answer
from claims.sources.told import Answer, NoAnswer, SourceRegister

COURT: Final = SourceRegister("court", "Court register", (Scheme.BSN, Scheme.KVK))
TRADE: Final = SourceRegister("trade", "Trade register", (Scheme.KVK, Scheme.BSN))
ANNA, BRAM, CARLA = "999990019", "999962012", "999937911"
BAKERY = "90000123"
TAX: Final = "https://tax.example.nl/services/"

SMALL: Final[dict[str, Any]] = {
    "parties": [
        {"id": "anna", "kind": "person", "name": "Anna", "born": "1948-05-02", "identifiers": {"bsn": ANNA}},
        {"id": "bram", "kind": "person", "name": "Bram", "identifiers": {"bsn": BRAM}},
        {"id": "carla", "kind": "person", "name": "Carla", "identifiers": {"bsn": CARLA}},
        {"id": "bakery", "kind": "organisation", "name": "Bakery", "identifiers": {"kvk": BAKERY}},
        {"id": "tax", "kind": "organisation", "name": "Tax"},
    ],
    "services": [
        {
            "id": id,
            "uri": TAX + id,
            "name": {"nl": id, "en": id},
            "provider": "tax",
            "minimum_assurance": "substantial",
            "actions": ["view", "submit"],
            "represented_kinds": ["person", "organisation"],
            "accepts_self": True,
        }
        for id in ("income", "permit")
    ],
}


def identifier(number: str, scheme: str = "bsn") -> Identifier:
    return Identifier(Scheme(scheme), number)


def person(number: str | None, name: str = "Bram", **more: Any) -> dict[str, Any]:
    """A representative, as an answer names one."""
    told = None if number is None else {"scheme": "bsn", "number": number}
    return {"kind": "person", "name": name, "identifier": told, **more}


def relation(
    reference: str = "C1", basis: str = "curator", number: str | None = BRAM, **more: Any
) -> dict[str, Any]:
    return {
        "reference": reference,
        "basis": basis,
        "representative": person(number),
        "services": "*",
        "actions": "*",
        "from": "2025-01-01T00:00:00Z",
        "until": None,
        **more,
    }


def restriction(reference: str = "R1", kind: str = "guardianship", **more: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "kind": kind,
        "services": "*",
        "from": "2025-01-01T00:00:00Z",
        "until": None,
        **more,
    }


def document(number: str = ANNA, scheme: str = "bsn", **more: Any) -> dict[str, Any]:
    """An answer about that party."""
    return {"party": {"scheme": scheme, "number": number}, **more}


def answer(source: SourceRegister = COURT, number: str = ANNA, scheme: str = "bsn", **more: Any) -> Answer:
    """The same, read."""
    read = read_answer(document(number, scheme, **more), identifier(number, scheme), source)
    assert isinstance(read, Answer), read
    return read


class Saying:
    """A source that says what `says` is, or makes, and remembers of whom it was asked."""

    def __init__(self, says: Answer | NoAnswer | Callable[[Identifier], Answer | NoAnswer]) -> None:
        self.says = says
        self.asked: list[Identifier] = []

    def ask(self, party: Identifier) -> Answer | NoAnswer:
        self.asked.append(party)
        return self.says(party) if callable(self.says) else self.says


def configured(
    adapter: Saying, source: SourceRegister = COURT, *, max_age: int = 3600, close_after: int | None = None
) -> ConfiguredSource:
    return ConfiguredSource(source, adapter, max_age, close_after)
