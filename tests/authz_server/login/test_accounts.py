"""Accounts open and close; wrong tries are counted."""

from concurrent.futures import ThreadPoolExecutor

from authz_server.login import accounts, attempts
from authz_server.login.accounts import AccountRefusal
from claims.assurance import Loa
from keys.sealing import KeyedDigest
from keys.storage import Database, Statement
from tests.support.asking import NOON

DIGEST = KeyedDigest(bytes(32))


def test_an_account_is_opened_once_and_can_be_closed(database: Database) -> None:
    with database.writing() as db:
        assert accounts.add(db, "bram", "hash", now=NOON) is None
        assert AccountRefusal.EXISTS == accounts.add(db, "bram", "other", now=NOON)
        assert ("hash", Loa.BASIC) == accounts.stored(db, "bram")

        assert accounts.close(db, "bram", now=NOON) is None
        assert accounts.stored(db, "bram") is None
        assert AccountRefusal.UNKNOWN == accounts.close(db, "bram", now=NOON)
        assert AccountRefusal.UNKNOWN == accounts.set_password(db, "bram", "other", now=NOON)

        assert accounts.add(db, "bram", "again", now=NOON) is None
        assert ("again", Loa.BASIC) == accounts.stored(db, "bram")


def test_wrong_tries_fill_a_window_that_ends_on_its_own(database: Database) -> None:
    keys = attempts.counted(DIGEST, "bram", "192.0.2.1")
    others = attempts.counted(DIGEST, "eva", "192.0.2.1")
    with database.writing() as db:
        for _ in range(attempts.PER_NAME.wrong):
            assert not attempts.too_many(db, keys, now=NOON)
            attempts.tried(db, keys, now=NOON)

        assert attempts.too_many(db, keys, now=NOON + attempts.WINDOW - 1)
        assert not attempts.too_many(db, others, now=NOON)
        assert not attempts.too_many(db, keys, now=NOON + attempts.WINDOW)

        attempts.tried(db, keys, now=NOON + attempts.WINDOW)
        assert not attempts.too_many(db, keys, now=NOON + attempts.WINDOW)


def test_a_right_password_clears_the_name_and_of_the_network_its_own_try_alone(database: Database) -> None:
    bram = attempts.counted(DIGEST, "bram", "192.0.2.1")
    with database.writing() as db:
        for number in range(attempts.PER_NETWORK.wrong - 1):
            attempts.tried(db, attempts.counted(DIGEST, f"name-{number}", "192.0.2.1"), now=NOON)
        for _ in range(3):
            assert attempts.tried(db, bram, now=NOON)
            assert attempts.too_many(db, bram, now=NOON)
            attempts.right(db, bram)
            assert not attempts.too_many(db, bram, now=NOON)
        attempts.tried(db, attempts.counted(DIGEST, "eva", "192.0.2.1"), now=NOON)

        assert attempts.too_many(db, bram, now=NOON)
        assert not attempts.too_many(db, attempts.counted(DIGEST, "bram", "192.0.2.2"), now=NOON)


def test_a_try_that_nobody_had_time_for_counts_for_nothing(database: Database) -> None:
    keys = attempts.counted(DIGEST, "bram", "192.0.2.1")
    with database.writing() as db:
        for _ in range(3 * attempts.PER_NAME.wrong):
            assert attempts.tried(db, keys, now=NOON)
            attempts.not_looked_at(db, keys)

        assert not attempts.too_many(db, keys, now=NOON)


def test_of_tries_at_the_same_time_no_more_are_looked_at_than_the_limit_says(database: Database) -> None:
    keys = attempts.counted(DIGEST, "bram", "192.0.2.1")

    def attempt(_: int) -> bool:
        with database.writing() as db:
            return attempts.tried(db, keys, now=NOON)

    with ThreadPoolExecutor(8) as pool:
        looked_at = list(pool.map(attempt, range(3 * attempts.PER_NAME.wrong)))

    assert attempts.PER_NAME.wrong == looked_at.count(True)


def test_an_ipv6_neighbour_counts_for_the_same_network() -> None:
    one = attempts.counted(DIGEST, "bram", "2001:db8:0:1::1")

    assert one == attempts.counted(DIGEST, "bram", "2001:db8:0:1:ffff::2")
    assert one != attempts.counted(DIGEST, "bram", "2001:db8:0:2::1")
    assert one != attempts.counted(DIGEST, "bram", "::ffff:192.0.2.1")


def test_counts_hold_neither_name_nor_address(database: Database) -> None:
    with database.writing() as db:
        attempts.tried(db, attempts.counted(DIGEST, "somebody", "192.0.2.77"), now=NOON)

        rows = str(db.all(Statement("SELECT * FROM login_attempts")))

    assert "somebody" not in rows
    assert "192.0.2.77" not in rows
