"""An upgrade happens whole or not at all, once, and never backwards."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import Engine, inspect

from authz_server import migrations
from authz_server.migrations import upgrading
from tests.support import history
from tests.support.serving import environment

VERSIONS = Path(migrations.__file__).parent / "versions"

# Databases that people have are of these revisions: what they made changes by another migration.
FROZEN = {
    "0001_the_first_tables.py": "02b000c8ce9dd403c122c55a5d8245238ad30b8657e21a114daa7e5f351cd0b7",
    "0002_the_journal_is_chained.py": "23c50561aa2db819f69a448733f1a0c827efdd9a18aab37864038dc6cb88de58",
    "0003_keys_that_prove_themselves.py": "d8ad3b598e1f7d34a75945db951a49e94a64fb08b1e87ba54bfb8e90d22d3ace",
    "0004_secrets_in_use.py": "a43edcfa1ef9eaeb5eb0d416f2062dc3e98bb39e5e871f0e60449bc173db935b",
    "0005_what_was_known_when.py": "feb946de37e09f00a542cc449fc206d0fc27d708ef82db9099c3f2b6ba383e2b",
    "0006_an_end_that_is_proved.py": "d9803fb4171bf12482b2de9d085a1d3d5e761912c64221d08375d3d022f567a6",
    "0007_offers_and_their_codes.py": "b3459702ead6482c578196bfc757ac35007e94619618764c0bcaaedfc2a6933e",
    "0008_answers_of_source_registers.py": "6d418fddb09c42cc70e29145f7b73571fbc2c13f3808528fd92ca4a31ef4021f",
    "0009_a_register_that_programs_call.py": "c657658f5d6ad17b937659f74893b6e6d88187a794613f1e90bbed976143a4e0",
    "0010_notices.py": "b5a41c0645ecd2d37ba61bc59727c1f089517c718af2fd512c8d13ffd6e68f70",
    "0011_means_used.py": "496280d4d12ef92b47ae1f62732b25539dd19b7a2821828fb90de58dda3e953f",
    "0012_clients_of_intermediaries.py": "3836fd6e616d58338cdd53d86c6691adf2edd01111ccf61d611ad8b74d674ca3",
    "0013_letters_and_the_desk.py": "3c3b963b3ca0dad487a0c9c6f4dc38c635ff73e125638c390ad4b7cf616f7c84",
    "0014_layered_sets.py": "ffb4cb248c7ebcf590ae94ee9f3de5913694506c7c5caaef8c2a9f2e5951b83b",
    "0015_reviews_support_and_what_was_done.py": "dbbe29780b08ee6e7d1059bf5a63f01dbac3614903f678aa14d36a3cc7baa11e",
    "0016_made_surer_together.py": "f09e03d9ed7d0afe8908b31ad316a1029d87861a316c5bd700f87f45e63f493b",
    "0017_what_was_gone_through.py": "01878a1acb83449e9ea2a0ce2b69d80ea2bc95408bd2ec1f83e3bc3d4bc4d480",
}


@pytest.mark.parametrize("name", FROZEN)
def test_a_migration_that_went_out_is_never_changed(name: str) -> None:
    assert FROZEN[name] == hashlib.sha256((VERSIONS / name).read_bytes()).hexdigest()


def test_the_history_that_is_read_from_the_folder_is_the_one_that_alembic_walks() -> None:
    assert sorted(name.partition("_")[0] for name in FROZEN) == history.revisions()
    assert history.revisions()[-1] == migrations.latest()


def test_only_who_upgrades_a_database_waits_for_alembic() -> None:
    imported = "import sys, authz_server.app, authz_server.commands.clients; print('alembic' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", imported], capture_output=True, text=True, check=True)

    assert "False" == told.stdout.strip()


def test_a_database_does_not_go_back(engine: Engine) -> None:
    upgrading.upgrade(engine)

    for target in ("base", "-1"):
        with pytest.raises(CommandError, match="does not go back"), engine.begin() as connection:
            command.downgrade(upgrading.alembic_config(connection), target)

    assert migrations.standing(engine).up_to_date


HALF_WAY = """
from alembic import op
make, made = op.create_table, []
def slowly(*arguments, **options):
    if len(made) == 12:
        wait()
    made.append(make(*arguments, **options))
op.create_table = slowly
"""
BEFORE_THE_COMMIT = """
from sqlalchemy import event
event.listen(engine, "commit", lambda connection: wait())
"""
PROGRAM = """
import sys, time
from authz_server import migrations
from authz_server.migrations import upgrading
from keys.storage import connect
engine = connect(sys.argv[1])
def wait():
    print("here", flush=True)
    time.sleep(60)
{moment}
upgrading.upgrade(engine)
"""


@contextmanager
def _upgrading_until(moment: str, engine: Engine) -> Iterator["subprocess.Popen[str]"]:
    url = engine.url.render_as_string(hide_password=False)
    program = [sys.executable, "-c", PROGRAM.format(moment=moment), url]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "here\n" == process.stdout.readline()
        yield process
        process.kill()


@pytest.mark.parametrize("moment", [HALF_WAY, BEFORE_THE_COMMIT], ids=["half-way", "before the commit"])
def test_an_upgrade_that_is_killed_leaves_nothing_and_is_done_again(engine: Engine, moment: str) -> None:
    with _upgrading_until(moment, engine) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)

    assert None is migrations.standing(engine).revision
    assert not upgrading.upgrade(engine).up_to_date  # on PostgreSQL waits until the killed one is gone
    assert migrations.standing(engine).up_to_date


def test_nobody_sees_half_an_upgrade(engine: Engine) -> None:
    with _upgrading_until(BEFORE_THE_COMMIT, engine):
        standing = migrations.standing(engine)

    assert (None, None) == (standing.revision, standing.foreign)
    assert [] == inspect(engine).get_table_names()


def test_commands_that_upgrade_at_once_do_so_once(engine: Engine) -> None:
    environ = environment(engine.url.render_as_string(hide_password=False), "http://localhost:8000")
    namens = [str(Path(sys.executable).parent / "namens"), "db", "upgrade"]
    started = [subprocess.Popen(namens, env=environ, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    told = sorted(one.communicate(timeout=60)[0] for one in started)

    assert [0, 0] == [one.returncode for one in started]
    assert 1 == sum("went from empty" in words for words in told)
    assert 1 == sum("Nothing to do" in words for words in told)
