"""The files of `namens clients` and `namens resources`: JSON for one registration, TOML for all of them."""

import tomllib
from pathlib import Path
from typing import Any

from authz_server.commands.options import Refused
from authz_server.oidc.metadata_faults import MetadataRefused
from claims import strict_json

__all__ = ["json_document", "refused", "toml_tables"]

_LARGEST = 4 * 1024 * 1024


def json_document(file: str) -> object:
    """The one JSON value in `file`."""
    try:
        return strict_json.parse(_read(file).decode())
    except ValueError:
        raise Refused("file_not_json", f"{file} is not JSON, or repeats a member.") from None


def toml_tables(file: str, name: str) -> list[dict[str, Any]]:
    """The tables `[[name]]` of a TOML file, which holds nothing else."""
    right = f"Write one [[{name}]] table for each of them."
    try:
        document = tomllib.loads(_read(file).decode())
    except ValueError as wrong:
        raise Refused("file_not_toml", f"{file} is not TOML: {wrong}", right) from None
    except RecursionError:
        raise Refused("file_not_toml", f"{file} is nested too deeply.", right) from None
    if others := sorted(document.keys() - {name}):
        raise Refused("file_not_understood", f"{file}: {others[0]!r} does not belong there.", right)
    tables = document.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Refused("file_not_understood", f"{file}: {name} is not a list of tables.", right)
    return tables


def refused(wrong: MetadataRefused, *, where: str = "") -> Refused:
    """Every fault of a registration, a line each."""
    lines = [f"{where}{fault}" for fault in wrong.faults]
    return Refused(wrong.error, "\n  ".join(lines), "Members that are not listed there are not understood.")


def _read(file: str) -> bytes:
    try:
        with Path(file).open("rb") as opened:
            raw = opened.read(_LARGEST + 1)  # some files have no end
    except OSError as failure:
        raise Refused("file_unreadable", f"{file} cannot be read: {failure.strerror}.") from None
    if len(raw) > _LARGEST:
        raise Refused("file_too_large", f"{file} is larger than {_LARGEST} bytes.")
    return raw
