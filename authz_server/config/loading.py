"""Reading the settings: a file, the environment over it, and a name for everything that is wrong."""

import errno
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from authz_server.config.settings import Settings

__all__ = ["Fault", "SettingsRefused", "load"]

_PREFIX: Final = "NAMENS_"
_LARGEST: Final = 1024 * 1024
_SHORT: Final = {"NAMENS_DATABASE_URL": "NAMENS_DATABASE__URL"}
# Read by others than the settings: where the settings file is, and what only the tests read.
_NOT_SETTINGS: Final = ("NAMENS_CONFIG", "NAMENS_TEST_", "NAMENS_WORLDS", "NAMENS_FUZZ")


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong setting: its name, and what is wrong or would be right. Never its value."""

    name: str
    what: str


class SettingsRefused(Exception):
    """The settings do not make sense; `faults` says every one that was found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.name}: {fault.what}" for fault in faults))
        self.faults = faults


def load(config_file: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of `config_file` (None: no file) under those of `environ`; SettingsRefused names the faults."""
    document = _of_file(config_file) if config_file else {}
    names = _lay_over(document, environ)
    try:
        return Settings.model_validate(document)
    except ValidationError as refused:
        raise SettingsRefused([_fault(error, names) for error in refused.errors(include_url=False)]) from None


def _of_file(config_file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text_of(config_file))
    except OSError as failure:
        raise SettingsRefused([Fault(str(config_file), f"cannot be read: {failure.strerror}")]) from None
    except UnicodeDecodeError:
        raise SettingsRefused([Fault(str(config_file), "is not UTF-8")]) from None
    except RecursionError:
        raise SettingsRefused([Fault(str(config_file), "is nested too deeply")]) from None
    except ValueError as failure:  # also a number that Python does not read
        raise SettingsRefused([Fault(str(config_file), f"is not TOML: {failure}")]) from None


def _text_of(file: Path) -> str:
    """What is in `file`, as much as a settings file or a secret can be: some files have no end."""
    with file.open("rb") as opened:
        raw = opened.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise OSError(errno.EFBIG, f"larger than {_LARGEST} bytes")
    return raw.decode()


def _lay_over(document: dict[str, Any], environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Put the variables into `document`; which variable gave which setting."""
    names: dict[tuple[str, ...], str] = {}
    faults: list[Fault] = []
    for variable, text in sorted(environ.items()):
        if not variable.startswith(_PREFIX) or variable.startswith(_NOT_SETTINGS):
            continue
        plain = variable.removesuffix("_FILE")
        path = tuple(_SHORT.get(plain, plain).removeprefix(_PREFIX).lower().split("__"))
        if path in names:
            faults.append(Fault(variable, f"is given twice: also by {names[path]}"))
            continue
        names[path] = variable
        try:
            value = _text_of(Path(text)).strip() if plain != variable else text
        except (OSError, UnicodeDecodeError):
            faults.append(Fault(variable, "names a file that cannot be read"))
            continue
        section: Any = document
        for part in path[:-1]:
            section = section.setdefault(part, {}) if isinstance(section, dict) else None
        if isinstance(section, dict):
            section[path[-1]] = value
        else:
            faults.append(Fault(variable, "is not a setting"))
    if faults:
        raise SettingsRefused(faults)
    return names


def _fault(error: Any, names: Mapping[tuple[str, ...], str]) -> Fault:
    location = tuple(str(part) for part in error["loc"])
    name = names.get(location) or ".".join(location) or "settings"
    if error["type"] == "extra_forbidden":
        return Fault(name, "is not a setting")
    if error["type"] == "missing":
        return Fault(name, "is missing")
    return Fault(name, str(error["msg"]).removeprefix("Value error, "))
