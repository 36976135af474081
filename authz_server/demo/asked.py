"""What a visitor asks of a service provider of the try-out world: in which languages, and for how much."""

import re
from decimal import Decimal
from typing import Final

from flask import request

__all__ = ["amount_of", "languages"]

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")  # RFC 5646, as far as browsers go
_MOST_LANGUAGES: Final = 5
_AN_AMOUNT: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?", re.ASCII)
_TOO_MUCH: Final = Decimal(10) ** 15


def languages() -> tuple[str, ...]:
    """What the visitor's browser speaks; the language of our own pages where it does not tell."""
    spoken = [tag for tag in request.accept_languages.values() if _LANGUAGE.fullmatch(tag)]
    return tuple(spoken[:_MOST_LANGUAGES]) or ("nl",)


def amount_of(typed: str) -> Decimal:
    """Euros as people type them; more than any limit for what is no amount, so that it is refused."""
    bare = typed.strip().removeprefix("€").strip()
    if "," in bare:  # as Dutch has it: 1.250,00
        bare = bare.replace(".", "").replace(",", ".")
    return Decimal(bare) if _AN_AMOUNT.fullmatch(bare) else _TOO_MUCH
