"""Makes the test vectors beside it: tokens good and hostile, with what a verifier must say of each.

    python -m tests.vectors.make

They are frozen: a test fails where a format or a verdict has changed, and the diff shows it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tests.vectors.good import good
from tests.vectors.hostile_algorithms import hostile_algorithms
from tests.vectors.hostile_alterations import hostile_alterations
from tests.vectors.hostile_claims import hostile_claims
from tests.vectors.hostile_headers import hostile_headers
from tests.vectors.hostile_id_tokens import hostile_id_tokens
from tests.vectors.hostile_representation import hostile_representation
from tests.vectors.malformed import malformed
from tests.vectors.tokens import HERE, Json, jwks

FILES: Final[Mapping[str, Callable[[], Iterator[Json]]]] = {
    "good": good,
    "malformed": malformed,
    "hostile_headers": hostile_headers,
    "hostile_algorithms": hostile_algorithms,
    "hostile_claims": hostile_claims,
    "hostile_representation": hostile_representation,
    "hostile_alterations": hostile_alterations,
    "hostile_id_tokens": hostile_id_tokens,
}


def text_of(name: str) -> str:
    """What the file `<name>.json` holds: one vector a line, so that a diff shows which changed."""
    lines = ",\n".join(json.dumps(vector, ensure_ascii=True) for vector in FILES[name]())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    (HERE / "jwks.json").write_text(json.dumps(jwks(), indent=1) + "\n")
    for file in FILES:
        (HERE / f"{file}.json").write_text(text_of(file))
