"""A world file of very many persons that is made as it is read."""

import io

__all__ = ["ManyPersons"]


class ManyPersons(io.RawIOBase):
    """A file of as many persons as one likes, which takes no memory."""

    _HEAD, _TAIL = b'{"parties": [', b'{"id": "last", "kind": "person", "name": "Anna"}]}'

    def __init__(self, persons: int) -> None:
        self.persons = persons
        self.each = len(self._person(0))
        self._at = 0

    @staticmethod
    def _person(number: int) -> bytes:
        return b'{"id": "p%07d", "kind": "person", "name": "%s"},\n' % (number, b"Anna " * 100)

    def seek(self, offset: int, whence: int = 0) -> int:
        assert whence == 0
        self._at = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        behind = self._at - len(self._HEAD)
        first = max(behind, 0) // self.each
        last = min(first + size // self.each + 2, self.persons)
        body = b"".join(map(self._person, range(first, last)))
        start = len(self._HEAD) + first * self.each
        whole = (self._HEAD if not first else b"") + body + (self._TAIL if last == self.persons else b"")
        begin = self._at - (0 if not first else start)
        piece = whole[begin : begin + size]
        self._at += len(piece)
        return piece
