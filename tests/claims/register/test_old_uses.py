"""G8: who logged in for whom is kept for seven years, goes by the batch, and the account is whole."""

import pytest

from claims.instants import parse_instant
from claims.register import journal, uses
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from keys.storage import Database, Statement
from tests.claims.register.test_uses import representation
from tests.support.account import breaches, signed_head, tampered
from tests.support.long_ago import erased_uses, told
from tests.support.register import VAULT

FIRST = parse_instant("2020-03-01T12:00:00Z")
ERASED = parse_instant("2027-02-28T23:00:00Z")
_LEFT = Statement("SELECT at FROM register_uses ORDER BY seq")


def left(database: Database) -> list[int]:
    with database.reading() as db:
        return [at for (at,) in db.all(_LEFT)]


def used(database: Database, *instants: int, chained: int) -> None:
    """Logins at these instants, chained together at another."""
    with database.writing() as db:
        for at in instants:
            uses.record(db, representation("bakery"), client="c", now=at)
        uses.chain_some(db, VAULT, now=chained)


@pytest.fixture
def years(database: Database) -> Database:
    """Three batches of one day, one that a clock ahead has a line in, and one of a day later."""
    for n in range(3):
        used(database, FIRST + n, FIRST + n, chained=FIRST + 60)
    used(database, FIRST, FIRST + 400 * 86400, chained=FIRST + 60)
    used(database, FIRST + 86400, chained=FIRST + 86400)
    return database


def test_g8_lines_go_with_their_batch_when_the_last_of_them_is_seven_years_old(years: Database) -> None:
    told(years, now=ERASED)

    assert 0 == erased_uses(years, now=ERASED - 1)
    assert 6 == erased_uses(years, now=ERASED)
    assert 0 == erased_uses(years, now=ERASED)

    assert [FIRST, FIRST + 400 * 86400, FIRST + 86400] == left(years)
    assert [] == breaches(years)
    assert signed_head(years, now=ERASED + 100) is not None
    told(years, now=ERASED + 86400)
    assert 1 == erased_uses(years, now=ERASED + 86400)


def test_by_a_clock_that_jumped_ahead_nobodys_logins_are_erased(years: Database) -> None:
    before = left(years)

    assert 0 == erased_uses(years, now=ERASED)

    assert before == left(years)


def test_lines_that_are_not_chained_yet_stay(database: Database) -> None:
    with database.writing() as db:
        uses.record(db, representation("bakery"), client="c", now=FIRST)
        journal.write(db, VAULT, Event.IMPORTED, None, by=OPERATOR, now=ERASED)

    assert 0 == erased_uses(database, now=ERASED)

    assert [FIRST] == left(database)


@pytest.mark.parametrize(
    ("done", "breach"),
    [
        (
            "INSERT INTO register_uses (at, represented, acting, service, client, path, actions, batch)"
            " VALUES (1, 'bakery', 'eva', 's', 'c', '[]', '[]', 1)",
            "erased_untold",
        ),
        ("DELETE FROM register_uses WHERE batch = 4", "content_altered"),
        ("DELETE FROM register_uses WHERE seq = 7", "content_altered"),
        ("UPDATE register_journal SET salt = NULL WHERE seq = 4", "erased_untold"),
    ],
)
def test_lines_that_come_back_or_go_untold_are_found(years: Database, done: str, breach: str) -> None:
    told(years, now=ERASED)
    erased_uses(years, now=ERASED)
    signed_head(years, now=ERASED + 1)
    assert [] == breaches(years)

    tampered(years, done)

    assert breach in {code for code, _ in breaches(years)}
