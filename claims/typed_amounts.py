"""Amounts of money as people type them."""

import re
from typing import Final

from claims.limits import amount_of

__all__ = ["typed_amount"]

_SPACES: Final = re.compile(r"[\s\u00a0]")
# 1250, 1250,00, 1.250,00 and, as English has it, 1250.00 and 1,250.00
_PLAIN: Final = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{2}))?", re.ASCII)
_DUTCH: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){1,3})(?:,([0-9]{2}))?", re.ASCII)
_ENGLISH: Final = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.([0-9]{2}))?", re.ASCII)


def typed_amount(text: str) -> int | None:
    """Cents, from euros as people write them; None for what is no amount, or nothing at all."""
    bare = _SPACES.sub("", text).removeprefix("€")
    for form in (_PLAIN, _DUTCH, _ENGLISH):
        if found := form.fullmatch(bare):
            euros = re.sub(r"[.,]", "", found[1]).lstrip("0") or "0"
            try:
                return amount_of(f"{euros}.{found[2] or '00'}")
            except ValueError:
                return None
    return None
