"""A world with an intermediary of very many clients, for looking at plans and at what a page costs."""

from typing import Any

FROM, UNTIL = "2025-01-01T00:00:00Z", "2030-01-01T00:00:00Z"


def big_world(
    clients: int, *, listed: int = 10, companies: int = 10, chains: int = 0
) -> dict[str, list[dict[str, Any]]]:
    """An office with `clients`; `eva` serves all of them, `lars` a list of `listed`; `dirk` directs `companies`.

    The office itself is bound by `fred` through a holding. Every client has a sister of the same name that gave
    nothing. `mia` directs as many companies as `dirk`, each with a client of its own. A bank gave a mandate to
    `chains` companies.
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
        for id in ("eva", "lars", "fred", "dirk", "mia", "stranger")
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
            *(organisation(f"h{n}", f"Holding {n}") for n in range(companies)),
            *(organisation(f"hc{n}", f"Client of holding {n}") for n in range(companies)),
            organisation("bank", "Bank"),
            *(organisation(f"b{n}", f"Branch office {n}") for n in range(chains)),
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
            *(mandate(f"hc{n}-h{n}", f"hc{n}", f"h{n}") for n in range(companies)),
            *(mandate(f"bank-b{n}", "bank", f"b{n}") for n in range(chains)),
            mandate("to-eva", "office", "eva", clients="all"),
            mandate("to-lars", "office", "lars", clients={"groups": ["g"]}),
        ],
        "legal_relations": [
            signatory("l1", "office", "holding"),
            signatory("l2", "holding", "fred"),
            *(signatory(f"d{n}-dirk", f"d{n}", "dirk") for n in range(companies)),
            *(signatory(f"h{n}-mia", f"h{n}", "mia") for n in range(companies)),
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
