"""Who can write in the table of keys, and has no seal key, brings in no key and changes none."""

import json
from collections.abc import Callable

import pytest

from keys import store
from keys.archive import Archive
from keys.checking import NotOurs
from keys.lifecycle import Life, Policy
from keys.material import Material
from keys.rings import PROVIDER, REGISTER
from keys.rotation import rotate, withdraw
from keys.sealing import Altered, Sealer, Unsealable
from keys.source import KeyringSource
from keys.storage import Connected, Database, Statement
from tests.support.clock import Clock

POLICY = Policy(rotate_every=1000, jwks_max_age=50, longest_token=300)
SEALER = Sealer(bytes(32))
INTRUDERS_SEALER = Sealer(bytes([9]) * 32)
HEAD = "journal-head+jwt"


@pytest.fixture
def register(database: Database, clock: Clock) -> KeyringSource:
    source = KeyringSource(database, SEALER, clock, POLICY, ring=REGISTER)
    source.current()
    return source


def change(sql: str) -> Callable[[Connected], None]:
    return lambda db: db.run(Statement(sql)) and None


def swap_the_public_half(db: Connected) -> None:
    (kid,) = db.all(Statement("SELECT kid FROM keys_keys"))[0]
    theirs = dict(Material.new("ES256").public) | {"kid": kid}
    db.run(Statement("UPDATE keys_keys SET public_jwk = :theirs"), {"theirs": json.dumps(theirs)})


def add_a_key(db: Connected) -> None:
    db.run(Statement("UPDATE keys_keys SET signs_until = 1, gone_at = 2"))  # one may be open
    store.add(db, INTRUDERS_SEALER, REGISTER, Material.new("ES256"), Life(1, 1))


ALTERATIONS = {
    "the public half of another key": swap_the_public_half,
    "a key of their own": add_a_key,
    "no seal at all": change("UPDATE keys_keys SET sealed_row = NULL"),
    "the seal of another column": change("UPDATE keys_keys SET sealed_row = sealed_private"),
    "an earlier beginning": change("UPDATE keys_keys SET signs_from = 1"),
    "an end": change("UPDATE keys_keys SET signs_until = 9000000000"),
    "another algorithm": change("UPDATE keys_keys SET alg = 'RS256'"),
}


@pytest.mark.parametrize("alteration", ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_a_row_that_was_altered_is_refused(
    register: KeyringSource, database: Database, clock: Clock, alteration: Callable[[Connected], None]
) -> None:
    with database.writing() as db:
        alteration(db)

    with database.reading() as db:
        assert 0 == len(Archive(db, SEALER, REGISTER).by_id)
    clock.now += 1
    with pytest.raises(Unsealable):
        KeyringSource(database, SEALER, clock, POLICY, ring=REGISTER).current()


def test_a_key_of_the_register_does_not_become_one_of_the_provider(
    register: KeyringSource, database: Database, clock: Clock
) -> None:
    with database.writing() as db:
        db.run(Statement("UPDATE keys_keys SET ring = 'provider'"))

    with pytest.raises(Altered):
        KeyringSource(database, SEALER, clock, POLICY).current()


def test_a_key_that_was_withdrawn_is_not_revived_by_taking_that_out_of_its_row(
    register: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    kid = register.current().signing_kids["ES256"]
    withdraw(database, SEALER, kid, now=now + 10, policy=POLICY, ring=REGISTER)

    with database.writing() as db:
        db.run(
            Statement(
                "UPDATE keys_keys SET withdrawn_at = NULL, signs_until = 9000000000 WHERE withdrawn_at = :at"
            ),
            {"at": now + 10},
        )

    clock.now = now + 20
    with pytest.raises(Altered):
        register.current()


def test_a_former_row_that_is_put_back_revives_a_withdrawn_key_until_the_seal_is_changed(
    database: Database, clock: Clock, now: int
) -> None:
    """What stays open (decision 58), and what closes it."""
    columns = "kid, ring, alg, public_jwk, sealed_private, announced_at, signs_from, sealed_row"
    provider = KeyringSource(database, SEALER, clock, POLICY)
    kid = provider.current().signing_kids["ES256"]
    token = provider.current().sign({"a": 1}, alg="ES256", typ="JWT")
    with database.reading() as db:
        row = db.one(Statement(f"SELECT {columns} FROM keys_keys WHERE kid = :kid"), {"kid": kid})
    assert row is not None
    withdraw(database, SEALER, kid, now=now, policy=POLICY)

    def put_back() -> None:
        names = columns.split(", ")
        with database.writing() as db:
            db.run(Statement("DELETE FROM keys_keys WHERE alg = 'ES256'"))
            db.run(
                Statement(f"INSERT INTO keys_keys ({columns}) VALUES (:{', :'.join(names)})"),
                dict(zip(names, row, strict=True)),
            )

    put_back()
    assert {"a": 1} == KeyringSource(database, SEALER, clock, POLICY).current().verify(token, typ=None)
    withdraw(database, SEALER, kid, now=now, policy=POLICY)
    with database.writing() as db:
        store.seal_anew(db, Sealer(bytes([2]) * 32, former=[bytes(32)]))
    changed = Sealer(bytes([2]) * 32)
    assert kid not in KeyringSource(database, changed, clock, POLICY).current().signing_kids.values()
    put_back()

    with pytest.raises(Unsealable):
        KeyringSource(database, changed, clock, POLICY).current()


def test_what_was_altered_is_not_made_good_by_the_next_rotation(
    register: KeyringSource, database: Database, now: int
) -> None:
    with database.writing() as db:
        swap_the_public_half(db)

    with pytest.raises(Altered):
        rotate(database, SEALER, now=now + 1, policy=POLICY, algorithms=["ES256"], ring=REGISTER)


def test_what_was_signed_years_ago_is_still_proved(
    register: KeyringSource, database: Database, clock: Clock, now: int
) -> None:
    head = register.current().sign({"seq": 1, "iat": now}, alg="ES256", typ=HEAD)
    first = register.current().signing_kids["ES256"]
    for _ in range(3):  # three times round, each key gone long before the next one is looked for
        rotate(database, SEALER, now=clock.now, policy=POLICY, algorithms=["ES256"], ring=REGISTER)
        clock.now += 10 * 365 * 86400
    assert first not in register.current().jwks_bytes.decode()

    with database.reading() as db:
        every = Archive(db, SEALER, REGISTER)

    assert {"seq": 1, "iat": now} == every.prove(head, typ=HEAD)
    assert now == every.by_id[first].life.signs_from
    assert 4 == len(every.by_id) == len(every.jwks()["keys"])
    assert every.prove(head, typ="JWT") is None


def test_when_a_key_was_withdrawn_is_known_ever_after(
    register: KeyringSource, database: Database, now: int
) -> None:
    kid = register.current().signing_kids["ES256"]
    before, after = (
        register.current().sign({"iat": now + instant}, alg="ES256", typ=HEAD) for instant in (9, 10)
    )
    withdraw(database, SEALER, kid, now=now + 10, policy=POLICY, ring=REGISTER)

    with database.reading() as db:
        every = Archive(db, SEALER, REGISTER)

    assert now + 10 == every.by_id[kid].life.withdrawn_at
    assert {"iat": now + 9} == every.prove(before, typ=HEAD)
    assert every.prove(after, typ=HEAD) is None


@pytest.mark.parametrize(("signed_last", "withdrawn_at"), [(None, 11), (10, 11), (8, 11), (13, 14)])
def test_what_was_signed_until_a_key_was_withdrawn_stays_proved_by_whatever_clock(
    register: KeyringSource, database: Database, now: int, signed_last: int | None, withdrawn_at: int
) -> None:
    kid = register.current().signing_kids["ES256"]
    last = None if signed_last is None else now + signed_last
    signed = register.current().sign({"iat": last or now}, alg="ES256", typ=HEAD)

    withdraw(
        database,
        SEALER,
        kid,
        now=now + 10,
        policy=POLICY,
        ring=REGISTER,
        signed_last=lambda db: last,
    )

    with database.reading() as db:
        every = Archive(db, SEALER, REGISTER)
        assert kid not in {key.kid for key in store.lives(db, REGISTER, now + 10)}
    assert now + withdrawn_at == every.by_id[kid].life.withdrawn_at
    assert {"iat": last or now} == every.prove(signed, typ=HEAD)


def test_neither_ring_proves_what_the_other_signed(
    register: KeyringSource, database: Database, clock: Clock
) -> None:
    provider = KeyringSource(database, SEALER, clock, POLICY)
    of_each = {
        PROVIDER: provider.current().sign({"iat": 1}, alg="ES256", typ="JWT"),
        REGISTER: register.current().sign({"iat": 1}, alg="ES256", typ="JWT"),
    }

    for source, theirs in ((provider, of_each[REGISTER]), (register, of_each[PROVIDER])):
        with pytest.raises(NotOurs):
            source.current().verify(theirs, typ=None)
        with database.reading() as db:
            assert Archive(db, SEALER, source.ring).prove(theirs, typ="JWT") is None
