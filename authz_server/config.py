"""Settings: every knob with its unit and its default, read once at the start, and wrong ones named.

They come from a TOML file (`namens.toml`) and from the environment, which wins: `NAMENS_SECTION__KEY`, or
`NAMENS_SECTION__KEY_FILE` for the path of a file that holds the value. `NAMENS_DATABASE_URL` and
`NAMENS_ISSUER` are short for `NAMENS_DATABASE__URL` and `issuer`. A name that no setting has is a fault, as is
a value that makes no sense: both stop the start. Durations are whole seconds.
"""

import base64
import binascii
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Secret,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from keys.sealing import KEY_BYTES

__all__ = ["Fault", "Settings", "SettingsRefused", "load"]

_PREFIX: Final = "NAMENS_"
_SHORT: Final = {"NAMENS_DATABASE_URL": "NAMENS_DATABASE__URL"}
_ISSUER: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[1-9]\d{0,4}))?(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
)
# Read by others than the settings: where the settings file is, and what only the tests read.
_NOT_SETTINGS: Final = ("NAMENS_CONFIG", "NAMENS_TEST_", "NAMENS_WORLDS")


def _decoded(value: object) -> object:
    """32 bytes out of base64 (either alphabet, padding or not), as `secrets.token_urlsafe(32)` writes them."""
    if not isinstance(value, str):
        return value
    text = value.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ValueError(f"must be {KEY_BYTES} random bytes in base64url (43 characters)")
    return raw


def _listed(value: object) -> object:
    """A list, which in the environment is written with commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _whole(value: object) -> object:
    """A number of seconds; `true` is none, although Python takes it for 1."""
    if isinstance(value, bool):
        raise ValueError("must be a whole number of seconds")
    return value


Key = Annotated[Secret[bytes], BeforeValidator(_decoded)]
Seconds = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=10 * 366 * 86400)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DatabaseSettings(_Section):
    """Where everything is kept."""

    url: SecretStr = Field(description="`sqlite:///path` or `postgresql+psycopg://…`")

    @field_validator("url")
    @classmethod
    def _is_one_of_two(cls, url: SecretStr) -> SecretStr:
        try:
            parsed = make_url(url.get_secret_value())
        except ArgumentError:
            raise ValueError("is no database URL; write sqlite:///path or postgresql+psycopg://…") from None
        if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"} and parsed.database:
            return SecretStr(
                parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
            )
        if parsed.drivername != "sqlite" or parsed.database in {None, "", ":memory:"}:
            raise ValueError("must be sqlite:///path (a file) or postgresql+psycopg://…/name")
        file = Path(str(parsed.database)).absolute()
        return SecretStr(parsed.set(database=str(file)).render_as_string(hide_password=False))


class SecretSettings(_Section):
    """Keys of 32 random bytes each, base64url. None may be equal to another."""

    seal: Key = Field(description="seals private keys and personal numbers at rest")
    digest: Key = Field(description="finds personal numbers without keeping them")
    pairwise: Key = Field(description="makes the pairwise values; changing it makes everybody a stranger")
    codes: Key = Field(description="digests of codes, tokens and other random secrets")
    session: Key = Field(description="signs what a page sends back (CSRF)")
    former_seal: Annotated[tuple[Key, ...], BeforeValidator(_listed)] = Field(
        default=(), description="former `seal` keys, still opening what they sealed"
    )

    @model_validator(mode="after")
    def _all_differ(self) -> Self:
        given = [self.seal, self.digest, self.pairwise, self.codes, self.session, *self.former_seal]
        if len({key.get_secret_value() for key in given}) != len(given):
            raise ValueError("must all differ: one secret serves one purpose")
        return self


class LifetimeSettings(_Section):
    """How long what we hand out lives, in seconds (`docs/operating.md`)."""

    code: Annotated[int, Field(ge=10, le=600)] = 60
    id_token: Seconds = 300
    access_token: Seconds = 900
    access_token_representing: Seconds = 300
    refresh_idle: Seconds = 6 * 3600
    refresh_total: Seconds = 24 * 3600
    session_idle: Seconds = 30 * 60
    session_total: Seconds = 8 * 3600
    interaction: Seconds = 3600

    @model_validator(mode="after")
    def _idle_within_total(self) -> Self:
        if self.refresh_idle > self.refresh_total:
            raise ValueError("refresh_idle must not be longer than refresh_total")
        if self.session_idle > self.session_total:
            raise ValueError("session_idle must not be longer than session_total")
        return self


class KeySettings(_Section):
    """The life of the signing keys, in seconds."""

    rotate_every: Seconds = 90 * 86400
    jwks_max_age: Annotated[int, Field(ge=1, le=86400)] = 300


class ServerSettings(_Section):
    """How `namens serve` listens."""

    bind: str = "127.0.0.1:8000"
    workers: Annotated[int, Field(ge=0, le=256, description="0: one for each processor")] = 0
    threads: Annotated[int, Field(ge=1, le=64, description="requests that a process answers at a time")] = 4
    certificate: Path | None = Field(default=None, description="PEM file; with `private_key`: TLS here")
    private_key: Path | None = None
    proxies: Annotated[int, Field(ge=0, le=5)] = Field(
        default=0, description="reverse proxies in front whose X-Forwarded-For and -Proto are believed"
    )
    max_body: Annotated[int, Field(ge=1024, le=16 * 1024 * 1024)] = Field(
        default=128 * 1024, description="bytes that a request may carry"
    )

    @field_validator("bind")
    @classmethod
    def _is_host_and_port(cls, bind: str) -> str:
        host, _, port = bind.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError("must be HOST:PORT, as in 127.0.0.1:8000 or [::]:8000")
        return bind

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Self:
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("certificate and private_key go together")
        return self


class IdentifierSettings(_Section):
    """The `iss` of organisations' numbers in tokens, where it is not `{issuer}/identifiers/{scheme}`."""

    kvk: str | None = None
    rsin: str | None = None
    oin: str | None = None
    lei: str | None = None
    eidas: str | None = None


class OperatorSettings(_Section):
    """Who runs this, as pages say it."""

    name: Annotated[str, Field(min_length=1, max_length=120)] = "Namens"


class LogSettings(_Section):
    """What is written to standard error, one JSON object a line."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings(_Section):
    """Everything that can be set. Frozen: what runs is what was read at the start."""

    issuer: str
    database: DatabaseSettings
    secrets: SecretSettings
    lifetimes: LifetimeSettings = LifetimeSettings()
    keys: KeySettings = KeySettings()
    server: ServerSettings = ServerSettings()
    identifiers: IdentifierSettings = IdentifierSettings()
    operator: OperatorSettings = OperatorSettings()
    log: LogSettings = LogSettings()

    @field_validator("issuer")
    @classmethod
    def _is_an_issuer(cls, issuer: str) -> str:
        """An https URL without query or fragment (RFC 8414 section 2); http on this very machine alone.

        Others compare it character by character, so it has one form: lower case, no port that goes without saying.
        """
        wanted = (
            "must be https://host[:port][/path], in lower case, without query, fragment or a slash at the end"
        )
        if not (form := _ISSUER.fullmatch(issuer)) or int(form["port"] or 1) > 65535:
            raise ValueError(wanted)
        if form["port"] in {"443" if form["scheme"] == "https" else "80", "0"}:
            raise ValueError(wanted + " (and without the port that goes without saying)")
        if form["scheme"] != "https" and not is_loopback(form["host"].strip("[]")):
            raise ValueError(wanted + " (http only for localhost)")
        return issuer

    def identifier_issuers(self) -> dict[str, str]:
        """scheme -> the `iss` under which a token names an organisation's number."""
        given = self.identifiers.model_dump()
        return {scheme: iss or f"{self.issuer}/identifiers/{scheme}" for scheme, iss in given.items()}

    @property
    def secure(self) -> bool:
        """Whether people reach us over https, so that cookies may be `Secure`."""
        return self.issuer.startswith("https:")


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


def is_loopback(host: str) -> bool:
    """Whether `host` names this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


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
        return tomllib.loads(config_file.read_text(encoding="utf-8"))
    except OSError as failure:
        raise SettingsRefused([Fault(str(config_file), f"cannot be read: {failure.strerror}")]) from None
    except UnicodeDecodeError:
        raise SettingsRefused([Fault(str(config_file), "is not UTF-8")]) from None
    except tomllib.TOMLDecodeError as failure:
        raise SettingsRefused([Fault(str(config_file), f"is not TOML: {failure}")]) from None


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
            value = Path(text).read_text(encoding="utf-8").strip() if plain != variable else text
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
