"""The desk's pages: papers are recorded by one of its people and confirmed by another, and nobody else sees them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from claims.evidence import DEFAULT_POLICY
from claims.mandates import Evidence
from claims.offers import Brought
from claims.register import papers
from claims.register.actor import OPERATOR, Actor
from claims.register.world import import_world
from keys.storage import Statement
from tests.authz_server.portal.test_giving import at_home
from tests.authz_server.portal.test_letters import a_world
from tests.support.clock import Clock
from tests.support.pages import Page, get, post
from tests.support.signing_in import World, by_practice

DIGEST = "ab" * 32
GIVER = {"born": "14-8-1939", "number": "999998018"}
HELPER = {"to": "person", "to_born": "2-2-1990", "to_number": "999959669"}
SIGNED = GIVER | HELPER | {"checked": "identity_document", "digest": DIGEST, "lasts": "year"}
TAX = {"task:income-tax:all": "yes"}


def appoint(people: World, *persons: str, **changes: Any) -> None:
    listed = [
        {
            "id": f"d-{person}",
            "organisation": "town",
            "person": person,
            "services": "*",
            "from": "2025-01-01T00:00:00Z",
        }
        | changes
        for person in persons
    ]
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"desk_appointments": listed}, by=OPERATOR, now=people.clock())


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """The world, where Kees and Lars work at the town's desk."""
    world = a_world(tmp_path, clock)
    appoint(world, "kees", "lars")
    yield world
    world.context.database.engine.dispose()


def at_desk(people: World, person: str) -> Page:
    return at_home(people, person).follow("desk")


def record(page: Page, **filled: str) -> Page:
    return page.follow("paper-town").press("paper-submit", **SIGNED | TAX | filled)


def states(people: World) -> list[str]:
    with people.context.database.reading() as db:
        return [state for (state,) in db.all(Statement("SELECT state FROM register_offers ORDER BY id"))]


def test_what_a_client_brought_is_told_as_brought_and_not_as_done_by_a_person(people: World) -> None:
    shown = record(at_desk(people, "kees"))
    heard = Evidence("statement", "call 12", None, "desk 4", people.clock())
    by = Actor(None, None, "client c1", None, None, Brought("lars", "client c1", heard))
    with people.context.database.recording() as db:
        ((offer,),) = db.all(Statement("SELECT id FROM register_offers"))
        papers.confirm(db, people.context.vault, offer, by=by, now=people.clock(), policy=DEFAULT_POLICY)

    confirmed = get(shown.browser, f"/portal/desk/papers/{offer}")

    operator = people.context.settings.operator.name
    assert (
        f"Bevestigd door {operator}, op het woord van Lars Meijer" in confirmed.element("confirmed-by").text
    )
    assert "Kees Blom" in confirmed.text
    assert f"{operator}, op het woord van Kees" not in confirmed.text


def test_g7_one_records_another_confirms_and_both_sides_read_it(people: World) -> None:
    shown = record(at_desk(people, "kees"))
    assert "another" in shown.ids
    assert "confirm" not in shown.ids
    assert "Joke van Vliet" in shown.text
    assert "Ömer Yıldız" in shown.text
    assert "received-list" in get(at_home(people, "omer").browser, "/portal").ids
    assert "Joke" not in get(at_home(people, "omer").browser, "/portal").element("received-list").text

    desk = at_desk(people, "lars")
    offer = next(id for id in desk.ids if id.startswith("paper-of-"))
    given = desk.follow(offer).press("confirm")

    assert "given" == given.element("became").attributes["data-state"]
    assert "Lars Meijer" in given.element("confirmed-by").text
    assert "Kees Blom" in given.text
    home = get(at_home(people, "omer").browser, "/portal")
    assert "Joke van Vliet" in home.element("received-list").text
    with people.context.database.reading() as db:
        (mandate,) = db.one(Statement("SELECT id FROM register_links WHERE represented = 'joke'")) or ("",)
    history = home.follow(f"history-{mandate}")
    assert "Gemeente Voorbeeldstad" in history.text
    assert "balie" in history.text
    for clerk in ("Kees", "Lars"):
        assert clerk not in history.text
    assert "Nothing" not in get(desk.browser, "/portal/desk").text


def test_g7_nobody_confirms_their_own(people: World) -> None:
    shown = record(at_desk(people, "kees"))
    token = shown.fields("language-form")

    refused = post(shown.browser, f"{shown.address}/confirm", token)

    assert (409, "second_person") == (refused.status, refused.code)
    assert ["requested"] == states(people)


def test_what_was_recorded_can_be_taken_back_and_refused(people: World) -> None:
    kees, lars = at_desk(people, "kees"), at_desk(people, "lars")
    own = record(kees)
    assert "withdrawn" == own.press("refuse").element("became").attributes["data-state"]
    theirs = record(kees)
    seen = get(lars.browser, theirs.address)

    assert "declined" == seen.press("refuse").element("became").attributes["data-state"]
    token = seen.fields("language-form")
    again = post(lars.browser, f"{theirs.address}/confirm", token)
    assert (409, "not_now") == (again.status, again.code)


def test_the_giver_who_can_log_in_says_no_on_their_own_page(people: World) -> None:
    record(at_desk(people, "kees"), born="2-5-1948", number="999997221")
    anna = at_home(people, "anna")
    seen = anna.follow(next(id for id in anna.ids if id.startswith("offer-of-")))
    assert not {"approve", "accept", "confirm", "code"} & seen.ids

    assert "declined" == seen.press("decline").element("became").attributes["data-state"]


def test_g4_a_signature_alone_is_too_little_for_the_tax(people: World) -> None:
    refused = record(at_desk(people, "kees"), checked="signature")

    assert (422, "cannot_be_granted") == (refused.status, refused.code)
    assert [] == states(people)


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"born": ""}, "born"),
        ({"number": "1"}, "number"),
        ({"to_born": "x"}, "to_born"),
        ({"to_number": "999959668"}, "to_number"),
        ({"to": ""}, "to"),
        ({"to": "organisation", "to_kvk": "1"}, "to_kvk"),
        ({"to": "organisation", "to_kvk": "00999999"}, "to"),
        ({"digest": ""}, "digest"),
        ({"digest": "x" * 64}, "digest"),
        ({"checked": ""}, "checked"),
        ({"checked": "notary"}, "checked"),
        ({"task:income-tax:all": "yes", "lasts": "date", "until": "1-1-2020"}, "until"),
        ({"born": "15-8-1939"}, "born"),
        ({"number": "999998006"}, "born"),
        ({"to_born": "3-2-1990"}, "to"),
    ],
)
def test_what_is_not_filled_in_right_is_told_at_its_field(
    people: World, filled: dict[str, str], field: str
) -> None:
    wrong = record(at_desk(people, "kees"), **filled)

    assert (422, "not_filled_in") == (wrong.status, wrong.code)
    assert f"{field}-error" in wrong.ids
    assert "999998018" not in wrong.html
    assert "999959669" not in wrong.html
    assert [] == states(people)


def test_who_tries_numbers_at_the_desk_is_stopped_as_anybody_is(people: World) -> None:
    page = at_desk(people, "kees").follow("paper-town")
    fields = SIGNED | TAX | {"born": "1-1-1950"}
    codes = [page.press("paper-submit", **fields).code for _ in range(11)]

    assert ["not_filled_in"] * 10 + ["too_many_attempts"] == codes
    assert "too_many_attempts" == page.press("paper-submit", **SIGNED, **TAX).code


def test_a_form_that_is_sent_twice_records_once(people: World) -> None:
    page = at_desk(people, "kees").follow("paper-town")
    first = page.press("paper-submit", **SIGNED, **TAX)
    second = page.press("paper-submit", **SIGNED, **TAX)

    assert first.address == second.address
    assert ["requested"] == states(people)


@pytest.mark.parametrize("person", ["omer", "eva", "daan", "anna"])
def test_who_works_at_no_desk_sees_none_and_no_paper(people: World, person: str) -> None:
    paper = record(at_desk(people, "kees")).address
    home = at_home(people, person)
    assert "desk" not in home.ids
    token = home.fields("language-form")

    for path in ("/portal/desk", "/portal/desk/town/paper", paper, "/portal/desk/papers/of-nothing"):
        assert (404, "not_found") == (get(home.browser, path).status, get(home.browser, path).code)
    assert 404 == post(home.browser, "/portal/desk/town/paper", token | SIGNED | TAX).status
    for act in ("confirm", "refuse"):
        assert 404 == post(home.browser, f"{paper}/{act}", token).status
    assert ["requested"] == states(people)


def test_a_desk_of_another_organisation_or_of_other_services_is_none(people: World) -> None:
    paper = record(at_desk(people, "kees")).address
    appoint(people, "henk", services=["benefit"])
    appoint(people, "gea", organisation="energy")

    for person in ("henk", "gea"):
        page = at_desk(people, person)
        assert 404 == get(page.browser, paper).status
    henk = at_desk(people, "henk").follow("paper-town")
    assert "task:income-tax:all" not in henk.ids
    assert "tasks-error" in henk.press("paper-submit", **SIGNED, **TAX).ids
    assert 404 == get(at_desk(people, "gea").browser, "/portal/desk/town/paper").status


def test_an_appointment_that_ended_shows_and_does_nothing(people: World) -> None:
    desk = at_desk(people, "lars")
    paper = record(at_desk(people, "kees")).address
    shown = get(desk.browser, paper)
    appoint(people, "lars", until="2025-11-20T00:00:00Z")

    assert 404 == shown.press("confirm").status
    assert 404 == get(desk.browser, "/portal/desk").status
    assert ["requested"] == states(people)


def test_g7_to_an_organisation_it_still_waits_for_its_administrator(people: World) -> None:
    shown = record(
        at_desk(people, "kees"), to="organisation", to_kvk="00494459", **{"task:benefit:all": "yes"}
    )
    given = get(at_desk(people, "lars").browser, shown.address).press("confirm")
    assert "waits" in given.ids

    lotte = get(at_home(people, "lotte").browser, "/portal/for/peeters")
    accepted = lotte.follow(next(id for id in lotte.ids if id.startswith("offer-of-"))).press("accept")

    assert "given" == accepted.element("became").attributes["data-state"]


def test_reading_a_page_of_the_desk_changes_nothing(people: World) -> None:
    paper = record(at_desk(people, "kees")).address
    desk = at_desk(people, "lars")
    token = desk.fields("language-form")

    for act in ("confirm", "refuse"):
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
            desk.browser.open(f"{paper}/{act}", method=method, data=token, query_string=token)
    refused = post(desk.browser, f"{paper}/confirm", {})
    assert "form_expired" == refused.code

    assert ["requested"] == states(people)


def test_who_is_logged_in_too_weakly_does_nothing_at_the_desk_before_a_surer_login(people: World) -> None:
    paper = record(at_desk(people, "kees")).address
    lars = at_home(people, "lars", "low")
    token = lars.fields("language-form")

    for path in ("/portal/desk", "/portal/desk/town/paper", "/portal/desk/town/visit", paper):
        assert "login-form" in get(lars.browser, path).ids
    for path in (f"{paper}/confirm", f"{paper}/refuse", "/portal/desk/town/visit"):
        assert "login-form" in post(lars.browser, path, token).ids

    assert ["requested"] == states(people)
    surer = by_practice(get(lars.browser, paper), "lars", "substantial")
    assert "given" == surer.press("confirm").element("became").attributes["data-state"]
