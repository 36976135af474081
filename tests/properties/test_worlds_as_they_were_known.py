"""What the register says that it knew, against the rules as text over the world as it then was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.mandates import Mandate
from claims.register import asking, ending
from claims.register.actor import OPERATOR
from claims.register.asking import Unanswerable, Why
from claims.register.looking_back import explain_as_known, resolve_as_known
from claims.register.world import import_world
from keys.storage import Connected, Database
from tests.properties.comparing import WORLDS, assert_explains, over_worlds, resolution_of
from tests.properties.histories import Told, histories
from tests.properties.test_worlds_in_the_register import VAULT, register_of
from tests.properties.worlds import questions
from tests.reference.resolver import ReferenceWorld, written

# A history is several worlds, each of which is asked.
over_histories = settings(over_worlds, max_examples=max(10, WORLDS // 6))


@contextmanager
def register_with(database: Database, history: list[Told]) -> Iterator[Connected]:
    """The register after all of it."""
    with register_of(database, {}) as db:
        for told in history:
            if told.file is not None:
                import_world(db, VAULT, told.file, by=OPERATOR, now=told.at)
            if told.revoked is not None:
                assert isinstance(ending.revoke(db, VAULT, told.revoked, by=OPERATOR, now=told.at), Mandate)
        yield db


def instants_of(history: list[Told], number: int) -> tuple[int, int]:
    """The first and the last instant at which the register knew what it was told by then, and no more."""
    last = history[number + 1].at - 1 if number + 1 < len(history) else history[number].at + 100_000
    return history[number].at, last


def asked_then(
    data: st.DataObject, history: list[Told], number: int, told: Told
) -> Iterator[tuple[dict[str, Any], int]]:
    known_at = data.draw(st.sampled_from(instants_of(history, number)))
    for asked in data.draw(st.lists(questions(told.world), min_size=1, max_size=2)):
        yield asked, known_at


@over_histories
@given(data=st.data())
def test_what_was_known_at_every_earlier_instant_is_answered_as_it_was(
    database: Database, data: st.DataObject
) -> None:
    history = data.draw(histories())
    with register_with(database, history) as db:
        for number, told in enumerate(history):
            reference = ReferenceWorld(told.world)
            for asked, known_at in asked_then(data, history, number, told):
                read = asking.read(db, {**asked, "as_known_at": written(known_at)})
                answer = resolve_as_known(db, read.question, known_at)
                assert reference.resolve(asked) == resolution_of(answer)


@over_histories
@given(data=st.data())
def test_what_was_known_at_every_earlier_instant_is_explained_as_it_was(
    database: Database, data: st.DataObject
) -> None:
    history = data.draw(histories())
    with register_with(database, history) as db:
        for number, told in enumerate(history):
            reference = ReferenceWorld(told.world)
            for asked, known_at in asked_then(data, history, number, told):
                others = [party for party in reference.parties if party != asked["acting"]]
                asked["represented"] = data.draw(st.sampled_from(others))
                document = {**asked, "as_known_at": written(known_at)}
                read = asking.read(db, document, names_represented=True)
                told_why = explain_as_known(db, read.question, asked["represented"], known_at)
                assert_explains(told_why, reference.explain(asked))


@over_histories
@given(data=st.data())
def test_nobody_is_known_before_they_were_told_of(database: Database, data: st.DataObject) -> None:
    history = data.draw(histories())
    with register_with(database, history) as db:
        known: set[str] = set()
        for told in history:
            new = [one for one in told.world["parties"] if one["id"] not in known]
            known |= {one["id"] for one in new}
            for person in (one["id"] for one in new if one["kind"] == "person"):
                service = told.world["services"][0]["id"]
                asked = {
                    "acting": person,
                    "service": service,
                    "at": written(told.at),
                    "login_assurance": "high",
                }
                assert asking.read(db, {**asked, "as_known_at": written(told.at)})
                with pytest.raises(Unanswerable, match=f"{Why.UNKNOWN_PARTY}|{Why.UNKNOWN_SERVICE}"):
                    asking.read(db, {**asked, "as_known_at": written(told.at - 1)})
