"""Values that are the same for one recipient's sector and mean nothing to another's.

Each is a keyed digest over what it is for, the sector and the thing named. Who does not hold the key can
neither make one nor join two. (OIDC Core 8.1 asks the same of a pairwise `sub`.)
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Final

__all__ = ["Pairwise"]

_VERSION_8: Final = 8 << 76
_VARIANT: Final = 2 << 62
_FREE: Final = ~((15 << 76) | (3 << 62))


class Pairwise:
    """Pairwise values over `digest`: any keyed digest of several parts that answers in base64url.

    `keys.sealing.KeyedDigest(key).of` is one.
    """

    __slots__ = ("_digest",)

    def __init__(self, digest: Callable[..., str]) -> None:
        self._digest: Final = digest

    def sub(self, sector: str, party_id: str) -> str:
        """How a sector knows a person: `sub` when that person acts, and also when they are represented."""
        return self._digest("sub", sector, party_id)

    def link(self, sector: str, link_id: str) -> str:
        """How a sector knows a link: a UUID of version 8 (RFC 9562 5.8), the same for years."""
        number = int.from_bytes(urlsafe_b64decode(self._digest("link", sector, link_id)[:24])[:16], "big")
        text = f"{number & _FREE | _VERSION_8 | _VARIANT:032x}"
        return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def sid(self, client: str, session: str, represented: str | None) -> str:
        """A session as one client knows it, apart for each party that is represented in it."""
        return self._digest("sid", client, session, represented or "")

    def txn(self, sector: str, grant_id: str) -> str:
        """What joins all tokens of one grant, for one sector."""
        return self._digest("txn", sector, grant_id)
