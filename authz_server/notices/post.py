"""Letters, to who has no mail address: a folder from which somebody prints and posts them.

A letter names the party by its id too: whoever posts it looks up the address where it is registered.
"""

from pathlib import Path
from typing import Final, Protocol

from authz_server.config.sections import PostSettings
from authz_server.events import log_failure
from authz_server.notices.ways import Delivery, name_of, put_file
from authz_server.notices.words import Message
from claims.instants import Instant, day_of
from claims.parties import Party, cleaned

__all__ = ["LetterFolder", "Post", "post_of"]


class Post(Protocol):
    """A way to post letters."""

    def deliver(self, to: Party, message: Message, *, id: str, now: Instant) -> Delivery:
        """Post `message`; `id` is that of the oldest notice in it."""


class LetterFolder:
    """Letters that are put in a folder, a file each."""

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder

    def deliver(self, to: Party, message: Message, *, id: str, now: Instant) -> Delivery:
        address = [cleaned(to.name), *([cleaned(to.place)] if to.place else []), f"({to.id})"]
        letter = "\n".join([*address, "", day_of(now).isoformat(), "", message.subject, "", message.text])
        try:
            put_file(self._folder, f"{name_of(id)}.txt", letter.encode())
        except OSError as failure:
            log_failure(failure)
            return Delivery.LATER
        return Delivery.DONE


def post_of(settings: PostSettings) -> Post | None:
    """The way that is set; None where nothing is posted."""
    return None if settings.folder is None else LetterFolder(settings.folder)
