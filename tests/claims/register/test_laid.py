"""What the tests lay down without importing it is what an import leaves: records, account, and all that finds them."""

from pathlib import Path
from typing import Any

import pytest

from claims.register import lookup
from claims.register.actor import OPERATOR
from claims.register.world import export_lists, import_world
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.account import breaches
from tests.support.databases import a_database
from tests.support.laid import lay_world
from tests.support.register import VAULT, laid, landed

_TOLD = Statement("SELECT seq, at, event, kind, record, version FROM register_journal ORDER BY seq")
_SECRETS = Statement("SELECT purpose, key_id FROM keys_secrets_in_use ORDER BY purpose, key_id")
_ROUTES = Statement("SELECT * FROM register_candidates")


def content(database: Database) -> list[Any]:
    with database.reading() as db:
        lists = [(name, list(all_of)) for name, all_of in export_lists(db, VAULT, personal_numbers=True)]
        return [lists, db.all(_TOLD), db.all(_SECRETS), sorted(db.all(_ROUTES))]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_laid_is_what_an_import_leaves(kind: str, tmp_path: Path) -> None:
    found, said = [], []
    for number, put in enumerate((landed, laid, laid)):
        (tmp_path / str(number)).mkdir()
        with a_database(kind, tmp_path / str(number)) as database:
            said.append(put(database, demo_document(), now=TODAY + 7))
            found.append(content(database))

            assert [] == breaches(database)
            assert 0 == landed(database, demo_document(), now=TODAY + 8).changes

    assert found[0] == found[1] == found[2]
    assert said[0] == said[1] == said[2]


def test_a_register_with_rows_is_imported_into(database: Database) -> None:
    document = {"parties": demo_document()["parties"][:2]}
    other = {"parties": demo_document()["parties"][2:4]}
    for one in (document, other):
        with database.writing() as db:
            lay_world(db, VAULT, one, now=TODAY)

    with database.reading() as db:
        ids = [str(one["id"]) for one in document["parties"] + other["parties"]]
        assert set(ids) == set(lookup.parties(db, ids))
    with database.writing() as db:
        assert 0 == import_world(db, VAULT, document, by=OPERATOR, now=TODAY).changes
