"""Consent for one party, client, service or set of actions never serves another."""

from typing import Any

import pytest

from authz_server.asking import AuthorizationRequest
from authz_server.login import consents, remembered
from authz_server.login.flow import Chosen
from keys.storage import Database
from tests.support.asking import NOON, a_request, an_answer, an_ask
from tests.support.representations import a_link

REQUEST = a_request(scopes=("openid", "offline_access"), ask=an_ask())
CHOSEN = Chosen(an_answer())


@pytest.mark.parametrize(
    ("request_", "person", "chosen"),
    [
        (REQUEST, "eva", CHOSEN),
        (a_request(scopes=("openid",), ask=an_ask()), "bram", CHOSEN),
        (a_request(scopes=REQUEST.scopes, ask=an_ask(), client_id="other"), "bram", CHOSEN),
        (a_request(scopes=REQUEST.scopes, ask=an_ask(), claims={"userinfo": {"name": None}}), "bram", CHOSEN),
        (a_request(scopes=REQUEST.scopes, ask=an_ask(), resource="https://api"), "bram", CHOSEN),
        (a_request(scopes=REQUEST.scopes, ask=an_ask(service="benefit")), "bram", CHOSEN),
        (a_request(scopes=REQUEST.scopes, ask=an_ask(actions=("submit",))), "bram", CHOSEN),
        (REQUEST, "bram", Chosen(None, None, ("view",))),
        (REQUEST, "bram", Chosen(an_answer(branch="000000000001"))),
    ],
)
def test_a_yes_holds_for_one_key_only(
    database: Database, request_: AuthorizationRequest, person: str, chosen: Chosen
) -> None:
    with database.writing() as db:
        consents.give(db, consents.key(REQUEST, "bram", CHOSEN), person="bram", client="tax-portal", now=NOON)

        assert consents.given(db, consents.key(REQUEST, "bram", CHOSEN))
        assert not consents.given(db, consents.key(request_, person, chosen))


def test_an_operators_client_is_asked_about_only_where_it_wants_more() -> None:
    assert not consents.asked_for(a_request(), registered_itself=False)
    assert consents.asked_for(a_request(), registered_itself=True)
    assert consents.asked_for(a_request(scopes=("openid", "offline_access")), registered_itself=False)
    assert consents.asked_for(a_request(prompt=frozenset({"consent"})), registered_itself=False)


KEY: dict[str, Any] = {
    "session": "s1",
    "client": "c1",
    "service": "income-tax",
    "actions": ("view", "submit"),
}


@pytest.mark.parametrize(
    "other",
    [
        {"session": "s2"},
        {"client": "c2"},
        {"service": "benefit"},
        {"actions": ("view",)},
        {"represented": "bakery"},
        {"represented": None},
    ],
)
def test_a_remembered_choice_serves_its_own_key_only(database: Database, other: dict[str, Any]) -> None:
    asked = KEY | {"represented": "anna"}
    with database.writing() as db:
        remembered.remember(db, chosen=an_answer(), now=NOON, **KEY)

        assert remembered.Before("anna", None, ("m1",)) == remembered.again(db, **asked)
        assert remembered.again(db, **asked | other) is None


def test_a_later_choice_of_the_same_party_takes_the_place_of_the_earlier_one(database: Database) -> None:
    other_path = an_answer(links=(a_link("anna", "office"), a_link("office", "bram")))
    with database.writing() as db:
        remembered.remember(db, chosen=an_answer(), now=NOON, **KEY)
        remembered.remember(db, chosen=other_path, now=NOON + 1, **KEY)

        found = remembered.again(db, represented="anna", **KEY)

    assert found is not None
    assert other_path.path == found.path


def test_what_was_used_last_is_kept_short_and_latest_first(database: Database) -> None:
    with database.writing() as db:
        for number in range(8):
            one = an_answer(links=(a_link(f"party-{number}", "bram"),))
            remembered.note_use(db, one, now=NOON + number)

        found = remembered.recent(db, person="bram", service="income-tax")

    assert [f"party-{number}" for number in (7, 6, 5, 4, 3)] == [one.represented for one in found]
