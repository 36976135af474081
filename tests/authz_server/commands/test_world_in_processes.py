"""`namens import` and `export` as processes: ended at any moment, looked at through a terminal, fed through a pipe."""

import json
import os
import pty
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from authz_server.config import Settings
from keys.storage import Database
from tests.claims.register.test_races import counts
from tests.support.big_world import big_world
from tests.support.register import landed
from tests.support.serving import environment

MOMENTS = int(os.environ.get("NAMENS_INTERRUPTIONS", "3"))
_SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
_NAMENS = str(Path(sys.executable).parent / "namens")
_CLIENTS = 1100  # more than are read at a time


@pytest.fixture
def environ(settings: Settings) -> dict[str, str]:
    return environment(settings.database.url.get_secret_value(), settings.issuer)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("world") / "world.json"
    file.write_text(json.dumps(big_world(_CLIENTS)))
    return file


class OnATerminal:
    """A command that runs with a terminal as its standard error, and what it shows there."""

    def __init__(self, *arguments: str, environ: dict[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [_NAMENS, *arguments], env=environ, stdout=subprocess.DEVNULL, stderr=theirs
        )
        os.close(theirs)
        self.shown = b""

    def reaches(self, words: bytes) -> None:
        """Wait until it shows `words`, or has ended."""
        while words not in self.shown and self._goes_on():
            pass

    def ends(self, how: signal.Signals | None = None) -> int:
        """Let it end, or end it; its status."""
        if how is not None:
            self._process.send_signal(how)
        while self._goes_on():
            pass
        os.close(self._ours)
        return self._process.wait()

    def _goes_on(self) -> bool:
        try:
            piece = os.read(self._ours, 4096)
        except OSError:  # how a terminal of Linux says that nobody writes to it any more
            return False
        self.shown += piece
        return bool(piece)


def ended_some_time(run: OnATerminal, dice: random.Random, number: int, *words: bytes) -> str:
    """End it at a moment after it shows one of `words`; how that was done."""
    where, delay, how = dice.choice(words), dice.uniform(0, 0.4), _SIGNALS[number % len(_SIGNALS)]
    run.reaches(where)
    time.sleep(delay)
    return f"{how.name} {delay} s after {where!r}: {run.ends(how)}"


def test_an_import_that_is_ended_at_any_moment_leaves_nothing_and_the_next_one_works(
    database: Database, environ: dict[str, str], world: Path
) -> None:
    landed(database, big_world(20), now=1)
    before = counts(database)
    whole = before["links"] - 20 + _CLIENTS
    dice = random.Random(seed := random.randrange(2**32))
    for number in range(MOMENTS):
        run = OnATerminal("import", str(world), environ=environ)
        told = ended_some_time(run, dice, number, b"Reading", b"Writing")
        if (there := counts(database)) != before:  # it was done already: all of it is there
            assert whole == there["links"], (seed, told)
            before = there

    last = OnATerminal("import", str(world), environ=environ)
    status = last.ends()
    assert 0 == status, last.shown
    assert whole == counts(database)["links"]


def test_an_export_that_is_ended_at_any_moment_is_there_whole_or_not_at_all(
    database: Database, environ: dict[str, str], tmp_path: Path
) -> None:
    landed(database, big_world(_CLIENTS), now=1)
    folder = tmp_path / "exports"
    folder.mkdir()
    file = folder / "world.json"
    dice = random.Random(seed := random.randrange(2**32))
    for number in range(MOMENTS):
        told = ended_some_time(
            OnATerminal("export", str(file), environ=environ), dice, number, b"Writing", b"%"
        )
        if file.exists():
            assert big_world(0).keys() <= json.loads(file.read_text()).keys(), (seed, told)
            file.unlink()
        left = list(folder.iterdir())
        assert "SIGKILL" in told or [] == left, (seed, told)
        for one in left:
            one.unlink()

    assert 0 == OnATerminal("export", str(file), environ=environ).ends()
    assert [file] == list(folder.iterdir())
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)


def test_a_bar_tells_how_far_it_is_on_a_terminal_and_nowhere_else(
    environ: dict[str, str], world: Path, tmp_path: Path
) -> None:
    importing = OnATerminal("import", str(world), environ=environ)
    assert 0 == importing.ends()
    exporting = OnATerminal("export", str(tmp_path / "export.json"), environ=environ)
    as_json = OnATerminal("--json", "import", str(world), environ=environ)
    piped = subprocess.run(
        [_NAMENS, "export", str(tmp_path / "again.json")], env=environ, capture_output=True, check=True
    )

    assert [0, 0] == [run.ends() for run in (exporting, as_json)]
    for words in (b"Reading", b"Writing", b"100%"):
        assert words in importing.shown
    assert b"100%" in exporting.shown
    assert (b"", b"") == (as_json.shown, piped.stderr)


def test_a_file_comes_through_a_pipe(database: Database, environ: dict[str, str], world: Path) -> None:
    with subprocess.Popen(["cat", str(world)], stdout=subprocess.PIPE) as given:
        done = subprocess.run(
            [_NAMENS, "import", "-"], stdin=given.stdout, env=environ, capture_output=True, check=False
        )

    assert (0, b"") == (done.returncode, done.stderr)
    assert _CLIENTS < counts(database)["links"]
