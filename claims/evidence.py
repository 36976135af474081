"""What a mandate is given on, and how sure that makes it: the evidence policy, as data (G4)."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final

from claims.assurance import Loa

__all__ = [
    "DEFAULT_POLICY",
    "Fact",
    "Policy",
    "facts_of_evidence",
    "facts_of_login",
    "policy_of",
    "supported",
]


class Fact(StrEnum):
    """One thing that is known of how a mandate was given; the words are those of settings."""

    OWN_STATEMENT = "own_statement"
    LETTER = "letter"  # a code that went to the registered address came back
    LOGIN_SUBSTANTIAL = "login_substantial"  # or higher
    LOGIN_HIGH = "login_high"
    LIVE_ENTRY = "live_entry"  # what entitles the granter was fetched at most 24 hours ago
    SIGNATORIES = "signatories"  # who binds alone, or more than half of those who bind together
    DESK_DOCUMENT = "desk_document"  # an identity document was shown at a desk
    NOTARIAL_DEED = "notarial_deed"


Policy = Sequence[tuple[Loa, frozenset[Fact]]]
"""Each level with a set of facts that, all together, supports it."""

DEFAULT_POLICY: Final[Policy] = (
    (Loa.LOW, frozenset({Fact.OWN_STATEMENT})),
    (Loa.LOW, frozenset({Fact.LETTER})),
    (Loa.SUBSTANTIAL, frozenset({Fact.LOGIN_SUBSTANTIAL, Fact.LIVE_ENTRY})),
    (Loa.SUBSTANTIAL, frozenset({Fact.DESK_DOCUMENT})),
    (Loa.HIGH, frozenset({Fact.LOGIN_HIGH, Fact.LIVE_ENTRY, Fact.SIGNATORIES})),
    (Loa.HIGH, frozenset({Fact.NOTARIAL_DEED})),
)


_WORTH: Final = {"desk": (Fact.DESK_DOCUMENT,), "notarial_deed": (Fact.NOTARIAL_DEED,)}


def supported(facts: Collection[Fact], policy: Policy) -> Loa:
    """The highest level that these facts support; basic where they support none."""
    known = frozenset(facts)
    return max((level for level, needed in policy if needed <= known), default=Loa.BASIC)


def facts_of_login(level: Loa) -> frozenset[Fact]:
    """What a login at this level is worth. Whoever logs in states something, and is somebody."""
    facts = {Fact.OWN_STATEMENT}
    if level >= Loa.SUBSTANTIAL:
        facts.add(Fact.LOGIN_SUBSTANTIAL)
    if level >= Loa.HIGH:
        facts.add(Fact.LOGIN_HIGH)
    return frozenset(facts)


def facts_of_evidence(kind: str) -> frozenset[Fact]:
    """What evidence of this kind is worth where nobody logged in: a paper alone shows no more than that somebody said so."""
    return frozenset({Fact.OWN_STATEMENT, *_WORTH.get(kind, ())})


def policy_of(told: Mapping[str, Sequence[Sequence[str]]]) -> Policy:
    """The policy that settings tell: for a level's word, sets of facts of which one is enough.

    ValueError for what is no level or no fact, for an empty set, which would support a level by nothing, and for
    *basic*, which needs no support.
    """
    policy: list[tuple[Loa, frozenset[Fact]]] = []
    for word, sets in told.items():
        level = Loa.of_word(word)
        if level is Loa.BASIC:
            raise ValueError("basic needs no evidence: say low, substantial or high")
        for one in sets:
            unknown = [fact for fact in one if fact not in set(Fact)]
            if unknown or not one:
                known = ", ".join(Fact)
                what = "an empty list" if not one else f"{unknown[0][:40]!r}"
                raise ValueError(f"{what} is no evidence for {word}: a list of one or more of {known}")
            policy.append((level, frozenset(Fact(fact) for fact in one)))
    return tuple(policy)
