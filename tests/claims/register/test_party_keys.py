"""The numbers of a person open by that person's own key alone, and nowhere but where they stand."""

import json
from typing import Any

import pytest

from claims.register.actor import OPERATOR
from claims.register.world import Overtaken, draft, land
from keys.sealing import Sealer, Unsealable
from keys.storage import Connected, Database, Statement
from tests.claims.register.test_importing import numbers, organisation, person
from tests.support.register import VAULT, landed

BSN, OTHER, EIDAS = "999997221", "999994542", "BE/NL/0123456789"
_KEYS = Statement("SELECT party, wrapped FROM register_party_keys ORDER BY party")
_ERASE = Statement("DELETE FROM register_party_keys WHERE party = :party")
_SEALED = Statement("SELECT party, scheme, sealed FROM register_identifiers WHERE sealed IS NOT NULL")
_VERSIONS = Statement(
    "SELECT id, version, body FROM register_versions WHERE kind = 'party' ORDER BY id, version"
)


def sealed_in_versions(db: Connected) -> dict[tuple[str, int], str]:
    """What each version of a party keeps sealed."""
    told = {(id, version): json.loads(body) for id, version, body in db.all(_VERSIONS)}
    return {place: body["sealed_identifiers"] for place, body in told.items() if "sealed_identifiers" in body}


def two_persons(database: Database) -> None:
    first = person("a", identifiers={"bsn": BSN, "eidas": EIDAS})
    landed(database, {"parties": [first, person("b", identifiers={"bsn": OTHER})]}, now=1)
    landed(database, {"parties": [{**first, "name": "Anders"}]}, now=2)


def test_a_person_without_its_key_has_no_number_in_any_table(database: Database) -> None:
    two_persons(database)

    with database.writing() as db:
        db.run(_ERASE, {"party": "a"})

    with pytest.raises(Unsealable, match="gone"):
        numbers(database, "a")
    with database.reading() as db:
        sealed = sealed_in_versions(db)
        assert {("a", 1), ("a", 2), ("b", 1)} == sealed.keys()
        for version in (1, 2):
            with pytest.raises(Unsealable, match="gone"):
                VAULT.open_numbers(sealed["a", version], party="a", version=version, wrapped=None)
    assert {"bsn": OTHER} == numbers(database, "b")


def test_the_secret_alone_opens_no_number(database: Database) -> None:
    two_persons(database)

    with database.reading() as db:
        everything = [sealed for _, _, sealed in db.all(_SEALED)] + list(sealed_in_versions(db).values())
    assert 6 == len(everything)
    assert not [sealed for sealed in everything if not sealed.startswith("p1.") or VAULT.seal_id in sealed]


def test_all_that_is_kept_of_a_person_opens_by_one_key(database: Database) -> None:
    two_persons(database)

    with database.reading() as db:
        wrapped = dict(db.all(_KEYS))
        sealed = sealed_in_versions(db)
    assert ["a", "b"] == list(wrapped)
    for version in (1, 2):
        opened = VAULT.open_numbers(sealed["a", version], party="a", version=version, wrapped=wrapped["a"])
        assert {"bsn": BSN, "eidas": EIDAS} == opened


def test_a_person_who_was_erased_gets_another_key_with_new_numbers(database: Database) -> None:
    two_persons(database)
    with database.writing() as db:
        db.run(_ERASE, {"party": "a"})

    landed(database, {"parties": [person("a", identifiers={"bsn": "999990019"})]}, now=3)

    assert {"bsn": "999990019"} == numbers(database, "a")


def test_an_organisation_and_a_person_without_numbers_have_no_key(database: Database) -> None:
    landed(
        database,
        {"parties": [organisation("o", identifiers={"kvk": "00000001"}), person("p")]},
        now=1,
    )

    with database.reading() as db:
        assert [] == db.all(_KEYS)


def test_of_two_drafts_that_give_a_person_a_key_the_second_is_made_anew(database: Database) -> None:
    """Were both believed, what the first one sealed would never open again."""
    document = {"parties": [person("a", identifiers={"bsn": BSN})]}
    with database.reading() as db:
        made = draft(db, VAULT, document, now=1)
    with database.writing() as db:
        key = VAULT.new_key("a")
        db.run(
            Statement("INSERT INTO register_party_keys (party, wrapped) VALUES ('a', :wrapped)"),
            {"wrapped": key.wrapped},
        )

    with made, pytest.raises(Overtaken), database.writing() as db:
        land(db, VAULT, made, by=OPERATOR, now=1)


def test_the_key_of_a_party_is_no_key_of_another(database: Database) -> None:
    two_persons(database)

    with database.writing() as db:
        (_, a), (_, b) = db.all(_KEYS)
        change = Statement("UPDATE register_party_keys SET wrapped = :wrapped WHERE party = :party")
        db.run(change, {"party": "a", "wrapped": b})
        db.run(change, {"party": "b", "wrapped": a})

    for party in ("a", "b"):
        with pytest.raises(Unsealable, match="moved"):
            numbers(database, party)


@pytest.mark.parametrize("there", [("a", "eidas"), ("b", "bsn")], ids=["another scheme", "another party"])
def test_a_number_opens_in_its_own_row_alone(database: Database, there: tuple[str, str]) -> None:
    two_persons(database)
    set_ = Statement(
        "UPDATE register_identifiers SET sealed = :sealed WHERE party = :party AND scheme = :scheme"
    )

    with database.writing() as db:
        sealed = {(party, scheme): value for party, scheme, value in db.all(_SEALED)}
        here = ("a", "bsn")
        for to, of in ((here, there), (there, here)):
            db.run(set_, {"party": to[0], "scheme": to[1], "sealed": sealed[of]})

    for party in {"a", there[0]}:
        with pytest.raises(Unsealable, match=r"moved|not among the keys"):
            numbers(database, party)


def test_a_number_opens_in_its_own_table_alone(database: Database) -> None:
    two_persons(database)
    with database.reading() as db:
        wrapped = dict(db.all(_KEYS))
        versions = sealed_in_versions(db)
        rows = {(party, scheme): value for party, scheme, value in db.all(_SEALED)}

    of_a = {"party": "a", "wrapped": wrapped["a"]}
    with pytest.raises(Unsealable, match="moved"):
        VAULT.open(versions["a", 1], scheme="bsn", **of_a)
    with pytest.raises(Unsealable, match="moved"):
        VAULT.open_numbers(rows["a", "bsn"], version=1, **of_a)
    with pytest.raises(Unsealable, match="moved"):
        VAULT.open_numbers(versions["a", 1], version=2, **of_a)
    with pytest.raises(Unsealable, match="not among the keys"):
        VAULT.open_numbers(versions["a", 1], party="b", version=1, wrapped=wrapped["b"])
    with pytest.raises(Unsealable, match="damaged or was moved"):
        VAULT.open(wrapped["a"], scheme="bsn", **of_a)  # a key in the place of what it sealed
    with pytest.raises(Unsealable, match="not a sealed value"):
        VAULT.key("a", rows["a", "bsn"])  # and the other way round


def test_what_the_secret_itself_sealed_before_parties_had_keys_opens(database: Database) -> None:
    """Values of a database from before: `register_identifiers.sealed:<scheme>:<party>` under the secret."""
    two_persons(database)
    before = the_former_way(database)

    assert before == {"bsn": BSN, "eidas": EIDAS} == numbers(database, "a")


def the_former_way(database: Database, sealer: Sealer | None = None) -> dict[str, str]:
    """Make the database as it was before parties had keys; the numbers of `a`."""
    sealer = sealer or Sealer(bytes([1]) * 32)

    def sealed(party: str, scheme: str, plain: str) -> str:
        return sealer.seal(plain.encode(), context=f"register_identifiers.sealed:{scheme}:{party}")

    with database.writing() as db:
        wrapped = dict(db.all(_KEYS))
        for (id, version), one in sealed_in_versions(db).items():
            numbers = VAULT.open_numbers(one, party=id, version=version, wrapped=wrapped[id])
            told: dict[str, Any] = next(
                json.loads(body) for i, v, body in db.all(_VERSIONS) if (i, v) == (id, version)
            )
            told["sealed_identifiers"] = sealed(id, "*", json.dumps(numbers))
            db.run(
                Statement(
                    "UPDATE register_versions SET body = :body WHERE kind = 'party' AND id = :id AND version = :v"
                ),
                {
                    "id": id,
                    "v": version,
                    "body": json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
                },
            )
        kept: dict[str, dict[str, str]] = {}
        for party, scheme, one in db.all(_SEALED):
            number = VAULT.open(one, party=party, scheme=scheme, wrapped=wrapped[party])
            kept.setdefault(party, {})[scheme] = number
            db.run(
                Statement(
                    "UPDATE register_identifiers SET sealed = :s WHERE party = :party AND scheme = :scheme"
                ),
                {"party": party, "scheme": scheme, "s": sealed(party, scheme, number)},
            )
        db.run(Statement("DELETE FROM register_party_keys"))
    return kept["a"]
