import pytest

from claims.register import overview
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.register import landed


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
    landed(database, demo_document(), now=TODAY)

    with database.reading() as db:
        assert parties == [authority.party for authority in overview.manages(db, person, TODAY)]


def test_the_ground_is_told_link_by_link(database: Database) -> None:
    landed(database, demo_document(), now=TODAY)

    with database.reading() as db:
        words = [authority.words for authority in overview.manages(db, "fred", TODAY)]

    assert ["self", "relation l-holding-fred", "relation l-peeters-holding l-holding-fred"] == words


def test_a_mandate_is_ended_by_who_gave_it_and_by_nobody_elses_authority(database: Database) -> None:
    landed(database, demo_document(), now=TODAY)

    with database.reading() as db:
        found = overview.within_reach(db, "anna", "m0001", TODAY)
        assert found is not None
        assert ("m0001", "anna", "self") == (found[0].id, found[1].party, found[1].words)
        assert overview.within_reach(db, "bram", "m0001", TODAY) is None
        assert overview.within_reach(db, "nobody", "m0001", TODAY) is None
        assert overview.within_reach(db, "anna", "no-such-mandate", TODAY) is None


def test_what_was_given_and_received_is_read_page_by_page(database: Database) -> None:
    document = demo_document()
    landed(database, document, now=TODAY)
    mandates = document["mandates"]

    with database.reading() as db:
        for read, key, party in (
            (overview.received, "representative", "peeters"),
            (overview.given, "represented", "peeters"),
            (overview.given, "represented", "anna"),
        ):
            found: list[str] = []
            after: str | None = None
            while True:
                page = read(db, party, after=after, limit=3)
                found += [mandate.id for mandate in page.mandates]
                if (after := page.next) is None:
                    break
            assert sorted(str(one["id"]) for one in mandates if party == one[key]) == sorted(found)
            assert len(set(found)) == len(found) >= 3


def test_an_authority_for_some_services_reaches_those_alone(database: Database) -> None:
    document = demo_document()
    for relation in document["legal_relations"]:
        if relation["id"] == "l-greet-piet":
            relation["services"] = ["income-tax"]
    landed(database, document, now=TODAY)

    with database.reading() as db:
        (authority,) = [one for one in overview.manages(db, "piet", TODAY) if one.party == "greet"]

    assert frozenset({"income-tax"}) == authority.services.listed
