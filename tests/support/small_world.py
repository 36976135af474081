"""A register small enough to know by heart: Bram acts for Anna, Eva for the bakery through its accountants.

Anna (`p1`) gave Bram (`p2`) `m1` for the income tax; the bakery (`o1`) gave its accountants (`o2`) `m2` for the
VAT return, and they gave Eva (`p3`) `m3` for their clients. Everything stands from 2025 until 2027.
"""

from typing import Any

from claims.instants import Instant, parse_instant
from claims.register.personal import Vault
from claims.register.records import body_of
from keys.storage import Connected, Statement

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


_PARTY = Statement(
    "INSERT INTO register_parties (id, kind, name, search, restricted, blocking, version, body)"
    " VALUES (:id, :kind, :name, '', 0, 0, 1, :body)"
)
_SERVICE = Statement(
    "INSERT INTO register_services (id, uri, provider, version, body) VALUES (:id, :uri, :provider, 1, :body)"
)
_LINK = Statement(
    "INSERT INTO register_links (id, kind, represented, representative, name, version, body)"
    " VALUES (:id, 'mandate', :represented, :representative, '', 1, :body)"
)
_NUMBER = Statement(
    "INSERT INTO register_identifiers (digest, party, scheme, value) VALUES (:digest, :party, 'kvk', :value)"
)
_REBODY = Statement("UPDATE register_links SET body = :body WHERE id = :id")


def lay(db: Connected, vault: Vault, *, now: Instant) -> None:
    for party in SMALL_WORLD["parties"]:
        body = body_of({k: v for k, v in party.items() if k != "identifiers"} | {"recorded_at": FROM})
        db.run(_PARTY, {"id": party["id"], "kind": party["kind"], "name": party["name"], "body": body})
        for value in party["identifiers"].values():
            digest = vault.digest("kvk", value)
            db.run(_NUMBER, {"digest": digest, "party": party["id"], "value": value})
    for service in SMALL_WORLD["services"]:
        db.run(_SERVICE, {**{k: service[k] for k in ("id", "uri", "provider")}, "body": body_of(service)})
    for link in SMALL_WORLD["mandates"]:
        body = body_of(link | {"recorded_at": FROM})
        db.run(_LINK, {**{k: link[k] for k in ("id", "represented", "representative")}, "body": body})


def end(db: Connected, mandate_id: str, at: str) -> None:
    (link,) = [m for m in SMALL_WORLD["mandates"] if m["id"] == mandate_id]
    db.run(_REBODY, {"id": mandate_id, "body": body_of(link | {"recorded_at": FROM, "revoked_at": at})})
