"""What a visitor asks of a service provider of the try-out world: in which languages, and for how much."""

import re
from decimal import Decimal
from typing import Final

from flask import request

from authz_server.demo.counters import cents_of
from authz_server.demo.speech import picked

__all__ = ["amount_of", "languages"]

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")  # RFC 5646, as far as browsers go
_MOST_LANGUAGES: Final = 5
_TOO_MUCH: Final = Decimal(10) ** 15


def languages() -> tuple[str, ...]:
    """What the visitor picked, then what their browser speaks; the language of our own pages where neither tells."""
    spoken = [tag for tag in request.accept_languages.values() if _LANGUAGE.fullmatch(tag)]
    wanted = picked()
    if wanted is not None:
        spoken = [wanted, *(tag for tag in spoken if tag != wanted)]
    return tuple(spoken[:_MOST_LANGUAGES]) or ("nl",)


def amount_of(typed: str) -> Decimal:
    """Euros as people type them; more than any limit for what is no amount, so that it is refused."""
    cents = cents_of(typed)
    return _TOO_MUCH if cents is None else Decimal(cents) / 100
