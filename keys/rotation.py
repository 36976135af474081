"""One step in the life of the keys: announce a successor, withdraw a key. Safe when two processes do so at once.

Every change begins by locking the keys and reading them again, so that the second of two processes sees what the
first one did and finds nothing left to do. New key pairs are made before the lock is taken: an RSA key takes
long.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum

from keys import store
from keys.algorithms import SignatureAlgorithm
from keys.lifecycle import Due, Life, Policy, State, due
from keys.material import Material
from keys.rings import ALWAYS_KEPT, PROVIDER, REGISTER, Ring
from keys.sealing import Sealer
from keys.storage import Connected, Database
from keys.store import StoredKey

__all__ = [
    "PROVIDER",
    "REGISTER",
    "NotWithdrawn",
    "have",
    "kept_algorithms",
    "rotate",
    "take_due_steps",
    "withdraw",
]


class NotWithdrawn(StrEnum):
    """Why a key was not withdrawn."""

    UNKNOWN = "key_unknown"
    ALREADY = "key_already_withdrawn"
    GONE = "key_gone"


def take_due_steps(
    database: Database, sealer: Sealer, *, now: int, policy: Policy, ring: Ring = PROVIDER
) -> list[str]:
    """Make and announce the keys that are due at `now`; the ids of those that were made."""
    with database.reading() as db:
        wanted = _algorithms_due(kept_algorithms(db, ring), store.lives(db, ring, now), now, policy)
    return _announce(database, sealer, wanted, now=now, policy=policy, ring=ring, early=False)


def have(
    database: Database, sealer: Sealer, alg: SignatureAlgorithm, *, now: int, policy: Policy, ring: Ring
) -> list[str]:
    """Make a first key for `alg` where there is none; it signs at once, and is followed by others from then on."""
    return _announce(database, sealer, (alg,), now=now, policy=policy, ring=ring, early=False)


def rotate(
    database: Database,
    sealer: Sealer,
    *,
    now: int,
    policy: Policy,
    algorithms: Iterable[SignatureAlgorithm] | None = None,
    ring: Ring = PROVIDER,
) -> list[str]:
    """Announce a successor for each of `algorithms` (None: all of the ring) before it is due; the ids of those that were made.

    Where a successor is announced already, nothing is made: it will sign when its time has come.
    """
    if algorithms is None:
        with database.reading() as db:
            algorithms = kept_algorithms(db, ring)
    return _announce(database, sealer, algorithms, now=now, policy=policy, ring=ring, early=True)


def withdraw(
    database: Database,
    sealer: Sealer,
    kid: str,
    *,
    now: int,
    policy: Policy,
    ring: Ring = PROVIDER,
    signed_last: Callable[[Connected], int | None] | None = None,
) -> NotWithdrawn | list[str]:
    """End a key at once: it signs, verifies and is published no more, and its private half is forgotten.

    If it signed, its announced successor signs from now on; where there is none, a new key does, although nobody
    knows it yet: readers meet an unknown key id and fetch our keys again. The ids of new keys are returned.

    Where what a ring signed is to stay proved for good, `signed_last` tells the latest instant of it, by whatever
    clock: the key is written down as withdrawn a second after that, or after `now`.
    """
    with database.recording() as db:
        store.lock(db)
        key = store.known(db, ring, kid)
        if key is None:
            return NotWithdrawn.UNKNOWN
        state = key.life.state(now)
        if state is State.WITHDRAWN:
            return NotWithdrawn.ALREADY
        if state is State.GONE:
            return NotWithdrawn.GONE
        at = now if signed_last is None else max(now, signed_last(db) or 0) + 1
        store.change_life(db, sealer, ring, key, replace(key.life, withdrawn_at=at))
        others = [other for other in store.lives(db, ring, now) if other.alg == key.alg]
        _close_the_gap(db, sealer, ring, key, others, now)
        store.drop_private(db, now)
    return take_due_steps(database, sealer, now=now, policy=policy, ring=ring)


def kept_algorithms(db: Connected, ring: Ring) -> tuple[SignatureAlgorithm, ...]:
    """What a ring has keys for: those of its first day, and those that somebody asked for since."""
    always = ALWAYS_KEPT[ring]
    return (*always, *sorted(store.algorithms(db, ring) - set(always)))


def _close_the_gap(
    db: Connected, sealer: Sealer, ring: Ring, withdrawn: StoredKey, others: list[StoredKey], now: int
) -> None:
    """What the other keys of the algorithm do instead of the one that was `withdrawn`."""
    match withdrawn.life.state(now):
        case State.ANNOUNCED:
            # the one that was to stop when this one began goes on
            for other in others:
                if other.life.signs_until == withdrawn.life.signs_from:
                    goes_on = replace(other.life, signs_until=None, gone_at=None)
                    store.change_life(db, sealer, ring, other, goes_on)
        case State.SIGNING:
            for other in others:
                if other.life.state(now) is State.ANNOUNCED:
                    store.change_life(db, sealer, ring, other, replace(other.life, signs_from=now))
        case _:
            pass


def _announce(
    database: Database,
    sealer: Sealer,
    algorithms: Iterable[SignatureAlgorithm],
    *,
    now: int,
    policy: Policy,
    ring: Ring,
    early: bool,
) -> list[str]:
    made = [Material.new(alg) for alg in algorithms]
    if not made:
        return []
    added = []
    with database.writing() as db:
        store.lock(db)
        for material in made:
            lives = [key for key in store.lives(db, ring, now) if key.alg == material.alg]
            current = next((key for key in lives if key.life.open), None)
            if current is None:
                store.add(db, sealer, ring, material, Life(now, now))
            elif now >= current.life.signs_from and (
                early or due([current.life], now, policy) is Due.SUCCESSOR
            ):
                begins = now + policy.announce_for
                store.change_life(db, sealer, ring, current, current.life.succeeded_at(begins, policy))
                store.add(db, sealer, ring, material, Life(now, begins))
            else:
                continue
            added.append(material.kid)
        store.drop_private(db, now)
    return added


def _algorithms_due(
    kept: Iterable[SignatureAlgorithm], keys: list[StoredKey], now: int, policy: Policy
) -> list[SignatureAlgorithm]:
    return [
        alg
        for alg in kept
        if due([key.life for key in keys if key.alg == alg], now, policy) is not Due.NOTHING
    ]
