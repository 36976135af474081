import json

from sqlalchemy import Engine, text

from authz_server.migrations import latest
from tests.support.commands import run_namens
from tests.support.settings import settings_with


def test_an_empty_database_is_told_and_brought_up_to_date(engine: Engine) -> None:
    settings = settings_with(engine.url.render_as_string(hide_password=False))

    before = run_namens("db", "check", settings=settings)
    upgraded = run_namens("db", "upgrade", "--json", settings=settings)
    after = run_namens("db", "check", settings=settings)
    again = run_namens("db", "upgrade", settings=settings)

    assert (1, True) == (before.status, before.err.startswith("database_not_up_to_date:"))
    assert upgraded.json["from"] is None
    assert (0, True) == (after.status, "up to date" in after.out)
    assert (0, True) == (again.status, "Nothing to do" in again.out)


def test_a_database_of_a_later_version_is_refused_by_code(engine: Engine) -> None:
    settings = settings_with(engine.url.render_as_string(hide_password=False))
    run_namens("db", "upgrade", settings=settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))

    check = run_namens("db", "check", "--json", settings=settings)
    upgrade = run_namens("db", "upgrade", "--json", settings=settings)

    for told in (json.loads(check.err), json.loads(upgrade.err)):
        assert "database_unknown" == told["error"]
        assert f"revision later, and this version knows none after {latest()}" in told["message"]
        assert "a later one" in told["remedy"]
