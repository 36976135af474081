"""Who is visiting a demo service provider: kept in its process, found by a random cookie."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from authz_server.demo.relying import Pending, Tokens
from claims.verify import OnBehalfOf, OwnBehalf

__all__ = ["Visit", "Visits"]

_MOST: Final = 1000
_MOST_PENDING: Final = 8


@dataclass(slots=True, repr=False)
class Visit:
    """One browser's visit: requests on their way, and after a login the tokens and what they show.

    `name` is the acting person's, where the ID token tells it; `choice` is what they came to do. `work` tells one
    person's work for one party from all other: a page that was drawn for other work acts no more. `acting` is held
    during an act: a refresh token works once, so that two acts at a time may not both use it.
    """

    pending: OrderedDict[str, Pending] = field(default_factory=OrderedDict)
    tokens: Tokens | None = None
    shown: OwnBehalf | OnBehalfOf | None = None
    name: str | None = None
    choice: str | None = None
    work: str | None = None
    acting: Lock = field(default_factory=Lock)

    def send_off(self, request: Pending) -> None:
        """Remember a request; the oldest is forgotten when somebody keeps beginning anew."""
        self.pending[request.state] = request
        while len(self.pending) > _MOST_PENDING:
            self.pending.popitem(last=False)


class Visits:
    """All visits; the one unseen longest is forgotten when there are too many. Threads share it."""

    def __init__(self) -> None:
        self._visits: OrderedDict[str, Visit] = OrderedDict()
        self._lock = Lock()

    def find(self, key: str | None) -> Visit | None:
        """The visit of that cookie."""
        with self._lock:
            visit = self._visits.get(key or "")
            if visit is not None and key is not None:
                self._visits.move_to_end(key)
            return visit

    def begin(self, visit: Visit) -> str:
        """Keep a visit; the key under which it is found."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._visits[key] = visit
            while len(self._visits) > _MOST:
                self._visits.popitem(last=False)
        return key

    def end(self, key: str | None) -> None:
        """Forget a visit."""
        with self._lock:
            self._visits.pop(key or "", None)
