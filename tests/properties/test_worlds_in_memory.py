"""The rules as code, against the rules as text, over random worlds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claims import explanation, world
from claims.worldfile import NothingKnown, document_of, parse
from tests.properties.comparing import assert_explains, over_worlds, question_of, resolution_of
from tests.properties.worlds import questions, worlds
from tests.reference.resolver import ReferenceWorld


def read(document: dict[str, Any]) -> world.World:
    read = parse(document, NothingKnown())
    assert isinstance(read, world.World), read
    return read


@over_worlds
@given(st.data())
def test_the_resolver_agrees_with_the_reference(data: st.DataObject) -> None:
    document = data.draw(worlds())
    ours, reference = read(document), ReferenceWorld(document)
    for asked in data.draw(st.lists(questions(document), min_size=1, max_size=5)):
        answer = world.resolve(ours, question_of(asked, ours.services))
        assert reference.resolve(asked) == resolution_of(answer)


@over_worlds
@given(st.data())
def test_explain_agrees_with_the_reference(data: st.DataObject) -> None:
    document = data.draw(worlds())
    ours, reference = read(document), ReferenceWorld(document)
    for asked in data.draw(st.lists(questions(document), min_size=1, max_size=3)):
        parties = [party["id"] for party in document["parties"] if party["id"] != asked["acting"]]
        represented = data.draw(st.sampled_from(parties))
        told = explanation.explain(ours, question_of(asked, ours.services), represented)
        assert_explains(told, reference.explain({**asked, "represented": represented}))


@over_worlds
@given(st.data())
def test_a_world_that_is_written_is_read_back_as_the_same(data: st.DataObject) -> None:
    first = read(data.draw(worlds()))
    second = read(document_of(first))
    assert document_of(first) == document_of(second)
    for kept in ("parties", "services", "links", "restriction_records", "groups", "block_records"):
        assert getattr(first, kept) == getattr(second, kept)
