"""One JSON object of a world file, read member by member; what is wrong is noted and reading goes on."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

from claims.assurance import Loa
from claims.instants import Instant
from claims.worldfile import values
from claims.worldfile.faults import Fault, FaultCode
from claims.worldfile.text import Repeated, Streamed
from claims.worldfile.values import ID_FORM, INSTANT_FORM, or_none

__all__ = ["Members", "shown"]

T = TypeVar("T")
_KEY: Final = re.compile(r"[a-z][a-z_]{0,39}")
_FIRST_KEY: Final = re.compile(r"[^.\[]*")
_LEVELS: Final = {level.word: level for level in Loa}
_REQUIRED: Final = object()
_MISSED: Final = object()
_TEXT_OR_NONE: Final = or_none(values.shown_text)
_INSTANT_OR_NONE: Final = or_none(values.instant)
_DAY_OR_NONE: Final = or_none(values.day)
_DIGEST_OR_NONE: Final = or_none(values.digest)
_INSTANT_OR_NULL: Final = f"{INSTANT_FORM}, or null"
_NOTHING: Final[frozenset[str]] = frozenset()


def shown(key: str) -> str:
    """A key that the file chose, for use in a place: one that is no plain word could be a personal value."""
    return key if _KEY.fullmatch(key) else "?"


class Members:
    """The members of one object at `place`.

    Every method that reads a member returns something of the right type: where the file is wrong, a fault is
    noted and the value is a stand-in. Who compares two values asks `wrong` whether either is one.
    """

    __slots__ = ("_absent", "_before", "_faults", "_members", "_read", "place")

    def __init__(self, value: object, place: str, faults: list[Fault]) -> None:
        self.place = place
        self._faults = faults
        self._before = len(faults)
        self._read: set[str] = set()
        self._members: Mapping[str, object] = {}
        self._absent = not isinstance(value, dict)  # then nothing is missed in it
        if not isinstance(value, dict):
            if value is not _MISSED:
                self.note("", FaultCode.WRONG_TYPE, "this is no object", "write { … }")
            return
        self._members = value
        if isinstance(value, Repeated):
            for key in value.keys_repeated:
                self.note(shown(key), FaultCode.REPEATED_KEY, "this key occurs twice", "write it once")

    def wrong(self) -> frozenset[str]:
        """The keys of this object that were found wrong, in whatever depth, since it began to be read."""
        if len(self._faults) == self._before:
            return _NOTHING
        start = len(self.place) + 1 if self.place else 0
        places = (fault.place[start:] for fault in self._faults[self._before :])
        return frozenset(_FIRST_KEY.match(place)[0] for place in places)  # type: ignore[index]

    def note(self, key: str, code: FaultCode, wrong: str, right: str) -> None:
        """Note a fault of the member `key` (or of a part of it, `key[2]`), or of the whole object where it is empty."""
        self._faults.append(Fault(self._place_of(key), code, wrong, right))

    def _place_of(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place and key else self.place or key

    @property
    def absent(self) -> bool:
        """Whether there is no object to read."""
        return self._absent

    def has(self, key: str) -> bool:
        """Whether the member is there, be it null."""
        return key in self._members

    def close(self) -> None:
        """Note every member that nobody read: its key is unknown."""
        for key in self._members:
            if key not in self._read:
                known = ", ".join(sorted(self._read))
                self.note(shown(key), FaultCode.UNKNOWN_KEY, "this key is not known", f"known here: {known}")

    def _take(self, key: str, default: object = _REQUIRED) -> object:
        self._read.add(key)
        if key in self._members:
            return self._members[key]
        if default is _REQUIRED:
            self._miss(key)
            return _MISSED
        return default

    def _miss(self, key: str) -> None:
        if not self._absent:
            self.note(key, FaultCode.MISSING, "this is required", "add it")

    def _checked(self, key: str, default: object, stand_in: T, check: Callable[[object], T], right: str) -> T:
        self._read.add(key)
        if key in self._members:
            return self._tried(key, self._members[key], stand_in, check, right)
        if default is _REQUIRED:
            self._miss(key)
            return stand_in
        return default  # type: ignore[return-value]  # what a member that is left out means is of its type

    def _tried(self, key: str, value: object, stand_in: T, check: Callable[[object], T], right: str) -> T:
        try:
            return check(value)
        except TypeError:
            self.note(key, FaultCode.WRONG_TYPE, "this is of another type", right)
        except ValueError:
            self.note(key, FaultCode.MALFORMED, "this is not of the right form", right)
        return stand_in

    def _list(self, key: str, default: object, check: Callable[[object], str], right: str) -> tuple[str, ...]:
        """Every item of a list that is right; a fault is noted at the item."""
        self._take(key, default)
        read = []
        for number, item in enumerate(self._items(key)):
            place = f"{key}[{number}]"
            if one := self._tried(place, item, "", check, right):
                read.append(one)
        return tuple(read)

    def _once(self, key: str, items: tuple[str, ...]) -> tuple[str, ...]:
        """The items of a list in which each stands once."""
        if len(set(items)) != len(items):
            self.note(key, FaultCode.MALFORMED, "something stands in this list twice", "write each once")
        return items

    def _items(self, key: str) -> Iterable[object]:
        value = self._members.get(key, [])
        if isinstance(value, list | Streamed):
            return value
        self.note(key, FaultCode.WRONG_TYPE, "this is no list", "write [ … ]")
        return []

    def id(self, key: str = "id") -> str:
        """An opaque id."""
        return self._checked(key, _REQUIRED, "", values.opaque_id, ID_FORM)

    def text(self, key: str) -> str:
        """A text for people, without signs that are not seen, and not empty."""
        return self._checked(key, _REQUIRED, "", values.shown_text, "write a text that is not empty")

    def text_or_none(self, key: str) -> str | None:
        """The same, or None where it is null or left out."""
        return self._checked(key, None, None, _TEXT_OR_NONE, "write a text that is not empty, or null")

    def word(self, key: str, words: Mapping[str, T], stand_in: T) -> T:
        """One of `words`, as what it stands for."""
        value = self._members.get(key)
        if isinstance(value, str) and value in words:  # before any text of a fault is made
            self._read.add(key)
            return words[value]

        def check(value: object) -> T:
            if values.text(value) not in words:
                raise ValueError
            return words[values.text(value)]

        return self._checked(key, _REQUIRED, stand_in, check, f"write one of {', '.join(words)}")

    def loa(self, key: str) -> Loa:
        """A level of assurance."""
        return self.word(key, _LEVELS, Loa.BASIC)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        return self._checked(key, default, default, values.flag, "write true or false")

    def number(self, key: str, default: object, most: int, least: int = 0) -> int:
        """A whole number from `least` to `most`."""

        def check(value: object) -> int:
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError
            if not least <= value <= most:
                raise ValueError
            return value

        return self._checked(key, default, least, check, f"write a whole number from {least} to {most}")

    def instant(self, key: str) -> Instant:
        """An instant."""
        return self._checked(key, _REQUIRED, 0, values.instant, INSTANT_FORM)

    def instant_or_none(self, key: str) -> Instant | None:
        """An instant, or None where it is null or left out."""
        return self._checked(key, None, None, _INSTANT_OR_NONE, _INSTANT_OR_NULL)

    def required_instant_or_none(self, key: str) -> Instant | None:
        """An instant, or None where it is null; it must be there."""
        return self._checked(key, _REQUIRED, None, _INSTANT_OR_NONE, _INSTANT_OR_NULL)

    def day_or_none(self, key: str) -> date | None:
        """A day, or None where it is null or left out."""
        return self._checked(key, None, None, _DAY_OR_NONE, "write a day as YYYY-MM-DD, or null")

    def digest_or_none(self, key: str) -> str | None:
        """A SHA-256 digest, or None where it is null or left out."""
        form = "write a SHA-256 digest as 64 hexadecimal digits in lower case, or null"
        return self._checked(key, None, None, _DIGEST_OR_NONE, form)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts for people; empty where left out."""
        return self._list(key, (), values.shown_text, "write a text that is not empty")

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words such as `view`, each once."""
        return self._once(key, self._list(key, _REQUIRED, values.word, "write a word without spaces"))

    def words_of(self, key: str, words: Sequence[str], default: object = _REQUIRED) -> tuple[str, ...]:
        """A list of some of `words`, each once."""

        def one(value: object) -> str:
            if values.text(value) not in words:
                raise ValueError
            return values.text(value)

        return self._once(key, self._list(key, default, one, f"write one of {', '.join(words)}"))

    def ids(self, key: str, default: object = _REQUIRED) -> tuple[str, ...]:
        """A list of ids."""
        return self._list(key, default, values.opaque_id, ID_FORM)

    def raw(self, key: str, default: object = _REQUIRED) -> object:
        """The value as it stands, None where it is missing (which is noted unless it has a default)."""
        value = self._take(key, default)
        return None if value is _MISSED else value

    def one(self, key: str) -> "Members":
        """An object; it must be there."""
        return Members(self._take(key), self._place_of(key), self._faults)

    def one_or_none(self, key: str) -> "Members | None":
        """An object, or None where it is null or left out."""
        value = self._take(key, None)
        return None if value is None else Members(value, self._place_of(key), self._faults)

    def each(self, key: str) -> Iterator["Members"]:
        """The objects of a list; none where it is left out."""
        for place, value in self.items(key):
            yield Members(value, place, self._faults)

    def items(self, key: str) -> Iterator[tuple[str, object]]:
        """What stands in a list, each with its place; nothing where it is left out."""
        self._take(key, ())
        for number, item in enumerate(self._items(key)):
            yield f"{self._place_of(key)}[{number}]", item

    def own_keys(self) -> Iterator[str]:
        """The keys of an object whose keys are data."""
        self._read.update(self._members)
        yield from self._members
