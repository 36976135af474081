"""Giving a permission that is narrower than a service: what can be filled in, said to both sides, and refused."""

from typing import Any

import pytest

from claims.register.actor import OPERATOR
from claims.register.world import import_world
from claims.typed_amounts import typed_amount
from keys.storage import Statement
from tests.authz_server.portal.test_giving import at_home, fetched_today, give, states
from tests.support.pages import Page
from tests.support.signing_in import World
from tests.support.try_out import world_document

BENEFIT = {"task:benefit:all": "yes"}
_MANDATES = Statement("SELECT body FROM register_links WHERE kind = 'mandate' AND represented = 'anna'")


@pytest.fixture
def heeding(people: World) -> World:
    """The town's special assistance heeds every limit; the income tax heeds none."""
    put(people, understands=["case", "amount", "days"])
    return people


def put(people: World, service_id: str = "benefit", **changed: Any) -> None:
    now = people.clock()
    [service] = [one for one in world_document(now)["services"] if one["id"] == service_id]
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"services": [service | changed]}, by=OPERATOR, now=now)


def form_of(people: World, person: str = "anna") -> Page:
    return at_home(people, person).follow("give")


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1250", 125_000),
        ("1250,00", 125_000),
        ("1.250,00", 125_000),
        ("1.250", 125_000),
        ("1,250.00", 125_000),
        ("€ 12,50", 1_250),
        ("€\xa01.000.000", 100_000_000),
        ("0,01", 1),
        ("007", 700),
        *(
            (wrong, None)
            for wrong in ("", "0", "0,00", "-1", "1,5", "1.25,00", "12.50,00", "1e3", "honderd", "१२")
        ),
        ("1" * 13, None),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, cents: int | None) -> None:
    assert cents == typed_amount(typed)


def test_only_limits_that_some_service_heeds_can_be_filled_in(people: World) -> None:
    put(people, understands=["amount"])
    put(people, "permit", understands=[])

    page = form_of(people)

    assert "amount" in page.ids
    assert {"case", "days-label"}.isdisjoint(page.ids)
    put(people, understands=["branch"])
    assert "limits" not in form_of(people).ids


def test_g11_a_limit_stands_in_the_summary_the_overview_and_the_history(heeding: World) -> None:
    people = heeding
    page = give(
        at_home(people, "anna"), to="bram", case="Z-77", amount="1.250,00", **BENEFIT, **{"on:monday": "yes"}
    )
    said = "alleen voor zaak Z-77 · ten hoogste € 1.250,00 per keer · alleen op maandag"
    assert said in page.text
    given = page.press("give-yes")
    assert said in given.text

    bram = at_home(people, "bram")
    offer = next(id for id in bram.ids if id.startswith("offer-of-"))
    accepted = bram.follow(offer)
    assert said in accepted.text
    accepted = accepted.press("accept")
    assert said in accepted.text
    mine = at_home(people, "bram")
    assert said in mine.element("received-list").text
    anna = at_home(people, "anna")
    assert said in anna.element("given-list").text
    with people.context.database.reading() as db:
        bodies = [body for (body,) in db.all(_MANDATES)]
    assert any(
        '"limits":{"amount":{"currency":"EUR","value":"1250.00"},"case":"Z-77","days":["monday"]}' in one
        for one in bodies
    )


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"amount": "veel"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"case": "x" * 65}, "case"),
        ({"case": "mijn zaak 999997221"}, "case"),
    ],
)
def test_what_is_no_limit_is_said_at_its_field(heeding: World, filled: dict[str, str], field: str) -> None:
    page = give(at_home(heeding, "anna"), to="bram", **BENEFIT, **filled)

    assert 422 == page.status
    assert f"{field}-error" in page.ids
    assert [] == states(heeding)


def test_a_service_that_cannot_keep_to_a_limit_is_refused_with_its_name(heeding: World) -> None:
    page = give(at_home(heeding, "anna"), to="bram", amount="100", **{"task:income-tax:all": "yes"})

    assert (422, "cannot_be_granted") == (page.status, page.code)
    assert "Aangifte inkomstenbelasting kan zich niet aan deze grens houden." in page.text
    assert [] == states(heeding)


def test_a_case_of_two_services_is_refused(heeding: World) -> None:
    now = heeding.clock()
    services = [
        {**one, "understands": ["case"]}
        for one in world_document(now)["services"]
        if one["id"] == "income-tax"
    ]
    with heeding.context.database.writing() as db:
        import_world(db, heeding.context.vault, {"services": services}, by=OPERATOR, now=now)

    page = give(at_home(heeding, "anna"), to="bram", case="Z-1", **BENEFIT, **{"task:income-tax:all": "yes"})

    assert "Een zaak hoort bij één dienst." in page.text


def test_all_days_of_the_week_are_no_limit(heeding: World) -> None:
    week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

    page = give(at_home(heeding, "anna"), to="bram", **BENEFIT, **{f"on:{day}": "yes" for day in week})

    assert "give-yes" in page.ids
    assert "alleen op" not in page.text


def test_who_asks_can_ask_within_a_limit(heeding: World) -> None:
    fetched_today(heeding)
    page = at_home(heeding, "bram", path="/portal/ask")
    asked = page.press(
        "ask-submit", number="999997221", born="2-5-1948", amount="50,00", lasts="year", **BENEFIT
    )
    assert asked.status == 200, asked.text

    anna = at_home(heeding, "anna")
    offer = next(id for id in anna.ids if id.startswith("offer-of-"))

    assert "ten hoogste € 50,00 per keer" in anna.follow(offer).text
