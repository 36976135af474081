"""G8: appointments go seven years after they ended, in every version, and the account stays whole."""

import pytest

from claims.instants import birthday, day_of
from claims.keeping import Periods
from claims.organisation import Appointment
from claims.register import appointing, desk_appointing, journal, old_appointments
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from keys.storage import Database, Statement
from tests.claims.register.test_papers import appointment
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches
from tests.support.appointments import appointed
from tests.support.offers import actor, fresh_world
from tests.support.register import VAULT, landed

PERIODS = Periods()
_VERSIONS = Statement("SELECT count(*) FROM register_versions WHERE kind = 'appointment' AND id = :id")


@pytest.fixture
def ended(database: Database) -> Appointment:
    fresh_world(database)
    one = appointed(database, "bakery", "mo", "carla")
    with database.recording() as db:
        done = appointing.end(db, VAULT, one.id, by=actor("carla", "bakery"), now=TODAY + 9)
    assert isinstance(done, Appointment)
    return done


def erased(database: Database, now: int) -> list[str]:
    with database.writing() as db:  # the account was not silent: the clock is right
        journal.write(db, VAULT, Event.EXPORTED_PERSONAL_NUMBERS, None, by=OPERATOR, now=now - 60)
    with database.reading() as db:
        seen = old_appointments.look(db, PERIODS, "", at=now)
    with database.writing() as db:
        count = old_appointments.erase(db, VAULT, seen.ids, PERIODS, at=now, now=now)
    assert count == len(seen.ids)
    return list(seen.ids)


def test_g8_it_goes_seven_years_after_it_ended_and_not_a_second_before(
    database: Database, ended: Appointment
) -> None:
    over = birthday(day_of(TODAY + 9), PERIODS.kept)
    assert [] == erased(database, over - 1)
    assert [ended.id] == erased(database, over)
    with database.reading() as db:
        assert None is appointing.find(db, ended.id)
        assert [(0,)] == [tuple(row) for row in db.all(_VERSIONS, {"id": ended.id})]
        assert appointing.find(db, "a-bakery-daan") is not None
    assert [] == breaches(database)


def test_what_was_told_not_long_ago_waits(database: Database, ended: Appointment) -> None:
    over = birthday(day_of(TODAY + 9), PERIODS.kept)
    with database.writing() as db:
        changed = journal.Subject("appointment", ended.id)
        journal.write(db, VAULT, Event.REVIEWED, changed, by=OPERATOR, now=over - 86400)

    assert [] == erased(database, over)


def test_nothing_is_erased_by_a_clock_that_jumped(database: Database, ended: Appointment) -> None:
    over = birthday(day_of(TODAY + 9), PERIODS.kept)
    with database.writing() as db:
        assert None is old_appointments.erase(db, VAULT, [ended.id], PERIODS, at=over, now=over)
        assert appointing.find(db, ended.id) is not None


def test_g8_work_at_a_desk_goes_as_long_after_it_ended(database: Database) -> None:
    fresh_world(database)
    landed(database, {"desk_appointments": [appointment("noah"), appointment("mo")]}, now=TODAY - 5)
    with database.recording() as db:
        desk_appointing.end(db, VAULT, "d-noah", by=OPERATOR, now=TODAY + 9)
    over = birthday(day_of(TODAY + 9), PERIODS.kept)

    def old(now: int) -> list[str]:
        with database.writing() as db:
            journal.write(db, VAULT, Event.EXPORTED_PERSONAL_NUMBERS, None, by=OPERATOR, now=now - 60)
            seen = old_appointments.AT_DESKS.look(db, PERIODS, "", at=now)
            old_appointments.AT_DESKS.erase(db, VAULT, seen.ids, PERIODS, at=now, now=now)
        return list(seen.ids)

    assert [] == old(over - 1)
    assert ["d-noah"] == old(over)
    with database.reading() as db:
        assert None is desk_appointing.find(db, "d-noah")
        assert None is not desk_appointing.find(db, "d-mo")
    assert [] == breaches(database)
