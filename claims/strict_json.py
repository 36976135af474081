"""JSON read as strictly as it was meant: one meaning or none.

Two readers of one text must not see different things, since one of them may be the one that checks. So a
member that occurs twice (RFC 8259 4 leaves it open), a number that is no number, half a surrogate pair and
nesting without end are refused.
"""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Final, NoReturn

__all__ = ["parse"]

_DEEPEST: Final = 64


def parse(text: str) -> object:
    """The value that `text` is; ValueError for everything that is not exactly one JSON value."""
    try:
        value: object = json.loads(
            text, object_pairs_hook=_unrepeated, parse_constant=_no_number, parse_float=_finite
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    _check(value, 0)
    return value


def _unrepeated(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member occurs twice")
    return members


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("a number beyond all bounds")
    return number


def _check(value: object, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name)
            _check(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth + 1)


def _check_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("half a surrogate pair")
