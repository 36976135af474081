"""The database knows the secrets it was written with, and no two processes teach it different ones."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from keys.in_use import AnotherSecret, Purpose, claim, in_use, release, replace
from keys.storage import Database


def test_what_was_claimed_is_known_and_is_claimed_again_without_a_word(database: Database) -> None:
    for _ in range(2):
        with database.writing() as db:
            claim(db, Purpose.DIGEST, "one")
            claim(db, Purpose.SEAL, "first")
            claim(db, Purpose.SEAL, "second")

    with database.reading() as db:
        known = in_use(db)
    assert (frozenset({"one"}), frozenset({"first", "second"})) == (
        known[Purpose.DIGEST],
        known[Purpose.SEAL],
    )
    assert frozenset() == known[Purpose.PAIRWISE] == known[Purpose.CODES]


@pytest.mark.parametrize("purpose", [Purpose.DIGEST, Purpose.PAIRWISE, Purpose.CODES])
def test_a_purpose_has_one_secret_until_the_operator_says_otherwise(
    database: Database, purpose: Purpose
) -> None:
    with database.writing() as db:
        claim(db, purpose, "one")

    with pytest.raises(AnotherSecret, match=r"other.*one"), database.writing() as db:
        claim(db, purpose, "other")

    with database.writing() as db:
        replace(db, purpose, "other")
    with database.reading() as db:
        assert frozenset({"other"}) == in_use(db)[purpose]


def test_of_processes_that_begin_at_once_with_other_secrets_one_wins(database: Database) -> None:
    together = Barrier(4)

    def begin(number: int) -> str:
        together.wait()
        try:
            with database.writing() as db:
                claim(db, Purpose.PAIRWISE, f"key {number}")
        except AnotherSecret:
            return "refused"
        return f"key {number}"

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(begin, range(4)))

    with database.reading() as db:
        (winner,) = in_use(db)[Purpose.PAIRWISE]
    assert sorted([winner, *["refused"] * 3]) == sorted(found)


def test_who_seals_keeps_the_key_from_being_given_up_until_it_is_done(database: Database) -> None:
    """Otherwise what it seals would stand there under a key that nobody knows to be needed."""
    claimed, may_end = Event(), Event()

    def seal() -> None:
        with database.writing() as db:
            claim(db, Purpose.SEAL, "former")
            claimed.set()
            may_end.wait(5)

    def give_up() -> bool:
        with database.writing() as db:
            release(db, Purpose.SEAL, "former")
        return may_end.is_set()

    with database.writing() as db:
        claim(db, Purpose.SEAL, "former")
    with ThreadPoolExecutor(2) as pool:
        sealing = pool.submit(seal)
        assert claimed.wait(5)
        giving_up = pool.submit(give_up)
        with pytest.raises(TimeoutError):
            giving_up.result(timeout=0.3)
        may_end.set()
        sealing.result()
        assert giving_up.result()


def test_a_key_that_was_given_up_is_known_again_once_something_is_sealed_with_it(database: Database) -> None:
    with database.writing() as db:
        claim(db, Purpose.SEAL, "former")
        release(db, Purpose.SEAL, "former")
        claim(db, Purpose.SEAL, "former")

    with database.reading() as db:
        assert frozenset({"former"}) == in_use(db)[Purpose.SEAL]
