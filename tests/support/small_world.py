"""A register small enough to know by heart: Bram acts for Anna, Eva for the bakery through its accountants.

Anna (`p1`) gave Bram (`p2`) `m1` for the income tax; the bakery (`o1`) gave its accountants (`o2`) `m2` for the
VAT return, and they gave Eva (`p3`) `m3` for their clients. Everything stands from 2025 until 2027.
"""

from typing import Any

from claims.instants import Instant, parse_instant
from claims.register.actor import OPERATOR
from claims.register.personal import Vault
from claims.register.world import import_world
from keys.storage import Connected
from tests.support.laid import lay_world

INCOME_TAX = "https://tax.example.nl/services/income-tax"
VAT_RETURN = "https://tax.example.nl/services/vat-return"
FROM, UNTIL = "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z"
ENDS = parse_instant(UNTIL)
PATHS = {"p1": ("m1",), "o1": ("m2", "m3")}

SMALL_WORLD: dict[str, list[dict[str, Any]]] = {
    "parties": [
        {"id": "p1", "kind": "person", "name": "Anna de Vries", "born": "1948-05-02", "identifiers": {}},
        {"id": "p2", "kind": "person", "name": "Bram de Vries", "born": "1980-05-02", "identifiers": {}},
        {"id": "p3", "kind": "person", "name": "Eva Smit", "born": "1990-05-02", "identifiers": {}},
        {
            "id": "o1",
            "kind": "organisation",
            "name": "Bakkerij De Korenbloem B.V.",
            "identifiers": {"kvk": "90000456"},
        },
        {
            "id": "o2",
            "kind": "organisation",
            "name": "Accountants Peeters B.V.",
            "identifiers": {"kvk": "90000123"},
        },
        {
            "id": "o9",
            "kind": "organisation",
            "name": "Belastingen Voorbeeldland",
            "identifiers": {"kvk": "90000789"},
        },
    ],
    "services": [
        {
            "id": "s1",
            "uri": INCOME_TAX,
            "name": {"nl": "Inkomstenbelasting", "en": "Income tax"},
            "provider": "o9",
            "minimum_assurance": "low",
            "actions": ["view", "submit"],
            "represented_kinds": ["person"],
            "accepts_self": True,
        },
        {
            "id": "s2",
            "uri": VAT_RETURN,
            "name": {"nl": "Btw-aangifte", "en": "VAT return"},
            "provider": "o9",
            "minimum_assurance": "low",
            "actions": ["view", "prepare", "submit"],
            "represented_kinds": ["organisation"],
            "accepts_intermediaries": True,
        },
    ],
    "mandates": [
        {
            "id": "m1",
            "represented": "p1",
            "representative": "p2",
            "services": ["s1"],
            "actions": "*",
            "assurance": "substantial",
            "from": FROM,
            "until": UNTIL,
        },
        {
            "id": "m2",
            "represented": "o1",
            "representative": "o2",
            "services": ["s2"],
            "actions": ["view", "prepare"],
            "assurance": "substantial",
            "from": FROM,
            "until": UNTIL,
        },
        {
            "id": "m3",
            "represented": "o2",
            "representative": "p3",
            "services": "*",
            "actions": "*",
            "assurance": "substantial",
            "clients": "all",
            "from": FROM,
            "until": UNTIL,
        },
    ],
}


def lay(db: Connected, vault: Vault, *, now: Instant) -> None:
    """Put the small world in the register."""
    lay_world(db, vault, SMALL_WORLD, now=now)


def change(db: Connected, vault: Vault, mandate_id: str, *, now: Instant, **changed: Any) -> None:
    """Give a mandate other contents, as a new version of it."""
    (mandate,) = [one for one in SMALL_WORLD["mandates"] if one["id"] == mandate_id]
    import_world(db, vault, {"mandates": [mandate | changed]}, by=OPERATOR, now=now)
