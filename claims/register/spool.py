"""What has to wait its turn, outside memory: in a file that has no name and is gone with the process."""

import pickle
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, Final

__all__ = ["Spool"]

_IN_MEMORY: Final = 1 << 22  # bytes


class Spool:
    """Things that are added, and read again in that order; use it as a context, or close it."""

    def __init__(self) -> None:
        self._count = 0
        self._file: Final = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by `close`

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def add(self, thing: object) -> None:
        self._count += 1
        pickle.dump(thing, self._file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[Any]:
        self._file.seek(0)
        for _ in range(self._count):
            yield pickle.load(self._file)  # noqa: S301 - nobody else writes to a file without a name
