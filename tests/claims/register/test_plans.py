"""Every statement on the way of a question uses an index, whatever the statistics say.

The tables are small enough that a planner who counts would rather scan: on PostgreSQL scanning is therefore made
dear, so that a scan shows where there is no index to use at all; on SQLite no plan may scan or build a filter.
"""

import re
from collections.abc import Iterator

import pytest

from claims.register import explaining, facts, finding, known, listing, lookup, overview, uses
from claims.register.many import ManyStatement
from keys.storage import Connected, Database, Statement
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.register import landed

HOT = (facts, finding, listing, lookup, overview, explaining, known, uses)
# These read all of a small table, on purpose and off the hot paths.
WHOLE = {"_SERVICES", "_EVERY"}


def statements() -> Iterator[tuple[str, Statement]]:
    for module in HOT:
        for name, value in vars(module).items():
            if isinstance(value, ManyStatement):
                value = value.of_size(8)
            if isinstance(value, Statement) and name not in WHOLE and value.sqlite.startswith("SELECT"):
                yield f"{module.__name__}.{name}", value


def plan(db: Connected, statement: Statement) -> str:
    if db.dialect == "sqlite":
        names = set(re.findall(r"(?<!:):([a-z_][a-z0-9_]*)", statement.sqlite))
        explained = Statement("EXPLAIN QUERY PLAN " + statement.sqlite)
        return "\n".join(str(row[3]) for row in db.all(explained, dict.fromkeys(names, 1)))
    names = set(re.findall(r"%\(([a-z_][a-z0-9_]*)\)s", statement.postgresql))
    text = re.sub(r"%\(([a-z_][a-z0-9_]*)\)s", lambda found: _literal(found[1]), statement.postgresql)
    return "\n".join(row[0] for row in db.all(Statement("EXPLAIN " + text.replace("%%", "%"))))


def _literal(name: str) -> str:
    return "1" if name in {"at", "most", "assurance", "before", "limit"} else "'x'"


@pytest.mark.parametrize("with_statistics", [False, True])
def test_no_statement_of_a_question_scans_a_table(database: Database, with_statistics: bool) -> None:
    landed(database, demo_document(), now=TODAY)
    with database.writing() as db:
        if not with_statistics and db.dialect == "sqlite":
            db.run(Statement("DELETE FROM sqlite_stat1"))
    database.engine.dispose()  # statistics are read when a connection is made

    checked = 0
    with database.reading() as db:
        if db.dialect == "postgresql":
            db.run(Statement("SET LOCAL enable_seqscan = off"))
        for name, statement in statements():
            told = plan(db, statement)
            assert "SCAN" not in told, (name, told)
            assert "BLOOM" not in told, (name, told)
            assert "Seq Scan" not in told, (name, told)
            checked += 1

    assert checked > 25


def test_a_page_is_read_in_the_order_of_its_index_without_sorting(database: Database) -> None:
    landed(database, demo_document(), now=TODAY)

    with database.reading() as db:
        if db.dialect == "postgresql":
            db.run(Statement("SET LOCAL enable_seqscan = off"))
            db.run(Statement("SET LOCAL enable_bitmapscan = off"))
        for statement in (
            listing._CANDIDATES,
            listing._CANDIDATES_SEARCHED,
            listing._LISTED,
            listing._LISTED_SEARCHED,
            overview._GIVEN,
            overview._RECEIVED,
            uses._OF,
        ):
            told = plan(db, statement)
            assert "TEMP B-TREE" not in told, told
            assert "Sort" not in told, told
