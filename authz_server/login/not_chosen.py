"""Why somebody cannot be chosen now, and what to do about it; and why there is nobody at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from authz_server.i18n import gettext
from authz_server.login.candidates import Asked
from claims.parties import Party
from keys.storage import Connected

__all__ = ["NotListed", "Told", "not_listed_line", "not_listed_page", "reasons_for_nobody"]


@dataclass(frozen=True, slots=True)
class Told:
    """A reason as a person reads it."""

    code: str
    reason: str
    advice: str | None = None
    name: str = ""
    marks: str | None = None


@dataclass(frozen=True, slots=True)
class NotListed:
    absent: tuple[Told, ...]
    parties: Mapping[str, Party]
    next: str | None


def not_listed_page(db: Connected, asked: Asked, *, after: str | None = None) -> NotListed:
    return NotListed((), {}, None)


def not_listed_line(one: Told, parties: Mapping[str, Party]) -> Told:
    return one


def reasons_for_nobody(db: Connected, asked: Asked) -> list[Told]:
    return [
        Told(
            "never",
            gettext("You have no permission to help anybody yet."),
            gettext("<strong>Ask for permission</strong> or <strong>fill in a code</strong>."),
        )
    ]
