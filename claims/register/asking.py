"""A question as it is asked from outside: JSON members, checked, with what is unknown named and not repeated."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final, Protocol

from claims.assurance import Loa
from claims.catalogue import Service
from claims.instants import Instant, parse_instant
from claims.parties import Party, PartyKind
from claims.question import Question
from claims.register import lookup
from claims.register.past import PastFacts
from keys.storage import Connected

__all__ = ["Asked", "Unanswerable", "Why", "read"]

_MEMBERS: Final = (
    "acting",
    "service",
    "at",
    "login_assurance",
    "authenticator",
    "actions",
    "minimum",
    "as_known_at",
)
_REQUIRED: Final = ("acting", "service", "at", "login_assurance")


class Why(StrEnum):
    """Why a question cannot be answered; the codes are stable."""

    NOT_A_QUESTION = "not_a_question"
    UNKNOWN_KEY = "unknown_key"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    BAD_INSTANT = "bad_instant"
    UNKNOWN_LEVEL = "unknown_level"
    UNKNOWN_PARTY = "unknown_party"
    NOT_A_PERSON = "not_a_person"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_ACTION = "unknown_action"


class Unanswerable(Exception):
    """The question cannot be answered: `member` is the one that is wrong, where it is one."""

    def __init__(self, why: Why, member: str | None, what: str) -> None:
        self.why: Final = why
        self.member: Final = member
        self.what: Final = what
        where = "" if member is None else f"{member}: "
        super().__init__(f"{why}: {where}{what}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the represented party where it names one (`explain`), and when the register knew what it is to know.

    `as_known_at` is None for what it knows now.
    """

    question: Question
    represented: str | None = None
    as_known_at: Instant | None = None


def read(db: Connected, document: object, *, names_represented: bool = False) -> Asked:
    """The question that `document` asks; raises `Unanswerable`. A member that is null is absent."""
    if not isinstance(document, Mapping):
        raise Unanswerable(Why.NOT_A_QUESTION, None, "a question is a JSON object")
    known = (*_MEMBERS, "represented") if names_represented else _MEMBERS
    for key in document:
        if key not in known:
            raise Unanswerable(Why.UNKNOWN_KEY, None, f"known keys are {', '.join(known)}")
    told = {key: value for key, value in document.items() if value is not None}
    for key in (*_REQUIRED, *(["represented"] if names_represented else [])):
        if key not in told:
            raise Unanswerable(Why.MISSING, key, "this is required")
    known_at = _instant(told, "as_known_at") if "as_known_at" in told else None
    records = _Present(db) if known_at is None else PastFacts(db, known_at)
    service = records.service(_text(told, "service"))
    if service is None:
        raise Unanswerable(Why.UNKNOWN_SERVICE, "service", "there is no service with that id")
    question = Question(
        acting=_acting(records, told),
        service=service,
        at=_instant(told, "at"),
        login_assurance=_level(told, "login_assurance"),
        authenticator=_text(told, "authenticator") if "authenticator" in told else None,
        actions=_actions(told, service),
        minimum=_level(told, "minimum") if "minimum" in told else None,
    )
    return Asked(question, _represented(records, told) if names_represented else None, known_at)


class _Records(Protocol):
    """What a question may name, as it is known now or was known then."""

    def service(self, id: str) -> Service | None: ...
    def party(self, id: str) -> Party | None: ...


class _Present:
    """As it is known now."""

    def __init__(self, db: Connected) -> None:
        self.service: Final = partial(lookup.service, db)
        self.party: Final = partial(lookup.party, db)


def _acting(records: _Records, told: Mapping[str, object]) -> str:
    acting = records.party(_text(told, "acting"))
    if acting is None:
        raise Unanswerable(Why.UNKNOWN_PARTY, "acting", "there is no party with that id")
    if acting.kind is not PartyKind.PERSON:
        raise Unanswerable(Why.NOT_A_PERSON, "acting", "the acting party is a person")
    return acting.id


def _represented(records: _Records, told: Mapping[str, object]) -> str:
    represented = records.party(_text(told, "represented"))
    if represented is None:
        raise Unanswerable(Why.UNKNOWN_PARTY, "represented", "there is no party with that id")
    return represented.id


def _actions(told: Mapping[str, object], service: Service) -> tuple[str, ...]:
    asked = told.get("actions", [])
    if not isinstance(asked, list) or not all(isinstance(action, str) for action in asked):
        raise Unanswerable(Why.WRONG_TYPE, "actions", "write a list of words")
    if any(action not in service.actions for action in asked):
        allowed = ", ".join(service.actions)
        raise Unanswerable(Why.UNKNOWN_ACTION, "actions", f"the service has {allowed}")
    return tuple(dict.fromkeys(asked))


def _text(told: Mapping[str, object], key: str) -> str:
    value = told[key]
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise Unanswerable(Why.WRONG_TYPE, key, "write a text")
    return value


def _instant(told: Mapping[str, object], key: str) -> Instant:
    try:
        return parse_instant(told[key])
    except ValueError as wrong:
        raise Unanswerable(Why.BAD_INSTANT, key, str(wrong)) from None


def _level(told: Mapping[str, object], key: str) -> Loa:
    try:
        return Loa.of_word(told[key])
    except ValueError as wrong:
        raise Unanswerable(Why.UNKNOWN_LEVEL, key, str(wrong)) from None
