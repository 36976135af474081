"""What every command shares: `--config` and `--json`, before or after its name, and how it refuses.

A command is written as

    @click.command("rotate")
    @command_options
    def rotate(invocation: Invocation) -> None: ...

It prints with `invocation.print(words, document)`, and refuses by raising `Refused`: exit status 1, and on
standard error the code, what is wrong and what would be right.
"""

import json as json_format
import os
from collections.abc import Callable, Mapping
from functools import cached_property, update_wrapper
from pathlib import Path
from typing import IO, Any, Final

import click

from authz_server.clock import machine_clock
from authz_server.config import Settings, SettingsRefused, load
from authz_server.context import Context, join
from authz_server.database import DATABASE_FAILURES
from authz_server.events import what_failed
from claims.register.journal import Headless
from keys.sealing import Altered, Unsealable
from keys.storage import Database, connect

__all__ = ["Invocation", "Refused", "command_options"]

_DEFAULT_FILE: Final = Path("namens.toml")


class Refused(click.ClickException):
    """A command says no: a stable `code`, `what` is wrong and `right`, what would be right (or None)."""

    exit_code = 1

    def __init__(self, code: str, what: str, right: str | None = None) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.right = right
        self.as_json = False

    def document(self) -> dict[str, object]:
        """What `--json` says of it."""
        return {"error": self.code, "message": self.what, "remedy": self.right}

    def show(self, file: IO[Any] | None = None) -> None:
        if self.as_json:
            click.echo(json_format.dumps(self.document(), ensure_ascii=False), err=True)
            return
        click.echo(f"{self.code}: {self.what}", err=True)
        if self.right:
            click.echo(self.right, err=True)


class Invocation:
    """One run of a command: its settings, its context (made when first asked for) and how it answers."""

    def __init__(
        self,
        config_file: Path | None,
        *,
        named: bool = False,
        json: bool,
        environ: Mapping[str, str],
        ctx: click.Context,
    ) -> None:
        self.config_file = config_file
        self.config_is_named = named  # by --config, and not only found
        self.json = json
        self._environ = environ
        self._ctx = ctx

    @cached_property
    def settings(self) -> Settings:
        """The settings; refuses the command, with every fault, when they make no sense."""
        try:
            return load(self.config_file, self._environ)
        except SettingsRefused as refused:
            what = "\n  ".join(f"{fault.name} {fault.what}" for fault in refused.faults)
            raise Refused(
                "settings_refused", what, "Settings: a file by --config FILE, or NAMENS_SECTION__KEY."
            ) from None

    @cached_property
    def database(self) -> Database:
        """The database of the settings; refuses the command unless its tables are those of this version."""
        from authz_server.commands.standing import require_up_to_date

        require_up_to_date(self)
        return self.database_as_it_is

    @cached_property
    def database_as_it_is(self) -> Database:
        """The database of the settings, whatever is in it."""
        engine = connect(self.settings.database.url.get_secret_value())
        self._ctx.call_on_close(engine.dispose)
        return Database(engine)

    @cached_property
    def context(self) -> Context:
        """What the parts of the application share, for this command."""
        return join(self.settings, self.database, clock=machine_clock)

    def print(self, words: str, document: object) -> None:
        """Answer: `words` for people or, with `--json`, `document`."""
        click.echo(json_format.dumps(document, ensure_ascii=False, indent=2) if self.json else words)


def command_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--config` and `--json` (also before its name) and an `Invocation` as first argument."""

    def invoked(config_file: str | None, as_json: bool, **arguments: Any) -> None:
        ctx = click.get_current_context()
        given = ctx.find_root().obj or {}
        json = as_json or bool(given.get("json"))
        named = config_file or given.get("config_file")
        file = _settings_file(named, os.environ)
        invocation = Invocation(file, named=named is not None, json=json, environ=os.environ, ctx=ctx)
        try:
            function(invocation, **arguments)
        except Refused as refused:
            refused.as_json = json
            raise
        except DATABASE_FAILURES as failure:
            told = _database_refused(failure)
            told.as_json = json
            raise told from failure
        except (Altered, Unsealable, Headless) as failure:
            told = _tables_altered(failure)
            told.as_json = json
            raise told from failure
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except (
            Exception
        ) as failure:  # a mistake of ours: the outermost edge of a command, as `errors` is of a request
            told = _failed(failure)
            told.as_json = json
            raise told from failure

    wrapper = update_wrapper(invoked, function)
    # click keeps the options of decorators that stand below this one on the function they decorated
    wrapper.__click_params__ = [  # type: ignore[attr-defined]
        *getattr(function, "__click_params__", []),
        click.Option(["--config", "config_file"], type=click.Path(dir_okay=False), help="The settings file."),
        click.Option(["--json", "as_json"], is_flag=True, help="Answer in JSON."),
    ]
    return wrapper


def _tables_altered(failure: Altered | Unsealable | Headless) -> Refused:
    """What cannot be as we wrote it: somebody was at the tables, or the disk was."""
    match failure:
        case Altered():
            return Refused(
                "key_altered",
                f"Somebody was at the table of signing keys: {failure}.",
                "Put that row back as a backup has it (docs/operating.md).",
            )
        case Headless():
            return Refused(
                "journal_not_whole",
                f"Nothing is added to the journal: {failure}.",
                "See: namens journal verify; then restore a backup (docs/operating.md).",
            )
    return Refused(
        "unsealable",
        f"Something that is sealed does not open: {failure}.",
        "It was changed, or its key was taken away. See which: namens journal verify",
    )


def _settings_file(given: str | None, environ: Mapping[str, str]) -> Path | None:
    """`--config`, else `NAMENS_CONFIG`, else `namens.toml` where there is one."""
    if named := given or environ.get("NAMENS_CONFIG"):
        return Path(named)
    return _DEFAULT_FILE if _DEFAULT_FILE.exists() else None


def _failed(failure: Exception) -> Refused:
    """What failed and where, as the log of a server has it; never the text, which may hold what was worked on."""
    told = what_failed(failure)
    return Refused(
        "failed",
        f"Something failed that should not: {told['failure']} at {', '.join(told['where'])}.",
        "That is a fault of this version: please report these lines.",
    )


def _database_refused(failure: Exception) -> Refused:
    """Only the kind of failure is told: drivers put values of rows into their texts."""
    text = str(failure)
    if "no such table" in text or type(failure).__name__ == "UndefinedTable":
        return Refused("database_not_up_to_date", "The database lacks a table.", "Run: namens db upgrade")
    if "unable to open" in text:
        return Refused(
            "database_unavailable", "The database file cannot be opened.", "Check the folder in database.url."
        )
    return Refused(
        "database_unavailable",
        f"The database did not answer as it should ({type(failure).__name__}).",
        "Check database.url, and that the database runs and is up to date (namens db check).",
    )
