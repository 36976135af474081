"""What a relying party asks for in `authorization_details` (RFC 9396 2; `claims` 4; `schemas/asked.json`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from claims.assurance import Loa
from claims.formats.members import TYPE
from claims.strict_json import parse

__all__ = ["AskedDetails", "RefusedDetails", "parse_asked"]

_LONGEST: Final = 8192
_MEMBERS: Final = frozenset(
    {"type", "service", "actions", "minimum_assurance_level", "representation", "represented_hint"}
)
_WORD: Final = re.compile(r"[\x21-\x7e]{1,255}")
_ACTION: Final = re.compile(r"[^\s,\x00-\x1f\x7f]{1,64}")  # as in the world file; not only ASCII


@dataclass(frozen=True, slots=True)
class AskedDetails:
    """One object of type `representation` that has the right form. Nothing of it has met a register yet.

    `actions` is empty and the rest None where the request does not say.
    """

    service: str
    actions: tuple[str, ...] = ()
    minimum: Loa | None = None
    representation: Literal["optional", "required"] | None = None
    represented_hint: tuple[str, str] | None = None  # (iss, sub)


@dataclass(frozen=True, slots=True)
class RefusedDetails:
    """Why not: `code` is the OAuth error, `description` fixed ASCII English that repeats no value."""

    description: str
    code: Literal["invalid_authorization_details"] = "invalid_authorization_details"


def parse_asked(text: str) -> AskedDetails | RefusedDetails:
    """Read the request parameter `authorization_details`."""
    try:
        return _read(text)
    except ValueError as wrong:
        return RefusedDetails(str(wrong))


def _read(text: str) -> AskedDetails:
    if len(text) > _LONGEST:
        raise ValueError(f"authorization_details is longer than {_LONGEST} characters")
    try:
        document = parse(text)
    except ValueError:
        raise ValueError("authorization_details is not JSON, or repeats a member") from None
    if not isinstance(document, list) or len(document) != 1 or not isinstance(document[0], dict):
        raise ValueError("authorization_details is an array of exactly one object")
    asked: Mapping[str, object] = document[0]
    if asked.get("type") != TYPE:
        raise ValueError(f"the only type of authorization details here is {TYPE}")
    if not asked.keys() <= _MEMBERS:
        raise ValueError(f"the members of type {TYPE} are {', '.join(sorted(_MEMBERS))}")
    return AskedDetails(
        service=_word(asked.get("service"), "service"),
        actions=_actions(asked),
        minimum=_minimum(asked),
        representation=_mode(asked),
        represented_hint=_hint(asked),
    )


def _word(value: object, member: str) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise ValueError(f"{member} is a text of 1 to 255 visible ASCII characters")
    return value


def _action(value: object) -> str:
    if not isinstance(value, str) or not _ACTION.fullmatch(value):
        raise ValueError("each of actions is a word of at most 64 characters, without spaces or commas")
    return value


def _actions(asked: Mapping[str, object]) -> tuple[str, ...]:
    if "actions" not in asked:
        return ()
    listed = asked["actions"]
    if not isinstance(listed, list) or not listed:
        raise ValueError("actions is a list of at least one action")
    actions = tuple(_action(action) for action in listed)
    if len(set(actions)) != len(actions):
        raise ValueError("actions names an action twice")
    return actions


def _minimum(asked: Mapping[str, object]) -> Loa | None:
    if "minimum_assurance_level" not in asked:
        return None
    try:
        return Loa.of_word(asked["minimum_assurance_level"])
    except ValueError:
        raise ValueError("minimum_assurance_level is basic, low, substantial or high") from None


def _mode(asked: Mapping[str, object]) -> Literal["optional", "required"] | None:
    if "representation" not in asked:
        return None
    match asked["representation"]:
        case "optional":
            return "optional"
        case "required":
            return "required"
        case _:
            raise ValueError("representation is optional or required")


def _hint(asked: Mapping[str, object]) -> tuple[str, str] | None:
    if "represented_hint" not in asked:
        return None
    hint = asked["represented_hint"]
    if not isinstance(hint, dict) or hint.keys() != {"iss", "sub"}:
        raise ValueError("represented_hint has the members iss and sub, and no other")
    return _word(hint["iss"], "represented_hint.iss"), _word(hint["sub"], "represented_hint.sub")
