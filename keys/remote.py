"""Someone else's keys: their JWKS, fetched within bounds, kept, and fetched again for a key id that we do not know.

Needs nothing but joserfc: service providers who verify our tokens use it, and we use it for the keys of clients.
"""

import json
import re
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from keys.fetching import Bounds, Fetched, NotFetched, fetch
from keys.published import NotAKeySet, PublicKey, PublicKeys

__all__ = ["KeysUnavailable", "RemoteKeys"]

_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age=(\d{1,9})(?:[,\s]|$)", re.IGNORECASE)


class KeysUnavailable(Exception):
    """Their keys cannot be had now; the text says why, for a log."""


class RemoteKeys:
    """The keys at `url`.

    What was fetched is used for as long as the answer says (`max-age`, at most `longest`), else `longest`. A key id
    that is not among them makes us look again, but never within `cool_down` of the last try, so that nobody can
    make us hammer them with invented key ids. When they do not answer, what we have goes on for `stale` more: a
    short outage of theirs is no outage of ours. All in seconds of a clock that only runs forward.
    """

    def __init__(
        self,
        url: str,
        *,
        bounds: Bounds | None = None,
        longest: float = 300,
        cool_down: float = 10,
        stale: float = 600,
        clock: Callable[[], float] = time.monotonic,
        fetcher: Callable[[str, Bounds], Fetched] = fetch,
    ) -> None:
        self.url: Final = url
        self._bounds: Final = bounds or Bounds()
        self._longest: Final = longest
        self._cool_down: Final = cool_down
        self._stale: Final = stale
        self._clock: Final = clock
        self._fetch: Final = fetcher
        self._lock: Final = Lock()
        self._keys: PublicKeys | None = None
        self._fresh_until = float("-inf")
        self._usable_until = float("-inf")
        self._tried_at = float("-inf")
        self._failure = "not fetched yet"

    def matching(self, kid: str | None, alg: str) -> list[PublicKey]:
        """The keys that may have signed with `alg` under `kid` (None: a token without one); maybe none.

        KeysUnavailable when there are no keys to look among.
        """
        with self._lock:
            now = self._clock()
            if now >= self._fresh_until:
                self._try(now)
            found = self._held(now).matching(kid, alg)
            if not found and self._try(now):
                found = self._held(now).matching(kid, alg)
            return found

    def holding(self, kid: str) -> PublicKeys:
        """The key set as it is now; looked at again where it holds no `kid`, which it may hold nevertheless not.

        KeysUnavailable when there is no key set.
        """
        keys = self._keys
        if keys is not None and self._clock() < self._fresh_until and keys.times(kid):
            return keys  # the usual way, and no token waits here for another's invented key id
        with self._lock:
            now = self._clock()
            if now >= self._fresh_until or not self._held(now).times(kid):
                self._try(now)
            return self._held(now)

    def _held(self, now: float) -> PublicKeys:
        if self._keys is None or now >= self._usable_until:
            raise KeysUnavailable(f"{self.url}: {self._failure}")
        return self._keys

    def _try(self, now: float) -> bool:
        """Fetch, unless the last try is too recent; whether the keys are new."""
        if now < self._tried_at + self._cool_down:
            return False
        self._tried_at = now
        try:
            fetched = self._fetch(self.url, self._bounds)
            self._keys = PublicKeys(json.loads(fetched.body))
        except (NotFetched, NotAKeySet) as failure:
            self._failure = str(failure)
            return False
        except (ValueError, RecursionError):
            self._failure = "the answer is not JSON"
            return False
        fresh_for = self._fresh_for(fetched)
        self._fresh_until = now + fresh_for
        self._usable_until = self._fresh_until + self._stale
        return True

    def _fresh_for(self, fetched: Fetched) -> float:
        told = _MAX_AGE.search(fetched.headers.get("cache-control", ""))
        return min(float(told[1]), self._longest) if told else self._longest
