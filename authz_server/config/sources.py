"""The settings of source registers: where each is, what it is believed in, and how long its answers count."""

import re
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints, field_validator, model_validator

from authz_server.config.sections import Seconds, Section, is_loopback, listed
from claims.assurance import Loa
from claims.identifiers import Scheme
from claims.relations import Basis
from claims.restrictions import RestrictionKind
from claims.sources.told import Fact, SourceRegister

__all__ = ["SourceName", "SourceSettings"]

_TELLABLE: Final = frozenset(word.value for words in (Basis, RestrictionKind, Fact) for word in words)
# What a header can carry as a bearer token (RFC 6750, section 2.1).
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=32)]


class SourceSettings(Section):
    """One source register (`docs/source-registers.md`)."""

    url: str = Field(description="where it is asked, by POST")
    token: SecretStr | None = Field(default=None, description="the bearer token that we show it")
    known_as: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = Field(
        default=None, description="how records name it; the name of the section where left out"
    )
    schemes: Annotated[tuple[Scheme, ...], BeforeValidator(listed), Field(min_length=1)]
    tells: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description="the bases, kinds of restriction and facts it is believed in; none named: all"
    )
    assurance: Literal["basic", "low", "substantial", "high"] = "high"
    max_age: Seconds = 86400
    timeout: Annotated[int, Field(ge=1, le=30)] = 5
    close_after: Seconds | None = None

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        wanted = "must be https://host[:port]/path, without query or credentials (http only for localhost)"
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise ValueError(wanted) from None
        plain = url.isascii() and url.isprintable() and not set(url) & set(" ?#@\\")
        if (
            not plain
            or not host
            or (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)))
        ):
            raise ValueError(wanted)
        return url

    @field_validator("token")
    @classmethod
    def _is_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("must be a bearer token: letters, digits and - . _ ~ + / =")
        return token

    @field_validator("tells")
    @classmethod
    def _are_known(cls, tells: tuple[str, ...]) -> tuple[str, ...]:
        if not _TELLABLE.issuperset(tells):
            raise ValueError(f"must be among {', '.join(sorted(_TELLABLE))}")
        return tells

    @model_validator(mode="after")
    def _closes_what_is_stale(self) -> Self:
        if self.close_after is not None and self.close_after < self.max_age:
            raise ValueError("close_after must not be shorter than max_age: until then an answer counts")
        return self

    def source(self, name: str) -> SourceRegister:
        """What it is, for who asks it."""
        return SourceRegister(
            name=name,
            register=self.known_as or name,
            schemes=self.schemes,
            tells=frozenset(self.tells) or None,
            assurance=Loa.of_word(self.assurance),
        )
