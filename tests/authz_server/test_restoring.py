import pytest
from sqlalchemy import Engine

from authz_server import restoring
from authz_server.migrations import upgrading
from keys.storage import Database, Statement
from tests.support import history
from tests.support.commands import run_namens
from tests.support.settings import settings_with

HELD = history.held()


@pytest.fixture
def restored(engine: Engine) -> Database:
    """A database in which somebody is at work."""
    history.bring_to(engine, history.revisions()[-1])
    return Database(engine)


def _of(database: Database, sql: str) -> list[tuple[object, ...]]:
    with database.reading() as db:
        return list(db.all(Statement(sql)))


def test_every_grant_and_session_ends_and_those_that_had_ended_keep_their_moment(restored: Database) -> None:
    before = _of(restored, "SELECT ended_at FROM login_sessions WHERE ended_at IS NOT NULL")
    assert before
    with restored.recording() as db:
        ended = restoring.end_all(db, now=HELD["now"])

    assert (3, 1) == (ended.grants, ended.sessions)
    assert [(HELD["now"],)] * 3 == _of(restored, "SELECT ended_at FROM oidc_grants")
    assert sorted([*before, (HELD["now"],)]) == sorted(_of(restored, "SELECT ended_at FROM login_sessions"))
    for table in ("login_remembered", "login_interactions"):
        assert [] == _of(restored, f"SELECT 1 FROM {table}")


def test_the_register_accounts_and_registrations_stay(restored: Database) -> None:
    kept = (
        "register_links",
        "register_journal",
        "login_accounts",
        "login_consents",
        "oidc_clients",
        "keys_keys",
    )
    before = {table: history.content(restored.engine, table, ["*"]) for table in kept}

    with restored.recording() as db:
        restoring.end_all(db, now=HELD["now"])

    assert before == {table: history.content(restored.engine, table, ["*"]) for table in kept}


def test_the_newest_entry_tells_when_the_backup_was_made(restored: Database) -> None:
    settings = settings_with(restored.engine.url.render_as_string(hide_password=False))

    told = run_namens("db", "restored", settings=settings)

    assert "its newest entry is of 2025-11-24T23:59:30Z" in told.out
    assert "Do it again" in told.out


def test_an_empty_one_has_no_newest_entry(engine: Engine) -> None:
    upgrading.upgrade(engine)
    settings = settings_with(engine.url.render_as_string(hide_password=False))

    assert None is run_namens("db", "restored", "--json", settings=settings).json["newest"]
