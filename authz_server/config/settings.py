"""Everything that can be set, as one value."""

import re
from collections.abc import Mapping
from typing import Final

from pydantic import field_validator

from authz_server.config.evidence import EvidenceSettings
from authz_server.config.operator import OperatorSettings
from authz_server.config.sections import (
    DatabaseSettings,
    IdentifierSettings,
    KeepingSettings,
    KeySettings,
    LifetimeSettings,
    LimitSettings,
    LogSettings,
    MailSettings,
    NoticeSettings,
    PersonSettings,
    PostSettings,
    SecretSettings,
    Section,
    ServerSettings,
    is_loopback,
)
from authz_server.config.sources import SourceName, SourceSettings

__all__ = ["Settings", "is_loopback"]

_ISSUER: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[1-9]\d{0,4}))?(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
)


class Settings(Section):
    """Everything that can be set. Frozen: what runs is what was read at the start."""

    issuer: str
    database: DatabaseSettings
    secrets: SecretSettings
    lifetimes: LifetimeSettings = LifetimeSettings()
    keys: KeySettings = KeySettings()
    server: ServerSettings = ServerSettings()
    limits: LimitSettings = LimitSettings()
    identifiers: IdentifierSettings = IdentifierSettings()
    operator: OperatorSettings = OperatorSettings()
    keeping: KeepingSettings = KeepingSettings()
    persons: PersonSettings = PersonSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    mail: MailSettings = MailSettings()
    post: PostSettings = PostSettings()
    notices: NoticeSettings = NoticeSettings()
    log: LogSettings = LogSettings()
    sources: Mapping[SourceName, SourceSettings] = {}

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

    @field_validator("sources")
    @classmethod
    def _tell_registers_apart(cls, sources: Mapping[str, SourceSettings]) -> Mapping[str, SourceSettings]:
        """A record is of one source: who answers for it must not depend on which is asked last."""
        registers = [settings.source(name).register for name, settings in sources.items()]
        if len(set(registers)) != len(registers):
            raise ValueError("two sources have the same register")
        return sources

    def identifier_issuers(self) -> dict[str, str]:
        """scheme -> the `iss` under which a token names an organisation's number."""
        given = self.identifiers.model_dump()
        return {scheme: iss or f"{self.issuer}/identifiers/{scheme}" for scheme, iss in given.items()}

    @property
    def secure(self) -> bool:
        """Whether people reach us over https, so that cookies may be `Secure`."""
        return self.issuer.startswith("https:")
