"""The keyring of the present moment, for a running process: it looks at the database once a second at most."""

from collections.abc import Callable, Sequence
from threading import Lock

from keys import store
from keys.algorithms import SignatureAlgorithm
from keys.keyring import KeyEntry, Keyring
from keys.lifecycle import Due, Policy, due
from keys.material import private_key
from keys.rings import ALWAYS_KEPT, PROVIDER, Ring
from keys.rotation import have, kept_algorithms, take_due_steps
from keys.sealing import Sealer
from keys.storage import Connected, Database
from keys.store import StoredKey

__all__ = ["KeyringSource"]


class KeyringSource:
    """Gives the keyring of now, kept between looks; what another process changed shows within a second.

    `current` may be called within a transaction of the caller: it only reads, but for an empty database, whose
    first keys it makes. `tend` takes the steps that are due and writes: call it outside transactions.
    """

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        clock: Callable[[], int],
        policy: Policy,
        *,
        ring: Ring = PROVIDER,
    ) -> None:
        self.policy = policy
        self._database = database
        self.sealer = sealer
        self._clock = clock
        self.ring = ring
        self._lock = Lock()
        self._keyring: Keyring | None = None
        self._seen: list[StoredKey] = []
        self._entries: dict[str, KeyEntry] = {}
        self._kept: tuple[SignatureAlgorithm, ...] = ALWAYS_KEPT[ring]
        self._looked_at = -1
        self._changes_at = 0

    def current(self) -> Keyring:
        """The keyring of now."""
        now = self._clock()
        if self._keyring is not None and now == self._looked_at:
            return self._keyring
        with self._lock:
            return self._look(now)

    def last(self) -> tuple[Keyring, int] | None:
        """The keyring of the last look, and how many seconds ago that was: for when the database does not answer."""
        keyring, looked_at = self._keyring, self._looked_at
        if keyring is None or looked_at < 0:
            return None
        return keyring, max(0, self._clock() - looked_at)

    def provide(self, alg: SignatureAlgorithm) -> Sequence[str]:
        """Have a key for `alg` from now on; the ids of keys that were made. Call it outside transactions."""
        now = self._clock()
        with self._lock:
            if alg in self._look(now).signing_kids:
                return ()
            made = have(self._database, self.sealer, alg, now=now, policy=self.policy, ring=self.ring)
            self._looked_at = -1
            self._look(now)
            return made

    def tend(self) -> Sequence[str]:
        """Take the steps that are due: announce successors in time, make first keys. The ids of keys it made."""
        now = self._clock()
        if self._keyring is not None and now == self._looked_at:
            return ()
        with self._lock:
            self._look(now)
            if not self._is_due(now):
                return ()
            made = take_due_steps(self._database, self.sealer, now=now, policy=self.policy, ring=self.ring)
            self._looked_at = -1
            self._look(now)
            return made

    def _look(self, now: int) -> Keyring:
        if self._keyring is not None and now == self._looked_at:
            return self._keyring
        with self._database.reading() as db:
            seen = store.lives(db, self.ring, now)
            # a keyring that was built ahead of now, by a clock that was set right since, is of another state
            set_back = now < self._looked_at
            if self._keyring is None or seen != self._seen or now >= self._changes_at or set_back:
                self._build(db, seen, now)
        if not seen:
            take_due_steps(self._database, self.sealer, now=now, policy=self.policy, ring=self.ring)
            with self._database.reading() as db:
                self._build(db, store.lives(db, self.ring, now), now)
        self._looked_at = now
        assert self._keyring is not None  # noqa: S101 - built above, or before
        return self._keyring

    def _build(self, db: Connected, seen: list[StoredKey], now: int) -> None:
        entries = {key.kid: self._entry(db, key, now) for key in seen}
        self._keyring = Keyring(entries.values(), now)
        self._seen, self._entries = seen, entries
        self._kept = kept_algorithms(db, self.ring)
        changes = [change for key in seen if (change := key.life.next_change(now)) is not None]
        self._changes_at = min(changes, default=now + self.policy.rotate_every)

    def _entry(self, db: Connected, key: StoredKey, now: int) -> KeyEntry:
        """The entry of a key, its row proved; its private half is imported once in the life of this process."""
        public = store.public_jwk(db, self.sealer, self.ring, key)
        if held := self._entries.get(key.kid):
            return KeyEntry(key.kid, key.alg, key.life, public, held.private)
        der = store.private_der(db, self.sealer, key.kid)
        private = private_key(der, key.alg) if der is not None else None
        return KeyEntry(key.kid, key.alg, key.life, public, private)

    def _is_due(self, now: int) -> bool:
        return any(
            due([key.life for key in self._seen if key.alg == alg], now, self.policy) is not Due.NOTHING
            for alg in self._kept
        )
