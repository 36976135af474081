import pytest
import sqlalchemy.exc
from sqlalchemy import text

from claims.assurance import Loa
from claims.register import journal
from claims.register.actor import OPERATOR, Actor
from claims.register.journal import Entry, Event, Subject
from keys.storage import Database, Statement
from tests.support.register import VAULT

_COUNT = Statement("SELECT count(*) FROM register_journal")
_CAROL = Actor(
    person="carla",
    on_behalf_of="bakery",
    authority="relation l1",
    assurance=Loa.SUBSTANTIAL,
    authenticator="carla-eid",
)


def test_an_entry_tells_who_when_on_whose_authority_and_logged_in_how(database: Database, now: int) -> None:
    with database.writing() as db:
        journal.write(db, VAULT, Event.ADDED, Subject("mandate", "m1", 1), by=OPERATOR, now=now)
        journal.write(
            db, VAULT, Event.REVOKED, Subject("mandate", "m1", 2), by=_CAROL, now=now + 5, reason="asked"
        )

    with database.reading() as db:
        assert [
            Entry(now, Event.ADDED, Subject("mandate", "m1", 1), OPERATOR, None),
            Entry(now + 5, Event.REVOKED, Subject("mandate", "m1", 2), _CAROL, "asked"),
        ] == journal.of_record(db, "mandate", "m1")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE register_journal SET person = 'x'",
        "DELETE FROM register_journal",
        "INSERT INTO register_journal (seq, at, event, authority) VALUES (1, 0, 'added', 'x')",
        "TRUNCATE register_journal",
        "INSERT OR REPLACE INTO register_journal (seq, at, event, authority) VALUES (1, 0, 'added', 'x')",
    ],
)
def test_the_database_refuses_to_change_the_journal(database: Database, now: int, change: str) -> None:
    with database.writing() as db:
        journal.write(db, VAULT, Event.ADDED, Subject("mandate", "m1", 1), by=OPERATOR, now=now)

    with pytest.raises(sqlalchemy.exc.DBAPIError), database.engine.begin() as connection:
        connection.execute(text(change))

    with database.reading() as db:
        assert (1,) == db.one(_COUNT)
        assert Event.ADDED == journal.of_record(db, "mandate", "m1")[0].event
