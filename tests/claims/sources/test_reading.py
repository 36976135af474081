"""An answer of a source register is taken whole, or not at all."""

from dataclasses import replace
from typing import Any

import pytest

from claims.assurance import Loa
from claims.identifiers import Scheme
from claims.limits import NO_LIMITS, Limits
from claims.parties import JointRule, Party, PartyKind
from claims.relations import Basis
from claims.restrictions import RestrictionKind
from claims.sources.reading import read_answer
from claims.sources.told import Answer, Fact
from tests.support.sources import (
    ANNA,
    BAKERY,
    BRAM,
    CARLA,
    COURT,
    answer,
    document,
    identifier,
    person,
    relation,
    restriction,
)

CLAUSE = "https://tax.example.nl/services/income"


@pytest.mark.parametrize("basis", Basis)
def test_every_basis_can_be_told(basis: Basis) -> None:
    (told,) = answer(relations=[relation(basis=basis)]).relations

    assert basis is told.basis
    assert identifier(BRAM) == told.representative.identifier


@pytest.mark.parametrize("kind", RestrictionKind)
def test_every_restriction_can_be_told(kind: RestrictionKind) -> None:
    (told,) = answer(restrictions=[restriction(kind=kind, services=[CLAUSE])]).restrictions

    assert (kind, frozenset({CLAUSE})) == (told.kind, told.services)


def test_facts_that_are_not_told_stay_as_they_are_and_null_says_that_there_is_none() -> None:
    party = Party("p", PartyKind.ORGANISATION, "P", legal_form="BV", ceased_at=5)

    said = answer(facts={"ceased_at": None, "joint_rule": {"majority": True}}).facts

    assert {Fact.CEASED_AT, Fact.JOINT_RULE} == said.told
    assert replace(party, ceased_at=None, joint_rule=JointRule(None)) == said.of(party)
    assert party == answer(facts={}).facts.of(party)


def test_no_relation_is_surer_than_its_source() -> None:
    low = replace(COURT, assurance=Loa.LOW)

    def level(**more: Any) -> Loa:
        return answer(low, relations=[relation(**more)]).relations[0].assurance

    assert (Loa.LOW, Loa.LOW, Loa.BASIC) == (level(), level(assurance="high"), level(assurance="basic"))


def test_a_power_up_to_an_amount_is_told_with_it_and_nothing_else_narrows_one() -> None:
    def told(limits: Any) -> Any:
        document_told = document(relations=[relation(limits=limits)])
        read = read_answer(document_told, identifier(ANNA), COURT)
        return read.relations[0].limits if isinstance(read, Answer) else None

    assert Limits(amount=2_500_000) == told({"amount": {"currency": "EUR", "value": "25000.00"}})
    assert NO_LIMITS is told(None)
    for wrong in ({}, [], {"amount": 25000}, {"case": "Z-1"}, {"days": ["monday"]}, {"hours": "9-17"}):
        assert None is told(wrong)


def test_a_source_is_believed_in_what_the_settings_say_alone() -> None:
    narrow = replace(COURT, tells=frozenset({"mentor", "bankruptcy", "legal_form"}))

    def refused(**more: Any) -> bool:
        return not isinstance(read_answer(document(**more), identifier(ANNA), narrow), Answer)

    assert not refused(
        relations=[relation(basis="mentor")],
        restrictions=[restriction(kind="bankruptcy")],
        facts={"legal_form": "x"},
    )
    assert refused(relations=[relation(basis="curator")])
    assert refused(restrictions=[restriction(kind="guardianship")])
    assert refused(facts={"ceased_at": None})


def _without(told: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != key}


HOSTILE: dict[str, Any] = {
    "another party": document(BRAM),
    "the same number in another scheme": document(ANNA, "rsin"),
    "no party": {"relations": []},
    "a party that is none": {"party": ANNA},
    "a list": [document()],
    "nothing": None,
    "a text": "Anna",
    "a number": 1e308,
    "an unknown member": document(everything=True),
    "who is represented, said of a fact": document(relations=[relation(represented=BRAM)]),
    "an id of ours": document(relations=[relation(id="m0001")]),
    "a source of its own": document(relations=[relation(source={"register": "Another"})]),
    "when it was recorded": document(relations=[relation(recorded_at="2020-01-01T00:00:00Z")]),
    "a branch": document(relations=[relation(branch="000000000001")]),
    "one reference twice": document(relations=[relation("C1"), relation("C1", number=CARLA)]),
    "one reference for two things": document(relations=[relation("X")], restrictions=[restriction("X")]),
    "no reference": document(relations=[_without(relation(), "reference")]),
    "an empty reference": document(relations=[relation("\u200b")]),
    "a reference without end": document(relations=[relation("x" * 201)]),
    "no end said": document(relations=[_without(relation(), "until")]),
    "no services said": document(relations=[_without(relation(), "services")]),
    "no actions said": document(relations=[_without(relation(), "actions")]),
    "no restricted services said": document(restrictions=[_without(restriction(), "services")]),
    "services of a provider": document(relations=[relation(services={"provider": "tax"})]),
    "a basis that is none": document(relations=[relation(basis="mandate")]),
    "a kind that is none": document(restrictions=[restriction(kind="everything")]),
    "an empty period": document(relations=[relation(until="2025-01-01T00:00:00Z")]),
    "an instant that is none": document(relations=[relation(**{"from": "2025-13-01T00:00:00Z"})]),
    "a level that is none": document(relations=[relation(assurance="highest")]),
    "the party itself": document(relations=[relation(number=ANNA)]),
    "a representative without a word of its number": document(
        relations=[relation(representative={"kind": "person", "name": "B"})]
    ),
    "a number that is none": document(relations=[relation(number="999990018")]),
    "a number of a scheme that it does not use": document(
        relations=[
            relation(
                representative=person(None)
                | {"identifier": {"scheme": "lei", "number": "5493001KJTIIGC8Y1R12"}}
            )
        ]
    ),
    "a company with a BSN": document(
        relations=[relation(representative=person(BRAM) | {"kind": "organisation"})]
    ),
    "a company that was born": document(
        relations=[
            relation(
                representative={
                    "kind": "organisation",
                    "name": "B",
                    "identifier": {"scheme": "kvk", "number": BAKERY},
                    "born": "1980-01-01",
                }
            )
        ]
    ),
    "a name without end": document(relations=[relation(representative=person(BRAM, "x" * 401))]),
    "a joint rule of nobody": document(facts={"joint_rule": {"count": 0}}),
    "an unknown fact": document(facts={"name": "Another"}),
    "something of an unknown party": document(known=False, relations=[relation()]),
    "a fact of an unknown party": document(known=False, facts={"ceased_at": None}),
    "relations that are no list": document(relations={"C1": relation()}),
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_answer_with_anything_wrong_is_none_and_no_value_of_it_is_repeated(said: Any) -> None:
    faults = read_answer(said, identifier(ANNA), COURT)

    assert isinstance(faults, list)
    assert faults
    told = " ".join(map(str, faults))
    assert not any(value in told for value in (ANNA, BRAM, CARLA, BAKERY, "Another", "m0001"))


def test_what_is_left_out_of_an_answer_is_told_of_nobody() -> None:
    assert Answer() == read_answer(document(), identifier(ANNA), COURT)
    assert Answer(known=False) == read_answer(document(known=False), identifier(ANNA), COURT)
    assert Scheme.BSN is COURT.schemes[0]
