"""Sessions end by idleness, by age, by logging out and by a change of key."""

from authz_server.login import remembered, sessions
from authz_server.login.sessions import Lifetimes
from claims.assurance import Loa
from keys.storage import Database, Statement
from tests.support.asking import NOON, a_login

LIFE = Lifetimes(idle=1800, total=28800)


def test_a_session_is_found_by_its_key_alone(database: Database) -> None:
    with database.writing() as db:
        session, key = sessions.start(db, a_login())

        assert session == sessions.find(db, key, LIFE, now=NOON + 1)
        assert sessions.find(db, session.id, LIFE, now=NOON + 1) is None
        assert sessions.find(db, None, LIFE, now=NOON + 1) is None
        assert sessions.find(db, "", LIFE, now=NOON + 1) is None


def test_the_table_does_not_hold_the_key(database: Database) -> None:
    with database.writing() as db:
        _, key = sessions.start(db, a_login())

        rows = db.all(Statement("SELECT * FROM login_sessions"))

    assert key not in str(rows)


def test_an_idle_session_is_over_and_a_used_one_goes_on(database: Database) -> None:
    with database.writing() as db:
        session, key = sessions.start(db, a_login())

        assert sessions.find(db, key, LIFE, now=NOON + 1800) is None
        sessions.seen(db, session, now=NOON + 1000)
        assert sessions.find(db, key, LIFE, now=NOON + 1800) is not None
        assert sessions.alive(db, session.id, LIFE, now=NOON + 2799)
        assert not sessions.alive(db, session.id, LIFE, now=NOON + 2800)


def test_use_is_noted_once_a_minute(database: Database) -> None:
    with database.writing() as db:
        session, key = sessions.start(db, a_login())

        sessions.seen(db, session, now=NOON + 59)

        found = sessions.find(db, key, LIFE, now=NOON + 60)
        assert found is not None
        assert NOON == found.seen_at


def test_no_session_outlives_its_total(database: Database) -> None:
    with database.writing() as db:
        session, key = sessions.start(db, a_login())
        for minute in range(28800 // 60):
            sessions.seen(db, session, now=NOON + 60 * minute)

        assert sessions.find(db, key, LIFE, now=NOON + 28799) is not None
        assert sessions.find(db, key, LIFE, now=NOON + 28800) is None


def test_a_step_up_keeps_the_session_and_replaces_its_key(database: Database) -> None:
    with database.writing() as db:
        session, key = sessions.start(db, a_login(assurance=Loa.BASIC, authenticator="bram-password"))

        raised, other_key = sessions.step_up(db, session, a_login(auth_time=NOON + 5))

        assert session.id == raised.id
        assert sessions.find(db, key, LIFE, now=NOON + 6) is None
        assert raised == sessions.find(db, other_key, LIFE, now=NOON + 6)


def test_a_step_up_of_a_session_that_was_ended_meanwhile_begins_another(database: Database) -> None:
    with database.writing() as db:
        session, _ = sessions.start(db, a_login())
        sessions.end(db, session.id, now=NOON + 1)

        other, key = sessions.step_up(db, session, a_login(auth_time=NOON + 1))

        assert other.id != session.id
        assert other == sessions.find(db, key, LIFE, now=NOON + 1)
        assert not sessions.alive(db, session.id, LIFE, now=NOON + 1)


def test_ending_a_session_forgets_what_was_chosen_in_it(database: Database) -> None:
    choice = {"client": "c", "service": "s", "actions": ("view",)}
    with database.writing() as db:
        session, key = sessions.start(db, a_login())
        remembered.remember(db, session=session.id, chosen=None, now=NOON, **choice)

        sessions.end(db, session.id, now=NOON + 1)

        assert sessions.find(db, key, LIFE, now=NOON + 1) is None
        assert not sessions.alive(db, session.id, LIFE, now=NOON + 1)
        assert remembered.again(db, session=session.id, represented=None, **choice) is None
