"""The command `namens`: one module in `authz_server/commands` for each of its subjects.

Every command takes `--config FILE` and `--json`. Exit status 0: done; 1: refused, with a code; 2: wrong usage.
A module is imported when its command is used, so that no command waits for another's libraries.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import click

# command -> module under authz_server.commands that holds a click command of the same name (`-` is `_`, and
# a Python keyword gets a trailing `_`)
COMMANDS: Final[dict[str, str]] = {
    "serve": "serving",
    "worker": "worker",
    "demo": "demo",
    "db": "db",
    "config": "config",
    "import": "world",
    "export": "world",
    "resolve": "questions",
    "explain": "questions",
    "mandates": "mandates",
    "offers": "offers",
    "lists": "lists",
    "appointments": "appointments",
    "parties": "parties",
    "sources": "sources",
    "notices": "notices",
    "accounts": "accounts",
    "clients": "clients",
    "resources": "resources",
    "keys": "keys",
    "journal": "journal",
    "token": "token",
}


# Nothing secret is shorter: passwords have eight signs at least, personal numbers eight digits.
_SHORTEST_SECRET: Final = 8
_OPTION: Final = re.compile(r"--?[a-z-]+")
_FILE: Final = re.compile(r"/?(?:[\w.-]{1,32}/)*[\w.-]{1,32}\.(?:json|jsonl|toml|db|dump|txt|pem)", re.ASCII)
_NUMBER: Final = re.compile(r"\d[\d.-]{6,}\d")  # as long as a personal one
_TYPED: Final = "namens.typed"


@contextmanager
def _unrepeated(command: click.Command, typed: Sequence[str]) -> Iterator[None]:
    """Tell of wrong usage without what was typed: a password or a token that stands in the wrong place."""
    try:
        yield
    except click.UsageError as wrong:
        told = wrong.format_message()
        ours = _options_of(command, typed)
        for word in sorted(typed, key=len, reverse=True):
            option, _, value = word.partition("=") if word.startswith("-") else ("", "", word)
            for part in (value, "" if option in ours or _OPTION.fullmatch(option) else option):
                if len(part) >= _SHORTEST_SECRET and part not in ours and not _names_a_file(part):
                    told = told.replace(part, "…")
        raise click.UsageError(told, wrong.ctx) from None


def _options_of(command: click.Command, typed: Sequence[str]) -> set[str]:
    """The options of the command that was typed: their names are ours, and tell nothing."""
    found: set[str] = set()
    words = iter(typed)
    while True:
        found.update(opt for param in command.params if isinstance(param, click.Option) for opt in param.opts)
        if not isinstance(command, click.Group):
            return found
        inside, ctx = command, click.Context(command)
        named = (inside.get_command(ctx, word) for word in words)
        following = next((one for one in named if one is not None), None)
        if following is None:
            return found
        command = following


def _names_a_file(word: str) -> bool:
    """Whether it looks like the name of one of our files, and like nothing that is kept from others."""
    return _FILE.fullmatch(word) is not None and _NUMBER.search(word) is None


class _Subjects(click.Group):
    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        typed = tuple(args)
        with _unrepeated(self, typed):
            ctx = super().make_context(info_name, args, parent, **extra)
        ctx.meta[_TYPED] = typed
        return ctx

    def invoke(self, ctx: click.Context) -> Any:
        with _unrepeated(self, ctx.meta[_TYPED]):
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"authz_server.commands.{COMMANDS[cmd_name]}")
        name = cmd_name.replace("-", "_")
        command = getattr(module, f"{name}_" if name == "import" else name)
        assert isinstance(command, click.Command)  # noqa: S101 - a mistake of ours, not of the caller
        return command


@click.group(cls=_Subjects, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="namens")
@click.option(
    "--config", "config_file", type=click.Path(dir_okay=False), help="The settings file (namens.toml)."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def main(ctx: click.Context, config_file: str | None, as_json: bool) -> None:
    """Namens: log in, choose for whom you act, and show it, signed."""
    ctx.obj = {"config_file": config_file, "json": as_json}
