"""`namens config show | check`: what is set, and whether it makes sense."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
from pydantic import BaseModel, Secret, SecretStr

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.config import Settings, is_loopback
from keys.sealing import KeyedDigest

__all__ = ["config"]

_HIDDEN: Final = "(set)"


@click.group()
def config() -> None:
    """The settings: what holds, and whether it makes sense."""


@config.command()
@command_options
def show(invocation: Invocation) -> None:
    """Every setting with the value that holds. Secrets are told by the id of their key alone."""
    rows = dict(_rows(invocation.settings))
    invocation.print("\n".join(f"{name} = {value}" for name, value in rows.items()), rows)


@config.command()
@command_options
def check(invocation: Invocation) -> None:
    """Refuse settings that make no sense, all of them at once; warn of those that are for trying out only."""
    settings = invocation.settings
    if faults := list(_faults(settings)):
        raise Refused("settings_refused", "\n  ".join(faults), "Correct these settings.")
    warnings = [*_warnings(settings), *_readable(invocation.config_file)]
    words = "\n".join(["The settings make sense.", *(f"note: {warning}" for warning in warnings)])
    invocation.print(words, {"ok": True, "notes": warnings})


def _rows(section: BaseModel, path: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _rows(value, f"{path}{name}.")
        else:
            yield path + name, _shown(value)


def _shown(value: object) -> object:
    match value:
        case SecretStr():
            return _HIDDEN
        case Secret():
            return f"(key {KeyedDigest(value.get_secret_value()).key_id})"
        case tuple():
            return [_shown(one) for one in value]
        case Path():
            return str(value)
        case _:
            return value


def _faults(settings: Settings) -> Iterator[str]:
    """What the form of the settings cannot show: files that are not there."""
    server = settings.server
    for name, file in (("certificate", server.certificate), ("private_key", server.private_key)):
        if file is not None and not file.is_file():
            yield f"server.{name} {file} is not a file"
    url = settings.database.url.get_secret_value()
    if url.startswith("sqlite:") and not Path(url.removeprefix("sqlite:///")).parent.is_dir():
        yield "database.url names a file in a folder that is not there"


def _warnings(settings: Settings) -> Iterator[str]:
    if not settings.secure:
        yield "issuer is http: for trying out on this machine only"
    host = settings.server.bind.rpartition(":")[0].strip("[]")
    if not is_loopback(host) and settings.server.certificate is None:
        yield "server.bind is reachable from elsewhere without TLS: a reverse proxy must stand in front"


def _readable(file: Path | None) -> Iterator[str]:
    if file is not None and stat.S_IMODE(file.stat().st_mode) & 0o007:
        yield f"{file} holds secrets and every account of this machine may read it: chmod 640"
