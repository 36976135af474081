"""Every statement on the way of a question uses an index, whatever the statistics say.

The tables are small enough that a planner who counts would rather scan: on PostgreSQL scanning is therefore made
dear, so that a scan shows where there is no index to use at all; on SQLite no plan may scan or build a filter.
"""

import re
from collections.abc import Iterator

import psycopg
import pytest

from claims.register import (
    explaining,
    facts,
    finding,
    known,
    listing,
    looking_back,
    lookup,
    overview,
    past,
    uses,
)
from claims.register.many import ManyStatement
from keys.storage import Connected, Database, Statement
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.big_world import big_world
from tests.support.register import landed

HOT = (facts, finding, listing, lookup, overview, explaining, known, uses, past, looking_back)
# These read all of a small table, or whatever row comes first, on purpose and off the hot paths.
WHOLE = {"_SERVICES", "_SETS", "_EVERY", "_ANY_NUMBER"}


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


def kept_plan(db: Connected, statement: Statement) -> str:
    """The plan that PostgreSQL keeps for a prepared statement, whatever is bound."""
    names: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    text = re.sub(r"%\(([a-z_][a-z0-9_]*)\)s", numbered, statement.postgresql)
    db.run(Statement("SET LOCAL plan_cache_mode = force_generic_plan"))
    db.run(Statement("PREPARE looked AS " + text.replace("%%", "%")))
    values = ", ".join(_literal(name) for name in names)
    told = "\n".join(row[0] for row in db.all(Statement(f"EXPLAIN EXECUTE looked({values})")))
    db.run(Statement("DEALLOCATE looked"))
    db.run(Statement("SET LOCAL plan_cache_mode = auto"))
    return told


def _literal(name: str) -> str:
    if name in {"at", "known_at", "most", "assurance", "before", "limit"}:
        return "1"
    # those with the most behind them, for whom a wrong plan is dearest
    return {
        "represented": "'bank'",
        "head": "'office'",
        "list": "'g' || ':' || 'g'",
        "scope": "'s' || ':' || 's'",
    }.get(name, "'x'")


TABLES = ("parties", "identifiers", "links", "candidates", "bridges", "clients", "restrictions")


def without_what_was_deleted(database: Database) -> None:
    """The tables as if they were new: what former tests left in their files makes an index look dear to the planner."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TABLES:
            connection.execute(f"VACUUM FULL register_{table}")


def look_at_the_tables(database: Database, with_statistics: bool) -> None:
    if database.dialect == "postgresql":
        without_what_was_deleted(database)
    with database.writing() as db:
        if with_statistics:
            for table in TABLES:
                db.run(Statement(f"ANALYZE register_{table}"))
        elif db.dialect == "sqlite":
            db.run(Statement("DELETE FROM sqlite_stat1"))
        else:
            tables = "SELECT oid FROM pg_class WHERE relname LIKE 'register_%'"
            db.run(Statement(f"DELETE FROM pg_statistic WHERE starelid IN ({tables})"))
    database.engine.dispose()  # statistics are read when a connection is made


@pytest.mark.parametrize("with_statistics", [False, True])
def test_no_statement_of_a_question_scans_a_table(database: Database, with_statistics: bool) -> None:
    landed(database, demo_document(), now=TODAY)
    look_at_the_tables(database, with_statistics)

    checked = 0
    with database.reading() as db:
        if db.dialect == "postgresql":
            db.run(Statement("SET LOCAL enable_seqscan = off"))
        for name, statement in statements():
            # what was gathered for a few ids is gone through, and no table
            told = re.sub(r"SCAN (known|CONSTANT ROW)\b", "", plan(db, statement))
            if with_statistics and statement is past._RESTRICTED.of_size(8):
                told = told.replace(
                    "SCAN register_restrictions", ""
                )  # of which there are two, for eight parties
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
            listing._CANDIDATES_SEARCHED.of_size(1),
            listing._LISTED,
            listing._LISTED_SEARCHED,
            overview._GIVEN,
            overview._RECEIVED,
            uses._OF,
        ):
            if statement is listing._CANDIDATES_SEARCHED.of_size(1) and db.dialect == "postgresql":
                continue  # sorted on purpose
            told = plan(db, statement)
            assert "TEMP B-TREE" not in told, told
            assert "Sort" not in told, told


# Every statement that finds paths or lists parties, with the columns by which its index is entered.
ENTERED_BY = {
    finding._BRIDGES.of_size(8): ("representative", "holds"),
    finding._BRIDGES_UP: ("represented", "holds"),
    finding._LAST_BRIDGE: ("represented", "representative"),
    finding._BETWEEN.of_size(8): ("represented", "representative"),
    finding._TO.of_size(8): ("represented", "representative"),
    finding._HELD.of_size(8): ("party", "list"),
    finding._GIVEN: ("represented",),
    listing._CANDIDATES: ("representative", "scope"),
    listing._CANDIDATES_SEARCHED.of_size(8): ("representative",),
    listing._CANDIDATES_OF_MANY.of_size(8): ("representative", "scope"),
    listing._CANDIDATES_OF_MANY_SEARCHED.of_size(8): ("representative", "scope"),
    listing._LISTED: ("list",),
    listing._LISTED_SEARCHED: ("list",),
}


@pytest.mark.parametrize("with_statistics", [False, True])
def test_a_look_up_reads_no_more_of_an_office_or_a_bank_than_it_asks_for(
    database: Database, with_statistics: bool
) -> None:
    """One with 600 clients, one with 400 mandates: a planner that enters by one end alone reads all of them."""
    landed(database, big_world(600, listed=200, companies=200, chains=400), now=TODAY)
    look_at_the_tables(database, with_statistics)

    looked_at = {
        statement
        for name, statement in statements()
        if name.startswith(("claims.register.finding.", "claims.register.listing."))
    }
    assert set(ENTERED_BY) == looked_at
    with database.reading() as db:
        if db.dialect == "postgresql":
            db.run(Statement("SET LOCAL enable_seqscan = off"))
        for statement, columns in ENTERED_BY.items():
            plans = [plan(db, statement)]
            if db.dialect == "postgresql":
                plans.append(kept_plan(db, statement))
            for told in plans:
                assert "SCAN" not in told, told
                assert "Seq Scan" not in told, told
                entered = " ".join(re.findall(r"\((?:Index Cond|[a-z_]+[=>]).*|Index Cond: .*", told))
                entered = entered.replace("(representative || ''::text)", "representative")
                assert all(re.search(rf"\b{column}( =|=)", entered) for column in columns), (columns, told)
