"""Someone else's keys: their JWKS, fetched within bounds, kept, and fetched again for a key id that we do not know.

Needs nothing but joserfc: service providers who verify our tokens use it, and we use it for the keys of clients.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Final

from keys.fetching import Bounds, Fetched, NotFetched, fetch
from keys.published import NotAKeySet, PublicKey, PublicKeys

__all__ = ["KeysUnavailable", "NoRoom", "RemoteKeys", "Room"]

_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age=(\d{1,9})(?:[,\s]|$)", re.IGNORECASE)


class KeysUnavailable(Exception):
    """Their keys cannot be had now; the text says why, for a log."""


class NoRoom(KeysUnavailable):
    """Too many of our threads are with other people's servers already: come back in a moment."""


class Room:
    """How many of a process's threads other people's servers may keep: `count` that ask, and `count` that wait.

    However many key sets there are, and however slow; they share one. A slow server then keeps no thread from those
    whose keys are here.
    """

    def __init__(self, count: int) -> None:
        self._asking: Final = BoundedSemaphore(count)
        self._waiting: Final = BoundedSemaphore(count)

    @contextmanager
    def to_ask(self) -> Iterator[None]:
        with _taken(self._asking):
            yield

    @contextmanager
    def to_wait(self) -> Iterator[None]:
        with _taken(self._waiting):
            yield


class RemoteKeys:
    """The keys at `url`.

    What was fetched is used for as long as the answer says (`max-age`, at most `longest`), else `longest`. A key id
    that is not among them makes us look again, but never within `cool_down` of the last try, so that nobody can
    make us hammer them with invented key ids. When they do not answer, what we have goes on for `stale` more: a
    short outage of theirs is no outage of ours. All in seconds of a clock that only runs forward.

    One thread asks at a time. The others go on with what is here, and wait where what they need is not; `room`
    bounds how many may.
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
        room: Room | None = None,
    ) -> None:
        self.url: Final = url
        self._bounds: Final = bounds or Bounds()
        self._longest: Final = longest
        self._cool_down: Final = cool_down
        self._stale: Final = stale
        self._clock: Final = clock
        self._fetch: Final = fetcher
        self._room: Final = room or _BOUNDLESS
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
        return self._having(lambda keys: bool(keys.matching(kid, alg))).matching(kid, alg)

    def holding(self, kid: str) -> PublicKeys:
        """The key set as it is now; looked at again where it holds no `kid`, which it may hold nevertheless not.

        KeysUnavailable when there is no key set.
        """
        return self._having(lambda keys: bool(keys.times(kid)))

    def _having(self, what: Callable[[PublicKeys], bool]) -> PublicKeys:
        """The key set, looked at again where it is old or has not `what`."""
        keys, now = self._keys, self._clock()
        if keys is not None and now < self._fresh_until and what(keys):
            return keys  # the usual way, and no token waits here for another's invented key id
        if self._lock.acquire(blocking=False):
            return self._looked_at_again(what)
        if keys is not None and now < self._usable_until and what(keys):
            return keys  # somebody asks already
        with self._room.to_wait():
            if not self._lock.acquire(timeout=self._bounds.seconds + 1):
                raise KeysUnavailable(f"{self.url}: it takes too long")
        return self._looked_at_again(what)

    def _looked_at_again(self, what: Callable[[PublicKeys], bool]) -> PublicKeys:
        """Called with the lock, which it gives back."""
        try:
            now = self._clock()
            if now >= self._fresh_until or not what(self._held(now)):
                self._try(now, what)
            return self._held(now)
        finally:
            self._lock.release()

    def _held(self, now: float) -> PublicKeys:
        if self._keys is None or now >= self._usable_until:
            raise KeysUnavailable(f"{self.url}: {self._failure}")
        return self._keys

    def _try(self, now: float, what: Callable[[PublicKeys], bool]) -> None:
        """Fetch, unless the last try is too recent. NoRoom where we may not, and have not `what`."""
        if now < self._tried_at + self._cool_down:
            return
        try:
            with self._room.to_ask():
                fetched = self._asked()
            keys = PublicKeys(json.loads(fetched.body))
        except NoRoom:
            if self._keys is None or now >= self._usable_until or not what(self._keys):
                raise
        except (NotFetched, NotAKeySet) as failure:
            self._failure = str(failure)
        except (ValueError, RecursionError):
            self._failure = "the answer is not JSON"
        else:
            fresh_for = self._fresh_for(fetched)
            self._usable_until = now + fresh_for + self._stale
            self._keys, self._fresh_until = keys, now + fresh_for

    def _asked(self) -> Fetched:
        try:
            return self._fetch(self.url, self._bounds)
        finally:
            self._tried_at = self._clock()  # however long it took: they are left alone from now on

    def _fresh_for(self, fetched: Fetched) -> float:
        told = _MAX_AGE.search(fetched.headers.get("cache-control", ""))
        return min(float(told[1]), self._longest) if told else self._longest


@contextmanager
def _taken(semaphore: BoundedSemaphore) -> Iterator[None]:
    if not semaphore.acquire(blocking=False):
        raise NoRoom("too many threads are with other people's servers")
    try:
        yield
    finally:
        semaphore.release()


_BOUNDLESS: Final = Room(2**31)
