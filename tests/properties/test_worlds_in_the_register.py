"""The register on both databases, against the rules as text, over random worlds.

Each world is imported in a transaction that is rolled back, so that the next one finds an empty register.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claims.question import Question
from claims.register import lookup, resolving
from claims.register.actor import OPERATOR
from claims.register.explaining import explain
from claims.register.world import import_world
from claims.representation import Representation
from keys.storage import Connected, Database
from tests.properties.comparing import (
    answer_of,
    assert_explains,
    over_worlds,
    question_of,
    resolution_of,
)
from tests.properties.worlds import NAMES, questions, worlds
from tests.reference.resolver import ReferenceWorld, folded
from tests.support.register import VAULT

NOW = 1_780_000_000


class _UndoneOnPurpose(Exception):
    """Ends a transaction without keeping anything of it."""


@contextmanager
def register_of(database: Database, document: dict[str, Any]) -> Iterator[Connected]:
    try:
        with database.writing() as db:
            import_world(db, VAULT, document, by=OPERATOR, now=NOW)
            yield db
            raise _UndoneOnPurpose
    except _UndoneOnPurpose:
        pass


def asked_of(db: Connected, asked: dict[str, Any]) -> Question:
    service = lookup.service(db, asked["service"])
    assert service is not None
    return question_of(asked, {service.id: service})


@over_worlds
@given(data=st.data())
def test_the_register_answers_as_the_reference(database: Database, data: st.DataObject) -> None:
    document = data.draw(worlds())
    reference = ReferenceWorld(document)
    with register_of(database, document) as db:
        for asked in data.draw(st.lists(questions(document), min_size=1, max_size=5)):
            expected = reference.resolve(asked)
            question = asked_of(db, asked)
            resolution = resolving.resolve(db, question)
            assert expected == resolution_of(resolution)
            assert resolution.own == resolving.own(db, question)
            for party in sorted(reference.parties):
                checked = resolving.check(db, question, party)
                assert [one for one in expected["representations"] if one["represented"] == party] == [
                    answer_of(one) for one in checked
                ]


@over_worlds
@given(data=st.data())
def test_pages_of_choices_are_the_whole_answer_cut_up(database: Database, data: st.DataObject) -> None:
    document = data.draw(worlds())
    reference = ReferenceWorld(document)
    with register_of(database, document) as db:
        for asked in data.draw(st.lists(questions(document), min_size=1, max_size=4)):
            expected = reference.resolve(asked)["representations"]
            question = asked_of(db, asked)
            size = data.draw(st.integers(1, 4))
            assert expected == pages(db, question, size, search=None)
            part = data.draw(
                st.sampled_from([name[1:4] for name in NAMES] + ["%", "_", "Łódź", "koge", "nergens"])
            )
            found = [one for one in expected if is_found(reference.parties[one["represented"]], part)]
            assert found == pages(db, question, size, search=part)


def pages(db: Connected, question: Question, size: int, *, search: str | None) -> list[dict[str, Any]]:
    """Every page, one after the other; each but the last is full, and names whom it is about."""
    told: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = resolving.choices(db, question, after=after, search=search, limit=size, vault=VAULT)
        told += [answer_of(one) for one in page.representations]
        assert {one.represented for one in page.representations} <= set(page.parties)
        if page.next is None:
            return told
        assert len(page.representations) == size
        after = page.next


def is_found(party: dict[str, Any], part: str) -> bool:
    """R18: part of a name, trade name or place, with the letters that do not decompose read as their nearest."""
    texts = [party["name"], *party["trade_names"], party["place"] or ""]
    return any(plain(part) in plain(text) for text in texts)


def plain(text: str) -> str:
    text = folded(text)
    for letter, read_as in zip("ıøłđæœðþß", ["i", "o", "l", "d", "ae", "oe", "d", "th", "ss"], strict=True):
        text = text.replace(letter, read_as)
    return text


@over_worlds
@given(data=st.data())
def test_a_stored_path_is_judged_as_the_reference_judges_it(database: Database, data: st.DataObject) -> None:
    document = data.draw(worlds())
    reference = ReferenceWorld(document)
    with register_of(database, document) as db:
        asked = data.draw(questions(document))
        question = asked_of(db, asked)
        for path, (broken, expected) in reference.judged(asked).items():
            represented = reference.link(path[0])["represented"]
            branch = reference.link(path[0]).get("branch")
            judged = resolving.stands(db, question, represented=represented, branch=branch, path=path)
            if broken:
                assert not isinstance(judged, Representation), (path, broken)
                continue
            assert isinstance(judged, Representation), (path, judged)
            assert expected == answer_of(judged)
            # the same links are no path for another party, another branch, or the other way round
            for other in ({"represented": asked["acting"]}, {"branch": "999999999999"}, {"path": path[:-1]}):
                changed = {"represented": represented, "branch": branch, "path": path, **other}
                assert not isinstance(resolving.stands(db, question, **changed), Representation)


@over_worlds
@given(data=st.data())
def test_the_register_explains_as_the_reference(database: Database, data: st.DataObject) -> None:
    document = data.draw(worlds())
    reference = ReferenceWorld(document)
    with register_of(database, document) as db:
        for asked in data.draw(st.lists(questions(document), min_size=1, max_size=3)):
            parties = [party["id"] for party in document["parties"] if party["id"] != asked["acting"]]
            represented = data.draw(st.sampled_from(parties))
            told = explain(db, asked_of(db, asked), represented)
            assert_explains(told, reference.explain({**asked, "represented": represented}))
