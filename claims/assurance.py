"""How sure we are, of a login or of a mandate: levels, their order, the weakest link."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

__all__ = ["Loa", "weakest"]


class Loa(IntEnum):
    """A level of assurance (`mandates.md` 2: `basic < low < substantial < high`)."""

    BASIC = 1
    LOW = 2
    SUBSTANTIAL = 3
    HIGH = 4

    @property
    def word(self) -> str:
        """The name in records, questions and tokens: `basic`, `low`, `substantial`, `high`."""
        return _WORD[self]

    @property
    def acr(self) -> str:
        """The URI that stands in `acr` (eIDAS; *basic* has none there and takes Logius's)."""
        return _ACR[self]

    @classmethod
    def of_word(cls, word: object) -> "Loa":
        """The level of that name; ValueError for anything else."""
        if isinstance(word, str) and (level := _OF_WORD.get(word)) is not None:
            return level
        raise ValueError("a level is one of basic, low, substantial, high")

    @classmethod
    def of_acr(cls, uri: str) -> "Loa | None":
        """The level that an `acr` value names, or None for a value that is not ours."""
        return _OF_ACR.get(uri)


_WORD: Final = {level: level.name.lower() for level in Loa}
_OF_WORD: Final = {word: level for level, word in _WORD.items()}
_ACR: Final = {
    Loa.BASIC: "http://eID.logius.nl/LoA/basic",
    Loa.LOW: "http://eidas.europa.eu/LoA/low",
    Loa.SUBSTANTIAL: "http://eidas.europa.eu/LoA/substantial",
    Loa.HIGH: "http://eidas.europa.eu/LoA/high",
}
_OF_ACR: Final = {uri: level for level, uri in _ACR.items()} | {"http://eid.logius.nl/LoA/basic": Loa.BASIC}


def weakest(login: Loa, links: Iterable[Loa]) -> Loa:
    """The level of the whole: no path is surer than its weakest link, nor than the login that uses it (R13)."""
    return min((login, *links))
