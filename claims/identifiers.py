"""By which number a party is known: schemes, their forms and check digits (`mandates` 3, "Party")."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

__all__ = ["Identifier", "Scheme", "branch_number", "holds_a_bsn"]


class Scheme(StrEnum):
    """The registers that give out numbers to parties."""

    BSN = "bsn"
    KVK = "kvk"
    RSIN = "rsin"
    OIN = "oin"
    LEI = "lei"
    EIDAS = "eidas"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number in a scheme, right in form and check digit; ValueError otherwise, which never repeats the number.

    Every number of a person or a sole trader is personal, and nothing here knows whose it is: so `repr` shows none.
    """

    scheme: Scheme
    value: str = field(repr=False)

    def __post_init__(self) -> None:
        form, is_right, meaning = _FORMS[self.scheme]
        if not form.fullmatch(self.value) or not is_right(self.value):
            raise ValueError(f"{self.scheme} is written as {meaning}")


def branch_number(text: str) -> str:
    """`text` if it is the number of a branch (vestigingsnummer), 12 digits; ValueError otherwise."""
    if not _BRANCH.fullmatch(text):
        raise ValueError("a branch number has 12 digits")
    return text


def holds_a_bsn(text: str) -> bool:
    """Whether nine digits stand together, dots and spaces left out, that pass as a BSN."""
    together = re.sub(r"(?<=\d)[ .-](?=\d)", "", text)
    return any(_passes_eleven(digits) for digits in re.findall(r"(?<![0-9])[0-9]{9}(?![0-9])", together))


def _passes_eleven(number: str) -> bool:
    """The 11-proef of BSN and RSIN: weights 9 to 2, the last digit counts as -1; nought is nobody's number."""
    total = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), number, strict=False))
    return int(number) > 0 and (total - int(number[-1])) % 11 == 0


def _passes_97(number: str) -> bool:
    """The check of ISO 7064 (mod 97-10) in an LEI (ISO 17442): letters count as 10 to 35, the remainder is 1."""
    return int("".join(str(int(sign, 36)) for sign in number)) % 97 == 1


def _passes(_number: str) -> bool:
    return True


_BRANCH: Final = re.compile(r"[0-9]{12}")
_FORMS: Final[dict[Scheme, tuple[re.Pattern[str], Callable[[str], bool], str]]] = {
    Scheme.BSN: (re.compile(r"[0-9]{9}"), _passes_eleven, "9 digits that pass the 11-proef"),
    Scheme.KVK: (re.compile(r"[0-9]{8}"), _passes, "8 digits"),
    Scheme.RSIN: (re.compile(r"[0-9]{9}"), _passes_eleven, "9 digits that pass the 11-proef"),
    Scheme.OIN: (re.compile(r"[0-9]{20}"), _passes, "20 digits"),
    Scheme.LEI: (
        re.compile(r"[0-9A-Z]{18}[0-9]{2}"),
        _passes_97,
        "20 signs with two check digits (ISO 17442)",
    ),
    Scheme.EIDAS: (
        re.compile(r"[A-Z]{2}/[A-Z]{2}/[!-~]{1,256}"),
        _passes,
        "two countries and a number: ES/NL/ and its signs",
    ),
}
