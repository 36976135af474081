"""Several at once, and one that is killed half-way: the register stays whole."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

from claims.assurance import Loa
from claims.mandates import Mandate
from claims.question import Question
from claims.register import ending, lookup, resolving
from claims.register.actor import OPERATOR
from claims.representation import Representation
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, ask, demo_document
from tests.support.big_world import big_world
from tests.support.register import VAULT, landed

ROOT = Path(__file__).parents[3]
_COUNTS = {
    table: Statement(f"SELECT count(*) FROM register_{table}")
    for table in ("parties", "links", "candidates", "bridges", "clients", "versions", "journal")
}


def counts(database: Database) -> dict[str, int]:
    with database.reading() as db:
        return {table: (db.one(statement) or (0,))[0] for table, statement in _COUNTS.items()}


def test_the_same_file_imported_by_many_at_once_lands_once(database: Database) -> None:
    document = big_world(40)
    together = Barrier(3)

    def one_import(_: int) -> int:
        together.wait()
        return landed(database, document, now=TODAY).changes

    with ThreadPoolExecutor(3) as pool:
        changes = sorted(pool.map(one_import, range(3)))

    assert [0, 0] == changes[:2]
    assert changes[2] > 80
    assert 1 + changes[2] == counts(database)["journal"]


def test_a_mandate_that_is_revoked_stands_nowhere_from_the_commit_on(database: Database) -> None:
    landed(database, demo_document(), now=TODAY - 10)
    with database.reading() as db:
        question = ask(db, "eva", "vat-return")
        standing = resolving.check(db, question, "bakery")[0]
    revoked = Event()
    stop = Event()
    too_late: list[object] = []
    asked = 0

    def keep_asking(_: int) -> int:
        asked = 0
        while not stop.is_set():
            after = revoked.is_set()
            with database.reading() as db:
                answer = resolving.stands(db, question, represented="bakery", branch=None, path=standing.path)
            if after and isinstance(answer, Representation):
                too_late.append(answer)
            asked += 1
        return asked

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(keep_asking, n) for n in range(3)]
        with database.writing() as db:
            assert isinstance(ending.revoke(db, VAULT, standing.path[0], by=OPERATOR, now=TODAY), Mandate)
        revoked.set()
        with database.reading() as db:
            assert [] == resolving.check(db, question, "bakery")
        stop.set()
        asked = sum(one.result() for one in asking)

    assert [] == too_late
    assert asked > 0


def test_a_revocation_and_an_import_at_once_both_count(database: Database) -> None:
    document = demo_document()
    landed(database, document, now=TODAY - 10)
    for mandate in document["mandates"]:
        if mandate["id"] == "m0002":
            mandate["actions"] = ["view"]
    together = Barrier(2)

    def importing() -> None:
        together.wait()
        landed(
            database, {"mandates": [one for one in document["mandates"] if one["id"] == "m0002"]}, now=TODAY
        )

    def revoking() -> None:
        together.wait()
        with database.writing() as db:
            ending.revoke(db, VAULT, "m0001", by=OPERATOR, now=TODAY)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(importing), pool.submit(revoking)]:
            done.result()

    with database.reading() as db:
        service = lookup.service(db, "income-tax")
        assert service is not None
        question = Question("bram", service, TODAY, Loa.SUBSTANTIAL)
        assert "m0001" not in {id for one in resolving.check(db, question, "anna") for id in one.path}


def test_an_import_that_is_killed_leaves_nothing(database: Database) -> None:
    landed(database, big_world(30), now=TODAY)
    before = counts(database)
    script = (
        "import os, signal, sys\n"
        "from claims.register import journal\n"
        "from keys.storage import Database, connect\n"
        "from tests.support.big_world import big_world\n"
        "from tests.support.register import landed\n"
        "def killed(*_, **__): os.kill(os.getpid(), signal.SIGKILL)\n"
        "journal.write_many = killed\n"  # the last thing that a batch of an import writes
        f"landed(Database(connect(sys.argv[1])), big_world(60), now={TODAY})\n"
    )

    url = database.engine.url.render_as_string(hide_password=False)
    ended = subprocess.run([sys.executable, "-c", script, url], cwd=ROOT, env=dict(os.environ), check=False)

    assert -signal.SIGKILL == ended.returncode
    assert before == counts(database)
    assert landed(database, big_world(60), now=TODAY).changes > 60
