"""Files that are there whole or not at all."""

import os
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

__all__ = ["make_whole", "write_whole"]

_ENDINGS: Final = (signal.SIGTERM, signal.SIGHUP)


def write_whole(file: Path, write: Callable[[BinaryIO], None]) -> None:
    """Let `write` write the whole of `file`, as `make_whole` does. A device or a pipe is written to. Raises OSError."""
    file = file.resolve()
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(file.stat().st_mode):  # never replaced
            with file.open("wb") as out:
                write(out)
            return

    def make(beside: Path) -> None:
        with beside.open("wb") as out:
            write(out)

    make_whole(file, make)


def make_whole(file: Path, make: Callable[[Path], None]) -> None:
    """Let `make` fill an empty file beside `file`, readable by its owner alone, and put it in its place once it is
    on the disk.

    However the process ends, what stands at `file` is what was there before or all of it; where it is killed
    (SIGKILL, a loss of power), a file `.<name>.….part` may be left beside it. Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    os.close(handle)
    beside = Path(name)
    try:
        with _ending_by_exception():
            make(beside)
            with beside.open("rb") as made:
                os.fsync(made.fileno())
            beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def _ending_by_exception() -> Iterator[None]:
    """Let the signals that end a process end it as Ctrl-C does, so that it clears away what it began."""

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
