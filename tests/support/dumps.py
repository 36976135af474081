"""Backups as an operator makes and restores them, of either database."""

import glob
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.support.serving import environment, namens


def back_up(url: str, file: Path) -> None:
    """While whoever writes goes on."""
    if url.startswith("sqlite"):
        ran = namens("db", "backup", str(file), environ=environment(url, "http://localhost:8000"))
        assert 0 == ran.returncode, ran.stderr
    else:
        _run("pg_dump", "--format=custom", f"--file={file}", _plain(url))


@contextmanager
def restored(url: str, backup: Path, folder: Path) -> Iterator[str]:
    """The URL of another database, made of the backup."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{shutil.copy(backup, folder / 'restored.db')}"
        return
    server, _, _ = _plain(url).rpartition("/")
    name = "r" + secrets.token_hex(8)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={server}/{name}", str(backup))
            yield f"postgresql+psycopg://{server.removeprefix('postgresql://')}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program) or next(
        iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{program}"))), None
    )
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must have {program}")
        pytest.skip(f"no {program}")
    subprocess.run([found, *arguments], check=True, capture_output=True, timeout=120)


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")
