"""`namens worker`: the broom as a command."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from authz_server.config import Settings
from authz_server.migrations import upgrading
from keys.storage import Database
from tests.support.assertions_laid import laid, left
from tests.support.commands import run_namens
from tests.support.serving import environment

LONG_AGO = 1_500_000_000


@pytest.fixture
def database(engine: Engine) -> Database:
    """As `namens db upgrade` makes it: the command asks where it stands."""
    upgrading.upgrade(engine)
    return Database(engine)


def test_once_is_one_whole_round_and_says_what_it_removed(settings: Settings, database: Database) -> None:
    laid(database, over=3, alive=0, now=LONG_AGO)

    first = run_namens("worker", "--once", "--json", settings=settings)
    second = run_namens("worker", "--once", settings=settings)

    assert (0, {"removed": {"oidc_assertions": 3}, "told": {}}) == (first.status, first.json)
    assert (0, "Nothing was over.\n") == (second.status, second.out)


def test_in_words_it_names_the_tables(settings: Settings, database: Database) -> None:
    laid(database, over=2, alive=0, now=LONG_AGO)

    assert "2 rows of oidc_assertions\n" == run_namens("worker", "--once", settings=settings).out


def test_a_database_that_is_not_up_to_date_is_left_alone(tmp_path: Path) -> None:
    changed = {"NAMENS_DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}
    environ = environment(changed["NAMENS_DATABASE_URL"], "http://localhost:8000")

    ran = run_namens("worker", "--once", changed=environ)

    assert 1 == ran.status
    assert ran.err.startswith("database_not_up_to_date:")


def test_it_works_until_told_to_stop(settings: Settings, database: Database) -> None:
    laid(database, over=5, alive=0, now=LONG_AGO)
    environ = environment(settings.database.url.get_secret_value(), settings.issuer)
    command = [str(Path(sys.executable).parent / "namens"), "worker"]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while left(database) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)

    _, log = process.communicate(timeout=30)
    assert (0, set()) == (process.returncode, left(database)), log
