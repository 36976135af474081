"""What logging in remembers goes when it is over; what people agreed to stays."""

from authz_server.config.sections import LifetimeSettings
from authz_server.login import attempts, consents, interaction, remembered, sessions
from authz_server.login.expiry import SWEEPS
from authz_server.login.sessions import Session
from authz_server.worker.expiry import Round
from keys.sealing import KeyedDigest
from keys.storage import Database, Statement
from tests.support.asking import NOON, a_login, a_request

LIVES = LifetimeSettings(session_idle=1800, session_total=28800)
LEEWAY = 60
DAY = 86400


def sweep(database: Database, now: int) -> dict[str, int]:
    one = Round(database, LIVES, sweeps=SWEEPS)
    while one.step(now=now):
        pass
    return {table.removeprefix("login_"): count for table, count in one.removed.items()}


def a_session(database: Database) -> Session:
    """A session in which a choice was made that `prompt=none` may use again."""
    with database.writing() as db:
        session, _ = sessions.start(db, a_login())
        remembered.remember(
            db, session=session.id, client="c", service="vat", actions=("view",), chosen=None, now=NOON
        )
    return session


def test_an_interaction_is_known_for_a_day_after_it_expired(database: Database) -> None:
    with database.writing() as db:
        interaction.begin(db, browser="b", lifetime=3600, now=NOON, request=a_request())

    assert {} == sweep(database, NOON + 3600 + DAY - 1)
    assert {"interactions": 1} == sweep(database, NOON + 3600 + DAY)


def test_an_idle_session_goes_and_its_choices_with_it(database: Database) -> None:
    a_session(database)

    assert {} == sweep(database, NOON + 1800 + LEEWAY - 1)
    assert {"sessions": 1, "remembered": 1} == sweep(database, NOON + 1800 + LEEWAY)


def test_an_old_session_goes_however_much_it_is_used(database: Database) -> None:
    session = a_session(database)
    with database.writing() as db:
        sessions.seen(db, session, now=NOON + 28800)

    assert {} == sweep(database, NOON + 28800 + LEEWAY - 1)
    assert {"sessions": 1, "remembered": 1} == sweep(database, NOON + 28800 + LEEWAY)


def test_a_session_that_was_ended_goes_soon(database: Database) -> None:
    session = a_session(database)
    with database.writing() as db:
        sessions.end(db, session.id, now=NOON + 10)

    assert {} == sweep(database, NOON + 10 + LEEWAY - 1)
    assert {"sessions": 1} == sweep(database, NOON + 10 + LEEWAY)


def test_what_was_chosen_last_is_offered_for_more_than_a_year(database: Database) -> None:
    with database.writing() as db:
        db.run(
            Statement(
                "INSERT INTO login_recent (person, service, represented, branch, through, path, used_at)"
                " VALUES ('anna', 'vat', 'bakery', '', '', '[]', :now)"
            ),
            {"now": NOON},
        )

    assert {} == sweep(database, NOON + 400 * DAY - 1)
    assert {"recent": 1} == sweep(database, NOON + 400 * DAY)


def test_wrong_passwords_are_forgotten_when_they_count_no_more(database: Database) -> None:
    counted = attempts.counted(KeyedDigest(bytes(32)), "anna", "192.0.2.1")
    with database.writing() as db:
        attempts.tried(db, counted, now=NOON)

    assert {} == sweep(database, NOON + attempts.WINDOW + LEEWAY - 1)
    assert {"attempts": 2} == sweep(database, NOON + attempts.WINDOW + LEEWAY)


def test_a_yes_stays(database: Database) -> None:
    with database.writing() as db:
        consents.give(db, "key", person="anna", client="c", now=NOON)

    assert {} == sweep(database, NOON + 4000 * DAY)
    with database.reading() as db:
        assert consents.given(db, "key")
