"""The broom: every row is looked at once, in small steps, along the primary key."""

import re
import secrets
import threading
import time

import pytest

from authz_server.config.sections import LifetimeSettings
from authz_server.worker.expiry import SWEEPS, Round
from authz_server.worker.sweeping import Sweep, step
from keys.storage import Connected, Database, Statement
from tests.support.assertions_laid import laid, left

LIVES = LifetimeSettings()
ASSERTIONS = next(sweep for sweep in SWEEPS if sweep.table == "oidc_assertions")
RECENT = next(sweep for sweep in SWEEPS if sweep.table == "login_recent")
_ADD = Statement("INSERT INTO oidc_assertions (digest, expires_at) VALUES (:digest, :expires_at)")
_ADD_RECENT = Statement(
    "INSERT INTO login_recent (person, service, represented, branch, through, path, used_at)"
    " VALUES (:person, :service, '', '', '', '[]', :used_at)"
)


def test_what_is_over_goes_and_the_rest_stays_however_they_lie(database: Database, now: int) -> None:
    stay = laid(database, over=500, alive=450, now=now)

    removed, after, steps = 0, None, 0
    while steps == 0 or after is not None:
        done = step(database, ASSERTIONS, after, LIVES, now=now, rows=100)
        removed, after, steps = removed + done.removed, done.next, steps + 1

    assert (500, 10) == (removed, steps)
    assert stay == left(database)


def test_a_table_without_rows_ends_at_once(database: Database, now: int) -> None:
    assert (0, None) == _told(step(database, ASSERTIONS, None, LIVES, now=now))


def test_a_key_of_several_columns_is_walked_in_its_order(database: Database, now: int) -> None:
    old = now - 401 * 86400
    with database.writing() as db:
        db.many(
            _ADD_RECENT,
            [
                {"person": f"p{n % 7}", "service": f"s{n}", "used_at": old if n % 2 else now}
                for n in range(100)
            ],
        )

    removed, after = 0, None
    while True:
        done = step(database, RECENT, after, LIVES, now=now, rows=9)
        removed += done.removed
        if (after := done.next) is None:
            break

    assert 50 == removed
    with database.reading() as db:
        assert {now} == {row[0] for row in db.all(Statement("SELECT used_at FROM login_recent"))}


def test_nothing_is_written_where_nothing_is_over(
    database: Database, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(database, over=0, alive=10, now=now)
    monkeypatch.setattr(Database, "writing", lambda _: pytest.fail("the lock for writing was taken"))

    assert (0, None) == _told(step(database, ASSERTIONS, None, LIVES, now=now))


def test_a_round_goes_on_in_another_process_where_it_was_left(database: Database, now: int) -> None:
    laid(database, over=700, alive=0, now=now)
    first = Round(database, LIVES, sweeps=[ASSERTIONS, RECENT])
    assert first.step(now=now)

    second = Round(database, LIVES, position=first.position, sweeps=[ASSERTIONS, RECENT])
    while second.step(now=now):
        pass

    assert [300, 400] == [first.removed["oidc_assertions"], second.removed["oidc_assertions"]]
    assert "" == second.position
    assert set() == left(database)


def test_a_place_that_this_version_does_not_know_is_the_beginning(database: Database, now: int) -> None:
    laid(database, over=3, alive=0, now=now)

    one = Round(database, LIVES, position='["a_table_of_before", ["x"]]', sweeps=[ASSERTIONS])
    one.step(now=now)

    assert 3 == one.removed["oidc_assertions"]


def _told(done: object) -> tuple[object, object]:
    return done.removed, done.next  # type: ignore[attr-defined]


def _plan(db: Connected, statement: Statement) -> str:
    """The plan, with no value known: that is how a prepared statement is planned."""
    if db.dialect == "sqlite":
        names = set(re.findall(r"(?<!:):([a-z_][a-z0-9_]*)", statement.sqlite))
        return "\n".join(
            str(row[3])
            for row in db.all(Statement("EXPLAIN QUERY PLAN " + statement.sqlite), dict.fromkeys(names, "1"))
        )
    text = re.sub(
        r"%\(([a-z_][a-z0-9_]*)\)s",
        lambda name: "'x'" if name[1].startswith(("after", "last")) else "1",
        statement.postgresql,
    )
    return "\n".join(row[0] for row in db.all(Statement("EXPLAIN " + text.replace("%%", "%"))))


@pytest.mark.parametrize("with_statistics", [False, True])
@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.table)
def test_every_step_goes_along_the_primary_key(
    database: Database, sweep: Sweep, with_statistics: bool
) -> None:
    if with_statistics:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        database.engine.dispose()
    with database.reading() as db:
        if db.dialect == "postgresql":
            db.run(Statement("SET LOCAL enable_seqscan = off"))
            db.run(Statement("SET LOCAL enable_sort = off"))
        for statement in (sweep.look, sweep.remove):
            told = _plan(db, statement)

            assert not re.search(r"\bSCAN\b|BLOOM|TEMP B-TREE|Seq Scan|Sort", told), told


def test_a_request_hardly_waits_while_a_lot_is_swept(database: Database, now: int) -> None:
    """20,000 rows here; a million, measured, in docs/performance.md. The bound leaves room for a busy machine."""
    laid(database, over=20_000, alive=0, now=now)
    waited: list[float] = []
    swept = threading.Event()

    def ask() -> None:
        while not swept.is_set():
            began = time.perf_counter()
            with database.writing() as db:
                db.run(_ADD, {"digest": secrets.token_urlsafe(32), "expires_at": now + 1})
            waited.append(time.perf_counter() - began)
            time.sleep(0.002)

    asking = threading.Thread(target=ask)
    asking.start()
    one = Round(database, LIVES, sweeps=[ASSERTIONS])
    while one.step(now=now):
        time.sleep(0.005)
    swept.set()
    asking.join()

    assert 20_000 == one.removed["oidc_assertions"]
    assert 0.05 > sorted(waited)[len(waited) * 95 // 100]
