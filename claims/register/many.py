"""One statement for a list of ids: prepared for a few sizes, so that the drivers keep what they prepared."""

from collections.abc import Mapping, Sequence
from typing import Final

from keys.storage import Connected, Row, Statement

__all__ = ["LARGEST", "ManyStatement"]

LARGEST: Final = 256
_NAMES: Final = tuple(f"i{n}" for n in range(LARGEST))
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, LARGEST)
_SIZE_FOR: Final = (0, *(next(size for size in _SIZES if size >= count) for count in range(1, LARGEST + 1)))


class ManyStatement:
    """A statement with `:ids` where a list of ids belongs (`WHERE id IN (:ids)`).

    A list is cut in pieces of at most `LARGEST` and padded with its last id up to the next size, which changes
    nothing in a set. Where `:each` stands come the rows of `each`, a statement of its own limits, for every id (`{id}`).
    """

    __slots__ = ("_of_size",)

    def __init__(self, sql: str, *, postgresql: str | None = None, each: str = "") -> None:
        def of(size: int) -> Statement:
            ids = ", ".join(f":i{n}" for n in range(size))
            rows = " UNION ALL ".join(
                f"SELECT * FROM ({each.replace('{id}', f':i{n}')}) AS rows_of_one"  # noqa: S608 - our own words
                for n in range(size)
            )
            whole = sql.replace(":ids", ids).replace(":each", rows)
            return Statement(whole, postgresql=postgresql and postgresql.replace(":ids", ids))

        self._of_size: Final = {size: of(size) for size in _SIZES}

    def of_size(self, size: int) -> Statement:
        """The statement for a list of `size`, a power of two: for looking at its plan."""
        return self._of_size[size]

    def rows(
        self, db: Connected, ids: Sequence[str], values: Mapping[str, object] | None = None
    ) -> list[Row]:
        """The rows for all of `ids`, piece by piece."""
        if 0 < len(ids) <= LARGEST:
            return db.all(*self._bound(ids, values))
        found: list[Row] = []
        for start in range(0, len(ids), LARGEST):
            found += db.all(*self._bound(ids[start : start + LARGEST], values))
        return found

    def run(self, db: Connected, ids: Sequence[str], values: Mapping[str, object] | None = None) -> None:
        """Change the rows of all of `ids`."""
        for start in range(0, len(ids), LARGEST):
            db.run(*self._bound(ids[start : start + LARGEST], values))

    def _bound(
        self, piece: Sequence[str], values: Mapping[str, object] | None
    ) -> tuple[Statement, dict[str, object]]:
        size = _SIZE_FOR[len(piece)]
        bound: dict[str, object] = dict(zip(_NAMES, piece, strict=False))
        for n in range(len(piece), size):
            bound[_NAMES[n]] = piece[-1]
        if values:
            bound.update(values)
        return self._of_size[size], bound
