"""A token for its owner: each member with its value in plain words, and why it is there, in groups that people ask after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from authz_server.demo import words
from authz_server.demo.members import MEANINGS
from authz_server.demo.speech import Lazy, date_and_time, gettext, lazy_gettext
from claims.formats.walked import kind_of, walked
from claims.instants import parse_instant
from claims.verify import Loa

__all__ = ["GROUPS", "Member", "explained"]

GROUPS: Final[Mapping[str, Lazy]] = {
    "who": lazy_gettext("Who acts"),
    "whom": lazy_gettext("For whom"),
    "what": lazy_gettext("What for"),
    "sure": lazy_gettext("How surely"),
    "until": lazy_gettext("Until when"),
    "path": lazy_gettext("By which permission"),
    "technical": lazy_gettext("For the computers"),
}
_UNKNOWN: Final = lazy_gettext("Nobody of ours writes this. Do not believe it.")
_INSTANTS: Final = ("iat", "nbf", "exp", "auth_time")


@dataclass(frozen=True, slots=True)
class Member:
    """One member: where it stands, its value as people read it, as it stands there, and why it is there.

    `value` is None for a member that only holds others; `raw` is None where it says the same as `value`.
    """

    path: str
    value: str | None
    raw: str | None
    why: str


def explained(
    header: Mapping[str, object], claims: Mapping[str, object], services: Mapping[str, str]
) -> list[tuple[str, list[Member]]]:
    """Every member of header and claims, by group; `services` are the names of services, by URI."""
    found: dict[str, list[Member]] = {group: [] for group in GROUPS}
    at = [(f"header {name}", value) for name, value in header.items()]
    for path, value in [*at, *walked(claims)]:
        group, why = MEANINGS.get(kind_of(path), ("technical", _UNKNOWN))
        raw = _raw(value)
        read = None if raw is None else _readable(path, value, services) or raw
        found[group].append(Member(path, read, None if read == raw else raw, str(why)))
    return [(str(GROUPS[group]), members) for group, members in found.items() if members]


def _readable(path: str, value: object, services: Mapping[str, str]) -> str | None:
    """What the value means to people; None where it is as good as it stands."""
    name = path.rpartition(".")[2]
    if path in _INSTANTS:
        return date_and_time(value) if type(value) is int and 0 <= value < 2**33 else None
    if value == "null":
        return _nothing(name)
    if name == "actions" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(words.action(one).lower() for one in value)
    return _text(name, value, services) if isinstance(value, str) else None


def _text(name: str, value: str, services: Mapping[str, str]) -> str | None:
    match name:
        case "acr":
            level = next((one for one in Loa if one.acr == value), None)
            return None if level is None else str(words.SURE[level])
        case "assurance_level" | "effective_assurance_level":
            return str(words.SURE[Loa.of_word(value)]) if value in {one.word for one in Loa} else None
        case "sub_id_type":
            return words.number_kind(value) or gettext("a value made for this website alone")
        case "service":
            return services.get(value)
        case "basis":
            found = words.BASES.get(value)
            return None if found is None else str(found)
        case "represented":
            return gettext("yourself") if value == "self" else None
        case "not_after":
            return words.until(_instant(value)) if _instant(value) is not None else None
        case "recorded_at":
            return _day(value)
    return None


def _nothing(name: str) -> str:
    if name == "not_after":
        return gettext("no end is known")
    return gettext("all branches") if name == "branch" else gettext("nothing")


def _instant(text: str) -> int | None:
    try:
        return parse_instant(text)
    except ValueError:
        return None


def _day(text: str) -> str | None:
    try:
        return words.recorded(text)
    except ValueError:
        return None


def _raw(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return ", ".join(str(one) for one in value) or "[]"
    return str(value).lower() if isinstance(value, bool) else str(value)
