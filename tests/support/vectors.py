"""The frozen tokens of `tests/vectors`, and how each is put to a verifier."""

import json
from pathlib import Path
from typing import Any, Final

from claims import vectors as published

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
    return published.verdict({**vector, "jwks": vector["jwks"] or JWKS})
