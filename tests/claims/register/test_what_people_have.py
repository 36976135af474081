"""What an organisation gave people: of many at once, as of each of them, and by as many statements (G3)."""

import pytest

from claims.register.what_people_have import Has, has, have
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.appointments import appointed
from tests.support.register import laid
from tests.support.work import statements_of


@pytest.fixture
def world(database: Database) -> Database:
    laid(database, demo_document(), now=TODAY)
    appointed(database, "bakery", "mo", "carla")
    return database


def test_of_many_is_told_what_is_told_of_each(world: Database) -> None:
    document = demo_document()
    persons = [one["id"] for one in document["parties"] if one["kind"] == "person"]
    something = 0
    with world.reading() as db:
        for organisation in ("bakery", "peeters", "town", "club"):
            many = have(db, organisation, persons, now=TODAY)
            assert {one: has(db, organisation, one, now=TODAY) for one in persons} == many
            something += sum(one != Has() for one in many.values())

        assert 1 == len(have(db, "bakery", persons, now=TODAY)["mo"].appointments)
        assert {} == have(db, "bakery", [], now=TODAY)

    assert something > 8


def test_many_cost_as_many_statements_as_one(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    document = demo_document()
    persons = [one["id"] for one in document["parties"] if one["kind"] == "person"]
    counts = []
    for some in (persons[:1], persons[:40]):
        with world.reading() as db, statements_of(monkeypatch) as asked:
            have(db, "peeters", some, now=TODAY)
        counts.append(len(asked))

    assert counts[0] == counts[1] == 5
