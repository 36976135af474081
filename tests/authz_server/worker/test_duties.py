"""One process at a time has a duty, whoever asks at the same time, and for no longer than it keeps saying so."""

from concurrent.futures import ThreadPoolExecutor

from authz_server.worker import duties
from keys.storage import Database


def claim(database: Database, holder: str, now: int) -> str | None:
    with database.writing() as db:
        return duties.claim(db, "expiry", holder, now=now, until=now + 60)


def note(database: Database, holder: str, now: int, until: int, position: str = "") -> bool:
    with database.writing() as db:
        return duties.note(db, "expiry", holder, now=now, until=until, position=position)


def test_of_many_that_claim_at_once_one_gets_it(database: Database, now: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda n: claim(database, f"process {n}", now), range(8)))

    assert 1 == got.count("")
    assert 7 == got.count(None)


def test_a_process_that_fell_silent_loses_it_and_the_next_goes_on_where_it_was(
    database: Database, now: int
) -> None:
    claim(database, "first", now)
    assert note(database, "first", now + 20, now + 80, "here")

    assert claim(database, "second", now + 79) is None
    assert "here" == claim(database, "second", now + 80)
    assert not note(database, "first", now + 81, now + 141, "there")
    assert note(database, "second", now + 81, now + 141)


def test_after_a_round_nobody_begins_before_its_time(database: Database, now: int) -> None:
    claim(database, "first", now)
    note(database, "first", now + 5, now + 305)

    with database.reading() as db:
        assert not duties.is_free(db, "expiry", now=now + 304)
        assert duties.is_free(db, "expiry", now=now + 305)
    assert claim(database, "second", now + 304) is None
    assert "" == claim(database, "second", now + 305)
