"""Why not, over the links of one organisation: on both databases."""

import pytest

from claims.assurance import Loa
from claims.question import Question
from claims.register import lookup, within_organisation
from claims.register.deriving import order_name
from claims.register.within_organisation import Answer
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.register import laid, landed


def asked(database: Database, person: str, represented: str, *, service: str = "vat-return") -> Answer | None:
    with database.reading() as db:
        found = lookup.service(db, service)
        assert found is not None
        question = Question(person, found, TODAY, Loa.SUBSTANTIAL)
        return within_organisation.ask(db, question, "peeters", represented)


@pytest.fixture
def demo(database: Database) -> Database:
    laid(database, demo_document(), now=TODAY)
    return database


def test_people_and_clients_are_the_organisation_s_own_by_name(demo: Database) -> None:
    with demo.reading() as db:
        people = within_organisation.people(db, "peeters")
        few = within_organisation.people(db, "peeters", most=2)
        found = within_organisation.clients(db, "peeters", like="korenBLOEM")

    assert ("eva", "kees", "lars", "lotte") == tuple(sorted(people.ids))
    assert not people.more
    assert (people.ids[:2], True) == (few.ids, few.more)
    assert ("bakery",) == found.ids


def test_without_a_search_the_clients_are_all_of_them_by_name_each_once(demo: Database) -> None:
    document = demo_document()
    links = [*document["mandates"], *document["legal_relations"]]
    ids = {one["represented"] for one in links if one["representative"] == "peeters"}
    with demo.reading() as db:
        parties = lookup.parties(db, ids)
        clients = within_organisation.clients(db, "peeters", most=500)
        few = within_organisation.clients(db, "peeters", most=3)

    assert sorted(ids, key=lambda id: (order_name(parties[id]), id)) == list(clients.ids)
    assert (clients.ids[:3], True) == (few.ids, few.more)


def test_what_stands_is_answered_by_the_register(demo: Database) -> None:
    answer = asked(demo, "eva", "bakery")

    assert answer is not None
    assert [("m0010", "m0014")] == [one.path for one in answer.standing]
    assert () == answer.paths


def test_what_does_not_is_explained_over_the_organisation_s_links_alone(demo: Database) -> None:
    answer = asked(demo, "lars", "oost")

    assert answer is not None
    assert () == answer.standing
    assert [("m0018", "m0015")] == [one.path for one in answer.paths]
    assert {"m0018", "m0015"} == answer.links.keys()


def test_a_standing_path_that_is_not_the_organisation_s_is_none_of_its_answer(demo: Database) -> None:
    """Bram helps Anna in private; he is one of the organisation's people too, with nothing to do for its clients."""
    mandate = {
        "id": "m-bram",
        "represented": "peeters",
        "representative": "bram",
        "services": ["payroll"],
        "actions": "*",
        "assurance": "low",
        "from": "2026-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
    }
    landed(demo, {"mandates": [mandate]}, now=TODAY)

    answer = asked(demo, "bram", "anna", service="income-tax")

    assert answer is not None
    assert () == answer.standing
    assert [("m0004", "m-bram")] == [one.path for one in answer.paths]


@pytest.mark.parametrize(
    ("person", "represented"), [("bram", "bakery"), ("eva", "town"), ("x\0", "bakery"), ("eva", "x\ud800")]
)
def test_who_is_not_the_organisation_s_gets_no_answer(demo: Database, person: str, represented: str) -> None:
    assert asked(demo, person, represented) is None
