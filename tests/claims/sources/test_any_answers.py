"""Whatever a source says, and in whatever order it says it."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claims.instants import written
from claims.relations import LegalRelation
from claims.restrictions import Restriction
from claims.sources.comparing import Held, changes
from claims.sources.reading import read_answer
from claims.sources.told import Answer, ToldParty
from claims.worldfile import Fault
from tests.support.sources import (
    ANNA,
    BRAM,
    CARLA,
    COURT,
    answer,
    document,
    identifier,
    relation,
    restriction,
)
from tests.support.worlds import party

NOW = 1_764_028_800
WHOLE = document(
    known=True,
    facts={"ceased_at": None, "legal_form": "BV", "joint_rule": {"count": 2}},
    relations=[relation(), relation("C2", "mentor", CARLA, assurance="low", services=["https://a.nl/x"])],
    restrictions=[restriction()],
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*path, key))


PLACES = [place for place in places(WHOLE) if place]


@given(st.sampled_from(PLACES), JSON)
def test_one_wrong_value_anywhere_is_a_fault_or_an_answer_and_never_a_failure(
    place: tuple[Any, ...], value: Any
) -> None:
    said = deepcopy(WHOLE)
    inside = said
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value

    told = read_answer(said, identifier(ANNA), COURT)

    assert isinstance(told, Answer) or all(isinstance(fault, Fault) for fault in told)


@given(JSON)
def test_any_json_is_read_without_failing(said: Any) -> None:
    assert isinstance(read_answer(json.loads(json.dumps(said)), identifier(ANNA), COURT), list)


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """Something that a source may say: few references and people, so that they meet again."""
    periods = st.sampled_from([-200, -100, 0, 100, 200])
    references = draw(st.lists(st.sampled_from("ABCD"), unique=True, max_size=4))

    def period() -> dict[str, Any]:
        starts = draw(periods)
        until = draw(st.none() | st.just(starts + 100))
        return {"from": written(NOW + starts), "until": None if until is None else written(NOW + until)}

    told = [
        relation(one, draw(st.sampled_from(["curator", "mentor"])), draw(st.sampled_from([BRAM, CARLA])))
        | period()
        for one in references
    ]
    if draw(st.integers(0, 9)) == 0:
        return {"known": False}
    kinds = st.sampled_from(["guardianship", "bankruptcy"])
    restricted = draw(st.lists(st.sampled_from("VW"), unique=True, max_size=2))
    return {
        "relations": told,
        "restrictions": [restriction(one, draw(kinds)) | period() for one in restricted],
    }


def _who(told: ToldParty, _: str) -> str:
    assert told.identifier is not None
    return {BRAM: "bram", CARLA: "carla"}[told.identifier.value]


@given(st.lists(answers(), min_size=1, max_size=5))
def test_after_each_answer_exactly_what_it_tells_is_in_force_and_no_record_is_ever_somebody_else_s(
    told: list[dict[str, Any]],
) -> None:
    held = Held(party("anna"), (), ())
    whose: dict[str, tuple[str, str]] = {}
    for number, said in enumerate(told):
        now = NOW + number * 60
        read = answer(**said)

        def step(held: Held, now: int = now, read: Answer = read) -> Any:
            return changes(held, read, COURT, who=_who, services={}, fetched_at=now, now=now)

        found = step(held)
        relations: dict[str, LegalRelation] = {one.id: one for one in held.relations}
        relations |= {one.id: replace(one, recorded_at=now) for one in found.relations}
        restrictions: dict[str, Restriction] = {one.id: one for one in held.restrictions}
        restrictions |= {one.id: replace(one, recorded_at=now) for one in found.restrictions}
        held = Held(held.party, list(relations.values()), list(restrictions.values()))

        assert sorted(
            (one.basis, one.representative) for one in relations.values() if one.in_force(now)
        ) == sorted(
            (one.basis, _who(one.representative, ""))
            for one in read.relations
            if one.starts <= now and (one.until is None or now < one.until)
        )
        if read.known:
            assert sorted(one.kind for one in restrictions.values() if one.in_force(now)) == sorted(
                one.kind
                for one in read.restrictions
                if one.starts <= now and (one.until is None or now < one.until)
            )
        for one in relations.values():
            assert whose.setdefault(one.id, (one.basis, one.representative)) == (
                one.basis,
                one.representative,
            )
        again = step(held)
        assert ((), (), frozenset()) == (again.relations, again.restrictions, again.added)
