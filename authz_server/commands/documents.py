"""What a command says of a document that is evidence: its kinds, and its digest, taken a piece at a time."""

import hashlib
from pathlib import Path
from typing import Final

from authz_server.commands.options import Refused
from claims.mandates import is_digest

__all__ = ["ATTACHED", "LONGEST", "told_digest"]

ATTACHED: Final = ("statement", "document", "desk", "notarial_deed")
_WITH_DIGEST: Final = frozenset({"document", "notarial_deed"})
LONGEST: Final = 100  # characters of a reference and of a verifier
_A_PIECE: Final = 1024 * 1024
_MOST: Final = 256 * 1024 * 1024  # bytes: some files have no end


def told_digest(kind: str, digest: str | None, file: Path | None) -> str | None:
    """The SHA-256 digest of a document, as it was told or taken from the file; None for what has none."""
    both, neither = digest is not None and file is not None, digest is None and file is None
    if both or (neither and kind in _WITH_DIGEST):
        raise Refused(
            "digest_needed",
            "A document or deed has its digest, told or taken from a file, not both.",
            "Give --file FILE, or --digest with 64 hexadecimal digits.",
        )
    taken = digest if file is None else _digest_of(file)
    if taken is not None and not is_digest(taken):
        raise Refused(
            "not_a_digest", "That is no SHA-256 digest.", "Write 64 hexadecimal digits, in lower case."
        )
    return taken


def _digest_of(file: Path) -> str:
    """The digest of what is in `file`, a piece at a time; nothing of it is kept."""
    taken, read = hashlib.sha256(), 0
    try:
        with file.open("rb") as opened:
            while piece := opened.read(_A_PIECE):
                read += len(piece)
                if read > _MOST:
                    raise Refused("file_too_large", f"{file} is larger than {_MOST} bytes.", None)
                taken.update(piece)
    except OSError as failure:
        raise Refused("file_unreadable", f"{file} cannot be read: {failure.strerror}.", None) from None
    return taken.hexdigest()
