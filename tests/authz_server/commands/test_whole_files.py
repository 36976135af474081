"""A file that a command writes is there whole or not at all."""

import os
import signal
from pathlib import Path
from typing import BinaryIO

import pytest

from authz_server.commands.whole_files import write_whole


def test_what_was_there_stays_until_all_of_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    file.write_bytes(b"before")

    def half(out: BinaryIO) -> None:
        out.write(b"half of i")
        out.flush()
        assert b"before" == file.read_bytes()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        write_whole(file, half)
    assert [file] == list(tmp_path.iterdir())
    assert b"before" == file.read_bytes()

    write_whole(file, lambda out: out.write(b"all of it") and None)
    assert [file] == list(tmp_path.iterdir())
    assert b"all of it" == file.read_bytes()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_the_process_takes_what_was_begun_away(tmp_path: Path, number: int) -> None:
    before = signal.getsignal(number)

    def ended(out: BinaryIO) -> None:
        out.write(b"half of i")
        os.kill(os.getpid(), number)

    with pytest.raises(SystemExit) as left:
        write_whole(tmp_path / "world.json", ended)

    assert 128 + number == left.value.code
    assert [] == list(tmp_path.iterdir())
    assert before == signal.getsignal(number)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    file = tmp_path / "link.json"
    file.symlink_to(tmp_path / "real" / "world.json")

    write_whole(file, lambda out: out.write(b"all of it") and None)

    assert file.is_symlink()
    assert b"all of it" == (tmp_path / "real" / "world.json").read_bytes()


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write_whole(pipe, lambda out: out.write(b"all of it") and None)

    assert b"all of it" == os.read(reading, 100)
    assert pipe.is_fifo()
    os.close(reading)
