"""`prompt=none` tells nobody whom somebody may represent: not by its answer, and not by the work that it makes."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from keys.storage import Connected, Statement
from tests.support.pages import get
from tests.support.relying_party import RelyingParty, claims_of, query_of
from tests.support.signing_in import TAX, World, answer_to, by_practice, choose, start

INCOME = TAX + "income-tax"
VAT = TAX + "vat-return"
ISSUER = "http://localhost:8000"
KVK = f"{ISSUER}/identifiers/kvk"
BAKERY, TOWN, NOBODYS = "00436606", "00304369", "99999999"
SOLE_TRADER = "00327065"
SILENCE = {"error": "interaction_required", "state": "af0ifjsldkj", "iss": ISSUER}
OFFLINE = "openid offline_access"


def an_id_token(desk: RelyingParty, person: str, name: str, *, search: str = "", **asked: str) -> str:
    """Somebody logs in anew and chooses: what the client gets."""
    page = by_practice(start(desk, prompt="login", **asked), person)
    if search:
        page = page.press("search-submit", search=search)
    page = choose(page, name).press("confirm-yes")
    if "consent-form" in page.ids:
        page = page.press("consent-allow")
    token: str = desk.redeem(answer_to(page)["code"]).get_json()["id_token"]
    return token


def silent(desk: RelyingParty, **changed: str | None) -> dict[str, str]:
    return query_of(desk.authorize(prompt="none", **changed))


def hinting(sub: str, iss: str = KVK, service: str = VAT, **more: object) -> dict[str, str]:
    asked = {"type": "representation", "service": service, "represented_hint": {"iss": iss, "sub": sub}}
    return {"authorization_details": json.dumps([asked | more])}


@contextmanager
def statements_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Statement]]:
    """Every statement that is put to the database meanwhile, in order."""
    asked: list[Statement] = []

    def noting(real: Any) -> Any:
        def note(self: Connected, statement: Statement, values: Mapping[str, Any] | None = None) -> Any:
            asked.append(statement)
            return real(self, statement, values)

        return note

    with monkeypatch.context() as patched:
        for name in ("all", "one", "run"):
            patched.setattr(Connected, name, noting(getattr(Connected, name)))
        yield asked


def test_every_party_that_was_not_chosen_gets_the_same_answer_after_the_same_work(
    people_on_both: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = people_on_both
    desk = people.client(VAT)
    others = RelyingParty(people.app, desk.client_id, desk.secret)
    carlas = an_id_token(others, "carla", "Bakkerij De Korenbloem")
    mine = an_id_token(desk, "eva", "Bakkerij De Korenbloem", search="korenbloem")
    with people.context.database.writing() as db:  # as in another session: nothing was chosen in this one
        db.run(Statement("DELETE FROM login_remembered"))

    found = {}
    for case, asked in {
        "may represent, not chosen": {"id_token_hint": mine} | hinting(BAKERY),
        "may not represent": {"id_token_hint": mine} | hinting(TOWN),
        "nobody has the number": {"id_token_hint": mine} | hinting(NOBODYS),
        "a sole trader's number": {"id_token_hint": mine} | hinting(SOLE_TRADER),
        "no number": {"id_token_hint": mine} | hinting("x"),
        "another person's": {"id_token_hint": carlas} | hinting(BAKERY),
    }.items():
        with statements_of(monkeypatch) as asked_of_the_database:
            answer = silent(desk, **asked)
        found[case] = (answer, len(asked_of_the_database))

    work = {count for _, count in found.values()}
    assert [SILENCE] * len(found) == [answer for answer, _ in found.values()]
    assert 1 == len(work), found


def test_a_choice_of_before_serves_no_hint_of_another_party(people: World) -> None:
    desk = people.client(VAT)
    mine = an_id_token(desk, "eva", "Bakkerij De Korenbloem", search="korenbloem")

    assert "code" in silent(desk, id_token_hint=mine)
    assert "code" in silent(desk, id_token_hint=mine, **hinting(BAKERY))
    for sub in (TOWN, NOBODYS, SOLE_TRADER, "x"):
        assert SILENCE == silent(desk, id_token_hint=mine, **hinting(sub)), sub


def test_a_hint_of_a_person_must_be_the_person_that_was_chosen(people: World) -> None:
    desk = people.client(INCOME)
    anna = an_id_token(desk, "bram", "Anna de Vries")
    sem = an_id_token(desk, "bram", "Sem de Vries")
    told = claims_of(anna)["represents"]
    anna = an_id_token(desk, "bram", "Anna de Vries")

    assert "code" in silent(desk, id_token_hint=anna, **hinting(told["sub"], ISSUER, INCOME))
    assert SILENCE == silent(desk, id_token_hint=sem, **hinting(told["sub"], ISSUER, INCOME))
    assert SILENCE == silent(desk, id_token_hint=anna, **hinting("made-up", ISSUER, INCOME))


def test_a_hint_widens_nothing(people: World) -> None:
    desk = people.client(VAT, representation_actions=["view", "prepare"])
    mine = an_id_token(desk, "eva", "Bakkerij De Korenbloem", search="korenbloem")

    for more in (
        {"actions": ["view"]},
        {"minimum_assurance_level": "high"},
    ):
        assert SILENCE == silent(desk, id_token_hint=mine, **hinting(BAKERY, **more)), more
    wider = silent(desk, id_token_hint=mine, **hinting(BAKERY, actions=["submit"]))
    assert "invalid_authorization_details" == wider["error"]
    other = silent(desk, id_token_hint=mine, **hinting(BAKERY, service=INCOME))
    assert "invalid_authorization_details" == other["error"]


def test_with_pages_too_a_hint_brings_nobody_into_the_list(people: World) -> None:
    desk = people.client(VAT)
    plain = by_practice(start(desk), "carla")
    names = [words.split(" · ")[0] for words in plain.choices()]

    hinted = start(desk, **hinting(TOWN))

    assert names == [words.split(" · ")[0] for words in hinted.choices()]
    assert not [one for one in hinted.elements if "checked" in one.attributes]
    assert "Gemeente Voorbeeldstad" not in hinted.text


def test_a_choice_that_was_made_at_one_client_is_nothing_at_another(people: World) -> None:
    desk, other = people.client(INCOME), people.client(INCOME)
    token = an_id_token(desk, "bram", "Anna de Vries")
    other.browser = desk.browser

    assert "code" in silent(desk, id_token_hint=token)
    # a hint is for the client that the token is for
    assert "invalid_request" == silent(other, id_token_hint=token)["error"]
    assert SILENCE == silent(other)
    own = an_id_token(other, "bram", "Sem de Vries")
    assert "code" in silent(other, id_token_hint=own)


def test_consent_for_one_party_serves_no_silent_request_for_another(people: World) -> None:
    desk = people.client(INCOME, grant_types=["authorization_code", "refresh_token"])
    anna = an_id_token(desk, "bram", "Anna de Vries", scope=OFFLINE)
    answer = choose(start(desk), "Sem de Vries").press("confirm-yes")
    sem = desk.redeem(answer_to(answer)["code"]).get_json()["id_token"]

    assert "code" in silent(desk, id_token_hint=sem)
    assert SILENCE == silent(desk, id_token_hint=sem, scope=OFFLINE)
    assert "code" in silent(desk, id_token_hint=anna, scope=OFFLINE)


def test_a_login_hint_logs_nobody_in_and_chooses_nobody(people: World) -> None:
    desk = people.client(INCOME)
    by_practice(start(desk), "bram")

    for hint in ("anna", "bram", "nobody-at-all"):
        assert SILENCE == silent(desk, login_hint=hint)
    assert "choose-form" in start(desk, login_hint="anna").ids
    assert "Bram de Vries" == get(desk.browser, "/portal").element("logged-in-as").text
