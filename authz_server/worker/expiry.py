"""The duty `expiry`: one round after another through every table whose rows end on their own.

What people rely on is not among them: mandates and their history, who logged in for whom (`register_uses`), the
journal, consents, accounts.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Final

from authz_server.api import expiry as of_api
from authz_server.config.sections import LifetimeSettings
from authz_server.login import expiry as of_login
from authz_server.notices import expiry as of_notices
from authz_server.oidc import expiry as of_oidc
from authz_server.portal import expiry as of_portal
from authz_server.worker.sweeping import Sweep, step
from claims.instants import Instant
from keys.storage import Database

__all__ = ["SWEEPS", "Round"]

_SETTLED_AFTER: Final = 5000  # rows: about a thousand pages of SQLite's log

SWEEPS: Final = (
    *of_oidc.SWEEPS,
    *of_login.SWEEPS,
    *of_api.SWEEPS,
    *of_notices.SWEEPS,
    *of_portal.SWEEPS,
)


class Round:
    """One round. `position` tells where it is, in a text from which another process can go on."""

    def __init__(
        self,
        database: Database,
        lifetimes: LifetimeSettings,
        *,
        position: str = "",
        sweeps: Sequence[Sweep] = SWEEPS,
    ) -> None:
        self.removed: Final[Counter[str]] = Counter()
        self._database: Final = database
        self._lifetimes: Final = lifetimes
        self._ahead = list(sweeps)
        self._after: tuple[str, ...] | None = None
        self._unsettled = 0
        if position:
            self._go_to(*json.loads(position))

    @property
    def position(self) -> str:
        """Empty at the end, where the next round begins."""
        return json.dumps([self._ahead[0].table, self._after]) if self._ahead else ""

    def step(self, *, now: Instant) -> bool:
        """Sweep a little further; False when there is nothing left to look at."""
        if not self._ahead:
            return False
        sweep = self._ahead[0]
        done = step(self._database, sweep, self._after, self._lifetimes, now=now)
        if done.removed:
            self.removed[sweep.table] += done.removed
        self._after = done.next
        if done.next is None:
            self._ahead.pop(0)
        self._unsettled += done.removed
        if self._unsettled >= (_SETTLED_AFTER if self._ahead else 1):
            self._database.settle()
            self._unsettled = 0
        return bool(self._ahead)

    def _go_to(self, table: str, after: Sequence[str] | None) -> None:
        """Begin there; at the first table where a version before this one had others."""
        tables = [sweep.table for sweep in self._ahead]
        if table in tables:
            del self._ahead[: tables.index(table)]
            self._after = tuple(after) if after and len(after) == len(self._ahead[0].key) else None
