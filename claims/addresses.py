"""Where a person lives, as far as it tells them from others: postcode and house number. Personal, as a BSN is."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

__all__ = ["Address", "KnownBy", "as_typed"]

_POSTCODE: Final = re.compile(r"[1-9][0-9]{3}(?!SA|SD|SS)[A-Z]{2}")
_HOUSE_NUMBER: Final = re.compile(r"[1-9][0-9]{0,4}(?:-[0-9A-Z]{1,6})?")
_TYPED_NUMBER: Final = re.compile(r"([0-9]{1,5})(?:([A-Z][0-9A-Z]*)|[-/ ]+([0-9A-Z]+))?")
_LONGEST: Final = 40


class KnownBy(StrEnum):
    """By what somebody shows that they know a person: a BSN where there is a legal ground for it, else an address.

    Without a ground no BSN is stored, asked for or shown (G6).
    """

    BSN = "bsn"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Address:
    """A Dutch address: `1234AB`, and `12` or `12-A`. ValueError for another form, which never repeats it."""

    postcode: str = field(repr=False)
    house_number: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _POSTCODE.fullmatch(self.postcode):
            raise ValueError("a postcode is written as 1234AB")
        if not _HOUSE_NUMBER.fullmatch(self.house_number):
            raise ValueError("a house number is written as 12, or as 12-A with what comes after it")

    @property
    def value(self) -> str:
        """The one text of it."""
        return f"{self.postcode} {self.house_number}"

    @classmethod
    def of_value(cls, value: str) -> "Address":
        """The address with that text."""
        postcode, _, house_number = value.partition(" ")
        return cls(postcode, house_number)


def as_typed(postcode: str, house_number: str) -> Address | None:
    """The address that somebody typed, however they space it (`1234 ab`, `12 a`, `12a`, `12-2`); None where it is none."""
    if len(postcode) > _LONGEST or len(house_number) > _LONGEST:
        return None
    number = _TYPED_NUMBER.fullmatch(" ".join(house_number.upper().split()))
    if number is None:
        return None
    rest = number[2] or number[3]
    told = str(int(number[1])) + (f"-{rest}" if rest else "")
    try:
        return Address("".join(postcode.upper().split()), told)
    except ValueError:
        return None
