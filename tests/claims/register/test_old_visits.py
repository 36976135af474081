"""G8: visits to a desk go seven years after they ended, with their links, and the account stays whole."""

import pytest

from claims.desk import LONGEST_VISIT, DeskVisit, Shown
from claims.evidence import DEFAULT_POLICY
from claims.instants import birthday, day_of
from claims.keeping import Periods
from claims.register import journal, old_visits, visits
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from keys.storage import Database, Statement
from tests.claims.register.test_papers import appointment
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches
from tests.support.offers import actor, fresh_world
from tests.support.register import VAULT, landed

PERIODS = Periods()
OVER = birthday(day_of(TODAY + LONGEST_VISIT), PERIODS.kept)
_TABLES = (
    ("register_visits", "id"),
    ("register_links", "id"),
    ("register_versions", "id"),
    ("register_candidates", "link"),
    ("register_former_parties", "id"),
)


@pytest.fixture
def visit(database: Database) -> DeskVisit:
    """One that went by, and one of another clerk a year later."""
    fresh_world(database)
    landed(database, {"desk_appointments": [appointment("noah"), appointment("mo")]}, now=TODAY - 5)
    return opened(database, "noah", TODAY)


def opened(database: Database, clerk: str, now: int) -> DeskVisit:
    with database.recording() as db:
        done = visits.open_visit(
            db, VAULT, person="joke", service="benefit", desk="town", shown=Shown.PASSPORT,
            by=actor(clerk), now=now,
        policy=DEFAULT_POLICY)  # fmt: skip
    assert isinstance(done, DeskVisit), done
    return done


def erased(database: Database, now: int) -> list[str]:
    with database.writing() as db:  # the account was not silent: the clock is right
        journal.write(db, VAULT, Event.EXPORTED_PERSONAL_NUMBERS, None, by=OPERATOR, now=now - 60)
    with database.reading() as db:
        seen = old_visits.look(db, PERIODS, "", at=now)
    with database.writing() as db:
        count = old_visits.erase(db, VAULT, seen.ids, PERIODS, at=now, now=now)
    assert count == len(seen.ids)
    return list(seen.ids)


def left_of(database: Database, id: str) -> set[str]:
    with database.reading() as db:
        return {
            table
            for table, column in _TABLES
            if db.all(Statement(f"SELECT 1 FROM {table} WHERE {column} = :id"), {"id": id})
        }


def test_g8_a_visit_goes_seven_years_after_it_ended_and_not_a_second_before(
    database: Database, visit: DeskVisit
) -> None:
    later = opened(database, "mo", TODAY + 366 * 86400)
    assert [] == erased(database, OVER - 1)
    assert left_of(database, visit.id)

    assert [visit.id] == erased(database, OVER)

    assert set() == left_of(database, visit.id)
    assert {"register_visits", "register_links", "register_versions"} <= left_of(database, later.id)
    with database.reading() as db:
        last = journal.of_record(db, "desk_visit", visit.id)[-1]
    assert Event.ERASED_RECORD is last.event
    assert [] == breaches(database)


def test_g8_where_nothing_was_told_for_long_nothing_goes(database: Database, visit: DeskVisit) -> None:
    with database.writing() as db:
        assert None is old_visits.erase(db, VAULT, [visit.id], PERIODS, at=OVER, now=OVER)

    assert left_of(database, visit.id)
