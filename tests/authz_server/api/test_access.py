"""AuthZEN 1.0 on top of the register: its answers are those of `resolve`, and nothing that is unclear is a yes."""

from typing import Any

import pytest

from authz_server.api.paging import cursor
from authz_server.api.searching import SubjectSearch
from claims.register import ending, suspending
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.register_client import RegisterClient, a_register_client
from tests.support.settings import ISSUER
from tests.support.small_world import INCOME_TAX, SMALL_WORLD, VAT_RETURN

EVALUATION, EVALUATIONS = "/access/v1/evaluation", "/access/v1/evaluations"
RESOURCES, ACTIONS = "/access/v1/search/resource", "/access/v1/search/action"
SUBJECTS = "/access/v1/search/subject"


def asks(
    acting: str = "p3", party: str = "o1", action: str = "prepare", service: str = VAT_RETURN, **login: str
) -> dict[str, Any]:
    """May Eva fill in the bakery's VAT return?"""
    return {
        "subject": {
            "type": "person",
            "id": acting,
            "properties": {"login_assurance": "substantial", **login},
        },
        "action": {"name": action},
        "resource": {"type": "party", "id": party, "properties": {"service": service}},
    }


def decided(desk: RegisterClient, question: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
    answer = desk.post(EVALUATION, question)
    assert 200 == answer.status_code, answer.text
    told = answer.get_json()
    return told["decision"], told["context"]


def test_what_a_path_allows_is_allowed_and_by_which_path_is_told(desk: RegisterClient) -> None:
    assert (
        True,
        {"path": ["m2", "m3"], "effective_assurance": "substantial", "until": "2027-01-01T00:00:00Z"},
    ) == (decided(desk, asks()))


def test_a_service_is_named_by_its_id_too(quiet: RegisterClient) -> None:
    assert decided(quiet, asks(service="s2"))[0]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (asks(action="submit"), "no_representation"),  # the bakery gave view and prepare
        (asks(acting="p2"), "no_representation"),
        (asks(party="p1"), "no_representation"),
    ],
)
def test_what_no_path_allows_is_not(quiet: RegisterClient, question: dict[str, Any], reason: str) -> None:
    assert (False, {"reason": reason}) == decided(quiet, question)


def test_a_login_that_is_too_weak_is_told_how_sure_it_must_be(quiet: RegisterClient) -> None:
    weak = asks(login_assurance="basic")
    told = {"reason": "step_up", "acr_values": "http://eidas.europa.eu/LoA/low"}

    assert (False, told) == decided(quiet, weak)
    unsaid = asks()
    del unsaid["subject"]["properties"]
    assert (False, told) == decided(quiet, unsaid)
    sure = asks() | {"context": {"minimum_assurance": "high"}}
    assert not decided(quiet, sure)[0]


def test_acting_for_oneself(desk: RegisterClient) -> None:
    own = asks("p1", "p1", "submit", INCOME_TAX)

    assert (True, {"represented": "self"}) == decided(desk, own)
    assert (False, {"reason": "no_representation"}) == decided(desk, asks("p1", "p1", "submit", VAT_RETURN))


def test_it_is_over_the_second_a_mandate_ends(desk: RegisterClient) -> None:
    context = desk.context
    with context.database.writing() as db:
        suspending.suspend(db, context.vault, "m3", by=OPERATOR, now=context.clock())

    assert not decided(desk, asks())[0]
    with context.database.writing() as db:
        suspending.resume(db, context.vault, "m3", by=OPERATOR, now=context.clock())
        ending.revoke(db, context.vault, "m2", by=OPERATOR, now=context.clock())
    assert not decided(desk, asks())[0]


@pytest.mark.parametrize(
    ("time", "decision"),
    [
        ("2026-12-31T23:59:59Z", True),
        ("2027-01-01T00:59:59+01:00", True),
        ("2027-01-01T00:00:00Z", False),
        ("2027-01-01T01:00:00+01:00", False),
        ("2024-12-31T23:59:59Z", False),
    ],
)
def test_at_an_instant_of_rfc_3339(quiet: RegisterClient, time: str, decision: bool) -> None:
    assert decision is decided(quiet, asks() | {"context": {"time": time}})[0]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject": {"type": "user", "id": "p3"}}, "not_a_person"),
        ({"subject": {"type": "person", "id": "o2"}}, "not_a_person"),
        ({"subject": {"type": "person", "id": "nobody"}}, "unknown_party"),
        ({"subject": {"type": "person", "id": "a\u0000b"}}, "unknown_party"),
        ({"action": {"name": "delete"}}, "unknown_action"),
        ({"resource": {"type": "party", "id": "nobody", "properties": {"service": "s2"}}}, "unknown_party"),
        ({"resource": {"type": "file", "id": "o1", "properties": {"service": "s2"}}}, "unknown_party"),
        ({"resource": {"type": "party", "id": "o1", "properties": {"service": "s9"}}}, "unknown_service"),
        ({"resource": {"type": "party", "id": "o1"}}, "missing"),
        ({"context": {"time": "2026-01-01"}}, "bad_instant"),
        ({"context": {"time": "2026-01-01T00:00:00"}}, "bad_instant"),
        ({"context": {"time": "9999-12-31T23:59:59Z"}}, "bad_instant"),
        ({"context": {"time": "0001-01-01T00:00:00+14:00"}}, "bad_instant"),
        ({"context": {"time": "soon"}}, "bad_instant"),
    ],
)
def test_what_there_is_not_is_a_no_with_its_error(
    quiet: RegisterClient, changed: dict[str, Any], code: str
) -> None:
    decision, context = decided(quiet, asks() | changed)

    assert (False, code) == (decision, context["error"]["code"])


@pytest.mark.parametrize(
    "document",
    [
        {}, [], "x", None, {"subject": {}}, {**asks(), "subject": "p3"}, {**asks(), "action": None},
        {**asks(), "subject": {"type": "person", "id": 3}}, {**asks(), "resource": [1]},
        {**asks(), "context": {"explain": "yes"}}, {**asks(), "context": []},
        asks(login_assurance="godlike"), {**asks(), "subject": {"type": "person", "id": "a" * 513}},
    ],
)  # fmt: skip
def test_what_is_no_question_is_a_bad_request(quiet: RegisterClient, document: Any) -> None:
    answer = quiet.post(EVALUATION, document)

    assert (400, "malformed") == (answer.status_code, answer.get_json()["code"])


def test_no_sign_upsets_a_database(desk: RegisterClient) -> None:
    for odd in ("a\u0000b", "\u2028", "é" * 512, "\U0010ffff"):
        assert (False, "unknown_party") == (
            (told := decided(desk, asks() | {"subject": {"type": "person", "id": odd}}))[0],
            told[1]["error"]["code"],
        )
        for question in (asks(party=odd), asks(service=odd), asks(authenticator=odd), asks(action=odd)):
            assert decided(desk, question)[0] is (question == asks(authenticator=odd))


def test_members_that_are_not_known_are_passed_over(quiet: RegisterClient) -> None:
    odd = asks() | {"extra": 1, "context": {"traceparent": "00-x", "ip": "1.2.3.4"}}
    odd["subject"]["properties"]["department"] = "Sales"
    odd["action"]["properties"] = {"method": "GET"}

    assert decided(quiet, odd)[0]


def test_why_not_is_told_to_whoever_may_know_and_asks(world: Any) -> None:
    question = asks(action="submit") | {"context": {"explain": True}}
    knowing = a_register_client(world, "register:resolve", "register:explain")
    _, told = decided(knowing, question)
    assert [{"path": ["m2", "m3"], "broken": [{"rule": "R6", "link": None}]}] == told["explanation"]["paths"]

    assert "explanation" not in decided(a_register_client(world, "register:resolve"), question)[1]


def test_several_at_once_with_defaults(quiet: RegisterClient) -> None:
    several = asks() | {
        "evaluations": [
            {},
            {"action": {"name": "submit"}},
            {"action": {"name": "view"}},
            {"subject": {"type": "person", "id": "p2"}},
            {"action": 5},
        ]
    }
    told = quiet.post(EVALUATIONS, several).get_json()["evaluations"]

    assert [True, False, True, False, False] == [one["decision"] for one in told]
    assert 400 == told[-1]["context"]["error"]["status"]


@pytest.mark.parametrize(
    ("semantic", "decisions"),
    [
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_one_semantic_of_three(quiet: RegisterClient, semantic: str, decisions: list[bool]) -> None:
    several = asks() | {
        "evaluations": [{"action": {"name": name}} for name in ("view", "submit", "prepare")],
        "options": {"evaluations_semantic": semantic},
    }
    told = quiet.post(EVALUATIONS, several).get_json()["evaluations"]

    assert decisions == [one["decision"] for one in told]


def test_no_evaluations_are_one(world: Any) -> None:
    desk = a_register_client(world, "register:resolve")
    token = desk.token()
    for several in (asks(), asks() | {"evaluations": []}):
        answer = desk.browser.post(EVALUATIONS, json=several, headers={"Authorization": f"Bearer {token}"})
        assert answer.get_json()["decision"]
    too_many = asks() | {"evaluations": [{}] * 51}
    assert 400 == desk.post(EVALUATIONS, too_many).status_code


def results(desk: RegisterClient, address: str, question: dict[str, Any]) -> list[dict[str, str]]:
    """Of all pages."""
    found: list[dict[str, str]] = []
    token = desk.token()
    page = dict(question.pop("page", {}))
    while True:
        answer = desk.post(address, question | {"page": page}, token=token)
        assert 200 == answer.status_code, answer.text
        told = answer.get_json()
        assert told["page"]["count"] == len(told["results"])
        found += told["results"]
        if not (following := told["page"]["next_token"]):
            return found
        page["token"] = following


def test_a_search_finds_what_evaluation_allows_in_pages(desk: RegisterClient) -> None:
    context, now = desk.context, desk.context.clock()
    m1 = SMALL_WORLD["mandates"][0]
    persons = [
        {"id": f"q{number}", "kind": "person", "name": f"Persoon {number}", "identifiers": {}}
        for number in range(7)
    ]
    mandates = [m1 | {"id": f"x{number}", "represented": f"q{number}"} for number in range(7)]
    mandates[3]["actions"] = ["view"]
    with context.database.writing() as db:
        import_world(db, context.vault, {"parties": persons, "mandates": mandates}, by=OPERATOR, now=now)
    question = asks("p2", "-", "submit", INCOME_TAX)
    del question["resource"]["id"]

    found = results(desk, RESOURCES, question | {"page": {"limit": 2}})

    ids = [one["id"] for one in found]
    assert len(ids) == len(set(ids))
    assert {"p1", "p2", *(f"q{number}" for number in range(7) if number != 3)} == set(ids)
    for id in (*ids, "q3", "o1"):
        assert (id in ids) is decided(desk, asks("p2", id, "submit", INCOME_TAX))[0]


def test_a_search_of_somebody_who_must_log_in_more_surely_finds_nobody(quiet: RegisterClient) -> None:
    question = asks("p2", "-", "submit", INCOME_TAX, login_assurance="basic")

    assert [] == results(quiet, RESOURCES, question)


def test_a_token_of_another_search_is_refused(desk: RegisterClient) -> None:
    m1 = SMALL_WORLD["mandates"][0]
    context = desk.context
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
    question = asks("p2", "-", "submit", INCOME_TAX)
    first = desk.post(RESOURCES, question | {"page": {"limit": 1}}).get_json()["page"]["next_token"]
    assert first

    assert 200 == desk.post(RESOURCES, question | {"page": {"token": first}}).status_code
    for other in (
        asks("p2", "-", "view", INCOME_TAX) | {"page": {"token": first}},
        question | {"page": {"token": first[:-3]}},
        question | {"page": {"token": "é"}},
    ):
        answer = desk.post(RESOURCES, other)
        assert (400, "bad_cursor") == (answer.status_code, answer.get_json()["code"])


def test_the_actions_that_are_found_are_those_that_evaluation_allows(desk: RegisterClient) -> None:
    question = asks()
    del question["action"]

    assert [{"name": "view"}, {"name": "prepare"}] == results(desk, ACTIONS, dict(question))
    for action in ("view", "prepare", "submit"):
        assert (action != "submit") is decided(desk, asks(action=action))[0]
    own = asks("p1", "p1", "-", INCOME_TAX)
    assert [{"name": "view"}, {"name": "submit"}] == results(desk, ACTIONS, own)


def test_actions_of_different_paths_are_found_together(desk: RegisterClient) -> None:
    """One path is surer, the other allows another action: asked for all at once, one of them would win (R15)."""
    context = desk.context
    m1 = SMALL_WORLD["mandates"][0]
    with context.database.writing() as db:
        import_world(
            db,
            context.vault,
            {
                "mandates": [
                    m1 | {"actions": ["view"]},
                    m1 | {"id": "x1", "actions": ["submit"], "assurance": "high"},
                ]
            },
            by=OPERATOR,
            now=context.clock(),
        )

    assert [{"name": "view"}, {"name": "submit"}] == results(desk, ACTIONS, asks("p2", "p1", "-", INCOME_TAX))


def people(
    party: str = "o1", action: str = "prepare", service: str = VAT_RETURN, **login: str
) -> dict[str, Any]:
    """Who may fill in the bakery's VAT return?"""
    question = asks("-", party, action, service, **login)
    del question["subject"]["id"]
    return question


def test_the_people_who_are_found_are_those_whom_evaluation_allows_in_pages(desk: RegisterClient) -> None:
    context, now = desk.context, desk.context.clock()
    m1, m3 = SMALL_WORLD["mandates"][0], SMALL_WORLD["mandates"][2]
    persons = [
        {"id": f"q{number}", "kind": "person", "name": f"Persoon {number}", "identifiers": {}}
        for number in range(9)
    ]
    mandates = [m3 | {"id": f"x{number}", "representative": f"q{number}"} for number in range(6)]
    mandates[2]["actions"] = ["view"]
    mandates[3]["clients"] = "none"
    mandates[4]["revoked_at"] = "2025-06-01T00:00:00Z"
    mandates += [
        m1 | {"id": "y1", "represented": "o1", "representative": "q6", "services": ["s2"]},
        m1 | {"id": "y2", "represented": "o1", "representative": "q7"},  # another service
        m3 | {"id": "y3", "represented": "o1", "representative": "q0", "clients": "none"},
    ]
    with context.database.writing() as db:
        import_world(db, context.vault, {"parties": persons, "mandates": mandates}, by=OPERATOR, now=now)

    found = [one["id"] for one in results(desk, SUBJECTS, people() | {"page": {"limit": 2}})]

    assert ["p3", "q0", "q1", "q5", "q6"] == found
    for id in ("p1", "p2", "p3", *(f"q{number}" for number in range(9))):
        assert (id in found) is decided(desk, asks(id))[0]


def test_people_are_found_who_act_for_themselves_and_over_chains(desk: RegisterClient) -> None:
    context = desk.context
    m2, m3 = SMALL_WORLD["mandates"][1:]
    document = {
        "mandates": [
            m2 | {"further_intermediaries": 1},
            m3 | {"id": "x1", "representative": "o9"},
            m3 | {"id": "x2", "represented": "o9", "representative": "p1"},
        ]
    }
    with context.database.writing() as db:
        import_world(db, context.vault, document, by=OPERATOR, now=context.clock())

    assert [{"type": "person", "id": id} for id in ("p1", "p3")] == results(desk, SUBJECTS, people())
    own = people("p1", "submit", INCOME_TAX)
    assert [{"type": "person", "id": id} for id in ("p1", "p2")] == results(desk, SUBJECTS, own)


def test_people_who_would_have_to_log_in_more_surely_are_not_found(quiet: RegisterClient) -> None:
    assert [] == results(quiet, SUBJECTS, people(login_assurance="basic"))
    assert [{"type": "person", "id": "p3"}] == results(quiet, SUBJECTS, people(login_assurance="low"))


def test_who_all_may_act_for_a_party_is_told_to_whoever_may_know_that(world: Any) -> None:
    decider = a_register_client(world, "register:resolve", "register:explain")

    assert 403 == decider.post(SUBJECTS, people()).status_code


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject": {"type": "user"}}, "not_a_person"),
        ({"action": {"name": "delete"}}, "unknown_action"),
        ({"resource": {"type": "party", "id": "nobody", "properties": {"service": "s2"}}}, "unknown_party"),
        ({"resource": {"type": "party", "id": "o1", "properties": {"service": "s9"}}}, "unknown_service"),
        ({"resource": {"type": "party", "id": "o1"}}, "missing"),
    ],
)
def test_a_search_for_people_that_asks_for_what_there_is_not(
    quiet: RegisterClient, changed: dict[str, Any], code: str
) -> None:
    told = quiet.post(SUBJECTS, people() | changed).get_json()

    assert ([], code) == (told["results"], told["context"]["error"]["code"])


def test_a_search_for_people_is_cut_short_where_too_many_organisations_stand_behind_a_party(
    desk: RegisterClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = desk.post(SUBJECTS, people()).get_json()
    assert "context" not in told

    monkeypatch.setattr("claims.register.representatives.MOST_ORGANISATIONS", 0)
    cut = desk.post(SUBJECTS, people()).get_json()

    assert ({"truncated": True}, []) == (cut["context"], cut["results"])


def test_a_page_of_people_that_is_short_leads_on(
    desk: RegisterClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authz_server.api.searching._MOST_JUDGED", 1)
    context = desk.context
    person = {"id": "a1", "kind": "person", "name": "Abel", "identifiers": {}}
    view = SMALL_WORLD["mandates"][2] | {"id": "x1", "representative": "a1", "actions": ["view"]}
    with context.database.writing() as db:
        import_world(
            db, context.vault, {"parties": [person], "mandates": [view]}, by=OPERATOR, now=context.clock()
        )

    first = desk.post(SUBJECTS, people()).get_json()

    assert (0, []) == (first["page"]["count"], first["results"])
    assert first["page"]["next_token"]
    assert [{"type": "person", "id": "p3"}] == results(desk, SUBJECTS, people())


def test_a_forged_place_among_people_is_refused(quiet: RegisterClient) -> None:
    question = people()
    of = ["subjects", SubjectSearch.model_validate(question).model_dump(mode="json", exclude={"page"})]

    for odd in ("a\u0000b", "\u2028"):
        answer = quiet.post(SUBJECTS, question | {"page": {"token": cursor(of, odd)}})
        assert (400, "bad_cursor") == (answer.status_code, answer.get_json()["code"])


def test_what_is_answered_is_told_and_no_more(quiet: RegisterClient) -> None:
    told = quiet.browser.get("/.well-known/authzen-configuration").get_json()

    assert ISSUER == told.pop("policy_decision_point")
    assert {
        "search_subject_endpoint": ISSUER + SUBJECTS,
        "access_evaluation_endpoint": ISSUER + EVALUATION,
        "access_evaluations_endpoint": ISSUER + EVALUATIONS,
        "search_resource_endpoint": ISSUER + RESOURCES,
        "search_action_endpoint": ISSUER + ACTIONS,
    } == told
    assert 404 == quiet.browser.post("/access/v1/search/nothing", json={}).status_code


def test_a_request_s_own_id_comes_back(quiet: RegisterClient) -> None:
    def sent(id: str) -> list[str]:
        headers = {"Authorization": f"Bearer {quiet.token()}", "X-Request-ID": id}
        return quiet.browser.post(EVALUATION, json=asks(), headers=headers).headers.getlist("X-Request-Id")

    assert ["bfe9eb29-ab87-4ca3-be83-a1d5d8305716"] == sent("bfe9eb29-ab87-4ca3-be83-a1d5d8305716")
    for odd in ("é", "a" * 300, "a b"):
        assert [odd] != sent(odd)
        assert 1 == len(sent(odd))


def limited(desk: RegisterClient, **changed: Any) -> None:
    """The bakery's mandate as changed, at a VAT return that heeds every limit."""
    context = desk.app.extensions["namens"]
    [mandate] = [one for one in SMALL_WORLD["mandates"] if one["id"] == "m2"]
    services = [{**SMALL_WORLD["services"][1], "understands": ["branch", "case", "amount", "days"]}]
    [bakery] = [one for one in SMALL_WORLD["parties"] if one["id"] == "o1"]
    branches = [{"number": "000012345678", "name": "Winkel"}]
    world = {
        "services": services,
        "parties": [bakery | {"branches": branches}],
        "mandates": [mandate | changed],
    }
    with context.database.writing() as db:
        import_world(db, context.vault, world, by=OPERATOR, now=context.clock())


LIMITS = {"case": "Z-1", "amount": {"currency": "EUR", "value": "250.00"}}


@pytest.mark.parametrize(
    ("context", "yes"),
    [
        ({}, False),
        ({"case": "Z-1"}, False),
        ({"amount": "250.00"}, False),
        ({"case": "Z-2", "amount": "250.00"}, False),
        ({"case": "Z-1", "amount": "250.01"}, False),
        ({"case": "Z-1", "amount": "250.00"}, True),
    ],
)
def test_r20_what_is_limited_is_a_no_to_who_does_not_say_what_the_act_is_about(
    desk: RegisterClient, context: dict[str, Any], yes: bool
) -> None:
    limited(desk, limits=LIMITS, services=["s2"])
    question = asks() | {"context": context}

    decision, told = decided(desk, question)

    assert yes is decision
    assert (LIMITS == told["limits"]) if yes else ("outside_limits" == told["reason"])
    found = desk.post(
        RESOURCES, question | {"resource": {"type": "party", "properties": {"service": VAT_RETURN}}}
    )
    assert [{"type": "party", "id": "o1"}] * yes == found.get_json()["results"]
    searched = {key: value for key, value in question.items() if key != "action"}
    names = [one["name"] for one in desk.post(ACTIONS, searched).get_json()["results"]]
    assert (["view", "prepare"] if yes else []) == names


def test_r12_a_branch_is_a_no_to_who_does_not_name_it(desk: RegisterClient) -> None:
    limited(desk, branch="000012345678")

    assert (False, {"reason": "outside_limits"}) == decided(desk, asks())
    decision, told = decided(desk, asks() | {"context": {"branch": "000012345678"}})
    assert (True, "000012345678") == (decision, told["branch"])


@pytest.mark.parametrize("amount", ["250", "1e3", "-1.00", "250,00", 250, ""])
def test_an_amount_that_cannot_be_read_is_no_question(desk: RegisterClient, amount: object) -> None:
    assert 400 == desk.post(EVALUATION, asks() | {"context": {"amount": amount}}).status_code
