"""Who: natural persons and organisations, and how their names are compared (`mandates` 3, R18)."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from claims.addresses import Address
from claims.identifiers import Identifier
from claims.instants import Instant

__all__ = ["Branch", "JointRule", "Party", "PartyKind", "cleaned", "folded", "searchable"]


# How the legal form begins; the trade register also has one "met meer dan één eigenaar".
_SOLE_TRADER: Final = "eenmanszaak"


class PartyKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch (vestiging) of an organisation; `number` has 12 digits."""

    number: str
    name: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class JointRule:
    """How many joint signatories must sign: `count` of them, or, where it is None, more than half."""

    count: int | None = 2


@dataclass(frozen=True, slots=True)
class Party:
    """A natural person or an organisation.

    `ceased_at` is the instant of death, or of ceasing to exist. `signatories_serve_clients` says whether whoever
    binds the organisation alone also acts for its clients (R9). `owned` is not said by the party's own record: the
    register knows of an `owner` of this business. `recorded_at` is None until it is recorded.
    """

    id: str
    kind: PartyKind
    name: str
    trade_names: tuple[str, ...] = ()
    legal_form: str | None = None
    place: str | None = None
    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)  # in the order of their schemes
    branches: tuple[Branch, ...] = ()
    born: date | None = field(default=None, repr=False)
    address: Address | None = field(default=None, repr=False)  # of a person; sealed, as numbers are
    ceased_at: Instant | None = None
    joint_rule: JointRule = JointRule()
    signatories_serve_clients: bool = True
    recorded_at: Instant | None = None
    owned: bool = False

    @property
    def is_sole_trader(self) -> bool:
        """Whether this is the business of one human being, whose numbers count as a person's (`claims` 2)."""
        return self.owned or (self.legal_form or "").casefold().startswith(_SOLE_TRADER)

    def has_branch(self, number: str) -> bool:
        """Whether the branch of that number is one of its branches."""
        return any(branch.number == number for branch in self.branches)


_OTHER_SIGNS: Final = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ß": "ss"}
)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})  # categories
_BLANKS: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
)  # letters and marks that show nothing


def folded(text: str) -> str:
    """`text` as names are put in order (R18): NFKD, combining marks removed, full case folding."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if unicodedata.category(sign)[0] != "M").casefold()


def searchable(text: str) -> str:
    """`text` as it is searched in (R18): folded, and the letters that do not decompose read as their nearest."""
    return folded(text).translate(_OTHER_SIGNS)


def cleaned(text: str) -> str:
    """`text` without the signs that are not seen: control, bidi and zero-width characters, line separators."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign for sign in text if unicodedata.category(sign) not in _UNSEEN and sign not in _BLANKS)
