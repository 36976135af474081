"""The ways on which a message goes out: what they are asked, and what they answer."""

import hashlib
import os
from enum import Enum
from pathlib import Path

__all__ = ["Delivery", "name_of", "put_file"]


class Delivery(Enum):
    """What became of one message."""

    DONE = "done"
    LATER = "later"  # it may go well another time
    NEVER = "never"  # that address takes no mail


def name_of(id: str) -> str:
    """A name for the message of the notice `id`: the same however often it is sent, and safe wherever it stands."""
    return hashlib.sha256(id.encode()).hexdigest()[:32]


def put_file(folder: Path, name: str, content: bytes) -> None:
    """Put a file there whole, readable by its owner alone; the one that is there by that name already is the same."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = folder / f".{name}.part"
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
    beside.replace(folder / name)
