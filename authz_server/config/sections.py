"""The sections of the settings: every knob with its unit and its default. Durations are whole seconds."""

import base64
import binascii
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Secret,
    SecretStr,
    field_validator,
    model_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from claims.addresses import KnownBy
from claims.keeping import Periods
from claims.mail_address import is_mail_address
from keys.sealing import KEY_BYTES

__all__ = [
    "DatabaseSettings",
    "IdentifierSettings",
    "KeepingSettings",
    "KeySettings",
    "LifetimeSettings",
    "LimitSettings",
    "LogSettings",
    "MailSettings",
    "NoticeSettings",
    "PersonSettings",
    "PostSettings",
    "Seconds",
    "SecretSettings",
    "Section",
    "ServerSettings",
    "is_loopback",
    "listed",
]


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


def listed(value: object) -> object:
    """A list, which in the environment is written with commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _whole(value: object) -> object:
    """A number of seconds; `true` is none, although Python takes it for 1."""
    if isinstance(value, bool):
        raise ValueError("must be a whole number of seconds")
    return value


def _whole_years(value: object) -> object:
    """A number of years, likewise."""
    if isinstance(value, bool):
        raise ValueError("must be a whole number of years")
    return value


Key = Annotated[Secret[bytes], BeforeValidator(_decoded)]
Seconds = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=10 * 366 * 86400)]


def is_loopback(host: str) -> bool:
    """Whether `host` names this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class DatabaseSettings(Section):
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


class SecretSettings(Section):
    """Keys of 32 random bytes each, base64url. None may be equal to another."""

    seal: Key = Field(description="seals private keys and personal numbers at rest")
    digest: Key = Field(description="finds personal numbers without keeping them")
    pairwise: Key = Field(description="makes the pairwise values; changing it makes everybody a stranger")
    codes: Key = Field(description="digests of the names and networks of which wrong passwords are counted")
    session: Key = Field(description="signs what a page sends back (CSRF)")
    former_seal: Annotated[tuple[Key, ...], BeforeValidator(listed)] = Field(
        default=(), description="further `seal` keys, former and next, which open what they sealed"
    )

    @model_validator(mode="after")
    def _all_differ(self) -> Self:
        given = [self.seal, self.digest, self.pairwise, self.codes, self.session, *self.former_seal]
        if len({key.get_secret_value() for key in given}) != len(given):
            raise ValueError("must all differ: one secret serves one purpose")
        return self


class LifetimeSettings(Section):
    """How long what we hand out lives, in seconds (`docs/operating.md`)."""

    code: Annotated[int, Field(ge=10, le=600)] = 60
    id_token: Seconds = 300
    access_token: Seconds = 900
    access_token_representing: Seconds = 300
    access_token_api: Seconds = 300
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


class KeySettings(Section):
    """The life of the signing keys, in seconds."""

    rotate_every: Seconds = 90 * 86400
    jwks_max_age: Annotated[int, Field(ge=1, le=86400)] = 300

    @model_validator(mode="after")
    def _signs_longer_than_announced(self) -> Self:
        if self.rotate_every <= 2 * self.jwks_max_age:
            raise ValueError(
                "rotate_every must be more than twice jwks_max_age, for which a key is announced"
            )
        return self


class ServerSettings(Section):
    """How `namens serve` listens."""

    bind: str = "127.0.0.1:8000"
    workers: Annotated[int, Field(ge=0, le=256, description="0: one for each processor")] = 0
    threads: Annotated[int, Field(ge=1, le=64, description="requests that a process answers at a time")] = 8
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


class IdentifierSettings(Section):
    """The `iss` of organisations' numbers in tokens, where it is not `{issuer}/identifiers/{scheme}`."""

    kvk: str | None = None
    rsin: str | None = None
    oin: str | None = None
    lei: str | None = None
    eidas: str | None = None


class LimitSettings(Section):
    """Requests a minute that one process takes; 0 is no limit."""

    per_network: Annotated[int, Field(ge=0, le=100_000_000)] = Field(
        default=120_000, description="from one IPv4 address, or one IPv6 network of 64 bits"
    )
    per_client: Annotated[int, Field(ge=0, le=100_000_000)] = Field(
        default=120_000, description="from one client or resource that proved who it is"
    )


class KeepingSettings(Section):
    """How long the register keeps what is over, in whole years: a mandate that ended, a login on somebody's behalf."""

    readable_years: Annotated[int, BeforeValidator(_whole_years), Field(ge=1, le=100)] = Field(
        default=2, description="for which both sides read of it"
    )
    kept_years: Annotated[int, BeforeValidator(_whole_years), Field(ge=1, le=100)] = Field(
        default=7, description="after which it is erased"
    )

    @model_validator(mode="after")
    def _kept_while_readable(self) -> Self:
        if self.readable_years > self.kept_years:
            raise ValueError("readable_years must not be more than kept_years")
        return self

    @property
    def periods(self) -> Periods:
        """The two of them, as the register asks them."""
        return Periods(self.readable_years, self.kept_years)


class PersonSettings(Section):
    """By what somebody shows that they know a person."""

    bsn_ground: Annotated[str, Field(min_length=3, max_length=300)] | None = Field(
        default=None,
        description="the law by which a BSN may be used here; without it none is stored, asked or shown",
    )

    @field_validator("bsn_ground")
    @classmethod
    def _says_something(cls, ground: str | None) -> str | None:
        if ground is not None and not (ground.strip() and ground.isprintable()):
            raise ValueError("must name the law and its article, on one line")
        return ground

    @property
    def known_by(self) -> KnownBy:
        """Which of the two is asked for."""
        return KnownBy.ADDRESS if self.bsn_ground is None else KnownBy.BSN


class MailSettings(Section):
    """How people are mailed. Without `host` and `folder` nobody is."""

    host: Annotated[str, Field(min_length=1, max_length=253)] | None = Field(
        default=None, description="the server that takes our mail (SMTP)"
    )
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    sender: str | None = Field(default=None, description="the address that mail comes from")
    folder: Path | None = Field(default=None, description="mail is put here and not sent, to try things out")

    @field_validator("sender")
    @classmethod
    def _is_an_address(cls, sender: str | None) -> str | None:
        if sender is not None and not is_mail_address(sender):
            raise ValueError("must be a mail address, as in no-reply@example.nl")
        return sender

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.host is not None and self.folder is not None:
            raise ValueError("host and folder exclude each other: mail is sent, or put in a folder")
        if (self.host is not None or self.folder is not None) and self.sender is None:
            raise ValueError("sender is needed where there is mail")
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together")
        if self.host is not None and self.security == "none" and not is_loopback(self.host):
            raise ValueError("security can be none for a server on this machine alone")
        return self


class PostSettings(Section):
    """How letters are sent to who has no mail address. Without `folder` none are."""

    folder: Path | None = Field(
        default=None, description="letters are put here, for who prints and posts them"
    )


class NoticeSettings(Section):
    """When people are told that something changed, in seconds."""

    before_end: Annotated[int, BeforeValidator(_whole), Field(ge=86400, le=366 * 86400)] = 30 * 86400
    at_most_every: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=7 * 86400)] = Field(
        default=3600, description="between two messages to one recipient"
    )


class LogSettings(Section):
    """What is written to standard error, one JSON object a line."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
