"""`namens config show | check`: what is set, and whether it makes sense."""

import ssl
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click
from pydantic import BaseModel, Secret, SecretStr
from sqlalchemy.engine import make_url

from authz_server import migrations
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import require_secrets
from authz_server.config import Settings, is_loopback
from authz_server.config.evidence import proves_nobody
from authz_server.database import DATABASE_FAILURES
from authz_server.logo import LogoRefused, read_logo
from keys.sealing import KeyedDigest
from keys.storage import Statement

__all__ = ["config", "require_sense"]

_HIDDEN: Final = "(set)"
_ANY_BSN: Final = Statement("SELECT 1 FROM register_identifiers WHERE scheme = 'bsn' LIMIT 1")


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
    """Refuse settings that make no sense, all of them at once; warn of those that are for trying out only.

    Where there is a database, the secrets must be those it was written with.
    """
    settings = invocation.settings
    require_sense(settings)
    warnings = [*_warnings(settings), *_readable(invocation.config_file), *_secrets(invocation)]
    words = "\n".join(["The settings make sense.", *(f"note: {warning}" for warning in warnings)])
    invocation.print(words, {"ok": True, "notes": warnings})


def require_sense(settings: Settings) -> None:
    """Refused when the settings do not make sense on this machine, whatever their form."""
    if faults := list(_faults(settings)):
        raise Refused("settings_refused", "\n  ".join(faults), "Correct these settings.")


def _rows(section: BaseModel, path: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _rows(value, f"{path}{name}.")
        elif isinstance(value, Mapping):
            for key, section in value.items():
                yield from _rows(section, f"{path}{name}.{key}.")
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
    """What the form of the settings cannot show: files that are not there, or not what they should be."""
    certificate, key = settings.server.certificate, settings.server.private_key
    if certificate is not None and key is not None:
        missing = [
            f"server.{name} {file} is not a file"
            for name, file in (("certificate", certificate), ("private_key", key))
            if not file.is_file()
        ]
        yield from missing or _tls_faults(certificate, key)
    if settings.operator.logo is not None:
        try:
            read_logo(settings.operator.logo)
        except LogoRefused as refused:
            yield f"operator.logo {settings.operator.logo} {refused}"
    url = settings.database.url.get_secret_value()
    if url.startswith("sqlite:") and not Path(url.removeprefix("sqlite:///")).parent.is_dir():
        yield "database.url names a file in a folder that is not there"


def _tls_faults(certificate: Path, key: Path) -> Iterator[str]:
    try:
        # an empty password, so that a key that has one is refused instead of asked for
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, OSError):
        yield "server.certificate and server.private_key are not a PEM certificate and its key, without a password"


def _warnings(settings: Settings) -> Iterator[str]:
    if not settings.secure:
        yield "issuer is http: for trying out on this machine only"
    host = settings.server.bind.rpartition(":")[0].strip("[]")
    if not is_loopback(host) and settings.server.certificate is None:
        yield "server.bind is reachable from elsewhere without TLS: a reverse proxy must stand in front"
    if settings.mail.folder is not None:
        yield "mail.folder is set: mail is put there and sent to nobody"
    if settings.post.folder is None:
        yield "post.folder is not set: who has no mail address is not told when something changes"
    for level in proves_nobody(settings.evidence):
        yield f"evidence.{level} is reached by what shows nobody's identity"


def _secrets(invocation: Invocation) -> Iterator[str]:
    """Whether the secrets fit the database, where one is there; a note where that cannot be told."""
    url = make_url(invocation.settings.database.url.get_secret_value())
    if url.drivername == "sqlite" and not Path(str(url.database)).exists():
        return
    try:
        if migrations.standing(invocation.database.engine).up_to_date:
            require_secrets(invocation)
            yield from _bsn_without_ground(invocation)
            return
    except DATABASE_FAILURES:
        pass
    yield "the database does not answer, or is not up to date: the secrets were not compared with it"


def _bsn_without_ground(invocation: Invocation) -> Iterator[str]:
    if invocation.settings.persons.bsn_ground is not None:
        return
    with invocation.database.reading() as db:
        if db.one(_ANY_BSN) is not None:
            yield "the register holds BSNs, and persons.bsn_ground names no law by which it may"


def _readable(file: Path | None) -> Iterator[str]:
    if file is not None and stat.S_IMODE(file.stat().st_mode) & 0o007:
        yield f"{file} holds secrets and every account of this machine may read it: chmod 640"
