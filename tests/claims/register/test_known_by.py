"""By what somebody shows that they know a person: compared by digest, kept sealed, forgotten with the rest."""

import json
from typing import Any

import pytest

from claims.addresses import Address, KnownBy
from claims.identifiers import Identifier, Scheme
from claims.register import lookup
from claims.register.actor import OPERATOR
from claims.register.drafting import Faults, draft
from claims.register.forgetting import forget
from claims.register.known_by import is_known_by
from claims.register.proving import digest_fits
from claims.register.world import export_lists
from keys.storage import Database, Statement
from tests.claims.register.test_importing import organisation, person
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches, tampered
from tests.support.register import VAULT, landed

BSN = "999997221"
HOME = {"postcode": "1234AB", "house_number": "12-A"}
TYPED = Address("1234AB", "12-A")
_EVERYWHERE = ("register_parties", "register_identifiers", "register_versions", "register_journal")


def knows(database: Database, party: str, typed: Identifier | Address) -> bool:
    with database.reading() as db:
        return is_known_by(db, VAULT, party, typed)


def what_is_kept(database: Database) -> str:
    with database.reading() as db:
        return json.dumps([db.all(Statement(f"SELECT * FROM {table}")) for table in _EVERYWHERE])


def exported(database: Database, *, personal: bool) -> list[dict[str, Any]]:
    with database.reading() as db:
        return list(dict(export_lists(db, VAULT, personal_numbers=personal))["parties"])


@pytest.fixture
def home(database: Database) -> Database:
    """Two who live together; one of them has a BSN too."""
    who = [person("a", identifiers={"bsn": BSN}, address=HOME), person("b", address=HOME), person("c")]
    landed(database, {"parties": who}, now=TODAY)
    return database


def test_g6_an_address_is_that_of_who_lives_there_and_of_nobody_else(home: Database) -> None:
    assert knows(home, "a", TYPED)
    assert knows(home, "b", TYPED)
    assert not knows(home, "c", TYPED)
    assert not knows(home, "nobody", TYPED)
    assert not knows(home, "a\0", TYPED)
    for other in (Address("1234AB", "12"), Address("1234AC", "12-A"), Address("1234AB", "12-B")):
        assert not knows(home, "a", other)


def test_g6_a_bsn_is_compared_likewise_and_no_other_number_is(home: Database) -> None:
    landed(home, {"parties": [organisation("o", identifiers={"kvk": "90000456"})]}, now=TODAY)

    assert knows(home, "a", Identifier(Scheme.BSN, BSN))
    assert not knows(home, "b", Identifier(Scheme.BSN, BSN))
    assert not knows(home, "a", Identifier(Scheme.BSN, "999994542"))
    assert not knows(home, "o", Identifier(Scheme.KVK, "90000456"))


def test_an_address_is_sealed_everywhere_and_tells_nobody_who_lives_together(home: Database) -> None:
    kept = what_is_kept(home)

    assert "1234AB" not in kept
    assert "12-A" not in kept
    with home.reading() as db:
        digests = db.all(Statement("SELECT digest FROM register_identifiers WHERE scheme = 'address'"))
    assert 2 == len(digests) == len(set(digests))
    assert [] == breaches(home)
    with home.reading() as db:
        assert digest_fits(db, VAULT)


def test_an_address_is_no_number_of_any_answer(home: Database) -> None:
    with home.reading() as db:
        assert {"bsn": BSN} == lookup.identifiers(db, VAULT, "a")
        assert {} == dict(lookup.identifiers_of(db, VAULT, ["b"]))
        found = lookup.party(db, "b", VAULT)
        assert [] == lookup.by_number(db, VAULT, TYPED.value)
    assert found is not None
    assert ((), None) == (found.identifiers, found.address)


def test_what_a_file_leaves_out_is_kept_and_null_takes_it_away(home: Database) -> None:
    landed(home, {"parties": [{"id": "a", "kind": "person", "name": "Renamed"}]}, now=TODAY + 1)
    assert knows(home, "a", TYPED)
    landed(home, {"parties": [person("a", name="Again", identifiers={"bsn": "999994542"})]}, now=TODAY + 2)
    assert knows(home, "a", TYPED)
    assert knows(home, "a", Identifier(Scheme.BSN, "999994542"))
    moved = {"postcode": "4321BA", "house_number": "1"}
    landed(
        home, {"parties": [{"id": "a", "kind": "person", "name": "Again", "address": moved}]}, now=TODAY + 3
    )
    assert knows(home, "a", Address("4321BA", "1"))
    assert not knows(home, "a", TYPED)
    assert knows(home, "a", Identifier(Scheme.BSN, "999994542"))

    landed(
        home, {"parties": [{"id": "a", "kind": "person", "name": "Again", "address": None}]}, now=TODAY + 4
    )

    assert not knows(home, "a", Address("4321BA", "1"))
    assert knows(home, "a", Identifier(Scheme.BSN, "999994542"))
    assert [] == breaches(home)


def test_an_export_with_personal_numbers_has_it_and_lands_as_it_was(home: Database) -> None:
    with_it = {one["id"]: one for one in exported(home, personal=True)}
    without = {one["id"]: one for one in exported(home, personal=False)}

    assert (HOME, HOME, None) == tuple(with_it[id].get("address") for id in "abc")
    assert {"bsn": BSN} == with_it["a"]["identifiers"]
    assert not [id for id in without if "address" in without[id]]
    for file in (with_it, without):
        assert 0 == landed(home, {"parties": list(file.values())}, now=TODAY + 9).changes
    assert knows(home, "b", TYPED)


def test_who_is_forgotten_is_known_by_nothing(home: Database) -> None:
    with home.writing() as db:
        assert forget(db, VAULT, "a", by=OPERATOR, now=TODAY + 1) is None

    assert not knows(home, "a", TYPED)
    assert not knows(home, "a", Identifier(Scheme.BSN, BSN))
    assert knows(home, "b", TYPED)
    assert [] == breaches(home)


@pytest.mark.parametrize(
    "done",
    [
        "DELETE FROM register_identifiers WHERE scheme = 'address' AND party = 'b'",
        "UPDATE register_identifiers SET digest = 'x' WHERE scheme = 'address' AND party = 'b'",
        "UPDATE register_identifiers SET party = 'c' WHERE scheme = 'address' AND party = 'b'",
    ],
)
def test_an_address_that_somebody_changed_or_moved_is_found(home: Database, done: str) -> None:
    tampered(home, done)

    assert "numbers_altered" in {code for code, _ in breaches(home)}


@pytest.mark.parametrize(
    ("party", "fault"),
    [
        (organisation("o", address=HOME), ("parties[0].address", "wrong_kind")),
        (person("p", address={"postcode": "x", "house_number": "1"}), ("parties[0].address", "malformed")),
        (person("p", address={"postcode": "1234AB"}), ("parties[0].address.house_number", "missing")),
        (person("p", address=HOME | {"street": "x"}), ("parties[0].address.street", "unknown_key")),
        (person("p", address=[]), ("parties[0].address", "wrong_type")),
    ],
)
def test_an_address_that_is_none_is_a_fault_by_its_place(
    database: Database, party: dict[str, Any], fault: tuple[str, str]
) -> None:
    with pytest.raises(Faults) as refused:
        landed(database, {"parties": [party]}, now=TODAY)

    assert fault in {(one.place, one.code.value) for one in refused.value.faults}


def test_without_a_ground_a_bsn_is_refused_by_its_place_and_nothing_is_kept(database: Database) -> None:
    file = {"parties": [person("b", address=HOME), person("a", identifiers={"bsn": BSN})]}

    with database.reading() as db, pytest.raises(Faults) as refused:
        draft(db, VAULT, file, now=TODAY, known_by=KnownBy.ADDRESS)

    (fault,) = refused.value.faults
    assert ("parties[1].identifiers.bsn", "no_ground_for_bsn") == (fault.place, fault.code)
    assert BSN not in str(fault)
    del file["parties"][1]
    with database.reading() as db, draft(db, VAULT, file, now=TODAY, known_by=KnownBy.ADDRESS) as made:
        assert {"parties": 1} == {key: count for key, count in made.news.items() if count}
