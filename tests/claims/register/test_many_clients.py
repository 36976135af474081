"""What a question costs does not grow with an intermediary's clients: statements and rows are counted, not time.

`NAMENS_TEST_CLIENTS=100000` tries it at full size.
"""

import os
from collections.abc import Mapping
from typing import Any

from claims.assurance import Loa
from claims.instants import parse_instant
from claims.question import Question
from claims.register import client_list, endings, lookup, resolving
from claims.register.explaining import explain
from claims.representation import Representation
from keys.storage import Connected, Database, Row, Statement
from tests.claims.register.test_resolving import TODAY
from tests.support.big_world import big_world
from tests.support.register import VAULT, landed

CLIENTS = int(os.environ.get("NAMENS_TEST_CLIENTS", "600"))


class Counting:
    """A transaction that counts what is read through it."""

    def __init__(self, db: Connected) -> None:
        self._db = db
        self.dialect = db.dialect
        self.statements = 0
        self.rows = 0

    def all(self, statement: Statement, values: Mapping[str, Any] | None = None) -> list[Row]:
        found = self._db.all(statement, values)
        self.statements += 1
        self.rows += len(found)
        return found

    def run(self, statement: Statement, values: Mapping[str, Any] | None = None) -> int:
        self.statements += 1
        return self._db.run(statement, values)

    def one(self, statement: Statement, values: Mapping[str, Any] | None = None) -> Row | None:
        found = self._db.one(statement, values)
        self.statements += 1
        self.rows += found is not None
        return found


def test_r18_a_question_costs_no_more_for_an_intermediary_of_many(database: Database) -> None:
    landed(database, big_world(CLIENTS, listed=CLIENTS // 2, companies=300), now=TODAY)

    with database.reading() as connected:
        service = lookup.service(connected, "s")
        assert service is not None

        def cost(act: Any) -> tuple[int, int]:
            counting = Counting(connected)
            act(counting)
            return counting.statements, counting.rows

        def asks(acting: str) -> Question:
            return Question(acting, service, TODAY, Loa.SUBSTANTIAL, f"{acting}-password")

        def checked(acting: str, represented: str, expected: int) -> tuple[int, int]:
            def act(db: Any) -> None:
                assert expected == len(resolving.check(db, asks(acting), represented))

            return cost(act)

        def paged(acting: str, **more: Any) -> tuple[int, int]:
            def act(db: Any) -> None:
                page = resolving.choices(db, asks(acting), limit=20, **more)
                assert 20 == len(page.representations)

            return cost(act)

        def stands(acting: str, *path: str) -> tuple[int, int]:
            def act(db: Any) -> None:
                found = resolving.stands(db, asks(acting), represented="c7", branch=None, path=path)
                assert isinstance(found, Representation)

            return cost(act)

        assert (2, 5) == stands("eva", "m7", "to-eva")
        assert (2, 7) == stands("fred", "m7", "l1", "l2")
        for acting, represented, expected in (
            ("eva", "c7", 1),
            ("fred", "c7", 1),
            ("lars", "c7", 1),
            ("lars", f"c{CLIENTS - 1}", 0),
            ("eva", "n7", 0),
            ("stranger", "c7", 0),
            ("eva", "office", 0),
            ("fred", "office", 1),
        ):
            statements, rows = checked(acting, represented, expected)
            assert statements <= 6, (acting, represented)
            assert rows <= 12, (acting, represented)
        # a director of many companies that hold nothing: none of them is walked
        assert checked("dirk", "d7", 1)[1] <= 12
        assert checked("dirk", "c7", 0)[1] <= 12
        # of many that each have a client: what is read from her side is bounded, then the other side is tried
        assert checked("mia", "h7", 1)[1] < 300
        assert checked("mia", "hc7", 1)[1] < 300
        assert checked("mia", "c7", 0)[1] < 300
        for acting in ("eva", "fred", "lars", "dirk"):
            statements, rows = paged(acting)
            assert statements <= 20, acting
            assert rows <= 500, acting
        statements, rows = paged("eva", search="client 5", vault=VAULT)
        assert rows <= 500

        def explained(db: Any) -> None:
            found = explain(db, asks("eva"), "c7")
            assert [("m7", "to-eva")] == [one.path for one in found.paths]

        assert cost(explained)[1] < 100


def test_companies_that_all_act_for_each_other_hold_nobody_up(database: Database) -> None:
    document = big_world(1, listed=1, companies=0)
    (pattern, to_eva, _) = document["mandates"]
    web = [f"w{n}" for n in range(24)]
    document["parties"] += [{"id": id, "kind": "organisation", "name": id, "identifiers": {}} for id in web]
    document["mandates"] += [
        pattern
        | {
            "id": f"{one}-{other}",
            "represented": one,
            "representative": other,
            "clients": "all",
            "own_affairs": True,
            "further_intermediaries": 1000,
        }
        for one in web
        for other in web
        if one != other
    ] + [to_eva | {"id": "web-eva", "represented": "w0"}]
    landed(database, document, now=TODAY)

    with database.reading() as db:
        service = lookup.service(db, "s")
        assert service is not None
        question = Question("eva", service, TODAY, Loa.SUBSTANTIAL)
        answers = resolving.check(db, question, "w7")

    assert [("w7-w0", "web-eva")] == [one.path for one in answers]


def test_a_page_of_clients_or_of_what_ends_costs_no_more_for_many(database: Database) -> None:
    landed(database, big_world(CLIENTS, listed=CLIENTS // 2), now=TODAY)
    at, end = TODAY + 1, parse_instant("2031-01-01T00:00:00Z")

    with database.reading() as connected:

        def cost(act: Any, expected: int) -> tuple[int, int]:
            counting = Counting(connected)
            assert expected == act(counting)
            return counting.statements, counting.rows

        def clients(db: Any, after: str | None = None) -> int:
            return len(client_list.page(db, "office", now=TODAY, after=after).ids)

        def found(db: Any) -> int:
            return len(client_list.search(db, VAULT, "office", "client 5", now=TODAY, limit=20).ids)

        def ends(db: Any, after: str | None = None) -> int:
            return len(endings.page(db, "office", at, end, after=after).endings)

        last = client_list.page(connected, "office", now=TODAY, limit=CLIENTS // 2).next
        middle = endings.page(connected, "office", at, end, limit=CLIENTS // 2).next
        for statements, rows in (
            cost(clients, 50),
            cost(lambda db: clients(db, last), 50),
            cost(ends, 50),
            cost(lambda db: ends(db, middle), 50),
        ):
            assert statements <= 6
            assert rows <= 600
        statements, rows = cost(found, 20)
        assert (statements <= 5, rows <= 50) == (True, True)
