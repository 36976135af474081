"""World files for measuring: made by rule, so that every run measures the same."""

from typing import Any

SERVICE = "https://diensten.example/btw-aangifte"
BAKERY_KVK = "10000001"
_FROM, _UNTIL = "2024-01-01T00:00:00Z", "2040-01-01T00:00:00Z"

Record = dict[str, Any]


def one_bakery(others: int) -> Record:
    """Eva may act for the bakery by one mandate; `others` organisations with mandates of their own stand around."""
    parties = [
        _person("eva", "Eva de Wit"),
        _organisation("tax", "Belastingdienst", 10000000),
        _organisation("bakery", "Bakkerij de Korenaar B.V.", int(BAKERY_KVK)),
    ]
    mandates = [_mandate("m-eva", "bakery", "eva")]
    for n in range(others):
        parties += [_organisation(f"o{n}", f"Bedrijf {n}", 20000000 + n), _person(f"p{n}", f"Medewerker {n}")]
        mandates.append(_mandate(f"m{n}", f"o{n}", f"p{n}"))
    return {"parties": parties, "services": [_service()], "mandates": mandates}


def _person(id: str, name: str) -> Record:
    return {"id": id, "kind": "person", "name": name}


def _organisation(id: str, name: str, kvk: int) -> Record:
    return {"id": id, "kind": "organisation", "name": name, "identifiers": {"kvk": f"{kvk:08}"}}


def _service() -> Record:
    return {
        "id": "vat",
        "uri": SERVICE,
        "name": {"nl": "Btw-aangifte", "en": "VAT return"},
        "provider": "tax",
        "minimum_assurance": "basic",
        "actions": ["view", "submit"],
        "represented_kinds": ["organisation"],
        "accepts_intermediaries": True,
    }


def _mandate(id: str, represented: str, representative: str, **more: Any) -> Record:
    return {
        "id": id,
        "represented": represented,
        "representative": representative,
        "services": ["vat"],
        "actions": "*",
        "assurance": "substantial",
        "from": _FROM,
        "until": _UNTIL,
        **more,
    }
