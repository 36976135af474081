"""Activation codes: what somebody types to take up a permission that was given on paper or by word of mouth (G6).

Eight drawn signs of an alphabet without look-alikes (39.6 bits) and a check sign, shown in two groups: `K7P4-9TRX-M`. A
sign that was read wrong, and two that changed places, fail the check sign: that is a typing error, and no try.
"""

import secrets
from collections.abc import Callable
from typing import Final

__all__ = ["ALPHABET", "draw", "read", "shown"]

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O, no 1 I L: thirty-one signs, a prime
_DRAWN: Final = 8
_LONGEST_TYPED: Final = 40  # characters, with all that people put between groups
_BETWEEN: Final = str.maketrans("", "", " -.\u00a0\u2010\u2011\u2013\u2014")


def draw(below: Callable[[int], int] = secrets.randbelow) -> str:
    """A new code with its check sign, as it is digested; `below(n)` draws one of 0 to n - 1."""
    drawn = "".join(ALPHABET[below(len(ALPHABET))] for _ in range(_DRAWN))
    return drawn + _check_sign(drawn)


def shown(code: str) -> str:
    """The code as people read it: two groups, and the check sign."""
    return f"{code[:4]}-{code[4:_DRAWN]}-{code[_DRAWN:]}"


def read(typed: str) -> str | None:
    """The code that was typed, in whatever case and grouping; None where it was typed wrong."""
    if len(typed) > _LONGEST_TYPED:
        return None
    code = typed.translate(_BETWEEN).upper()
    if len(code) != _DRAWN + 1 or any(sign not in ALPHABET for sign in code):
        return None
    return code if _check_sign(code[:_DRAWN]) == code[_DRAWN] else None


def _check_sign(drawn: str) -> str:
    """Each place has a weight of its own, and the signs are as many as a prime: no single error and no swap passes."""
    total = sum((place + 2) * ALPHABET.index(sign) for place, sign in enumerate(drawn))
    return ALPHABET[total % len(ALPHABET)]
