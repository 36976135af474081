"""An organisation's own references of its clients: sealed, found whole, by it alone, and forgotten with the client."""

import pytest

from claims.register import client_list, client_references, forgetting, resolving
from claims.register.actor import OPERATOR
from claims.register.client_references import NotKept, as_kept
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, ask, demo_document
from tests.support.register import VAULT, laid

_ROWS = Statement(
    "SELECT organisation, client, digest, sealed FROM register_client_references ORDER BY client"
)
_CHANGE = Statement("UPDATE register_client_references SET client = 'client002' WHERE client = 'client001'")
_END = Statement(
    "UPDATE register_links SET ends = 1 WHERE representative = 'peeters' AND represented = 'anna'"
)


@pytest.fixture
def world(database: Database) -> Database:
    laid(database, demo_document(), now=TODAY)
    return database


def note(database: Database, client: str, reference: str, organisation: str = "peeters") -> None:
    with database.recording() as db:
        client_references.put(db, VAULT, organisation, client, reference)


def references(database: Database, *clients: str, organisation: str = "peeters") -> dict[str, str]:
    with database.reading() as db:
        return client_references.of_clients(db, VAULT, organisation, clients)


def found(database: Database, text: str, *organisations: str) -> list[str]:
    with database.reading() as db:
        return client_references.known_by(db, VAULT, organisations or ("peeters",), text)


def test_a_reference_is_kept_sealed_and_the_last_one_counts(world: Database) -> None:
    note(world, "client001", "K-0001")
    note(world, "client001", "K-0002")

    assert {"client001": "K-0002"} == references(world, "client001", "client002")
    with world.reading() as db:
        ((_, _, digest, sealed),) = db.all(_ROWS)
    assert "K-0002" not in f"{digest}{sealed}"
    assert [] == found(world, "K-0001")
    assert ["client001"] == found(world, " k-0002 ")


def test_another_organisation_has_and_finds_its_own_alone(world: Database) -> None:
    note(world, "bakery", "12", "peeters")
    note(world, "bakery", "34", "payroll")

    assert {"bakery": "12"} == references(world, "bakery")
    assert [] == found(world, "34")
    assert ["bakery"] == found(world, "34", "payroll")
    with world.reading() as db:
        digests = {digest for _, _, digest, _ in db.all(_ROWS)}
    note(world, "bakery", "12", "payroll")
    with world.reading() as db:
        assert 2 == len({digest for _, _, digest, _ in db.all(_ROWS)} | digests) - 1


def test_a_row_that_was_moved_opens_nowhere(world: Database) -> None:
    note(world, "client001", "K-0001")
    with world.writing() as db:
        db.run(_CHANGE)

    assert {} == references(world, "client001", "client002")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  A   1 ", "A 1"),
        ("\u200b", ""),
        ("x" * 61, NotKept.TOO_LONG),
        ("x" * 60, "x" * 60),
        ("999997221", NotKept.HOLDS_A_NUMBER),
        ("ref 9999.97.221", NotKept.HOLDS_A_NUMBER),
    ],
)
def test_what_is_kept_of_what_was_typed(typed: str, kept: object) -> None:
    assert kept == as_kept(typed)


def test_a_reference_is_removed(world: Database) -> None:
    note(world, "client001", "K-0001")
    with world.recording() as db:
        client_references.remove(db, "peeters", "client001")

    assert {} == references(world, "client001")
    assert [] == found(world, "K-0001")


def test_whoever_is_forgotten_leaves_no_reference(world: Database) -> None:
    note(world, "joop", "Hendriks 12")
    with world.recording() as db:
        client_references.forget_party(db, "joop")

    assert {} == references(world, "joop")
    with world.reading() as db:
        assert [] == db.all(_ROWS)


def test_forgetting_a_party_takes_its_references_along(database: Database) -> None:
    document = {
        "parties": [
            {"id": "p1", "kind": "person", "name": "Anna", "identifiers": {"bsn": "999990019"}},
            {"id": "o1", "kind": "organisation", "name": "Office", "identifiers": {}},
        ]
    }
    laid(database, document, now=TODAY)
    note(database, "p1", "A-1", "o1")

    with database.recording() as db:
        assert None is forgetting.forget(db, VAULT, "p1", by=OPERATOR, now=TODAY)

    assert {} == references(database, "p1", organisation="o1")
    with database.reading() as db:
        assert [] == db.all(_ROWS)


def test_the_choice_is_searched_by_the_reference_of_whose_person_one_is(world: Database) -> None:
    note(world, "client001", "Dossier 7")
    note(world, "client002", "Dossier 7", "payroll")

    with world.reading() as db:
        eva = resolving.choices(db, ask(db, "eva", "vat-return"), search="dossier 7", vault=VAULT)
        part = resolving.choices(db, ask(db, "eva", "vat-return"), search="dossier", vault=VAULT)
        fred = resolving.choices(db, ask(db, "bram", "vat-return"), search="dossier 7", vault=VAULT)

    assert ["client001"] == [one.represented for one in eva.representations]
    assert () == part.representations == fred.representations


def test_a_reference_finds_nobody_for_whom_one_may_not_act(world: Database) -> None:
    """Lars serves Team Noord alone."""
    with world.reading() as db:
        lars = [
            one.represented for one in resolving.resolve(db, ask(db, "lars", "vat-return")).representations
        ]
    outside = next(
        str(one["represented"])
        for one in demo_document()["mandates"]
        if one["representative"] == "peeters" and one["represented"] not in lars
    )
    note(world, outside, "X-1")

    with world.reading() as db:
        assert (
            ()
            == resolving.choices(db, ask(db, "lars", "vat-return"), search="X-1", vault=VAULT).representations
        )


def test_the_list_of_clients_is_searched_by_name_number_and_reference(world: Database) -> None:
    note(world, "client001", "Dossier 7")
    with world.reading() as db:

        def search(text: str) -> tuple[str, ...]:
            return client_list.search(db, VAULT, "peeters", text, now=TODAY).ids

        assert ("client001",) == search("dossier 7")
        assert "bakery" in search("KORENBLOEM")
        assert ("bakery",) == search("00436606")
        assert () == search("00304369")  # the town, which is no client
        assert () == search("nobody is called so") == search("x\0y")
        assert "anna" in search("anna de vries")


def test_the_list_has_each_client_once_by_name_and_not_who_left(world: Database) -> None:
    with world.reading() as db:
        everybody: list[str] = []
        after = None
        while True:
            page = client_list.page(db, "peeters", now=TODAY, after=after, limit=7)
            everybody += page.ids
            if (after := page.next) is None:
                break
        at_once = client_list.page(db, "peeters", now=TODAY, limit=1000).ids
    assert everybody == list(at_once)
    assert len(set(everybody)) == len(everybody)
    assert "bakery" in everybody
    ended = [
        str(one["represented"])
        for one in demo_document()["mandates"]
        if one["representative"] == "peeters" and str(one["until"]) < "2026-11-23"
    ]
    assert ended
    assert not set(ended) & set(everybody)
    with world.writing() as db:
        db.run(_END)
    with world.reading() as db:
        assert "anna" not in client_list.page(db, "peeters", now=TODAY, limit=1000).ids
        assert "anna" not in client_list.search(db, VAULT, "peeters", "anna", now=TODAY).ids
