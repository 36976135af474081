"""The frozen tokens of `tests/vectors`, and how each is put to a verifier."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from claims.verify import Loa, OnBehalfOf, OwnBehalf, VerificationRefused, Verifier

FOLDER: Final = Path(__file__).parent.parent / "vectors"
FILES: Final = (
    "good",
    "malformed",
    "hostile_headers",
    "hostile_algorithms",
    "hostile_claims",
    "hostile_representation",
    "hostile_alterations",
    "hostile_id_tokens",
)

JWKS: Final = json.loads((FOLDER / "jwks.json").read_text())
"""The issuer's key set, for every vector that brings none of its own."""


def vectors(*files: str) -> list[Any]:
    return [vector for file in files or FILES for vector in json.loads((FOLDER / f"{file}.json").read_text())]


def verdict(vector: Any) -> dict[str, object]:
    """What our verifier says, in the words in which a vector expects it."""
    verifier = Verifier(keys=vector["jwks"] or JWKS, clock=lambda: vector["now"], **vector["verifier"])
    demand = dict(vector["demand"])
    if "at_least" in demand:
        demand["at_least"] = Loa.of_word(demand["at_least"])
    if "amount" in demand:
        demand["amount"] = Decimal(demand["amount"])
    if "day" in demand:
        demand["day"] = date.fromisoformat(demand["day"])
    verify = verifier.verify_id_token if vector["call"] == "id_token" else verifier.verify_access_token
    try:
        shown = verify(vector["token"], **demand)
    except VerificationRefused as refused:
        return {"refused": str(refused.code), "claim": refused.claim}
    match shown:
        case OwnBehalf(person, _, actions):
            return {"case": "own_behalf", "person": person.sub, "actions": list(actions)}
        case OnBehalfOf(person, represented, intermediaries, mandate):
            return {
                "case": "on_behalf_of",
                "person": person.sub,
                "represented": represented.sub,
                "intermediaries": [party.sub for party in intermediaries],
                "actions": list(mandate.actions),
                "effective": mandate.effective_assurance.word,
            }
