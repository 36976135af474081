"""Whose mandates a person may see and end: asked from one party, and shown a page at a time."""

import pytest

from claims.register import managing
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.register import laid


@pytest.mark.parametrize(
    ("person", "parties"),
    [
        ("bram", ["bram", "noor", "sem", "tim"]),  # a parent, until a child is eighteen
        ("truus", ["truus", "wil"]),  # an executor
        ("elly", ["elly"]),  # a mentor grants nothing, so ends nothing
        ("petra", ["petra", "jan", "office"]),  # who binds an office alone acts for whom it administers
        ("piet", ["piet", "greet"]),
        ("fred", ["fred", "holding", "peeters"]),  # through the holding
        ("daan", ["daan", "bakery"]),  # an administrator
        ("gea", ["gea", "bos"]),  # ending each may do alone
        ("karin", ["karin", "postma"]),
        ("ton", ["ton"]),  # a director of a bankrupt company
        ("vera", ["vera", "oost"]),  # its trustee
        ("eva", ["eva"]),  # acts for many, manages none
    ],
)
def test_whose_mandates_a_person_may_see_and_end(database: Database, person: str, parties: list[str]) -> None:
    laid(database, demo_document(), now=TODAY)

    with database.reading() as db:
        shown = managing.managed(db, person, TODAY).authorities
        assert sorted(parties[1:]) == sorted(one.party for one in shown)
        everybody = [str(one["id"]) for one in demo_document()["parties"]]
        assert sorted(parties) == sorted(
            id for id in everybody if managing.authority(db, person, id, TODAY) is not None
        )
        for one in shown:
            assert one == managing.authority(db, person, one.party, TODAY)


def test_the_ground_is_told_link_by_link(database: Database) -> None:
    laid(database, demo_document(), now=TODAY)

    with database.reading() as db:
        words = [one.words for one in managing.managed(db, "fred", TODAY).authorities]
        itself = managing.authority(db, "fred", "fred", TODAY)

    assert itself is not None
    assert ["self", "relation l-peeters-holding l-holding-fred", "relation l-holding-fred"] == [
        itself.words,
        *words,
    ]


def test_an_authority_for_some_services_reaches_those_alone(database: Database) -> None:
    document = demo_document()
    for relation in document["legal_relations"]:
        if relation["id"] == "l-greet-piet":
            relation["services"] = ["income-tax"]
    laid(database, document, now=TODAY)

    with database.reading() as db:
        authority = managing.authority(db, "piet", "greet", TODAY)

    assert authority is not None
    assert frozenset({"income-tax"}) == authority.services.listed


def test_a_director_of_many_companies_meets_each_of_them_once(database: Database) -> None:
    """By name, over any number of pages, whatever leads to them: directly, twice, by appointment or through another."""
    names = [f"Bedrijf {n * 7 % 23:02}" for n in range(23)]
    document = demo_document()
    document["parties"] += [
        {"id": "magnus", "kind": "person", "name": "Magnus"},
        *({"id": f"c{n}", "kind": "organisation", "name": name} for n, name in enumerate(names)),
    ]
    document["legal_relations"] += [
        *(relation(f"c{n}", "magnus") for n in range(20)),
        relation("c3", "magnus", basis="owner"),
        relation("c21", "c20"),
        relation("c20", "magnus", basis="joint_signatory"),  # who signs together is nobody else alone
        relation("c22", "c5"),
        relation("c4", "c22"),
    ]
    laid(database, document, now=TODAY)

    with database.reading() as db:
        found: list[str] = []
        after: str | None = None
        while True:
            page = managing.managed(db, "magnus", TODAY, after=after, limit=4)
            found += [one.party for one in page.authorities]
            assert len(page.authorities) <= 4
            if (after := page.next) is None:
                break
        c22 = managing.authority(db, "magnus", "c22", TODAY)
        assert managing.authority(db, "magnus", "c21", TODAY) is None

    assert c22 is not None
    assert "relation c22-c5-sole_signatory c5-magnus-sole_signatory" == c22.words
    assert [f"c{n}" for n in sorted({*range(21), 22}, key=lambda n: names[n])] == found


def relation(represented: str, representative: str, basis: str = "sole_signatory") -> dict[str, object]:
    return {
        "id": f"{represented}-{representative}-{basis}",
        "represented": represented,
        "representative": representative,
        "basis": basis,
        "assurance": "high",
        "services": "*",
        "actions": "*",
        "from": "2020-01-01T00:00:00Z",
    }


def test_who_is_appointed_twice_reaches_what_either_covers(database: Database) -> None:
    document = demo_document()
    document["appointments"] = [
        {**one, "id": id, "person": "karin", "services": services}
        for one in document["appointments"]
        if one["id"] == "a-bakery-daan"
        for id, services in (("a-1", ["vat-return"]), ("a-2", ["income-tax"]), ("a-3", ["vat-return"]))
    ]
    laid(database, document, now=TODAY)

    with database.reading() as db:
        grounds = managing.grounds(db, "karin", "bakery", TODAY)

    assert [("appointment a-1", {"vat-return"}), ("appointment a-2", {"income-tax"})] == [
        (one.words, set(one.services.listed)) for one in grounds
    ]
