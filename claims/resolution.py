"""Whom may this person represent here, now, and how sure are we? (`mandates` 4)

`judge` decides about one path, on records that somebody else found; the rest compares and orders what stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from claims.assurance import Loa
from claims.facts import Facts
from claims.instants import birthday
from claims.lasting import holds_until
from claims.limits import NO_LIMITS, Limits, order_text
from claims.parties import Party, PartyKind, folded
from claims.paths import RULES, RULES_OF_WHOLE_SERVICES, Path, broken_by
from claims.question import Question
from claims.refusals import Rule
from claims.relations import Link
from claims.representation import Representation

__all__ = [
    "Broken",
    "OwnAnswer",
    "Question",
    "Representation",
    "Resolution",
    "best_per_capacity",
    "better",
    "broken_rules",
    "for_oneself",
    "in_order",
    "judge",
    "sort_key",
]

_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Broken:
    """A path that does not stand: the rules that it breaks, each with the link's number or None for the whole path.

    `judge` names the first alone.
    """

    rules: tuple[tuple[Rule, int | None], ...]


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """Whether a person may act for themself, and the level that the login still needs, whatever `allowed` is (R17)."""

    allowed: bool
    step_up: Loa | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The whole answer to a question."""

    own: OwnAnswer
    representations: tuple[Representation, ...]


def judge(links: Sequence[Link], facts: Facts, question: Question) -> Representation | Broken:
    """The representation that the path of `links` is, from the represented party outwards, or the rule that it breaks."""
    path = Path.joined(links, facts, question)
    if path is None:
        return _NOT_A_PATH
    for rule, places in RULES if path.narrowed else RULES_OF_WHOLE_SERVICES:
        if found := places(path):
            return Broken(((rule, found[0]),))
    assurance = path.assurance
    login = question.login_assurance
    return Representation(
        question.acting,
        question.service.id,
        tuple([link.told for link in links]),
        links[0].branch,
        path.actions,
        assurance,
        login if login < assurance else assurance,
        question.step_up,
        question.authenticator is not None and _is_blocked(path),
        holds_until(path),
        path.limits or NO_LIMITS,
    )


def broken_rules(links: Sequence[Link], facts: Facts, question: Question) -> list[tuple[Rule, int | None]]:
    """Every rule that the path breaks, in the order of the rules; empty where it stands."""
    path = Path.joined(links, facts, question)
    return list(_NOT_A_PATH.rules if path is None else broken_by(path))


def better(one: Representation, other: Representation) -> bool:
    """Whether `one` is given rather than `other`, where both say the same capacity (R15)."""
    return sort_key(one) < sort_key(other)


def sort_key(representation: Representation) -> tuple[object, ...]:
    """By which the best path of one capacity comes first (R15)."""
    until = representation.until
    return (
        representation.other_means,
        -representation.effective_assurance,
        -len(representation.actions),
        -representation.assurance,
        len(representation.links),
        -(_NEVER if until is None else until),
        representation.path,
    )


def best_per_capacity(representations: Iterable[Representation]) -> list[Representation]:
    """One representation for each represented party, branch, limits and organisation as whose person is acted (R15).

    What is limited never takes the place of what is not, nor of what is limited otherwise.
    """
    best: dict[tuple[str, str | None, str | None, Limits | None], Representation] = {}
    for found in representations:
        limits = None if found.limits is NO_LIMITS else found.limits
        capacity = (found.represented, found.branch, found.through, limits)
        if capacity not in best or better(found, best[capacity]):
            best[capacity] = found
    return list(best.values())


def in_order(
    representations: Iterable[Representation], parties: Mapping[str, Party] | Facts
) -> list[Representation]:
    """As answers are given: by the represented party's folded name, its id, branch, `through` and limits (R18)."""
    look_up = parties.get if isinstance(parties, Mapping) else parties.party

    def place(found: Representation) -> tuple[object, ...]:
        party = look_up(found.represented)
        name = "" if party is None else folded(party.name)
        of_capacity = (*_none_first(found.branch), *_none_first(found.through))
        return (name, found.represented, *of_capacity, order_text(found.limits))

    return sorted(representations, key=place)


def for_oneself(facts: Facts, question: Question) -> OwnAnswer:
    """Whether the acting person may act for themself; that is no representation (R17)."""
    person = facts.party(question.acting)
    service, at = question.service, question.at
    allowed = (
        person is not None
        and person.kind is PartyKind.PERSON
        and service.accepts_self
        and PartyKind.PERSON in service.represented_kinds
        and (person.ceased_at is None or at < person.ceased_at)
        and (person.born is None or birthday(person.born, service.self_from_age) <= at)
        and not any(
            restriction.in_force(at) and restriction.services.covers(service)
            for restriction in facts.restrictions(person.id)
        )
    )
    return OwnAnswer(allowed, question.step_up)


def _is_blocked(path: Path) -> bool:
    """Whether an organisation of the path does not want this authenticator of the acting person used (R11)."""
    question = path.question
    return any(
        block.authenticator == question.authenticator and block.in_force(question.at)
        for party in path.organisations
        for block in path.facts.blocks(party.id, question.acting)
    )


def _none_first(value: str | None) -> tuple[bool, str]:
    return (value is not None, value or "")


_NOT_A_PATH = Broken(((Rule.NOT_A_PATH, None),))
