"""What was filled in and done at a website of the try-out world, by party: kept in its process, and forgotten with it."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from claims.instants import Instant
from claims.verify import OnBehalfOf, OwnBehalf

__all__ = ["Done", "Dossier", "Dossiers", "whose"]

_MOST: Final = 500
_MOST_DONE: Final = 20


@dataclass(frozen=True, slots=True)
class Done:
    """One act: its number, when, which, by whom, for whom (None: for themself) and through whom, and what was filled in."""

    number: str
    at: Instant
    action: str
    by: str
    party: str | None
    through: tuple[str, ...]
    values: Mapping[str, str]


@dataclass(slots=True, repr=False)
class Dossier:
    """One party's file at one service: the form as it was last filled in, and what was done, the last first."""

    draft: dict[str, str] = field(default_factory=dict)
    done: tuple[Done, ...] = ()


class Dossiers:
    """All files of a website; the one unseen longest is forgotten when there are too many. Threads share it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Dossier] = OrderedDict()
        self._lock = Lock()

    def of(self, key: str) -> Dossier:
        """The file under that key; an empty one where there is none yet."""
        with self._lock:
            return self._kept.get(key) or Dossier()

    def add(self, key: str, done: Done) -> None:
        """Note an act, and keep its form as it was filled in."""
        with self._lock:
            before = self._kept.pop(key, None) or Dossier()
            self._kept[key] = Dossier({**before.draft, **done.values}, (done, *before.done)[:_MOST_DONE])
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)


def whose(shown: OwnBehalf | OnBehalfOf) -> str:
    """Whose file it is: the same for who acts for themself and for who acts for them."""
    if isinstance(shown, OwnBehalf):
        return f"{shown.service} {shown.person.sub}"
    return f"{shown.mandate.service} {shown.represented.sub} {shown.mandate.branch or ''}".strip()
