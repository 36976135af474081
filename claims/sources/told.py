"""What a source register says of one party: who represents it by law, what restricts it, and facts about itself."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol

from claims.assurance import Loa
from claims.identifiers import Identifier, Scheme
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.parties import JointRule, Party, PartyKind
from claims.relations import Basis
from claims.restrictions import RestrictionKind

__all__ = [
    "Answer",
    "Fact",
    "NoAnswer",
    "NoAnswerReason",
    "PartyFacts",
    "Source",
    "SourceRegister",
    "ToldParty",
    "ToldRelation",
    "ToldRestriction",
]


_LEFT_OUT: Final = JointRule()  # what a party has of which nothing is said


class Fact(StrEnum):
    """What a source may say of the party itself, by the name of the member of its record."""

    CEASED_AT = "ceased_at"
    LEGAL_FORM = "legal_form"
    JOINT_RULE = "joint_rule"


@dataclass(frozen=True, slots=True)
class SourceRegister:
    """A register that we ask, and what we take from it.

    `name` is what the operator calls it (settings, commands, the authority in the journal); `register` is how records
    name it as their source, and whose records those are. It is told of a party by the first of `schemes` in which that
    party has a number, and names others by these schemes alone. `tells` are the bases, the kinds of restriction and
    the facts that it is believed in, None for all; no relation from it is surer than `assurance`.
    """

    name: str
    register: str
    schemes: tuple[Scheme, ...]
    tells: frozenset[str] | None = None
    assurance: Loa = Loa.HIGH

    def may_tell(self, what: Basis | RestrictionKind | Fact) -> bool:
        """Whether it is believed in this."""
        return self.tells is None or what.value in self.tells


@dataclass(frozen=True, slots=True)
class ToldParty:
    """A representative, as the source names it; `identifier` is None where the source has no number of it."""

    kind: PartyKind
    name: str
    identifier: Identifier | None
    born: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ToldRelation:
    """Power over the party. `services` are the URIs to which it is narrowed, None for all; so are `actions`.

    `limits` hold the amount up to which it binds, where the register names one.
    """

    reference: str
    basis: Basis
    representative: ToldParty
    services: frozenset[str] | None
    actions: frozenset[str] | None
    assurance: Loa
    starts: Instant
    until: Instant | None
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class ToldRestriction:
    """A restriction of the party's capacity, likewise."""

    reference: str
    kind: RestrictionKind
    services: frozenset[str] | None
    starts: Instant
    until: Instant | None


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """What the source says of the party itself: of those in `told` alone, be it that there is none."""

    told: frozenset[Fact] = frozenset()
    ceased_at: Instant | None = None
    legal_form: str | None = None
    joint_rule: JointRule = _LEFT_OUT

    def of(self, party: Party) -> Party:
        """`party` as these facts make it."""
        said: dict[str, Any] = {fact.value: getattr(self, fact.value) for fact in self.told}
        return replace(party, **said)


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a source says of the party that it was asked for; `known` is false where it knows no such party."""

    known: bool = True
    facts: PartyFacts = PartyFacts()
    relations: tuple[ToldRelation, ...] = ()
    restrictions: tuple[ToldRestriction, ...] = ()


class NoAnswerReason(StrEnum):
    """Why there is no answer that counts; the codes are stable."""

    UNREACHABLE = "unreachable"  # nobody there, or nobody that we speak to
    TIMEOUT = "timeout"
    STATUS = "status"  # an answer that says it is none
    TOO_LARGE = "too_large"
    NOT_UNDERSTOOD = "not_understood"  # nonsense, or about something else than was asked
    NO_NUMBER = "no_number"  # the party has no number by which this source knows it


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There is none. `detail` says where it went wrong, for a log: never a number, a name or a word of the answer."""

    reason: NoAnswerReason
    detail: str = ""


class Source(Protocol):
    """Whoever can ask a source register."""

    def ask(self, party: Identifier) -> Answer | NoAnswer:
        """What the register says of the party with that number. It takes a bounded time, and does not raise."""
