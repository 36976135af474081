"""`prompt=none`: the party that was chosen before, or one and the same answer."""

import json

import pytest

from claims.register import ending
from claims.register.actor import OPERATOR
from tests.support.pages import get
from tests.support.relying_party import RelyingParty, claims_of, query_of
from tests.support.signing_in import TAX, World, answer_to, by_practice, choose, start

INCOME = TAX + "income-tax"


def chosen(desk: RelyingParty, person: str = "bram", name: str | None = "Anna de Vries") -> str:
    """Somebody logs in and chooses; their ID token."""
    page = by_practice(start(desk, prompt="login"), person)
    page = choose(page, name) if name else page.press("choose-submit", represented="self")
    answer = answer_to(page.press("confirm-yes"))
    token: str = desk.redeem(answer["code"]).get_json()["id_token"]
    return token


def silent(desk: RelyingParty, **changed: str | None) -> dict[str, str]:
    return query_of(desk.authorize(prompt="none", **changed))


def test_the_choice_of_before_is_used_again(people_on_both: World) -> None:
    desk = people_on_both.client(INCOME)
    token = chosen(desk)

    answer = silent(desk, id_token_hint=token)

    again = claims_of(desk.redeem(answer["code"]).get_json()["id_token"])
    before = claims_of(token)
    assert before["represents"] == again["represents"]
    assert before["auth_time"] == again["auth_time"]
    assert before["sub"] == again["sub"]


def test_for_oneself_is_used_again_too(people: World) -> None:
    desk = people.client(INCOME, representation="optional")
    token = chosen(desk, name=None)

    answer = silent(desk, id_token_hint=token)

    assert "represents" not in claims_of(desk.redeem(answer["code"]).get_json()["id_token"])


def only_says(answer: dict[str, str]) -> bool:
    """The one answer, whatever the reason: nothing else differs from case to case."""
    return {"error": "interaction_required", "state": "af0ifjsldkj", "iss": "http://localhost:8000"} == answer


def test_every_other_case_gets_the_same_answer(people: World) -> None:
    desk = people.client(INCOME, representation="optional")
    other = people.client(INCOME)
    forgetful = people.client(INCOME, representation_remember=False)
    anna = chosen(desk)
    eva = chosen(people.client(TAX + "vat-return"), "eva", "Accountants Peeters B.V. Utrecht")
    not_remembered = chosen(forgetful)
    stranger = RelyingParty(people.app, desk.client_id, desk.secret)

    assert only_says(silent(stranger, id_token_hint=anna))  # nobody is logged in there
    assert only_says(silent(desk))  # no hint
    assert only_says(silent(forgetful, id_token_hint=not_remembered))  # this client may not remember
    other.browser = desk.browser
    assert only_says(silent(other))  # never chosen at this client
    assert only_says(silent(desk, id_token_hint=anna, authorization_details=NARROWER))  # other actions
    assert eva


NARROWER = json.dumps([{"type": "representation", "service": INCOME, "actions": ["view"]}])


def test_another_persons_session_gets_the_same_answer(people: World) -> None:
    desk = people.client(INCOME)
    anna = chosen(desk)
    by_practice(start(desk, prompt="login"), "mila")

    assert only_says(silent(desk, id_token_hint=anna))


def test_an_ended_mandate_gets_the_same_answer(people_on_both: World) -> None:
    people = people_on_both
    desk = people.client(INCOME)
    token = chosen(desk)
    with people.context.database.writing() as db:
        ending.revoke(db, people.context.vault, "m0001", by=OPERATOR, now=people.clock())
    people.clock.now += 1

    assert only_says(silent(desk, id_token_hint=token))


def test_a_choice_dies_with_logging_out(people: World) -> None:
    desk = people.client(INCOME)
    token = chosen(desk)
    get(desk.browser, "/logout").press("logout-confirm")
    by_practice(start(desk), "bram")

    assert only_says(silent(desk, id_token_hint=token))


def test_an_idle_session_gets_the_same_answer(people: World) -> None:
    desk = people.client(INCOME)
    token = chosen(desk)
    people.clock.now += 1801

    assert only_says(silent(desk, id_token_hint=token))


def test_a_weaker_login_since_then_gets_the_same_answer(people: World) -> None:
    desk = people.client(INCOME)
    token = chosen(desk)
    by_practice(start(desk, prompt="login"), "bram", "low")

    assert only_says(silent(desk, id_token_hint=token))


def test_without_representation_the_standard_errors_tell_a_client_what_to_do(people: World) -> None:
    desk = people.client()

    assert "login_required" == silent(desk)["error"]
    answer_to(by_practice(start(desk), "bram"))
    assert "code" in silent(desk)
    people.clock.now += 10
    assert "login_required" == silent(desk, max_age="5")["error"]


@pytest.mark.parametrize("level", ["low", "substantial"])
def test_a_level_that_is_not_reached_asks_for_a_login(people: World, level: str) -> None:
    desk = people.client()
    answer_to(by_practice(start(desk), "bram", level))
    acr = '{"id_token": {"acr": {"essential": true, "values": ["http://eidas.europa.eu/LoA/high"]}}}'

    assert "error" in silent(desk, claims=acr)
