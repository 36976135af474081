"""No command works on a database that is not of its version."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from sqlalchemy import Engine, text

from authz_server import migrations
from authz_server.cli import COMMANDS, main
from authz_server.migrations import upgrading
from keys.storage import connect
from tests.support.assertions import assertion
from tests.support.commands import run_namens
from tests.support.schema import create_schema
from tests.support.settings import settings_with

# They need no database, or are there for one that is not as it should be.
_FREE = {"demo", "config show", "config check", "db upgrade", "db check", "db backup"}
_GIVEN = {
    "mandates evidence": ["--kind", "statement", "--reference", "x", "--verifier", "x"],
    **{
        f"lists {name}": [
            *("--organisation", "x", "--sort", "give", "--said-by", "x"),
            *("--kind", "statement", "--reference", "x", "--verifier", "x"),
        ]
        for name in ("preview", "carry-out")
    },
    "resolve": ["--acting", "x", "--service", "x", "--at", "2026-01-01T00:00:00Z", "--login-assurance", "low"],
    "explain": [
        *("--acting", "x", "--represented", "x", "--service", "x"),
        *("--at", "2026-01-01T00:00:00Z", "--login-assurance", "low"),
    ],
}  # fmt: skip


def _leaves(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for part in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), part)
            assert found is not None
            yield from _leaves(found, f"{name} {part}".strip())
    else:
        yield name, command


LEAVES = {name: command for name, command in _leaves(main) if name not in _FREE}


def _words(name: str, file: Path) -> list[str]:
    arguments = [one for one in LEAVES[name].params if isinstance(one, click.Argument) and one.required]
    values = [
        str(file)
        if isinstance(one.type, (click.Path, click.File))
        else str(next(iter(one.type.choices)))
        if isinstance(one.type, click.Choice)
        else "x"
        for one in arguments
    ]
    return [*name.split(), *_GIVEN.get(name, []), *values, "--json"]


def test_every_command_is_among_them() -> None:
    assert {name.split()[0] for name in [*LEAVES, *_FREE]} == set(COMMANDS)
    assert "serve" in LEAVES


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('later')}/namens.db")
    upgrading.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    return engine


@pytest.mark.parametrize("name", LEAVES)
def test_a_database_of_a_later_version_is_refused_with_both_revisions(
    later: Engine, name: str, tmp_path: Path
) -> None:
    file = tmp_path / "file.json"
    file.write_text(assertion("x", now=0) if name == "token explain" else "{}")
    settings = settings_with(later.url.render_as_string(hide_password=False))

    ran = run_namens(*_words(name, file), settings=settings, stdin="een-goed-wachtwoord-om-te-proberen\n")

    assert 1 == ran.status, ran.err
    told = json.loads(ran.err.splitlines()[-1])
    assert "database_unknown" == told["error"]
    assert "9999" in told["message"]
    assert migrations.latest() in told["message"]
    assert "restore the backup" in told["remedy"]
    later.dispose()


@pytest.mark.parametrize("what", [["db", "upgrade"], ["db", "check"], ["serve"], ["export"]])
def test_tables_without_a_history_are_refused(engine: Engine, what: list[str]) -> None:
    create_schema(engine)
    settings = settings_with(engine.url.render_as_string(hide_password=False))

    ran = run_namens(*what, settings=settings)

    assert 1 == ran.status
    assert ran.err.startswith("database_unknown:")


@pytest.mark.parametrize("what", [["db", "upgrade"], ["db", "check"], ["serve"], ["keys", "list"]])
def test_a_database_of_a_later_version_is_refused_on_both_databases(engine: Engine, what: list[str]) -> None:
    upgrading.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    settings = settings_with(engine.url.render_as_string(hide_password=False))

    ran = run_namens(*what, settings=settings)

    assert 1 == ran.status
    assert ran.err.startswith("database_unknown:")
    assert "9999" == migrations.standing(engine).revision


def test_whether_it_is_up_to_date_is_seen_while_somebody_writes(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/namens.db")
    upgrading.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM keys_keys"))  # a long import, so to say

        assert migrations.standing(engine).up_to_date
    engine.dispose()


@pytest.mark.parametrize("words", [["db", "downgrade"], ["db", "downgrade", "base"], ["db", "stamp", "head"]])
def test_there_is_no_command_to_go_back(words: list[str]) -> None:
    ran = run_namens(*words)

    assert 2 == ran.status
    assert "No such command" in ran.err
