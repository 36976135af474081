"""What finds paths follows the facts, in whatever order they come."""

from claims.assurance import Loa
from claims.question import Question
from claims.register import lookup, resolving
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY
from tests.support.big_world import big_world
from tests.support.register import landed

WALKED = Statement("SELECT represented FROM register_bridges WHERE representative = 'dirk' AND holds = 1")


def answers_of(database: Database, acting: str, represented: str) -> list[tuple[str, ...]]:
    with database.reading() as db:
        service = lookup.service(db, "s")
        assert service is not None
        question = Question(acting, service, TODAY, Loa.SUBSTANTIAL)
        return [one.path for one in resolving.check(db, question, represented)]


def test_a_company_is_walked_once_somebody_lets_it_act_and_not_before(database: Database) -> None:
    world = big_world(2, listed=1, companies=3)
    first = world["mandates"][0]
    landed(database, world, now=TODAY)
    with database.reading() as db:
        assert [] == db.all(WALKED)
    assert [] == answers_of(database, "dirk", "c0")

    landed(database, {"mandates": [first | {"id": "later", "representative": "d1"}]}, now=TODAY + 1)

    with database.reading() as db:
        assert [("d1",)] == db.all(WALKED)
    assert [("later", "d1-dirk")] == answers_of(database, "dirk", "c0")


def test_a_director_who_comes_after_the_clients_acts_for_them(database: Database) -> None:
    world = big_world(2, listed=1, companies=1)
    binds = world["legal_relations"][0]
    landed(database, world, now=TODAY)

    landed(
        database, {"legal_relations": [binds | {"id": "new", "representative": "stranger"}]}, now=TODAY + 1
    )

    assert [("m0", "new")] == answers_of(database, "stranger", "c0")


def test_a_mandate_that_is_given_to_another_lets_that_one_be_walked(database: Database) -> None:
    world = big_world(2, listed=1, companies=3)
    first = world["mandates"][0]
    landed(database, world, now=TODAY)

    landed(database, {"mandates": [first | {"representative": "d2"}]}, now=TODAY + 1)

    assert [("m0", "d2-dirk")] == answers_of(database, "dirk", "c0")
    assert [] == answers_of(database, "eva", "c0")
