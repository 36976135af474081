"""The reference names every command, endpoint and operation that there is, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from authz_server.api.operations import EVERY
from authz_server.app import create_app
from authz_server.cli import main
from tests.support.settings import settings_with

_DOCS = Path(__file__).parents[2] / "docs"
_EVERYWHERE = {"--json", "--config"}


def rows(page: str) -> list[list[str]]:
    """The cells of every row of the page's tables."""
    found = re.findall(r"^\| (.*) \|$", (_DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    return [[cell.strip() for cell in re.split(r" ?\| ?", row)] for row in found]


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with what is typed for it."""
    ctx = click.Context(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            if (inside := command.get_command(ctx, name)) is not None:
                yield from leaves(inside, (*path, name))
        return
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    named = [
        (one.name or "").upper() if one.required else f"[{(one.name or '').upper()}]" for one in arguments
    ]
    yield " ".join((*path, *named)), command


def test_every_command_stands_in_the_reference_with_its_arguments_and_options_and_no_other_does() -> None:
    there = {
        typed: {opt for one in command.params if isinstance(one, click.Option) for opt in one.opts[:1]}
        for typed, command in leaves(main)
    }
    told = {
        row[0].strip("`"): set(re.findall(r"`(--[a-z0-9-]+)`", row[2]))
        for row in rows("commands.md")
        if row[0].startswith("`")
    }

    assert len(there) > 50
    assert {typed: options - _EVERYWHERE for typed, options in there.items()} == told


def test_every_operation_of_the_api_stands_in_the_reference_and_no_other_does() -> None:
    told = [row for row in rows("register-api.md") if re.match(r"`(GET|POST) /", row[1])]

    assert [
        [f"`{one.name}`", f"`{one.method} {one.path}`", f"`{one.scope}`", one.summary] for one in EVERY
    ] == told


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application; of its database nothing is asked."""
    return create_app(settings_with(f"sqlite:///{tmp_path_factory.mktemp('none')}/none.db"))


def test_every_endpoint_stands_in_the_reference_with_its_methods_and_no_other_does(quiet: Flask) -> None:
    operations = {one.path for one in EVERY}
    there: dict[str, set[str]] = {}
    for rule in quiet.url_map.iter_rules():
        path = re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule)
        there.setdefault(path, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    told = {
        row[0].strip("`"): set(row[1].split(", ")) for row in rows("endpoints.md") if row[0].startswith("`/")
    }

    assert {path: methods for path, methods in there.items() if path not in operations} == told
