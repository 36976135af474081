"""Who might act for a party: one page of people, in the order of their ids, at a cost that no number of offices raises."""

from typing import Any

import pytest

from claims.register.representatives import might_represent
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, ask
from tests.support.register import landed
from tests.support.small_world import SMALL_WORLD
from tests.support.work import statements_of

NAMES = ("a", "b", "c", "d")


def mandate(represented: str, representative: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"m-{represented}-{representative}",
        "represented": represented,
        "representative": representative,
        "services": ["s2"],
        "actions": "*",
        "assurance": "substantial",
        "from": "2026-01-01T00:00:00Z",
        "until": "2029-01-01T00:00:00Z",
    } | more


def offices(many: int) -> dict[str, Any]:
    """The bakery and so many offices, each with another behind it; each has four people of its own."""
    ids = [f"{side}{n:03}" for n in range(many) for side in ("k", "l")]
    organisations = [
        {"id": id, "kind": "organisation", "name": f"Office {id}", "identifiers": {}} for id in ids
    ]
    persons = [
        {"id": f"{name}-{id}", "kind": "person", "name": f"Person {name} {id}", "identifiers": {}}
        for id in ids
        for name in NAMES
    ]
    links = [mandate("o1", id, further_intermediaries=1) for id in ids if id.startswith("k")]
    links += [mandate(id, f"l{id[1:]}", clients="all") for id in ids if id.startswith("k")]
    links += [mandate(id, f"{name}-{id}", clients="all") for id in ids for name in NAMES]
    return {"parties": organisations + persons, "mandates": links}


def people(database: Database, after: str = "", most: int = 10) -> tuple[list[str], bool]:
    with database.reading() as db:
        might = might_represent(db, ask(db, "p1", "s2"), "o1", after=after, most=most)
    return list(might.persons), might.more


@pytest.fixture
def world(database: Database) -> Database:
    landed(database, SMALL_WORLD, now=TODAY - 10)
    return database


def test_people_of_every_office_come_in_one_order_page_by_page(world: Database) -> None:
    landed(world, offices(7), now=TODAY - 5)
    expected = {f"{name}-{side}{n:03}" for name in NAMES for side in ("k", "l") for n in range(7)}

    found: list[str] = []
    more = True
    while more:
        page, more = people(world, found[-1] if found else "")
        found += page

    assert sorted(found) == found
    assert expected <= set(found)
    assert len(found) == len(set(found))


def test_more_offices_cost_no_more_statements(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def cost() -> int:
        with statements_of(monkeypatch) as asked:
            people(world)
        return len(asked)

    landed(world, offices(3), now=TODAY - 5)
    few = cost()
    landed(world, offices(60), now=TODAY - 4)

    assert few == cost()
