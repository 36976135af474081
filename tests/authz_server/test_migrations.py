"""The history leads to the tables as they are declared, on both databases, triggers and all."""

import importlib
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, text

from authz_server import migrations
from authz_server.migrations import UnknownRevision, upgrading
from keys.storage import Database, connect
from tests.support import history
from tests.support.register import landed
from tests.support.schema import create_schema
from tests.support.small_world import SMALL_WORLD

_SQLITE = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
)
_POSTGRESQL = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name,"
    " character_maximum_length, is_identity FROM information_schema.columns WHERE table_schema = 'public'"
    " ORDER BY 1, ordinal_position",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
)


def _schema(engine: Engine) -> list[Any]:
    """Everything that a database says about its own schema, our mark of the revision apart."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = [tuple(row) for row in connection.execute(text(_SQLITE))]
            return [tuple(map(_in_any_order, row)) for row in rows if "alembic" not in str(row)]
        rows = [tuple(row) for query in _POSTGRESQL for row in connection.execute(text(query))]
        return [row for row in rows if "alembic" not in str(row)]


def _in_any_order(value: object) -> list[str]:
    """What SQLite keeps of a statement; a column that was added later stands last in it."""
    return sorted(part.strip() for part in re.sub(r"\s+", " ", str(value)).rstrip(" )").split(", "))


def _emptied(engine: Engine) -> Engine:
    """The same database, with nothing in it."""
    engine.dispose()
    if engine.dialect.name == "sqlite":
        assert engine.url.database is not None
        open(engine.url.database, "w").close()
        return engine
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return engine


def test_the_history_leads_to_the_tables_as_they_are_declared(engine: Engine) -> None:
    """If this fails because you changed a table: write a migration of its own, and what it needs in its tests."""
    create_schema(engine)
    declared = _schema(engine)

    upgrading.upgrade(_emptied(engine))

    assert declared == _schema(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": migrations.is_compared})
        assert [] == compare_metadata(context, migrations.metadatas())  # type: ignore[arg-type]


def test_an_empty_database_is_brought_up_to_date_once(engine: Engine) -> None:
    assert migrations.standing(engine).revision is None

    assert not upgrading.upgrade(engine).up_to_date

    assert migrations.standing(engine).up_to_date
    assert upgrading.upgrade(engine).up_to_date


def test_the_journal_only_grows_after_a_migration_too(engine: Engine) -> None:
    upgrading.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO register_journal (seq, at, event, authority, salt, content, hash)"
                " VALUES (1, 1, 'imported', 'operator', 's', 'c', 'h')"
            )
        )

    for change in ("UPDATE register_journal SET at = 2", "DELETE FROM register_journal"):
        with pytest.raises(Exception, match="only added to"), engine.begin() as connection:
            connection.execute(text(change))


def test_processes_that_upgrade_at_once_do_so_one_after_the_other(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)

    def one(_: int) -> bool:
        own = connect(url)
        try:
            return upgrading.upgrade(own).up_to_date
        finally:
            own.dispose()

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(one, range(4)))

    assert [False, True, True, True] == found


def test_a_database_of_another_version_is_left_as_it_is(engine: Engine) -> None:
    upgrading.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))

    with pytest.raises(UnknownRevision, match="later"):
        upgrading.upgrade(engine)

    assert "later" == migrations.standing(engine).revision


def test_tables_without_a_history_are_left_as_they_are(engine: Engine) -> None:
    create_schema(engine)
    before = _schema(engine)

    with pytest.raises(UnknownRevision, match="without a history"):
        upgrading.upgrade(engine)

    assert before == _schema(engine)


def test_a_step_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE ix_login_sessions_person (id INTEGER)"))
        connection.execute(text("CREATE INDEX uq_keys_keys_open ON ix_login_sessions_person (id)"))

    with pytest.raises(Exception, match="uq_keys_keys_open"):
        upgrading.upgrade(engine)

    assert not [row for row in _schema(engine) if "keys_keys'" in str(row) or "register_" in str(row)]
    assert migrations.standing(engine).revision is None


def test_former_parties_are_found_in_what_was_imported_before_there_was_a_table_for_them(
    engine: Engine,
) -> None:
    upgrading.upgrade(engine)
    database = Database(engine)
    debts = {"id": "r1", "party": "p1", "kind": "bankruptcy", "services": "*", "from": "2025-01-01T00:00:00Z"}
    landed(database, SMALL_WORLD | {"restrictions": [debts]}, now=1)
    [m1, *others] = SMALL_WORLD["mandates"]
    landed(database, {"mandates": [m1 | {"represented": "p3"}, *others]}, now=2)
    moved = {"mandates": [m1 | {"representative": "p3"}], "restrictions": [debts | {"party": "p3"}]}
    landed(database, moved, now=3)
    every = text("SELECT member, party, id FROM register_former_parties ORDER BY 1, 2, 3")
    with engine.begin() as connection:
        kept = [tuple(row) for row in connection.execute(every)]
        connection.execute(text("DROP TABLE register_former_parties"))

    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        importlib.import_module("authz_server.migrations.versions.0005_what_was_known_when").upgrade()

    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(every)]
    named = [
        ("party", "p1", "r1"),
        ("representative", "p2", "m1"),
        ("represented", "p3", "m1"),
    ]
    assert named == found
    assert set(found) <= set(kept)


def test_the_seal_keys_of_a_database_from_before_are_known_after_the_upgrade(engine: Engine) -> None:
    """Numbers, versions and signing keys may each stand under a secret of their own."""
    with engine.begin() as connection:
        command.upgrade(upgrading.alembic_config(connection), "0001")
        for statement in (
            "INSERT INTO register_identifiers (digest, party, scheme, sealed) VALUES ('d', 'a', 'bsn', 's1.AAAAAAAA.x')",
            "INSERT INTO register_versions (kind, id, version, recorded_at, body)"
            """ VALUES ('party', 'a', 1, 1, '{"id":"a","sealed_identifiers":"s1.BBBBBBBB.x"}')""",
            "INSERT INTO register_versions (kind, id, version, recorded_at, body)"
            """ VALUES ('party', 'o', 1, 1, '{"id":"o","identifiers":{}}')""",
            "INSERT INTO keys_keys (kid, ring, alg, public_jwk, sealed_private, announced_at, signs_from)"
            " VALUES ('k', 'provider', 'ES256', '{}', 's1.CC_-CCCC.x', 1, 1)",
        ):
            connection.exec_driver_sql(statement)

    upgrading.upgrade(engine, sealer=history.SEALER, vault=history.VAULT)

    with engine.connect() as connection:
        known = connection.execute(
            text("SELECT purpose, key_id FROM keys_secrets_in_use ORDER BY key_id")
        ).all()
    sealed_with = sorted(["AAAAAAAA", "BBBBBBBB", "CC_-CCCC", history.SEALER.key_id])
    assert [("seal", key) for key in sealed_with] == sorted(tuple(row) for row in known)
