"""Visits to a desk on the pages, and in the tokens that come of them: visible as what they are, and over with the visit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authz_server.oidc import clients
from claims.desk import LONGEST_VISIT
from keys.storage import Statement
from tests.authz_server.portal.test_desk import appoint
from tests.authz_server.portal.test_giving import at_home
from tests.authz_server.portal.test_letters import a_world
from tests.support.clock import Clock
from tests.support.pages import Page, get, post
from tests.support.relying_party import RelyingParty, claims_of
from tests.support.signing_in import World, answer_to, by_practice, choose, start

BENEFIT = "https://town.example.nl/services/benefit"
JOKE = {"born": "14-8-1939", "number": "999998018"}
VISIT = JOKE | {"shown": "passport", "service": "benefit", "asked": "yes"}


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """The world, where Kees and Lars work at the town's desk."""
    world = a_world(tmp_path, clock)
    appoint(world, "kees", "lars")
    yield world
    world.context.database.engine.dispose()


def begin(people: World, person: str = "kees", **filled: str) -> Page:
    form = at_home(people, person).follow("desk").follow("visit-town")
    return form.press("visit-submit", **VISIT | filled)


def reading(people: World, **more: Any) -> RelyingParty:
    return people.client(BENEFIT, **{"representation_restrictions": ["desk"], **more})


def code_for(client: RelyingParty, person: str = "kees") -> str:
    page = by_practice(start(client, scope="openid offline_access"), person)
    page = choose(page, "Joke van Vliet")
    page = page.press("confirm-yes") if "confirm-yes" in page.ids else page
    page = page.press("consent-allow") if "consent-allow" in page.ids else page
    return answer_to(page)["code"]


def test_the_token_says_that_it_is_a_desk_and_ends_with_the_visit(people: World) -> None:
    assert "visit" in begin(people).ids
    client = reading(people, grant_types=["authorization_code", "refresh_token"])
    people.clock.now += LONGEST_VISIT - 120
    tokens = client.redeem(code_for(client)).get_json()
    claims = claims_of(tokens["id_token"])
    (details,) = claims["authorization_details"]

    assert ["desk"] == [link["basis"] for link in details["links"]]
    assert "substantial" == details["assurance_level"]
    assert claims["sub"] != details["represented"]["sub"] == claims["represents"]["sub"]
    assert people.clock.now + 120 == claims["exp"]
    assert tokens["expires_in"] <= 120
    assert client.introspect(tokens["access_token"])["active"]
    people.clock.now += 120
    assert not client.introspect(tokens["access_token"])["active"]
    assert 400 == client.refresh(tokens["refresh_token"]).status_code
    assert 401 == client.userinfo(tokens["access_token"]).status_code


def test_ending_it_by_hand_ends_every_token_at_once(people: World) -> None:
    desk = begin(people)
    client = reading(people, grant_types=["authorization_code", "refresh_token"])
    tokens = client.redeem(code_for(client)).get_json()

    after = desk.press("visit-end")

    assert "visit" not in after.ids
    assert not client.introspect(tokens["access_token"])["active"]
    assert 400 == client.refresh(tokens["refresh_token"]).status_code


def test_a_client_that_does_not_read_desks_is_offered_nobody(people: World) -> None:
    begin(people)

    assert "nobody" in by_practice(start(people.client(BENEFIT)), "kees").ids
    assert "nobody" in by_practice(start(reading(people, representation_restrictions=["branch"])), "kees").ids
    page = by_practice(start(reading(people)), "kees")
    assert "balie" in page.text


def test_a_client_that_unlearns_it_has_none_at_the_next_check(people: World) -> None:
    begin(people)
    client = reading(people)
    tokens = client.redeem(code_for(client)).get_json()
    context = client.context
    found = clients.find(context, None, client.client_id)
    assert found is not None
    with context.database.writing() as db:
        members = dict(found.metadata) | {"representation_restrictions": ["branch"]}
        clients.replace(context, db, found, members)

    assert not client.introspect(tokens["access_token"])["active"]


def test_the_citizen_sees_afterwards_who_did_it_and_where(people: World) -> None:
    form = at_home(people, "kees").follow("desk").follow("visit-town")
    form.press("visit-submit", **VISIT | {"born": "2-5-1948", "number": "999997221"})
    client = reading(people)
    page = choose(by_practice(start(client), "kees"), "Anna de Vries")
    page = page.press("confirm-yes") if "confirm-yes" in page.ids else page
    client.redeem(answer_to(page)["code"])

    uses = at_home(people, "anna").element("uses-list").text

    assert "Kees Blom" in uses
    assert "balie van Gemeente Voorbeeldstad" in uses


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"born": ""}, "born"),
        ({"number": "1"}, "number"),
        ({"shown": ""}, "shown"),
        ({"shown": "library_card"}, "shown"),
        ({"service": ""}, "service"),
        ({"service": "income-tax"}, "service"),
        ({"service": "no-such"}, "service"),
        ({"asked": ""}, "asked"),
        ({"asked": "no"}, "asked"),
    ],
)
def test_what_is_not_filled_in_right_is_told_at_its_field(
    people: World, filled: dict[str, str], field: str
) -> None:
    wrong = begin(people, **filled)

    assert (422, "not_filled_in") == (wrong.status, wrong.code)
    assert f"{field}-error" in wrong.ids
    assert "999998018" not in wrong.html
    with people.context.database.reading() as db:
        assert [] == db.all(Statement("SELECT id FROM register_visits"))


def test_who_is_not_known_and_a_second_visit_are_refused(people: World) -> None:
    assert "unknown_person" == begin(people, born="15-8-1939").code
    assert "own_affair" == begin(people, born="3-4-1972", number="999978846").code
    begin(people)
    assert "one_at_a_time" == begin(people).code


def test_who_tries_numbers_is_stopped(people: World) -> None:
    form = at_home(people, "kees").follow("desk").follow("visit-town")
    codes = [form.press("visit-submit", **VISIT | {"born": "1-1-1950"}).code for _ in range(11)]

    assert ["unknown_person"] * 10 + ["too_many_attempts"] == codes


@pytest.mark.parametrize("person", ["omer", "daan", "anna"])
def test_who_works_at_no_desk_opens_and_ends_none(people: World, person: str) -> None:
    begin(people)
    with people.context.database.reading() as db:
        (id,) = db.one(Statement("SELECT id FROM register_visits")) or ("",)
    home = at_home(people, person)
    token = home.fields("language-form")

    assert 404 == get(home.browser, "/portal/desk/town/visit").status
    assert 404 == post(home.browser, "/portal/desk/town/visit", token | VISIT).status
    for visit in (id, "visit-nothing"):
        assert 404 == post(home.browser, f"/portal/desk/visits/{visit}/end", token).status
    with people.context.database.reading() as db:
        assert [(1,)] == db.all(Statement("SELECT open FROM register_visits"))


def test_a_colleague_ends_what_somebody_left_open_and_a_form_of_another_site_does_not(people: World) -> None:
    begin(people)
    with people.context.database.reading() as db:
        (id,) = db.one(Statement("SELECT id FROM register_visits")) or ("",)
    lars = at_home(people, "lars").follow("desk")
    assert "visit" not in lars.ids
    address = f"/portal/desk/visits/{id}/end"
    assert "form_expired" == post(lars.browser, address, {}).code
    assert 405 == get(lars.browser, address).status

    post(lars.browser, address, lars.fields("language-form"))

    with people.context.database.reading() as db:
        assert [(0,)] == db.all(Statement("SELECT open FROM register_visits"))
