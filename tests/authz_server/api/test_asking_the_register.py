"""`resolve` and `explain` over HTTP: the same JSON as the commands, a page at a time."""

from typing import Any

import pytest

from authz_server.commands.questions import _resolved
from claims.register import ending
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.register_client import RegisterClient
from tests.support.small_world import SMALL_WORLD

RESOLVE, EXPLAIN = "/api/v1/resolve", "/api/v1/explain"
EVA = {"acting": "p3", "service": "s2", "at": "2025-11-25T00:00:00Z", "login_assurance": "substantial"}
BRAM = EVA | {"acting": "p2", "service": "s1"}


def test_the_answer_is_that_of_the_command(desk: RegisterClient) -> None:
    for question in (EVA, BRAM, EVA | {"actions": ["submit"]}, EVA | {"login_assurance": "basic"}):
        with desk.context.database.reading() as db:
            command = _resolved(db, question)
        told = desk.post(RESOLVE, question).get_json()
        assert told.pop("next") is None
        assert command == told


def test_it_comes_in_pages_then_and_now(desk: RegisterClient) -> None:
    context = desk.context
    m1 = SMALL_WORLD["mandates"][0]
    persons = [{"id": f"q{n}", "kind": "person", "name": f"Q {n}", "identifiers": {}} for n in range(5)]
    mandates = [m1 | {"id": f"x{n}", "represented": f"q{n}"} for n in range(5)]
    with context.database.writing() as db:
        import_world(
            db, context.vault, {"parties": persons, "mandates": mandates}, by=OPERATOR, now=context.clock()
        )

    for question in (BRAM, BRAM | {"as_known_at": "2025-11-25T00:00:00Z"}):
        with context.database.reading() as db:
            whole = _resolved(db, question)["representations"]
        found: list[Any] = []
        address = f"{RESOLVE}?limit=4"
        while True:
            answer = desk.post(address, question)
            told = answer.get_json()
            found += told["representations"]
            if told["next"] is None:
                break
            address = f"{RESOLVE}?limit=4&cursor={told['next']}"
        assert whole == found
        assert 6 == len(found)


def test_as_it_was_known_before_a_mandate_ended(desk: RegisterClient) -> None:
    context = desk.context
    later = context.clock() + 60
    with context.database.writing() as db:
        ending.revoke(db, context.vault, "m1", by=OPERATOR, now=later)
    at = {"at": "2025-11-25T00:02:00Z"}

    now = desk.post(RESOLVE, BRAM | at).get_json()["representations"]
    then = desk.post(RESOLVE, BRAM | at | {"as_known_at": "2025-11-25T00:00:30Z"}).get_json()[
        "representations"
    ]

    assert ([], ["m1"]) == (now, then[0]["path"])


def test_why_not(quiet: RegisterClient) -> None:
    told = quiet.post(EXPLAIN, EVA | {"represented": "o1", "actions": ["submit"]}).get_json()

    assert [{"path": ["m2", "m3"], "broken": [{"rule": "R6", "link": None}]}] == told["paths"]
    known = quiet.post(EXPLAIN, EVA | {"represented": "o1", "as_known_at": "2025-11-25T00:00:00Z"})
    assert [] == known.get_json()["paths"][0]["broken"]


@pytest.mark.parametrize("address", [RESOLVE, EXPLAIN])
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"acting": "nobody"}, "unknown_party"),
        ({"acting": "o1"}, "not_a_person"),
        ({"acting": 1}, "wrong_type"),
        ({"acting": "a\u0000"}, "wrong_type"),
        ({"service": "s9"}, "unknown_service"),
        ({"at": "today"}, "bad_instant"),
        ({"login_assurance": "best"}, "unknown_level"),
        ({"actions": ["fly"]}, "unknown_action"),
        ({"actions": "view"}, "wrong_type"),
        ({"acting": None}, "missing"),
        ({"999990019": 1}, "unknown_key"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_by_the_code_of_the_command(
    quiet: RegisterClient, address: str, changed: dict[str, Any], code: str
) -> None:
    represented = {"represented": "o1"} if address == EXPLAIN else {}
    answer = quiet.post(address, EVA | represented | changed)

    assert (422, code) == (answer.status_code, answer.get_json()["code"])
    assert "999990019" not in answer.text


@pytest.mark.parametrize("document", [[], "x", 1, None, [EVA]])
def test_a_question_is_an_object(quiet: RegisterClient, document: Any) -> None:
    assert (422, "not_a_question") == (
        (answer := quiet.post(RESOLVE, document)).status_code,
        answer.get_json()["code"],
    )


def test_a_cursor_of_another_question_is_refused(desk: RegisterClient) -> None:
    context = desk.context
    m1 = SMALL_WORLD["mandates"][0]
    with context.database.writing() as db:
        import_world(
            db,
            context.vault,
            {
                "parties": [{"id": "q1", "kind": "person", "name": "Zus", "identifiers": {}}],
                "mandates": [m1 | {"id": "x1", "represented": "q1"}],
            },
            by=OPERATOR,
            now=context.clock(),
        )
    first = desk.post(f"{RESOLVE}?limit=1", BRAM).get_json()["next"]

    answer = desk.post(f"{RESOLVE}?limit=1&cursor={first}", BRAM | {"actions": ["view"]})

    assert (400, "bad_cursor") == (answer.status_code, answer.get_json()["code"])
