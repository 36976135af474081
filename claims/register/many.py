"""One statement for a list of ids: prepared for a few sizes, so that the drivers keep what they prepared."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Final

from keys.storage import Connected, Row, Statement

__all__ = ["LARGEST", "ManyStatement"]

LARGEST: Final = 256
_NAMES: Final = tuple(f"i{n}" for n in range(LARGEST))
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, LARGEST)


class ManyStatement:
    """A statement with `:ids` where a list of ids belongs (`WHERE id IN (:ids)`).

    A list is cut in pieces of at most `LARGEST` and padded with its last id up to the next size, which changes
    nothing in a set.
    """

    __slots__ = ("_of_size",)

    def __init__(self, sql: str, *, postgresql: str | None = None) -> None:
        def of(size: int) -> Statement:
            ids = ", ".join(f":i{n}" for n in range(size))
            return Statement(
                sql.replace(":ids", ids), postgresql=postgresql and postgresql.replace(":ids", ids)
            )

        self._of_size: Final = {size: of(size) for size in _SIZES}

    def of_size(self, size: int) -> Statement:
        """The statement for a list of `size`, a power of two: for looking at its plan."""
        return self._of_size[size]

    def rows(
        self, db: Connected, ids: Sequence[str], values: Mapping[str, object] | None = None
    ) -> Iterator[Row]:
        """The rows for all of `ids`, piece by piece."""
        for statement, bound in self._pieces(ids, values):
            yield from db.all(statement, bound)

    def run(self, db: Connected, ids: Sequence[str], values: Mapping[str, object] | None = None) -> None:
        """Change the rows of all of `ids`."""
        for statement, bound in self._pieces(ids, values):
            db.run(statement, bound)

    def _pieces(
        self, ids: Sequence[str], values: Mapping[str, object] | None
    ) -> Iterator[tuple[Statement, dict[str, object]]]:
        for start in range(0, len(ids), LARGEST):
            piece = ids[start : start + LARGEST]
            size = next(size for size in _SIZES if size >= len(piece))
            bound: dict[str, object] = dict(values or {})
            bound.update(zip(_NAMES, chain(piece, repeat(piece[-1], size - len(piece))), strict=False))
            yield self._of_size[size], bound
