"""The demo's data folder: its settings file, its secrets and its database, all made anew at every start."""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from authz_server.config import Settings, load
from authz_server.demo.mark import is_marked
from keys.storage import Database, connect

__all__ = ["DemoFolder", "FolderInUse", "FolderRefused"]

_FIRST_LINE: Final = (
    "# Made by `namens demo`, anew at every start: a try-out world, with published passwords."
)

_Sources = Mapping[str, Mapping[str, object]]


class FolderRefused(Exception):
    """The folder holds something that is not a demo's; the text says what."""


class FolderInUse(Exception):
    """Another demo runs in it."""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """`path` need not be there yet."""

    path: Path

    @property
    def config_file(self) -> Path:
        return self.path / "namens.toml"

    @property
    def database_file(self) -> Path:
        return self.path / "namens.db"

    @property
    def mail(self) -> Path:
        """Where the mail lies that is not sent."""
        return self.path / "mail"

    @property
    def letters(self) -> Path:
        """Where the letters lie that nobody posts."""
        return self.path / "letters"

    @property
    def list_file(self) -> Path:
        """A list of clients, for whoever tries to bring one."""
        return self.path / "klanten.csv"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder where it is not there, and keep other demos out; `FolderInUse` where one is in."""
        self.path.mkdir(parents=True, exist_ok=True)
        held = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            raise FolderInUse(f"another demo runs in {self.path}") from None
        try:
            yield
        finally:
            os.close(held)

    def clear(self) -> None:
        """Take the former demo away; `FolderRefused` before anything that no demo made is touched."""
        if self.config_file.exists() and not self._config_is_ours():
            raise FolderRefused(f"{self.config_file} was not made by a demo")
        if self.database_file.exists() and not self._database_is_ours():
            raise FolderRefused(f"{self.database_file} does not carry the mark of a demo's database")
        if not self.database_file.exists():
            if lost := [one for one in self._beside_the_database() if one.exists()]:
                raise FolderRefused(f"{lost[0]} belongs to a database that is not there")
            if not self.config_file.exists() and (other := sorted(one.name for one in self.path.iterdir())):
                raise FolderRefused(f"{self.path} holds other things, {other[0]} among them")
        messages = self._messages()
        lists = [self.list_file] if self.config_file.exists() else []
        for file in (self.config_file, self.database_file, *self._beside_the_database(), *messages, *lists):
            file.unlink(missing_ok=True)
        for folder in (self.mail, self.letters):
            with suppress(OSError):  # not there, or somebody else's things are in it
                folder.rmdir()

    def write_settings(self, issuer: str, bind: str, sources: _Sources | None = None) -> Settings:
        """Write `namens.toml` with new secrets, readable by its owner alone, and read it back.

        `sources` are the source registers by name, each with its settings.
        """
        self.config_file.touch(mode=0o600)
        self.config_file.write_text(self._settings_text(issuer, bind, sources or {}), encoding="utf-8")
        return load(self.config_file, {})

    def _settings_text(self, issuer: str, bind: str, sources: _Sources) -> str:
        made = {
            name: secrets.token_urlsafe(32) for name in ("seal", "digest", "pairwise", "codes", "session")
        }
        return "\n".join(
            [
                _FIRST_LINE,
                f'issuer = "{issuer}"',
                "[database]",
                f"url = {_quoted(f'sqlite:///{self.database_file.absolute()}')}",
                "[server]",
                f'bind = "{bind}"',
                "[operator]",
                'name = "Namens Voorbeeldland"',
                "[persons]",
                'bsn_ground = "a made-up world: its numbers are nobody\'s"',
                "[mail]",
                f"folder = {_quoted(str(self.mail.absolute()))}",
                'sender = "no-reply@namens.example"',
                "[post]",
                f"folder = {_quoted(str(self.letters.absolute()))}",
                "[secrets]",
                *(f'{name} = "{value}"' for name, value in made.items()),
                *(line for name, source in sources.items() for line in _section(f"sources.{name}", source)),
                "",
            ]
        )

    def _config_is_ours(self) -> bool:
        with self.config_file.open(encoding="utf-8", errors="replace") as file:
            return file.readline().rstrip("\n") == _FIRST_LINE

    def _database_is_ours(self) -> bool:
        if not self.database_file.read_bytes()[:16].startswith(b"SQLite format 3"):
            return False
        engine = connect(f"sqlite:///{self.database_file.absolute()}")
        try:
            with Database(engine).reading() as db:
                return is_marked(db)
        finally:
            engine.dispose()

    def _messages(self) -> list[Path]:
        """What a demo wrote to its people; nothing in a folder that stands elsewhere."""
        if not self.config_file.exists():
            return []
        kinds = ((self.mail, "*.eml"), (self.letters, "*.txt"))
        return [file for folder, kind in kinds if not folder.is_symlink() for file in folder.glob(kind)]

    def _beside_the_database(self) -> list[Path]:
        return [self.path / f"{self.database_file.name}{ending}" for ending in ("-wal", "-shm")]


def _section(name: str, settings: Mapping[str, object]) -> Iterator[str]:
    """The lines of a section of texts, numbers and lists of texts."""
    yield f"[{name}]"
    for key, value in settings.items():
        match value:
            case str():
                yield f"{key} = {_quoted(value)}"
            case list():
                yield f"{key} = [{', '.join(map(_quoted, value))}]"
            case _:
                yield f"{key} = {value}"


def _quoted(text: str) -> str:
    """A TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
