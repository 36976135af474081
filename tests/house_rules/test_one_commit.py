"""The check that a request tells the account in one unit of work finds the request that does not."""

import pytest
from flask import Flask

from claims.register import journal
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from keys.storage import Database
from tests.support.one_commit import one_commit_for_each_request
from tests.support.register import VAULT


def tells(database: Database, times: int) -> None:
    with database.recording() as db:
        for _ in range(times):
            journal.write(db, VAULT, Event.IMPORTED, None, by=OPERATOR, now=0)


def test_a_request_that_tells_in_two_is_found(database: Database) -> None:
    def asked() -> None:
        with one_commit_for_each_request(), Flask(__name__).test_request_context("/somewhere"):
            tells(database, 1)
            tells(database, 1)

    with pytest.raises(AssertionError, match="GET /somewhere"):
        asked()


def test_one_that_tells_of_much_at_once_is_right(database: Database) -> None:
    with one_commit_for_each_request():
        for _ in range(2):
            with Flask(__name__).test_request_context("/somewhere"):
                tells(database, 2)
        tells(database, 1)  # outside of a request
        tells(database, 1)
