import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from keys import store
from keys.algorithms import SignatureAlgorithm
from keys.keyring import NotOurs
from keys.lifecycle import Policy, State
from keys.rings import PROVIDER, REGISTER
from keys.rotation import NotWithdrawn, rotate, take_due_steps, withdraw
from keys.sealing import Sealer, Unsealable
from keys.source import KeyringSource
from keys.storage import Database, Statement
from tests.support.clock import Clock

POLICY = Policy(rotate_every=1000, jwks_max_age=50, longest_token=300)
SEALER = Sealer(bytes(32))
BOTH: tuple[SignatureAlgorithm, ...] = ("ES256", "RS256")
_SEALED = Statement("SELECT kid, sealed_private, public_jwk FROM keys_keys")


@pytest.fixture
def source(database: Database, clock: Clock) -> KeyringSource:
    return KeyringSource(database, SEALER, clock, POLICY)


def states(database: Database, now: int, alg: str = "ES256") -> list[State]:
    with database.reading() as db:
        return [key.life.state(now) for key in store.all_keys(db, PROVIDER) if key.alg == alg]


def kid_that_signs(source: KeyringSource) -> str:
    return source.current().signing_kids["ES256"]


def test_the_first_keys_of_an_empty_database_sign_at_once(
    source: KeyringSource, database: Database, now: int
) -> None:
    keyring = source.current()

    assert {"ES256", "RS256"} == set(keyring.signing_kids)
    assert [State.SIGNING] == states(database, now)


def test_private_keys_are_sealed_at_rest_and_never_published(
    source: KeyringSource, database: Database
) -> None:
    source.current()

    with database.reading() as db:
        rows = db.all(_SEALED)
    assert 2 == len(rows)
    for _kid, sealed, public in rows:
        assert sealed.startswith(f"s1.{SEALER.key_id}.")
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(json.loads(public))


def test_another_seal_key_opens_nothing(source: KeyringSource, database: Database, clock: Clock) -> None:
    source.current()

    with pytest.raises(Unsealable):
        KeyringSource(database, Sealer(bytes([1]) * 32), clock, POLICY).current()


def test_a_key_lives_from_announced_to_gone(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    first = kid_that_signs(source)
    token = source.current().sign({"a": 1}, alg="ES256", typ="JWT")

    clock.now = now + 899
    source.tend()
    assert [State.SIGNING] == states(database, clock.now)

    clock.now = now + 900
    assert 2 == len(source.tend())
    assert [] == list(source.tend())
    assert [State.SIGNING, State.ANNOUNCED] == states(database, clock.now)
    assert first == kid_that_signs(source)
    assert 4 == len(source.current().jwks()["keys"])

    clock.now = now + 999
    assert first == kid_that_signs(source)

    clock.now = now + 1000
    assert first != kid_that_signs(source)
    assert [State.VERIFYING, State.SIGNING] == states(database, clock.now)

    clock.now = now + 1399
    assert {"a": 1} == source.current().verify(token, typ={"JWT"})

    clock.now = now + 1400
    assert [State.GONE, State.SIGNING] == states(database, clock.now)
    with pytest.raises(NotOurs):
        source.current().verify(token, typ={"JWT"})


def test_a_key_that_signs_no_more_loses_its_private_half(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    first = kid_that_signs(source)
    for clock.now in (now + 900, now + 1000, now + 1900):
        source.tend()

    with database.reading() as db:
        sealed = {kid: sealed for kid, sealed, _ in db.all(_SEALED)}
    assert sealed[first] is None
    assert sealed[kid_that_signs(source)] is not None


def test_when_nobody_was_there_in_time_the_key_goes_on_until_its_successor_is_known(
    source: KeyringSource, clock: Clock, now: int
) -> None:
    first = kid_that_signs(source)

    clock.now = now + 5000
    source.tend()

    assert first == kid_that_signs(source)
    clock.now = now + 5099
    assert first == kid_that_signs(source)
    clock.now = now + 5100
    assert first != kid_that_signs(source)


def test_rotating_announces_a_successor_for_twice_the_cache_life(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    first = kid_that_signs(source)

    clock.now = now + 10
    made = rotate(database, SEALER, now=clock.now, policy=POLICY, algorithms=BOTH)

    assert 2 == len(made)
    clock.now = now + 109
    assert first == kid_that_signs(source)
    clock.now = now + 110
    assert kid_that_signs(source) in made


def test_rotating_twice_makes_one_successor(source: KeyringSource, database: Database, now: int) -> None:
    source.current()

    first = rotate(database, SEALER, now=now + 1, policy=POLICY, algorithms=BOTH)
    second = rotate(database, SEALER, now=now + 2, policy=POLICY, algorithms=BOTH)

    assert (2, []) == (len(first), second)


def test_rotating_one_algorithm_leaves_the_other(source: KeyringSource, database: Database, now: int) -> None:
    source.current()

    rotate(database, SEALER, now=now + 1, policy=POLICY, algorithms=["ES256"])

    assert [State.SIGNING] == states(database, now + 1, "RS256")
    assert [State.SIGNING, State.ANNOUNCED] == states(database, now + 1)


def test_a_running_process_sees_within_a_second_what_another_changed(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    source.current()
    rotate(database, SEALER, now=now, policy=POLICY, algorithms=BOTH)
    assert 2 == len(source.current().jwks()["keys"])

    clock.now = now + 1

    assert 4 == len(source.current().jwks()["keys"])


def test_within_a_second_the_database_is_left_alone(
    source: KeyringSource, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.current()
    looked: list[int] = []
    monkeypatch.setattr(Database, "reading", lambda self: looked.append(1))

    source.current()
    source.tend()

    assert [] == looked


def test_an_unchanged_keyring_is_the_same_object(source: KeyringSource, clock: Clock, now: int) -> None:
    first = source.current()
    clock.now = now + 7

    assert first is source.current()


def test_a_withdrawn_key_stops_at_once_and_a_new_one_signs(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    first = kid_that_signs(source)
    token = source.current().sign({}, alg="ES256", typ="JWT")

    clock.now = now + 1
    made = withdraw(database, SEALER, first, now=clock.now, policy=POLICY)

    assert [kid_that_signs(source)] == made
    assert first not in source.current().jwks_bytes.decode()
    with pytest.raises(NotOurs):
        source.current().verify(token, typ=None)
    with database.reading() as db:
        assert store.private_der(db, SEALER, first) is None


def test_when_the_signing_key_is_withdrawn_its_announced_successor_signs_at_once(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    first = kid_that_signs(source)
    made = rotate(database, SEALER, now=now, policy=POLICY, algorithms=BOTH)

    clock.now = now + 1
    assert [] == withdraw(database, SEALER, first, now=clock.now, policy=POLICY)

    assert kid_that_signs(source) in made
    assert [State.WITHDRAWN, State.SIGNING] == states(database, clock.now)


def test_when_the_announced_key_is_withdrawn_the_signing_one_goes_on(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    first = kid_that_signs(source)
    (announced,) = rotate(database, SEALER, now=now, policy=POLICY, algorithms=["ES256"])

    withdraw(database, SEALER, announced, now=now + 1, policy=POLICY)

    clock.now = now + 500
    assert first == kid_that_signs(source)
    assert [State.SIGNING, State.WITHDRAWN] == states(database, clock.now)


def test_withdrawing_a_key_that_only_verifies_leaves_the_signing_one(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    first = kid_that_signs(source)
    rotate(database, SEALER, now=now, policy=POLICY, algorithms=BOTH)
    clock.now = now + 200
    second = kid_that_signs(source)

    assert [] == withdraw(database, SEALER, first, now=clock.now, policy=POLICY)

    clock.now = now + 201
    assert second == kid_that_signs(source)
    assert first not in source.current().jwks_bytes.decode()


def test_what_cannot_be_withdrawn_is_said_by_code(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    first = kid_that_signs(source)
    rotate(database, SEALER, now=now, policy=POLICY, algorithms=BOTH)

    gone = withdraw(database, SEALER, first, now=now + 5000, policy=POLICY)
    withdraw(database, SEALER, first, now=now + 1, policy=POLICY)

    assert NotWithdrawn.GONE is gone
    assert NotWithdrawn.ALREADY is withdraw(database, SEALER, first, now=now + 2, policy=POLICY)
    assert NotWithdrawn.UNKNOWN is withdraw(database, SEALER, "nobody", now=now, policy=POLICY)


def test_the_register_s_keys_are_not_the_provider_s(database: Database, clock: Clock, now: int) -> None:
    provider = KeyringSource(database, SEALER, clock, POLICY)
    register = KeyringSource(database, SEALER, clock, POLICY, ring=REGISTER)

    kids = {jwk["kid"] for source in (provider, register) for jwk in source.current().jwks()["keys"]}

    assert 3 == len(kids)
    assert {"ES256"} == set(register.current().signing_kids)
    assert NotWithdrawn.UNKNOWN is withdraw(
        database, SEALER, kid_that_signs(register), now=now, policy=POLICY
    )


def _at_once(count: int, work: "object") -> list[object]:
    barrier = Barrier(count)

    def one(_: int) -> object:
        barrier.wait()
        return work()  # type: ignore[operator]

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_many_processes_that_start_at_once_on_an_empty_database_agree(
    database: Database, clock: Clock, now: int
) -> None:
    def start() -> str:
        return kid_that_signs(KeyringSource(database, SEALER, clock, POLICY))

    kids = _at_once(6, start)

    assert 1 == len(set(kids))
    assert [State.SIGNING] == states(database, now)


def test_many_that_rotate_at_once_make_one_successor(
    source: KeyringSource, database: Database, now: int
) -> None:
    source.current()

    made = _at_once(6, lambda: rotate(database, SEALER, now=now + 5, policy=POLICY, algorithms=["ES256"]))

    assert 1 == sum(map(len, made))  # type: ignore[arg-type]
    assert [State.SIGNING, State.ANNOUNCED] == states(database, now + 5)


def test_many_that_find_a_step_due_take_it_once(source: KeyringSource, database: Database, now: int) -> None:
    source.current()

    _at_once(6, lambda: take_due_steps(database, SEALER, now=now + 950, policy=POLICY))

    assert [State.SIGNING, State.ANNOUNCED] == states(database, now + 950)
    assert [State.SIGNING, State.ANNOUNCED] == states(database, now + 950, "RS256")


def test_rotating_and_withdrawing_at_once_leaves_one_that_signs(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    for step in range(1, 6):
        clock.now = now + step * 200
        first = kid_that_signs(source)
        works = [
            lambda: rotate(database, SEALER, now=clock.now, policy=POLICY, algorithms=["ES256"]),
            lambda first=first: withdraw(database, SEALER, first, now=clock.now, policy=POLICY),
        ] * 2

        _at_once(4, lambda works=works: works.pop()())

        found = states(database, clock.now)
        assert 1 == found.count(State.SIGNING)
        assert 1 >= found.count(State.ANNOUNCED)


def test_a_key_is_made_when_somebody_first_asks_and_followed_by_others_from_then_on(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    assert "Ed25519" not in source.current().signing_kids

    (kid,) = source.provide("Ed25519")

    assert kid == source.current().signing_kids["Ed25519"]
    assert () == source.provide("Ed25519")
    clock.now = now + 950
    other_process = KeyringSource(database, SEALER, clock, POLICY)
    other_process.tend()
    assert [State.SIGNING, State.ANNOUNCED] == states(database, now + 950, "Ed25519")
    assert [] == states(database, now, "PS256")


def test_many_that_ask_for_a_key_at_once_make_one(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    source.current()

    _at_once(6, lambda: KeyringSource(database, SEALER, clock, POLICY).provide("Ed25519"))

    assert [State.SIGNING] == states(database, now, "Ed25519")


def test_withdrawing_the_only_key_of_an_algorithm_that_was_asked_for_brings_a_new_one(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    (kid,) = source.provide("Ed25519")

    (made,) = withdraw(database, SEALER, kid, now=now, policy=POLICY)  # type: ignore[misc]

    clock.now += 1
    assert made == source.current().signing_kids["Ed25519"]


@pytest.mark.parametrize("change", ["of another key", "under another id", "a number's"])
def test_a_private_half_opens_in_its_own_row_alone(database: Database, now: int, change: str) -> None:
    take_due_steps(database, SEALER, now=now, policy=POLICY)
    with database.writing() as db:
        first, second = store.all_keys(db, PROVIDER)
        moved = {
            "of another key": Statement(
                "UPDATE keys_keys SET sealed_private = (SELECT sealed_private FROM keys_keys WHERE kid = :other)"
                " WHERE kid = :kid"
            ),
            "under another id": Statement("UPDATE keys_keys SET kid = :other || 'x' WHERE kid = :kid"),
            "a number's": Statement("UPDATE keys_keys SET sealed_private = :sealed WHERE kid = :kid"),
        }[change]
        sealed = SEALER.seal(b"999997221", context="register_identifiers.sealed:bsn:a")
        db.run(moved, {"kid": first.kid, "other": second.kid, "sealed": sealed})
        kid = second.kid + "x" if change == "under another id" else first.kid

        with pytest.raises(Unsealable, match="moved"):
            store.private_der(db, SEALER, kid)


def test_a_clock_that_jumped_ahead_and_was_set_right_leaves_the_keys_as_other_processes_see_them(
    source: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    source.current()
    rotate(database, SEALER, now=now, policy=POLICY, algorithms=BOTH)
    clock.now = now + 1
    source.current()
    another = KeyringSource(database, SEALER, clock, POLICY)

    for ahead in (POLICY.announce_for, POLICY.announce_for + POLICY.verify_for):
        clock.now = now + ahead
        source.current()
        clock.now = now + 2

        assert another.current().signing_kids == source.current().signing_kids
        assert 4 == len(source.current().jwks()["keys"])


@pytest.mark.parametrize("back", [1, 3600])
def test_a_key_that_was_withdrawn_is_seen_by_a_process_whose_clock_was_turned_back(
    source: KeyringSource, database: Database, clock: Clock, now: int, back: int
) -> None:
    first = kid_that_signs(source)
    withdraw(database, SEALER, first, now=now, policy=POLICY)

    clock.now = now - back

    assert first not in source.current().jwks_bytes.decode()
    assert kid_that_signs(source) != first
