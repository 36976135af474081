"""A world with an intermediary of very many clients, for looking at plans and at what a page costs."""

from typing import Any

FROM, UNTIL = "2025-01-01T00:00:00Z", "2030-01-01T00:00:00Z"


def big_world(clients: int, *, listed: int = 10, companies: int = 10) -> dict[str, list[dict[str, Any]]]:
    """An office with `clients`; `eva` serves all of them, `lars` a list of `listed`; `dirk` directs `companies`.

    The office itself is bound by `fred` through a holding. Every client has a sister of the same name that gave
    nothing.
    """

    def organisation(id: str, name: str) -> dict[str, Any]:
        return {"id": id, "kind": "organisation", "name": name, "place": "Assen", "identifiers": {}}

    def mandate(id: str, represented: str, representative: str, **more: Any) -> dict[str, Any]:
        return {
            "id": id,
            "represented": represented,
            "representative": representative,
            "services": ["s"],
            "actions": "*",
            "assurance": "substantial",
            "from": FROM,
            "until": UNTIL,
        } | more

    def signatory(id: str, represented: str, representative: str) -> dict[str, Any]:
        return {
            "id": id,
            "represented": represented,
            "representative": representative,
            "basis": "sole_signatory",
            "services": "*",
            "actions": "*",
            "assurance": "high",
            "from": FROM,
        }

    persons = [
        {"id": id, "kind": "person", "name": id.title(), "identifiers": {}}
        for id in ("eva", "lars", "fred", "dirk", "stranger")
    ]
    return {
        "parties": [
            *persons,
            organisation("office", "Office"),
            organisation("holding", "Holding"),
            organisation("tax", "Tax"),
            *(organisation(f"c{n}", f"Client {n % 997} of {n}") for n in range(clients)),
            *(organisation(f"n{n}", f"Client {n % 997} of {n}") for n in range(clients // 10)),
            *(organisation(f"d{n}", f"Company {n}") for n in range(companies)),
        ],
        "services": [
            {
                "id": "s",
                "uri": "https://tax.example.nl/s",
                "name": {"nl": "Dienst", "en": "Service"},
                "provider": "tax",
                "minimum_assurance": "substantial",
                "actions": ["view", "submit"],
                "represented_kinds": ["person", "organisation"],
                "accepts_intermediaries": True,
            }
        ],
        "mandates": [
            *(mandate(f"m{n}", f"c{n}", "office") for n in range(clients)),
            mandate("to-eva", "office", "eva", clients="all"),
            mandate("to-lars", "office", "lars", clients={"groups": ["g"]}),
        ],
        "legal_relations": [
            signatory("l1", "office", "holding"),
            signatory("l2", "holding", "fred"),
            *(signatory(f"d{n}-dirk", f"d{n}", "dirk") for n in range(companies)),
        ],
        "client_groups": [
            {
                "id": "g",
                "organisation": "office",
                "name": "Team",
                "clients": [f"c{n}" for n in range(listed)],
            }
        ],
    }
