import pytest

from authz_server.demo.mark import is_marked, mark
from keys.storage import Database


def test_a_database_is_nobodys_demo_until_it_is_marked(database: Database) -> None:
    with database.reading() as db:
        assert not is_marked(db)


def test_the_mark_stays(database: Database) -> None:
    if database.dialect != "sqlite":
        with pytest.raises(ValueError, match="SQLite"), database.writing() as db:
            mark(db)
        return

    with database.writing() as db:
        mark(db)

    with database.reading() as db:
        assert is_marked(db)
