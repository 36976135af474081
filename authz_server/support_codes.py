"""The code that a page shows with a no, by which an operator finds the line in the log that tells of it.

Drawn anew for each page, out of nothing: it holds no data and opens nothing. It has another form than an activation
code, so that nobody who asks for the one is given the other.
"""

import secrets
from collections.abc import Iterable
from typing import Final

from authz_server.events import log_refused
from claims.activation_codes import ALPHABET

__all__ = ["told"]

_DRAWN: Final = (
    7  # of 31 signs: two of a year's refusals of a country may share one, and their times tell them apart
)
_FIRST: Final = 3


def told(refused: str, reasons: Iterable[str] = ()) -> str:
    """A new code (`7GK-P4RT`), logged with what was refused and for which `reasons`: stable words, nobody's data."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(_DRAWN))
    code = f"{drawn[:_FIRST]}-{drawn[_FIRST:]}"
    log_refused(code, refused, list(reasons))
    return code
