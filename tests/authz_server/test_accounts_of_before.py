"""The account of a database that was upgraded from before there was a chain: proved as any other."""

from typing import Final

import pytest
from sqlalchemy import Engine

from authz_server import migrations
from authz_server.migrations import upgrading
from keys.storage import Database, Statement
from tests.support import history
from tests.support.account import breaches, signed_head, tampered
from tests.support.register import landed

_NOW: Final = 1_900_000_000
_PUBLIC: Final = Statement(
    "SELECT DISTINCT p.id FROM register_parties p JOIN register_identifiers i ON i.party = p.id"
    " WHERE p.kind = 'organisation' AND i.value IS NOT NULL ORDER BY p.id"
)
_PERSON: Final = Statement("SELECT id FROM register_parties WHERE kind = 'person' ORDER BY id LIMIT 1")


@pytest.fixture
def old(engine: Engine) -> Database:
    history.bring_to(engine, "0001")
    upgrading.upgrade(engine, sealer=history.SEALER, vault=history.VAULT)
    return Database(engine)


def organisations(database: Database) -> list[str]:
    with database.reading() as db:
        return [id for (id,) in db.all(_PUBLIC)]


def test_it_is_whole(old: Database) -> None:
    assert [] == breaches(old)
    assert signed_head(old, now=_NOW) is not None


def test_it_is_whole_after_an_organisation_turned_out_to_be_somebody_s_own(old: Database) -> None:
    with old.reading() as db:
        person = db.one(_PERSON)
    assert person is not None
    relation = {
        "id": "new-owner",
        "represented": organisations(old)[0],
        "representative": person[0],
        "basis": "owner",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }

    landed(old, {"legal_relations": [relation]}, now=_NOW)

    assert [] == breaches(old)


def test_a_number_that_was_moved_to_another_party_is_found(old: Database) -> None:
    first, second = organisations(old)[:2]

    tampered(
        old,
        f"UPDATE register_identifiers SET party = 'zz' WHERE party = '{first}'",
        f"UPDATE register_identifiers SET party = '{first}' WHERE party = '{second}'",
        f"UPDATE register_identifiers SET party = '{second}' WHERE party = 'zz'",
    )

    assert {("numbers_altered", f"parties {first}"), ("numbers_altered", f"parties {second}")} == {
        *breaches(old)
    }


def test_a_number_that_was_taken_away_is_found(old: Database) -> None:
    tampered(old, "DELETE FROM register_identifiers WHERE value IS NOT NULL")

    assert {"numbers_altered"} == {code for code, _ in breaches(old)}


def test_an_upgrade_with_another_secret_for_digests_changes_nothing(engine: Engine) -> None:
    from keys.in_use import AnotherSecret
    from tests.claims.register.test_forging import OTHER_VAULT

    history.bring_to(engine, "0005")

    with pytest.raises(AnotherSecret):
        upgrading.upgrade(engine, sealer=history.SEALER, vault=OTHER_VAULT)

    assert "0005" == migrations.standing(engine).revision
