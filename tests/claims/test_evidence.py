"""G4: what evidence supports which level, and that an operator may say it otherwise."""

import pytest

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY, Fact, facts_of_login, policy_of, supported

LIVE = Fact.LIVE_ENTRY


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (set(), Loa.BASIC),
        ({Fact.OWN_STATEMENT}, Loa.LOW),
        ({Fact.LETTER}, Loa.LOW),
        ({LIVE}, Loa.BASIC),
        ({*facts_of_login(Loa.BASIC), LIVE}, Loa.LOW),
        ({*facts_of_login(Loa.SUBSTANTIAL)}, Loa.LOW),
        ({*facts_of_login(Loa.SUBSTANTIAL), LIVE}, Loa.SUBSTANTIAL),
        ({*facts_of_login(Loa.HIGH), LIVE}, Loa.SUBSTANTIAL),
        ({*facts_of_login(Loa.HIGH), Fact.SIGNATORIES}, Loa.LOW),
        ({*facts_of_login(Loa.HIGH), LIVE, Fact.SIGNATORIES}, Loa.HIGH),
        ({*facts_of_login(Loa.SUBSTANTIAL), LIVE, Fact.SIGNATORIES}, Loa.SUBSTANTIAL),
        ({Fact.DESK_DOCUMENT}, Loa.SUBSTANTIAL),
        ({Fact.NOTARIAL_DEED}, Loa.HIGH),
    ],
)
def test_g4_evidence_supports_the_level_that_the_policy_says(facts: set[Fact], level: Loa) -> None:
    assert level is supported(facts, policy=DEFAULT_POLICY)


def test_g4_the_policy_is_data() -> None:
    strict = policy_of({"low": [["letter"]], "high": [["notarial_deed", "desk_document"]]})

    assert Loa.BASIC is supported({Fact.OWN_STATEMENT}, strict)
    assert Loa.LOW is supported({Fact.LETTER, Fact.NOTARIAL_DEED}, strict)
    assert Loa.HIGH is supported({Fact.DESK_DOCUMENT, Fact.NOTARIAL_DEED}, strict)


def test_the_policy_that_is_there_can_be_written_as_data() -> None:
    told: dict[str, list[list[str]]] = {}
    for level, facts in DEFAULT_POLICY:
        told.setdefault(level.word, []).append(sorted(facts))

    assert set(DEFAULT_POLICY) == set(policy_of(told))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"certain": [["letter"]]}, "a level is one of"),
        ({"basic": [["letter"]]}, "basic needs no evidence"),
        ({"low": [["gossip"]]}, "'gossip' is no evidence for low"),
        ({"high": [[]]}, "an empty list is no evidence for high"),
    ],
)
def test_a_policy_of_what_there_is_not_is_refused_by_name(
    told: dict[str, list[list[str]]], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        policy_of(told)
