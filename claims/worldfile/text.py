"""The text of a world file, read record by record: no more of it is held than its longest record needs.

The file is gone through once to see that it is JSON and where its lists stand; each list is read again, from
where it stands, as often as somebody goes through it.
"""

import json
import re
from codecs import BOM_UTF8, getincrementaldecoder
from collections import Counter
from collections.abc import Iterator
from typing import Final, NoReturn, Protocol

from claims.worldfile.faults import Fault, FaultCode

__all__ = ["FileChanged", "Repeated", "Streamed", "read_json"]

_AT_LEAST: Final = 1 << 16  # bytes read at a time
_TOKEN: Final = 16  # signs; an error further from the end than this is no token that was cut off
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_UNREADABLE: Final = "this cannot be read as JSON"
_RIGHT: Final = "write one JSON object, in UTF-8"


class Sought(Protocol):
    """A file of bytes in which one can go to and fro."""

    def read(self, size: int, /) -> bytes: ...

    def seek(self, offset: int, /) -> int: ...


class FileChanged(Exception):
    """A list of the file is not what it was when the file was first gone through."""


class Repeated(dict[str, object]):
    """A JSON object in which some member occurs twice; `keys_repeated` tells which."""

    keys_repeated: tuple[str, ...] = ()


class Streamed:
    """A list that stands in a file: each time that it is gone through it is read anew.

    Raises `FileChanged` where it no longer stands there.
    """

    __slots__ = ("_file", "_length", "_start")

    def __init__(self, file: Sought, start: int, length: int) -> None:
        self._file = file
        self._start = start
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[object]:
        met = 0
        try:
            for value in _Text(self._file, self._start).items():
                met += 1
                yield value
        except _NotJson:
            raise FileChanged from None
        if met != self._length:
            raise FileChanged


def read_json(file: Sought) -> object | Fault:
    """The JSON value that a file holds, with its repeated keys kept for `parse` to find.

    The lists of an object are `Streamed`: the file must stay open, and must be one that can be sought in.
    """
    try:
        text = _Text(file, _after_mark(file))
        value = _top(text, file)
        if text.next_sign():
            text.refuse()
    except _NotJson as wrong:
        return wrong.fault
    return value


def _top(text: "_Text", file: Sought) -> object:
    if text.next_sign() == "[":
        return _list(text, file)
    if text.next_sign() != "{":
        return text.value()
    pairs: list[tuple[str, object]] = []
    text.take("{")
    if text.next_sign() != "}":
        pairs.append(_member(text, file))
        while text.next_sign() == ",":
            text.take(",")
            pairs.append(_member(text, file))
    text.take("}")
    return _object(pairs)


def _member(text: "_Text", file: Sought) -> tuple[str, object]:
    if text.next_sign() != '"':
        text.refuse()
    key = text.value()
    text.take(":")
    value = _list(text, file) if text.next_sign() == "[" else text.value()
    return str(key), value


def _list(text: "_Text", file: Sought) -> Streamed:
    start = text.position()
    return Streamed(file, start, sum(1 for _ in text.items()))


class _NotJson(Exception):
    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.fault: Final = Fault("", FaultCode.NOT_JSON, what, _RIGHT)


class _Text:
    """The text of a file from a byte on, through a window that holds what is being read."""

    __slots__ = ("_at", "_bytes", "_column", "_decode", "_ended", "_file", "_line", "_read", "_text")

    def __init__(self, file: Sought, start: int) -> None:
        self._file = file
        self._read = start  # where the file is read on
        self._bytes = start  # before the window
        self._line, self._column = 1, 1  # of the first sign in the window
        self._text = ""
        self._at = 0  # what is next in the window
        self._decode = getincrementaldecoder("utf-8")().decode
        self._ended = False

    def position(self) -> int:
        """The byte at which the next sign stands."""
        return self._bytes + len(self._text[: self._at].encode())

    def next_sign(self) -> str:
        """The next sign that is no white space; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, sign: str) -> None:
        if self.next_sign() != sign:
            self.refuse()
        self._at += 1

    def items(self) -> Iterator[object]:
        """The values of the list that begins here."""
        self.take("[")
        if self.next_sign() != "]":
            yield self.value()
            while self.next_sign() == ",":
                self._at += 1
                yield self.value()
        self.take("]")

    def value(self) -> object:
        """The value that begins here."""
        self.next_sign()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as wrong:
                cut_off = wrong.msg.startswith("Unterminated") or wrong.pos >= len(self._text) - _TOKEN
                if cut_off and self._more():
                    continue
                self.refuse(wrong.pos)
            except (ValueError, RecursionError):
                raise _NotJson(_UNREADABLE) from None
            # a number that the window cuts off looks whole: 1 of 1.5e3
            if end < len(self._text) - _TOKEN or not self._more():
                self._at = end
                return value

    def refuse(self, at: int | None = None) -> NoReturn:
        """Raise what is told of a text that stops being JSON, at a place in the window."""
        line, column = self._place(self._at if at is None else at)
        raise _NotJson(f"this is no JSON, at line {line}, column {column}")

    def _place(self, at: int) -> tuple[int, int]:
        newlines = self._text.count("\n", 0, at)
        if not newlines:
            return self._line, self._column + at
        return self._line + newlines, at - self._text.rfind("\n", 0, at)

    def _more(self) -> bool:
        """Read on, and leave behind what was read before; whether there was more."""
        if self._ended:
            return False
        self._file.seek(self._read)
        # as much as is held already: a long value is not begun again for every piece of it
        piece = self._file.read(max(_AT_LEAST, len(self._text) - self._at))
        self._read += len(piece)
        self._ended = not piece
        try:
            more = self._decode(piece, self._ended)
        except UnicodeDecodeError:
            raise _NotJson(_UNREADABLE) from None
        if self._ended:
            return False
        self._bytes = self.position()
        self._line, self._column = self._place(self._at)
        self._text = self._text[self._at :] + more
        self._at = 0
        return True


def _after_mark(file: Sought) -> int:
    """Where the text begins: behind a byte order mark, if there is one."""
    file.seek(0)
    return len(BOM_UTF8) if file.read(len(BOM_UTF8)) == BOM_UTF8 else 0


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    times = Counter(key for key, _ in pairs)
    repeated = Repeated(members)
    repeated.keys_repeated = tuple(key for key in members if times[key] > 1)
    return repeated


def _no_number(_word: str) -> NoReturn:
    raise ValueError("no JSON number")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)
